import ast
import builtins
import json
import keyword
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load, load_file

from cnnviz.builder.calls import call_text, short_text
from cnnviz.builder.counts import count_params
from cnnviz.builder.edits import change_input_shape, rename
from cnnviz.builder.export_code import to_python
from cnnviz.builder.export_notebook import to_notebook
from cnnviz.builder.import_code import from_code
from cnnviz.builder.modules import build
from cnnviz.builder.names import class_name
from cnnviz.builder.weights import weights_safetensors
from cnnviz.models import networks
from cnnviz.models.specs import (
    LAYER_CLASSES,
    AvgPool2d,
    Conv2d,
    Dropout,
    LPPool2d,
    MaxPool2d,
    NetworkSpec,
    ReLU,
    Residual,
    Softmax,
)
from tests.support.random_networks import random_network

NUM_RANDOM = 120
SMALL = [networks.lenet(), networks.lenet_fully_conv(1, 33), networks.tiny(), networks.mlp(),
         networks.empty(), networks.resnet((1, 2), 8, 10, 64)]  # fmt: skip


def sine_batch(shape: tuple[int, ...]) -> torch.Tensor:
    pixels = torch.arange(2 * torch.Size(shape).numel(), dtype=torch.float32)
    return torch.sin(pixels).reshape(2, *shape)


def assert_equal_but_for_rounding(
    ours: torch.Tensor, theirs: torch.Tensor, spec: NetworkSpec
) -> None:
    """Another process may add in another order: the last digits of a long sum then differ."""
    assert ours.shape == theirs.shape, spec
    largest = max(1.0, ours.abs().max().item())
    assert torch.allclose(ours / largest, theirs / largest, rtol=1e-5, atol=1e-6), spec


BLOCKS = [
    NetworkSpec("a", (3, 8, 8), (block,))
    for block in (networks.residual_block(3, 4, 2), Residual((ReLU(),)))
]
VOCABULARY = sorted(
    {
        word
        for spec in BLOCKS
        for word in re.findall(r"[^\W\d]\w*", to_notebook(spec) + to_python(spec))
    }
    | {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *LAYER_CLASSES}
)


@pytest.mark.parametrize("spec", BLOCKS, ids=["ResNetBlock", "ResidualBlock"])
def test_a_network_may_be_called_like_any_word_of_its_own_code(spec: NetworkSpec) -> None:
    assert {"ResNetBlock", "ResidualBlock", "Tensor", "nn", "main_path"} <= {*VOCABULARY}
    batch = torch.rand(1, *spec.input_shape)
    shape = build(spec).eval()(batch).shape
    for name in VOCABULARY:
        if len(name) <= 40:
            named = rename(spec, name)
            names: dict[str, type[torch.nn.Module]] = {"__name__": "pasted"}
            exec(compile(to_python(named), name, "exec"), names)
            assert names[class_name(name)]().eval()(batch).shape == shape, name
            assert from_code(to_python(named)) == named


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:dropout2d", "ignore:Using padding='same'")
def test_120_random_networks_run_in_a_fresh_process_with_the_same_keys_and_outputs(
    tmp_path: Path,
) -> None:
    specs = [*SMALL, *(random_network(seed) for seed in range(NUM_RANDOM))]
    models = [build(spec, seed=number).eval() for number, spec in enumerate(specs)]
    for number, (spec, model) in enumerate(zip(specs, models, strict=True)):
        facts = {
            "class": class_name(spec.name),
            "input_shape": spec.input_shape,
            "keys": list(model.state_dict()),
        }
        (tmp_path / f"{number}.py").write_text(to_python(spec))
        (tmp_path / f"{number}.json").write_text(json.dumps(facts))
        (tmp_path / f"{number}.safetensors").write_bytes(weights_safetensors(model))
    script = Path(__file__).parents[1] / "support" / "run_exported.py"
    subprocess.run([sys.executable, "-I", script, tmp_path], check=True, cwd=tmp_path)
    for number, (spec, model) in enumerate(zip(specs, models, strict=True)):
        with torch.inference_mode():
            ours = model(sine_batch(spec.input_shape))
        theirs = load_file(tmp_path / f"{number}.out.safetensors")["output"]
        assert_equal_but_for_rounding(ours.nan_to_num(), theirs.nan_to_num(), spec)


def test_an_exported_file_runs_as_a_script(tmp_path: Path) -> None:
    path = tmp_path / "lenet.py"
    path.write_text(to_python(networks.lenet()))
    run = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, check=True)
    assert run.stdout == "output shape: (1, 10)\nparameters: 62006\n"


@pytest.mark.parametrize("seed", range(40))
def test_exported_lines_are_short_and_import_torch_only(seed: int) -> None:
    code = to_python(random_network(seed))
    assert max(map(len, code.splitlines())) <= 110  # a long call keeps its shape behind it
    imports = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import)]
    assert [alias.name for node in imports for alias in node.names] == ["torch"]
    assert "cnnviz" not in code


def test_every_layer_has_its_shape_at_the_end_of_its_line() -> None:
    code = to_python(networks.lenet())
    assert "self.conv1 = nn.Conv2d(3, 6, kernel_size=5)  # 6 × 28 × 28\n" in code
    assert "self.flatten = nn.Flatten()  # 400\n" in code
    assert "x = self.pool1(self.relu1(self.conv1(x)))  # (N, 6, 14, 14)\n" in code
    assert "return self.fc3(x)  # (N, 10)\n" in code
    attributes = [line for line in code.splitlines() if re.search(r"self\.\w+ = nn", line)]
    assert len(attributes) == 12
    assert all("  # " in line for line in attributes)


def test_resnet_is_written_with_the_tutorials_block() -> None:
    code = to_python(networks.resnet())
    assert "self.block3 = ResNetBlock(64, 128, first_stride=2)  # 128 × 28 × 28" in code
    assert len(code.splitlines()) < 90


def test_a_network_that_does_not_fit_is_written_with_the_reason() -> None:
    code = to_python(change_input_shape(networks.lenet(), (3, 64, 64)))
    assert "# Does not fit: This Linear expects 400 numbers; 16 × 13 × 13 = 2,704 arrive" in code
    assert "self.fc1 = nn.Linear(400, 120)\n" in code
    compile(code, "lenet.py", "exec")


@pytest.mark.parametrize(
    "name", ["#", "a {x} %s", "nn", "torch", "Residual", "été", "1", "a\u2029b"]
)
def test_no_name_breaks_the_code(name: str) -> None:
    if not name.isprintable():
        with pytest.raises(ValueError, match="invisible"):
            rename(networks.tiny(), name)
        return
    spec = rename(networks.tiny(), name)
    namespace: dict = {"__name__": "exported"}
    exec(compile(to_python(spec), "net.py", "exec"), namespace)
    assert sum(p.numel() for p in namespace[class_name(name)]().parameters()) == 314


@pytest.mark.parametrize(
    ("layer", "call", "short"),
    [
        (Conv2d(3, 6, 5), "Conv2d(3, 6, kernel_size=5)", "6, kernel 5"),
        (
            Conv2d(3, 6, (5, 3), padding="same", bias=False),
            'Conv2d(3, 6, kernel_size=(5, 3), padding="same", bias=False)',
            "6, kernel 5×3, padding same, bias off",
        ),
        (MaxPool2d(2), "MaxPool2d(2)", "2"),
        (MaxPool2d(3, 2, 1), "MaxPool2d(3, stride=2, padding=1)", "3, stride 2, padding 1"),
        (AvgPool2d(2, ceil_mode=True), "AvgPool2d(2, ceil_mode=True)", "2, ceil mode on"),
        (LPPool2d(2, 3), "LPPool2d(2.0, 3)", "2, 3"),
        (Dropout(0.5), "Dropout()", ""),
        (Dropout(0.2), "Dropout(0.2)", "0.2"),
        (Softmax(1), "Softmax(dim=1)", "dim 1"),
        (ReLU(), "ReLU()", ""),
        (Residual((ReLU(),)), "Residual()", "1 layers, identity shortcut"),
    ],
)
def test_a_layer_is_written_as_people_write_it(layer, call: str, short: str) -> None:
    assert call_text(layer) == call
    assert short_text(layer) == short


@pytest.mark.parametrize("spec", [*SMALL, random_network(3)], ids=lambda spec: spec.name)
def test_a_notebook_is_nbformat_4_and_its_cells_run_in_order(spec: NetworkSpec, capsys) -> None:
    notebook = json.loads(to_notebook(spec))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert set(notebook) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", identifier) for identifier in ids)
    namespace: dict = {}
    for cell in notebook["cells"]:
        assert all(isinstance(line, str) for line in cell["source"])
        if cell["cell_type"] == "code":
            assert set(cell) == {
                "cell_type", "execution_count", "id", "metadata", "outputs", "source",
            }  # fmt: skip
            exec("".join(cell["source"]), namespace)
        else:
            assert set(cell) == {"cell_type", "id", "metadata", "source"}
    params = sum(map(count_params, spec.layers))
    assert f"parameters: {params}" in capsys.readouterr().out


def test_weights_come_back_from_safetensors() -> None:
    model = build(networks.resnet((1, 1), 8, 10, 32), seed=2)
    weights = load(weights_safetensors(model))
    assert list(weights) and set(weights) == set(model.state_dict())
    assert all(torch.equal(weights[name], values) for name, values in model.state_dict().items())
