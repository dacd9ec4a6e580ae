"""A visitor's file as a network that pictures are shown to: channels first, one row of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from cnnviz.images import fit
from cnnviz.models.cards import unknown_card
from cnnviz.models.frozen import frozen
from cnnviz.models.onnx.file import Graph, Node, read_graph
from cnnviz.models.onnx.translate import Translation, translated
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import InputSpec, PictureTransform, Transform, picture_tensor

CHANNELS = (1, 3)
TO_FIRST, TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]  # orders of axes
LARGEST_SIDE = 512  # pixels of what enters


@dataclass(frozen=True)
class Opened:
    """A network from a file, ready for pictures.

    Attributes:
        model: frozen; takes (N, channels, height, width) and gives scores (N, classes).
        shape: channels, height and width of a picture.
        num_scores: classes.
        num_params: weights and biases.
        operators: how many nodes of each operator the file has, the most frequent first.
        kinds: the modules that each of them became.
        is_channels_last: the file takes its channels last, and pictures are turned for it.
        has_softmax: the file ends in a softmax, which was left out: scores are what comes before.
        kept_as: the type of the file's weights where it is not float32, such as "float16".
    """

    model: nn.Module
    shape: tuple[int, int, int]
    num_scores: int
    num_params: int
    operators: tuple[tuple[str, int], ...]
    kinds: dict[str, tuple[str, ...]]
    is_channels_last: bool
    has_softmax: bool
    kept_as: str = ""

    @property
    def num_nodes(self) -> int:
        """Nodes of the file."""
        return sum(count for _, count in self.operators)


def open_file(data: bytes) -> Opened:
    """A file as a network for pictures.

    Raises:
        ValueError: it is refused as by `load_onnx`, does not take pictures of one or three
            channels, or gives no row of scores.
    """
    graph = read_graph(data)
    whole = translated(graph)  # the file as it is: what is wrong with it is said of its own nodes
    is_last = _is_channels_last(graph)
    turned = _channels_first(graph) if is_last else graph
    ending = _softmax(turned)
    cut = replace(turned, outputs=ending.inputs[:1]) if ending else turned
    cut = replace(cut, outputs=cut.outputs[:1])
    made = whole if cut is graph else translated(cut)
    shape = _picture_shape(made)
    model = frozen(made.model)
    return Opened(
        model, shape, _num_scores(model, shape), sum(p.numel() for p in model.parameters()),
        whole.operators, whole.kinds, is_last, ending is not None, graph.kept_as,
    )  # fmt: skip


def _is_channels_last(graph: Graph) -> bool:
    """Whether a picture has its channels behind its rows and columns, as in Keras."""
    shape = graph.input_shape
    return len(shape) == 4 and shape[3] in CHANNELS and shape[1] not in CHANNELS


def _channels_first(graph: Graph) -> Graph:
    """The graph with a picture whose channels come first, turned before its first node."""
    name, turned = graph.input, f"{graph.input} channels last"
    size = graph.input_shape
    undone = {
        node.outputs[0]: name
        for node in graph.nodes
        if node.op == "Transpose" and node.inputs == (name,)
        and node.attributes.get("perm") == TO_FIRST
    }  # fmt: skip
    nodes = [
        replace(node, inputs=tuple(undone.get(one, turned if one == name else one)
                                   for one in node.inputs))
        for node in graph.nodes
        if node.outputs[0] not in undone
    ]  # fmt: skip
    if any(turned in node.inputs for node in nodes):
        order = {"perm": TO_LAST}
        nodes.insert(0, Node("channels_last", "Transpose", (name,), (turned,), order))
    outputs = tuple(undone.get(one, one) for one in graph.outputs)
    shape = (size[0], size[3], size[1], size[2])
    return replace(graph, nodes=tuple(nodes), input_shape=shape, outputs=outputs)


def _softmax(graph: Graph) -> Node | None:
    """The softmax that a network ends in, if it does."""
    giver = {name: node for node in graph.nodes for name in node.outputs}
    last = giver.get(graph.outputs[0])
    while last is not None and last.op == "Identity":
        last = giver.get(last.inputs[0])
    return last if last is not None and last.op == "Softmax" else None


def _picture_shape(made: Translation) -> tuple[int, int, int]:
    shape = made.input_shape
    if len(shape) != 4 or shape[1] not in CHANNELS:
        raise ValueError(
            f"the network takes {shape[1:]}; pictures have one or three channels, rows and columns"
        )
    if max(shape[2:]) > LARGEST_SIDE:
        raise ValueError(f"it takes pictures of {shape[2]} × {shape[3]}; up to {LARGEST_SIDE} here")
    return shape[1], shape[2], shape[3]


def _num_scores(model: nn.Module, shape: tuple[int, int, int]) -> int:
    try:
        with torch.inference_mode():
            scores = model(torch.zeros(1, *shape))
    except (RuntimeError, IndexError, TypeError) as error:
        raise ValueError("a picture of its size does not go through the network") from error
    if scores.ndim not in (2, 4) or len(scores) != 1 or scores.shape[1] < 2:
        raise ValueError(
            f"the network gives {tuple(scores.shape)}; two scores or more are explained here"
        )
    return scores.shape[1]


@dataclass(frozen=True)
class FileTransform:
    """A picture's middle at the size of a network, its values as the network knows them.

    Args:
        shape: channels, height and width.
        mean: of each channel, for values in [0, 1].
        std: of each channel, for values in [0, 1]; 1/255 gives values from 0 to 255.
    """

    shape: tuple[int, int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def size(self) -> int:
        """Height in pixels of what enters the network."""
        return self.shape[1]

    def __call__(self, picture: Image.Image, size: int | None = None) -> Tensor:
        """The picture as a batch (1, channels, height, width); it has one size."""
        values = picture_tensor(fit(picture, self.shape[1:]), self.shape[0]) / 255
        mean, std = (torch.tensor(numbers).view(-1, 1, 1) for numbers in (self.mean, self.std))
        return ((values - mean) / std).contiguous()

    def crop(self, picture: Image.Image) -> Image.Image:
        """The part of the picture that the network gets to see."""
        _, height, width = self.shape
        side = min(picture.width / width, picture.height / height)
        return fit(picture, (max(1, round(height * side)), max(1, round(width * side))))


def transform_of(
    shape: tuple[int, int, int], mean: Sequence[float], std: Sequence[float]
) -> Transform:
    """From a picture to a batch: the middle square where the network takes squares."""
    channels, height, width = shape
    if height == width:
        return PictureTransform(InputSpec(channels, height, 0, tuple(mean), tuple(std)))
    return FileTransform(shape, tuple(mean), tuple(std))


def as_pretrained(
    opened: Opened, title: str, transform: Transform, classes: tuple[str, ...]
) -> Pretrained:
    """The network as pages ask networks; nothing is known of how good it is."""
    card = unknown_card(title, "my own file", opened.num_params, opened.shape[1], opened.num_scores)
    return Pretrained(opened.model, transform, classes, card)


def own_network(
    path: str | Path, mean: Sequence[float], std: Sequence[float], classes: Sequence[str] = ()
) -> Pretrained:
    """An ONNX file as `pretrained` gives networks: `.model`, `.transform`, `.classes`.

    Args:
        path: of the file.
        mean: of each channel, for values in [0, 1].
        std: of each channel, for values in [0, 1].
        classes: a name for each score; numbers where there are none.

    Raises:
        ValueError: the file is refused, or there are not as many names as scores.
        OSError: there is no such file.
    """
    opened = open_file(Path(path).read_bytes())
    if classes and len(classes) != opened.num_scores:
        raise ValueError(f"there are {len(classes)} names for {opened.num_scores} scores")
    transform = transform_of(opened.shape, mean, std)
    names = tuple(classes) or numbered(opened.num_scores)
    return as_pretrained(opened, Path(path).name, transform, names)


def numbered(count: int) -> tuple[str, ...]:
    """Names for scores that have none."""
    return tuple(f"class {index}" for index in range(count))
