"""The scripts run in a fresh process that knows nothing of cnnviz, and say what the page says."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.layer import ConvNumbers, ConvSettings, numbers, problem
from cnnviz.convolution.responses import filter_bank, flip, picture_settings, respond
from cnnviz.convolution.worked_example import WorkedExample, grid_settings, worked_example
from cnnviz.snippets import example_script, layer_script, response_script
from tests.support.random_convolutions import random_settings

# Runs each script by itself, as if pasted into a new prompt, and collects what it prints.
RUNNER = """
import contextlib, io, json, sys, warnings
warnings.simplefilter("ignore")
sys.path = [path for path in sys.path if path]
printed = []
for script in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(script, {})
    printed.append(output.getvalue())
assert "cnnviz" not in sys.modules
print(json.dumps(printed))
"""


Prints = Callable[[str], None]  # checks what a script has printed


class Batch:
    """Scripts of many settings that run in one new process, each with its own check."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.tasks: list[tuple[str, Prints]] = []

    def run(self) -> None:
        done = subprocess.run(
            [sys.executable, "-c", RUNNER],
            input=json.dumps([script for script, _ in self.tasks]),
            capture_output=True,
            text=True,
            cwd=self.folder,
            timeout=150,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        for printed, (_, check) in zip(json.loads(done.stdout), self.tasks, strict=True):
            check(printed)

    def picture(self, name: str, mode: str = "RGB") -> torch.Tensor:
        """Saves a picture of noise; its numbers (channels, height, width)."""
        shape = (24, 31, 3) if mode == "RGB" else (24, 31)
        pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        Image.fromarray(pixels).save(self.folder / name)
        return torch.from_numpy(np.atleast_3d(pixels).transpose(2, 0, 1).astype(np.float32) / 255)


def layer_prints(found: ConvNumbers) -> Prints:
    def check(printed: str) -> None:
        assert printed.splitlines() == [
            f"output shape: {found.output_shape}",
            f"parameters: {found.num_params}",
            f"multiply-adds: {found.macs}",
        ]

    return check


def response_prints(response: torch.Tensor) -> Prints:
    def check(printed: str) -> None:
        shape, values = printed.splitlines()
        assert shape == f"output shape: {(1, *response.shape)}"
        found = [float(number) for number in re.findall(r"-?\d+\.\d+", values)]
        expected = [response.min().item(), response.max().item(), response.mean().item()]
        assert found == pytest.approx(expected, abs=3e-4)

    return check


def example_prints(example: WorkedExample) -> Prints:
    def check(printed: str) -> None:
        assert "tensor([[" in printed
        assert json.loads(printed.splitlines()[-1]) == [example.output.tolist()]

    return check


def add_layers(batch: Batch) -> None:
    layers = [s for s in random_settings(30, 700) if problem(s) is None][:200]
    layers.append(ConvSettings(4096, 4096, 64, 256, (7, 5), (2, 2)))  # measured, not computed
    layers.append(ConvSettings(2000, 2000, 64, 64, transposed=True, stride=(2, 2)))
    assert len(layers) == 202
    batch.tasks += [(layer_script(layer), layer_prints(numbers(layer))) for layer in layers]


def add_responses(batch: Batch, mode: str) -> None:
    image = batch.picture(f"{mode}.png", mode)
    before = len(batch.tasks)
    for number, settings in enumerate(random_settings(31, 200)):
        channels = ("sum", "each")[number % 2]
        layer = picture_settings(image, settings, channels)
        if problem(layer):
            continue
        name = list(KERNELS)[number % len(KERNELS)]
        weight = flip(KERNELS[name].weights(settings.kernel_size, seed=number))
        relu = number % 3 == 0
        response = respond(image, weight, settings, relu, channels)
        script = response_script(layer, {name: weight}, f"{mode}.png", relu)
        batch.tasks.append((script, response_prints(response)))
    assert len(batch.tasks) - before > 100


def add_planes_and_libraries(batch: Batch) -> None:
    image = batch.picture("picture.png")
    planes = torch.rand(3, 3, 3, generator=torch.Generator().manual_seed(0))
    library = {name: kernel.weights((3, 3)) for name, kernel in KERNELS.items()}
    for settings in (ConvSettings(), ConvSettings(transposed=True, stride=(2, 2))):
        for channels in ("sum", "each"):
            layer = picture_settings(image, settings, channels)
            response = respond(image, planes, settings, channels=channels)
            script = response_script(layer, {"Your own": planes}, "picture.png")
            batch.tasks.append((script, response_prints(response)))
        layer = picture_settings(image, settings, kernels=len(library))
        maps = filter_bank(image, list(library), settings, relu=True)
        script = response_script(layer, library, "picture.png", relu=True)
        batch.tasks.append((script, response_prints(maps)))


def add_a_smaller_picture(batch: Batch) -> None:
    batch.picture("large.png")
    with Image.open(batch.folder / "large.png") as picture:
        picture.thumbnail((16, 16), Image.Resampling.LANCZOS)
        small = torch.from_numpy(np.array(picture).transpose(2, 0, 1).astype(np.float32) / 255)
    weight = KERNELS["laplacian"].weights((3, 3))
    layer = picture_settings(small, ConvSettings())
    script = response_script(layer, {"Laplacian": weight}, "large.png", side=16)
    batch.tasks.append((script, response_prints(respond(small, weight, ConvSettings()))))


def add_examples(batch: Batch) -> None:
    before = len(batch.tasks)
    for number, settings in enumerate(random_settings(32, 200)):
        if problem(settings) is None:
            channel = number % settings.out_channels
            example = worked_example(grid_settings(settings), None, channel, number, 0.5)
            script = example_script(example) + "print(y.tolist())\n"
            batch.tasks.append((script, example_prints(example)))
    assert len(batch.tasks) - before > 50


@pytest.mark.slow
def test_five_hundred_scripts_print_the_numbers_of_the_page_without_cnnviz(tmp_path):
    batch = Batch(tmp_path)
    add_layers(batch)
    add_responses(batch, "RGB")
    add_responses(batch, "L")
    add_planes_and_libraries(batch)
    add_a_smaller_picture(batch)
    add_examples(batch)
    assert len(batch.tasks) > 500
    batch.run()


def test_a_script_names_only_what_differs_from_torch_s_defaults():
    script = layer_script(ConvSettings(32, 32, 3, 10, stride=(2, 1)))
    assert "layer = nn.Conv2d(3, 10, kernel_size=3, stride=(2, 1), padding=1)\n" in script
    plain = layer_script(ConvSettings(padding=(0, 0), kernel_size=(3, 5), output_padding=(1, 1)))
    assert "layer = nn.Conv2d(1, 1, kernel_size=(3, 5))\n" in plain


def test_only_large_layers_are_measured_instead_of_computed():
    assert "meta" not in layer_script(ConvSettings(512, 512, 3, 64))
    assert 'device="meta"' in layer_script(ConvSettings(4096, 4096, 16, 16))


@pytest.mark.parametrize("groups", [1, 2])
def test_a_large_input_that_chance_has_drawn_is_drawn_by_its_script_too(groups):
    settings = ConvSettings(32, 32, 10, 20, (6, 6), stride=(2, 2), padding=(0, 0), groups=groups)
    example = worked_example(settings, channel=17)
    script = example_script(example)
    assert script.count("\n") < 200  # 10 channels of 32 rows would be 320
    names: dict[str, torch.Tensor] = {}
    exec(script, names)
    assert torch.allclose(names["y"][0].double(), example.output)


def test_a_large_input_of_ones_own_stands_in_its_script():
    own = torch.arange(400.0).view(1, 20, 20)
    example = worked_example(ConvSettings(20, 20), image=own)
    assert "398, 399]" in example_script(example)


def test_a_file_name_cannot_leave_its_quotes():
    weight = KERNELS["identity"].weights((3, 3))
    layer = picture_settings(torch.zeros(3, 4, 4), ConvSettings())
    script = response_script(layer, {"Identity": weight}, 'a"); import os; ("b')
    assert 'Image.open("a\\"); import os; (\\"b")' in script


def test_settings_that_torch_refuses_have_no_script():
    with pytest.raises(ValueError, match="the kernel spans 9 pixels"):
        layer_script(ConvSettings(kernel_size=(9, 9)))
