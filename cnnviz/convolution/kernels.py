"""The named kernels of image processing, at any size, each with its source.

At 3×3 they have the values of the textbooks. At other sizes they follow the construction behind
those values (`kernel_shapes`), scaled so that a larger kernel smooths more but answers as strongly:
blurs sum to 1, and edge kernels give the same number on the same slope. A kernel that is too small
for what it measures (the slope along an axis of one pixel) is all zeros.

As torch applies them, which is without flipping: `sobel_x` is positive where the picture gets
brighter to the right, `sobel_y` where it gets brighter downwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from cnnviz.convolution import kernel_shapes as shapes

Size = tuple[int, int]
Build = Callable[[Size, float, int], Tensor]  # size, angle, seed -> weights


@dataclass(frozen=True)
class Kernel:
    """A named kernel: what it does in one sentence, and where it comes from."""

    name: str
    title: str
    sentence: str
    source: str
    build: Build

    def weights(self, size: Size, angle: float = 45.0, seed: int = 0) -> Tensor:
        """The kernel as float32 of shape `size`, which is (height, width).

        Args:
            size: pixels along the height and the width, 1 or more.
            angle: degrees from the horizontal, counter-clockwise as one looks at the picture; of
                gabor (the lines it looks for) and motion_blur (the way things moved).
            seed: of random.

        Raises:
            ValueError: a side of the kernel is below 1.
        """
        if min(size) < 1:
            raise ValueError(f"a kernel needs at least 1×1 pixels, but it is {size[0]}×{size[1]}")
        return _built(self.build, size, angle, seed).clone()


@lru_cache(maxsize=1024)  # a layer of the whole library asks for all of them at every move
def _built(build: Build, size: Size, angle: float, seed: int) -> Tensor:
    kernel = build(size, angle, seed)
    return kernel.where(kernel.abs() > 1e-12, 0.0).float()  # no rounding dust beside true zeros


def _of_size(shape: Callable[[Size], Tensor]) -> Build:
    """A kernel that has neither an angle nor a seed."""
    return lambda size, angle, seed: shape(size)


def _box_blur(size: Size, angle: float, seed: int) -> Tensor:
    return torch.full(size, 1 / (size[0] * size[1]))


def _sharpen(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.identity(size) - shapes.laplacian(size)


def _unsharp(size: Size, angle: float, seed: int) -> Tensor:
    return 2 * shapes.identity(size) - shapes.gaussian(size)


def _sobel_x(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.slope(shapes.binomial(size[0]), shapes.derivative(size[1]), answer=8)


def _scharr_x(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.slope(shapes.scharr_smoothing(size[0]), shapes.derivative(size[1]), answer=32)


def _prewitt_x(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.slope(torch.ones(size[0], dtype=torch.float64), shapes.offsets(size[1]), answer=6)


def _emboss(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.identity(size) + shapes.diagonal_slope(size, answer=6)


def _gabor(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.gabor(size, angle)


def _motion_blur(size: Size, angle: float, seed: int) -> Tensor:
    return shapes.line(size, angle)


def _random(size: Size, angle: float, seed: int) -> Tensor:
    bound = (size[0] * size[1]) ** -0.5
    generator = torch.Generator().manual_seed(seed)
    return torch.empty(size).uniform_(-bound, bound, generator=generator)


def _downwards(build: Build) -> Build:
    """The same kernel along the height instead of the width."""
    return lambda size, angle, seed: build((size[1], size[0]), angle, seed).T


GONZALEZ = "R. C. Gonzalez and R. E. Woods, Digital Image Processing, 4th edition (2018), chapter 3"
SOBEL = (
    'I. Sobel and G. Feldman, "A 3×3 isotropic gradient operator for image processing", '
    "talk at the Stanford Artificial Intelligence Project (1968)"
)
SCHARR = "H. Scharr, Optimale Operatoren in der Digitalen Bildverarbeitung, Heidelberg (2000)"
PREWITT = (
    'J. M. S. Prewitt, "Object enhancement and extraction", '
    "in Picture Processing and Psychopictorics (1970)"
)

_LIBRARY = (
    Kernel(
        "identity",
        "Identity",
        "Copies every pixel.",
        "R. N. Bracewell, The Fourier Transform and Its Applications (1965), chapter 5",
        _of_size(shapes.identity),
    ),
    Kernel(
        "box_blur",
        "Box blur",
        "Replaces every pixel by the mean of the pixels around it.",
        GONZALEZ,
        _box_blur,
    ),
    Kernel(
        "gaussian_blur",
        "Gaussian blur",
        "Blurs with weights that fall off from the middle like a bell (binomial coefficients).",
        'M. Aubury and W. Luk, "Binomial filters", Journal of VLSI Signal Processing 12 (1996)',
        _of_size(shapes.gaussian),
    ),
    Kernel(
        "sharpen",
        "Sharpen",
        "Adds to every pixel how much it differs from its neighbours.",
        'L. S. G. Kovasznay and H. M. Joseph, "Image processing", Proceedings of the IRE 43 (1955)',
        _sharpen,
    ),
    Kernel(
        "unsharp",
        "Unsharp mask",
        "Adds what a Gaussian blur takes away, so that details stand out.",
        'W. F. Schreiber, "Wirephoto quality improvement by unsharp masking", '
        "Pattern Recognition 2 (1970)",
        _unsharp,
    ),
    Kernel(
        "sobel_x",
        "Sobel x",
        "Positive where the picture gets brighter to the right: it answers to upright edges.",
        SOBEL,
        _sobel_x,
    ),
    Kernel(
        "sobel_y",
        "Sobel y",
        "Positive where the picture gets brighter downwards: it answers to level edges.",
        SOBEL,
        _downwards(_sobel_x),
    ),
    Kernel(
        "scharr_x",
        "Scharr x",
        "As Sobel x, with weights that treat edges of all directions more alike.",
        SCHARR,
        _scharr_x,
    ),
    Kernel(
        "scharr_y",
        "Scharr y",
        "As Sobel y, with weights that treat edges of all directions more alike.",
        SCHARR,
        _downwards(_scharr_x),
    ),
    Kernel(
        "prewitt_x",
        "Prewitt x",
        "The slope to the right of the plane that fits the pixels best.",
        PREWITT,
        _prewitt_x,
    ),
    Kernel(
        "prewitt_y",
        "Prewitt y",
        "The slope downwards of the plane that fits the pixels best.",
        PREWITT,
        _downwards(_prewitt_x),
    ),
    Kernel(
        "laplacian",
        "Laplacian",
        "How much brighter the neighbours are than the pixel itself: edges and spots of any kind.",
        GONZALEZ,
        _of_size(shapes.laplacian),
    ),
    Kernel(
        "laplacian_of_gaussian",
        "Laplacian of Gaussian",
        "The Laplacian of the blurred picture: edges and spots of one size, with less noise.",
        'D. Marr and E. Hildreth, "Theory of edge detection", '
        "Proceedings of the Royal Society of London B 207 (1980)",
        _of_size(shapes.laplacian_of_gaussian),
    ),
    Kernel(
        "emboss",
        "Emboss",
        "Adds the slope along the diagonal: the picture looks pressed into metal.",
        'GIMP user manual (2.10, 2018), filter "Convolution Matrix"',
        _emboss,
    ),
    Kernel(
        "gabor",
        "Gabor",
        "Answers to lines of one direction and one width, like cells of the visual cortex.",
        'J. G. Daugman, "Uncertainty relation for resolution in space, spatial frequency, and '
        'orientation", Journal of the Optical Society of America A 2 (1985)',
        _gabor,
    ),
    Kernel(
        "motion_blur",
        "Motion blur",
        "The mean along a line: as if the camera had moved while the shutter was open.",
        'M. Potmesil and I. Chakravarty, "Modeling motion blur in computer-generated images", '
        "SIGGRAPH (1983)",
        _motion_blur,
    ),
    Kernel(
        "random",
        "Random",
        "What a layer of torch starts from before it has learned anything.",
        'Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp" (1998), section 4.6',
        _random,
    ),
)

KERNELS: dict[str, Kernel] = {kernel.name: kernel for kernel in _LIBRARY}
