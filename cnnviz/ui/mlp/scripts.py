"""The scripts that give the numbers of each view of the page `mlp`, in torch alone."""

from __future__ import annotations

from torch import Tensor

from cnnviz.convolution.small_pictures import small_picture
from cnnviz.models.mlp import ACTIVATIONS
from cnnviz.perceptron.layers import LayerNumbers
from cnnviz.playground.points import CLASSES
from cnnviz.rounding import plainly
from cnnviz.ui.mlp.address import Values
from cnnviz.ui.mlp.matrix import matrix_today
from cnnviz.ui.mlp.neuron import network_layers
from cnnviz.ui.mlp.shift import move_of
from cnnviz.ui.mlp.size import layer_of
from cnnviz.ui.mlp.training import setup_of

PHI = {
    "relu": "torch.relu",
    "tanh": "torch.tanh",
    "sigmoid": "torch.sigmoid",
    "gelu": "nn.functional.gelu",
    "identity": "nn.Identity()",
}


def scripts(values: Values) -> dict[str, str]:
    """The script of today's view, by title; nothing where the view shows none."""
    made = {
        "neuron": neuron_script,
        "depth": depth_script,
        "size": size_script,
        "shift": shift_script,
        "matrix": matrix_script,
    }
    return {"": made[values.view](values)} if values.view in made else {}


def neuron_script(values: Values) -> str:
    """Every layer, and the loss."""
    layers = network_layers(values)
    lines = [
        "import torch",
        "from torch import nn",
        "",
        f"phi = {PHI[values.activation]}",
        f"y = torch.tensor({_list(layers[0].x)}, dtype=torch.float64)",
    ]
    for index, layer in enumerate(layers, 1):
        lines += ["", *_layer_lines(index, layer)]
    if values.part == "network":
        lines += ["", *_loss_lines(values)]
    return "\n".join(lines) + "\n"


def _layer_lines(index: int, layer: LayerNumbers) -> list[str]:
    applied = "z" if layer.activation == "identity" else "phi(z)"
    outputs, inputs = layer.weight.shape
    rows = ",\n    ".join(_list(row) for row in layer.weight)
    return [
        f"linear = nn.Linear({inputs}, {outputs}, dtype=torch.float64)",
        f"W = torch.tensor([\n    {rows},\n], dtype=torch.float64)",
        f"b = torch.tensor({_list(layer.bias)}, dtype=torch.float64)",
        "with torch.no_grad():",
        "    linear.weight[:], linear.bias[:] = W, b",
        "    z = linear(y)",
        f"    y = {applied}",
        f'print("layer {index}:", tuple(W.shape), "z =", z.tolist(), "y =", y.tolist())',
    ]


def _loss_lines(values: Values) -> list[str]:
    if values.task == "regression":
        return [f'print("loss:", float((y - {values.wanted:g}).square().sum()))']
    return [
        'print("probabilities:", y.softmax(0).tolist())',
        f"target = torch.tensor([{values.target - 1}])",
        'print("loss:", float(nn.functional.cross_entropy(y[None], target)))',
    ]


def depth_script(values: Values) -> str:
    """The points, the network from its seed, the steps, and both losses after them."""
    setup = setup_of(values)
    sizes = ", ".join(map(str, setup.hidden))
    is_classes = setup.data in CLASSES
    inputs, outputs = (2, 2) if is_classes else (1, 1)
    loss = "cross_entropy" if is_classes else "mse_loss"
    decay = plainly(setup.weight_decay)
    rate = f"{plainly(setup.learning_rate)}, weight_decay={decay}, fused=True"
    made = {
        "adam": f"torch.optim.AdamW(model.parameters(), {rate})",
        "sgd": f"torch.optim.SGD(model.parameters(), {rate})",
        "momentum": f"torch.optim.SGD(model.parameters(), {rate}, momentum=0.9)",
    }[setup.optimizer]
    right = (
        'print("right:", [int((s.argmax(1) == t).sum()) for s, t in halves])\n'
        if is_classes
        else ""
    )
    return (
        "import torch\n"
        "import torch.nn.functional as F\n"
        "from torch import nn\n\n"
        "# In this project's folder:\n"
        "from cnnviz.playground.points import make_points\n\n"
        f'points = make_points("{setup.data}", {setup.points}, noise={setup.noise:g}, '
        f"test_share={setup.test_share:g}, seed={setup.seed})\n"
        "x, y, n = points.x, points.y, points.num_train\n\n"
        f"sizes = [{inputs}, {sizes}, {outputs}]\n"
        f"generator = torch.Generator().manual_seed({setup.seed})\n"
        "layers = []\n"
        "for before, after in zip(sizes, sizes[1:]):\n"
        "    linear = nn.Linear(before, after)\n"
        "    for parameter in linear.parameters():  # as torch begins, from a seed of its own\n"
        "        nn.init.uniform_(parameter, -(before**-0.5), before**-0.5, generator=generator)\n"
        f"    layers += [linear, nn.{ACTIVATIONS[setup.activation].__name__}()]\n"
        "model = nn.Sequential(*layers[:-1])\n\n"
        f"optimizer = {made}\n"
        f"for step in range({values.steps}):\n"
        "    optimizer.zero_grad()\n"
        f"    F.{loss}(model(x)[:n], y[:n]).backward()\n"
        "    optimizer.step()\n\n"
        "with torch.no_grad():\n"
        "    answers = model(x)\n"
        "halves = (answers[:n], y[:n]), (answers[n:], y[n:])\n"
        f'print("losses:", [round(float(F.{loss}(s, t)), 4) for s, t in halves])\n'
        f"{right}"
    )


def size_script(values: Values) -> str:
    """The parameters of both layers, counted by torch on the meta device (shapes only)."""
    layer = layer_of(values)
    return (
        "import torch\n"
        "from torch import nn\n\n"
        f"side, channels = {layer.side}, {layer.channels}\n"
        'with torch.device("meta"):  # shapes only, no memory\n'
        f"    dense = nn.Linear(channels * side**2, {layer.neurons})\n"
        f"    convolution = nn.Conv2d(channels, {layer.neurons}, {layer.filter_size})\n"
        'print("one neuron:", dense.weight[0].numel())\n'
        'print("dense:", sum(p.numel() for p in dense.parameters()))\n'
        'print("convolution:", sum(p.numel() for p in convolution.parameters()))\n'
    )


def shift_script(values: Values) -> str:
    """Both networks' answers to the moved digit, and what is left of LeNet's first map."""
    now = move_of(values)
    head = "import torch\nimport torch.nn.functional as F\n"
    if values.source == "picture" or values.digit < 0:
        opened = 'x = digit_of(Image.open("my_digit.png"))  # (28, 28), 0 to 255\n'
        imports = "from PIL import Image\n\n# In this project's folder:\n"
        source = "from cnnviz.shift.digits import digit_of\n"
    else:
        opened = f'x = torch.from_numpy(digit("{values.digit}").copy()).float()  # (28, 28)\n'
        imports = "\n# In this project's folder:\n"
        source = "from cnnviz.images.ten_digits import digit\n"
    library = "from cnnviz.models import pretrained\n" + source
    if now.is_shift:
        shift = f"dx, dy = {now.dx}, {now.dy}\nmoved = F.pad(x, (dx, -dx, dy, -dy))\n"
    else:
        library += "from cnnviz.shift.moves import Move, moved as move\n"
        shift = (
            f"moved = move(x, Move({now.dx}, {now.dy}, rotation={now.rotation:g}, "
            f"scale={now.scale:g}, noise={now.noise:g}))\n"
        )
    return (
        f"{head}{imports}{library}\n{opened}{shift}"
        "batch = (torch.stack([moved, x]).unsqueeze(1) / 255 - 0.1307) / 0.3081  # as in training\n"
        "black = -0.1307 / 0.3081\n"
        "with torch.no_grad():\n"
        '    for name, padding in (("mlp-mnist", 0), ("lenet-mnist", 2)):\n'
        "        model = pretrained(name).model\n"
        "        p = model(F.pad(batch, [padding] * 4, value=black)).softmax(1)\n"
        "        says, was = p.argmax(1).tolist()\n"
        '        print(f"{name} says {says}: {100 * p[0, says]:.1f} %, "\n'
        '              f"unmoved {was}: {100 * p[1, was]:.1f} %")\n'
    )


def matrix_script(values: Values) -> str:
    """The matrix from the layer's answers to pictures of one pixel, and M·x beside the layer's."""
    try:
        matrix = matrix_today(values)
    except ValueError:
        return _refused(values)
    kernel = ",\n    ".join(_list(row) for row in matrix.kernel)
    picture = ",\n    ".join(_list(row) for row in small_picture(values.size, values.seed))
    pixels = values.size**2
    return (
        "import torch\n"
        "from torch import nn\n\n"
        f"layer = {_layer(values)}\n"
        f"kernel = torch.tensor([\n    {kernel},\n], dtype=torch.float64)\n"
        f"x = torch.tensor([\n    {picture},\n], dtype=torch.float64)\n"
        "with torch.no_grad():\n"
        "    layer.weight[:] = kernel\n"
        "    # its answers to pictures of one pixel are the columns of the matrix\n"
        f"    pixels = torch.eye({pixels}, dtype=torch.float64).view(-1, 1, *x.shape)\n"
        "    M = layer(pixels).flatten(1).T\n"
        "    y = layer(x[None, None])\n"
        'print("M:", tuple(M.shape))\n'
        'print("not 0:", int((M != 0).sum()))\n'
        'print("M·x − layer(x):", float((M @ x.flatten() - y.flatten()).abs().max()))\n'
        "print(y[0, 0])\n"
    )


def _refused(values: Values) -> str:
    """What torch itself says of settings that cannot be."""
    return (
        "import torch\n"
        "from torch import nn\n\n"
        f"layer = {_layer(values)}\n"
        "try:\n"
        f"    layer(torch.zeros(1, 1, {values.size}, {values.size}, dtype=torch.float64))\n"
        "except RuntimeError as error:\n"
        "    print(error)\n"
    )


def _layer(values: Values) -> str:
    more = "".join(
        f", {name}={getattr(values, name)}"
        for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1))
        if getattr(values, name) != usual
    )
    return f"nn.Conv2d(1, 1, {values.kernel_size}{more}, bias=False, dtype=torch.float64)"


def _list(values: Tensor) -> str:
    return "[" + ", ".join(f"{value:.10g}" for value in values.tolist()) + "]"
