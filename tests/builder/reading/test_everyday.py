"""Everyday code is read as what it is, or refused with the true reason; what is guessed is said."""

from __future__ import annotations

import pytest

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.counts import count_params
from cnnviz.builder.doctor import diagnose
from cnnviz.builder.import_code import CodeError, read_code
from cnnviz.builder.shapes import output_shape
from tests.support.hostile_code import net
from tests.support.reading_cases import CASES

GUESS = "is a guess"

# case: (input shape, output shape, parameters, words of a note), as torch has them
READ = {
    "02.1": ((3, 12, 12), (3, 12, 12), 443, None),
    "03.1": ((3, 32, 32), (8, 15, 15), 224, GUESS),
    "03.2": ((3, 32, 32), (8, 28, 28), 808, GUESS),
    "04.1": ((1, 32, 32), (6, 28, 28), 156, GUESS),
    "04.2": ((1, 32, 32), (6, 28, 28), 156, None),
    "05.1": ((3, 32, 32), (10,), 314, "Lines 5 to 6 and 9 to 13"),
    "05.2": ((3, 32, 32), (8, 30, 30), 224, "Line 1 "),
    "05.3": ((3, 32, 32), (8, 30, 30), 224, "Lines 6 to 7"),
    "05.4": ((3, 32, 32), (8, 30, 30), 224, "Lines 4 to 9"),
    "06.1": ((1, 32, 32), (20, 28, 28), 520, GUESS),
    "06.2": ((1, 32, 32), (20, 28, 28), 520, GUESS),
    "06.3": ((1, 32, 32), (20, 28, 28), 520, GUESS),
    "06.4": ((1, 32, 32), (20, 28, 28), 520, GUESS),
    "06.5": ((1, 32, 32), (20, 28, 28), 520, GUESS),
    "07.1": ((1, 28, 28), None, 23_258, "Line 14"),
    "07.2": ((3, 100, 100), None, 10_458, None),
    "07.3": ((3, 20, 20), None, 1_234, None),
    "09.1": ((3, 32, 32), (8, 30, 30), 824, GUESS),
    "09.2": ((3, 40, 90), (2,), 25_986, None),
    "11.1": ((3, 32, 32), (8, 28, 28), 808, "torch does not see the layers in the list steps"),
    "11.2": ((3, 32, 32), (10,), 72_234, "The Linear of line 10 is made in forward"),
    "11.3": ((3, 32, 32), (8, 30, 30), 224, "unused is never called: torch counts its 584"),
    "12.1": ((3, 32, 32), None, 52_202, "a printout does not show its forward"),
    "12.2": ((3, 32, 32), None, 1_946, "a printout does not show its forward"),
    "19.1": ((3, 32, 32), (10,), 314, GUESS),
    "19.2": ((3, 32, 32), (10,), 314, GUESS),
    "21.1": ((3, 32, 32), (10,), 72_234, GUESS),
    "21.2": ((1, 1, 12), (10,), 130, GUESS),
    "24.1": ((3, 32, 32), (64, 32, 32), 23_584, GUESS),
}
REFUSED = {
    "23.1": (9, "self has no conv1; it has conv"),
    "23.2": (9, "_init_ is never called: write __init__ with two underscores on each side"),
    "23.3": (8, "forward stands inside another method: move it to the left"),
    "23.4": (1, "torch.nn has no Conv2D: do you mean nn.Conv2d?"),
    "23.5": (1, "Conv2d has no argument strides: do you mean stride?"),
    "23.6": (1, "nn.ReLU lacks its brackets: nn.ReLU()"),
}
# case: (words of the doctor, the first offer)
DIAGNOSED = {
    "01.1": ("16 × 5 × 5 = 400 arrive for each picture", "Write view(-1, 400)"),
    "01.2": ("each picture is cut into 4 rows", "Write view(-1, 2048)"),
    "07.1": ("32 × 7 × 7 = 1,568 arrive", "Set in_features = 1568"),
    "07.2": ("16 × 98 × 98 = 153,664 arrive", "Set in_features = 153664"),
    "07.3": ("8 × 18 × 18 = 2,592 arrive", "Set in_features = 2592"),
    "12.1": ("A printout does not show forward", "Use the pooling after each convolution"),
    "12.2": ("A printout does not show forward", "Set in_channels = 8"),
    "25.1": ("3 channels come last", "Put the channels first: 3 × 224 × 224"),
    "25.2": ("1 channel comes last", "Put the channels first: 1 × 28 × 28"),
}


@pytest.mark.parametrize("case", READ)
def test_what_torch_runs_is_read_with_its_shapes_and_parameters(case: str) -> None:
    reading = read_code(CASES[case])
    shape, after, num_params, words = READ[case]
    spec = reading.spec
    assert (spec.input_shape, output_shape(spec)) == (shape, after)
    assert sum(map(count_params, spec.layers)) == num_params
    assert any(words in note for note in reading.notes) if words else reading.notes == ()


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_told_with_its_line_and_the_nearest_right_name(case: str) -> None:
    line, words = REFUSED[case]
    with pytest.raises(CodeError) as caught:
        read_code(CASES[case])
    assert caught.value.line == line
    assert words in caught.value.reason


@pytest.mark.parametrize("case", DIAGNOSED)
def test_the_doctor_says_what_the_text_knows_and_tells_no_guess_as_a_cause(case: str) -> None:
    spec = read_code(CASES[case]).spec
    for known in (spec, decode(encode(spec))):  # a link knows what was guessed, too
        found = diagnose(known)
        assert found is not None
        words, offer = DIAGNOSED[case]
        assert words in found.sentence
        assert found.mends[0].label.startswith(offer)
        assert all(output_shape(mend.spec) for mend in found.mends)
        if spec.guessed:
            assert "because" not in found.sentence


SLIPS = {
    "super is missing": (net("self.c = nn.ReLU()").replace("super().__init__()", "pass"), 4,
                         "super().__init__() is missing"),
    "a comma too many": (net("self.c = nn.ReLU(),", "return self.c(x)"), 6, "a comma at the end"),
    "no return": (net("self.c = nn.ReLU()", "x = self.c(x)"), 5, "forward returns nothing"),
    "a list for layers": ("nn.Sequential([nn.ReLU()])", 1, "a star unpacks it"),
    "a function as a layer": ("import torch.nn.functional as F\nnn.Sequential(F.relu)", 2,
                              "as a layer it is nn.ReLU()"),
    "self is missing": (net("self.c = nn.ReLU()", "return c(x)"), 6, "do you mean self.c?"),
    "no self": (net("self.c = nn.ReLU()", "return x").replace("forward(self, x)", "forward(x)"), 5,
                "forward lacks its first argument, self"),
    "a layer without its picture": (net("self.c = nn.ReLU()", "return self.c(self.c)"), 6,
                                    "its picture in brackets is missing"),
    "forward misspelt": (net("self.c = nn.ReLU()").replace("def forward", "def foward"), 5,
                         "it has foward, and torch calls forward"),
    "a function misspelt": (net("pass", "return torch.flaten(x, 1)"), 6, "do you mean flatten?"),
    "a method misspelt": (net("pass", "return x.reltu()"), 6, "do you mean relu?"),
    "super the wrong way round": (net("pass").replace("super()", "super(self, Net)"), 3,
                                  "super takes its class and self"),
    "super of another class": (net("pass").replace("super()", "super(nn.Conv2d, self)"), 3,
                               "super takes its class and self"),
    "super without brackets": (net("pass").replace("super()", "super"), 3, "super().__init__()"),
    "a stack": (net("pass", "return torch.stack([x, x], 1)"), 6, "makes a new dimension"),
    "a table": ("---\n  Layer (type)    Output Shape   Param #\n  Conv2d-1 [-1, 6, 28, 28] 456", 2,
                "does not show kernels"),
    "Keras": ("import keras\nnet = keras.layers.Dense(10)", 2, "only PyTorch is read"),
    "a layer that torch has": ("nn.LSTM(3, 3)", 1, "is torch's, but no layer of the builder"),
    "a class from elsewhere": ("from blocks import Block\nnet = nn.Sequential(Block(3))", 2,
                               "Block comes from blocks, which is not in this text"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_as_torch_would_have_it(name: str) -> None:
    text, line, words = SLIPS[name]
    with pytest.raises(CodeError) as caught:
        read_code(text)
    assert words in caught.value.reason
    assert caught.value.line == line


WAYS = {
    "a prompt of IPython": "In [1]: import torch.nn as nn\n\nIn [2]: net = nn.Sequential(\n"
    "   ...:     nn.Conv2d(1, 4, 3))\n\nIn [3]: net\nOut[3]: something else\n",
    "a notebook as a browser copies it": "In [1]:\nimport torch.nn as nn\nIn [2]:\n"
    "net = nn.Sequential(\n    nn.Conv2d(1, 4, 3))\nnet\nOut[2]:\nSequential(\n  (0): ...\n)\n",
    "a notebook file": '{"cells": [{"cell_type": "code", "source": ["import torch.nn as nn\\n", '
    '"net = nn.Sequential(nn.Conv2d(1, 4, 3))"]}]}',
    "words around it": "Here is my model:\nnet = nn.Sequential(nn.Conv2d(1, 4, 3))\nEpoch 1: 0.3",
    "made in a function": "def main():\n    net = nn.Sequential(nn.Conv2d(1, 4, 3))\n"
    "    print(net)\nif __name__ == '__main__':\n    main()",
}


@pytest.mark.parametrize("way", WAYS)
def test_code_is_found_in_what_stands_around_it(way: str) -> None:
    assert [layer.kind for layer in read_code(WAYS[way]).spec.layers] == ["Conv2d"]


SIZES = {
    "import torchinfo\nnet = {}\ntorchinfo.summary(net, input_size=(8, 1, 28, 30))": (1, 28, 30),
    "net = {}\nx = torch.rand(size=(2, 1, 20, 22))\nnet(x)": (1, 20, 22),
    "net = {}\nx = torch.randint(0, 255, (1, 1, 20, 21)).float()\nnet(x)": (1, 20, 21),
    "B, C, S = 4, 1, 48\nnet = {}\ny = net(torch.rand(B, C, S, S))": (1, 48, 48),
    "net = {}\nx = picture()  # 1 x 50 x 60": (1, 50, 60),
    "from torchvision import datasets\nd = datasets.MNIST('.')\nnet = {}": (1, 28, 28),
}


@pytest.mark.parametrize("text", SIZES)
def test_a_size_that_stands_anywhere_in_the_text_is_no_guess(text: str) -> None:
    reading = read_code(text.format("nn.Sequential(nn.Conv2d(1, 4, 3))"))
    assert reading.spec.input_shape == SIZES[text]
    assert not any("guess" in note for note in reading.notes)


def test_six_hundred_things_to_say_are_the_first_and_how_many_more() -> None:
    lines = "x = x / 255\n        " * 600 + "return self.c(x)"
    notes = read_code(net("self.c = nn.Conv2d(3, 4, 3)", lines)).notes
    assert len(notes) == 12
    assert notes[-1] == "And 590 more of such sentences."  # 600 lines, and the size is a guess
