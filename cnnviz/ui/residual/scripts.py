"""The scripts of the page: each prints the numbers of its view."""

from __future__ import annotations

from cnnviz.ui.pictures import Picture, sample_file
from cnnviz.ui.residual.address import Values
from cnnviz.ui.residual.block_at_work import FRESH_SIZE, TRAINED_SIZE, Asked
from cnnviz.ui.residual.live import (
    AROUND_DEPTH,
    AROUND_PICTURES,
    AROUND_STEPS,
    BATCH_SIZE,
    DEPTHS,
    DIGITS_SEED,
    NUM_DIGITS,
)
from cnnviz.ui.residual.network import MODEL

GRADIENTS = """\
import torch
import torch.nn.functional as F
from torch import nn

depth, width, act = {depth}, {width}, torch.{activation}


class Block(nn.Module):
    def __init__(self, skip, norm):
        super().__init__()
        self.skip = skip
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=not norm)
        self.norm1 = nn.BatchNorm2d(width) if norm else nn.Identity()
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=not norm)
        self.norm2 = nn.BatchNorm2d(width) if norm else nn.Identity()

    def forward(self, x):
        out = self.norm2(self.conv2(act(self.norm1(self.conv1(x)))))
        return act(x + out if self.skip else out)


class Act(nn.Module):
    def forward(self, x):
        return act(x)


def gradient_norms(skip, norm, seed={seed}):
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Conv2d(3, width, 3, padding=1, bias=not norm),
        nn.BatchNorm2d(width) if norm else nn.Identity(),
        Act(),
        *(Block(skip, norm) for _ in range((depth - 2) // 2)),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(width, 10),
    )
    convs = [layer for layer in net.modules() if isinstance(layer, nn.Conv2d)]
{he}    pictures, labels = torch.randn(8, 3, 16, 16), torch.randint(10, (8,))
    loss = F.cross_entropy(net(pictures), labels)
    gradients = torch.autograd.grad(loss, [conv.weight for conv in convs])
    return [gradient.double().norm().item() for gradient in gradients]  # float32 would say 0


for norm in {norms}:
    for skip in (False, True):
        norms = gradient_norms(skip, norm)
        print("residual" if skip else "plain", "norm" if norm else "bias", norms[0], norms[-1])
"""
HE = """\
    for conv in convs:
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        if conv.bias is not None:
            nn.init.zeros_(conv.bias)
"""
WHOLE = """\
import torch
from cnnviz.models import ResNet18, ResNetBlock

picture = torch.randn(1, 3, {side}, {side})
block, net = ResNetBlock(in_channels=3, out_channels=64, first_stride=2), ResNet18(10)
with torch.inference_mode():
    print("block:", tuple(block(picture).shape))
    x = net.input_group(picture)
    print("input_group:", tuple(x.shape))
    for name in ("group0", "group1", "group2", "group3"):
        x = getattr(net, name)(x)
        print(f"{{name}}:", tuple(x.shape))
    print("network:", tuple(net(picture).shape))
print("parameters:", sum(p.numel() for p in net.parameters()))
"""
RECORDED = """\
# made by: python -m cnnviz.residual --data mnist.npz --work FOLDER
from cnnviz.residual.recording import recording

for run in recording().runs:
    if run.steps == 600:
        name = "residual" if run.residual else "plain"
        error = sum(run.errors[-2:]) / 2  # of the last 20 steps
        print(name, run.depth, f"{error:.4f}", "test:", run.right)
"""
RACE = """\
from cnnviz.residual.race import RaceRecipe, new_net, run_race
from cnnviz.residual.small_digits import pen

recipe = RaceRecipe(steps={steps}, batch_size={batch}, seed={seed})
digits = pen({count}, seed={digits})
for depth in {depths}:
    for residual in (False, True):
        net = new_net(depth, residual, recipe)  # then {steps} steps of torch.optim.SGD
        errors = [step.error for step in run_race(net, digits, recipe)]
        print("residual" if residual else "plain", depth, sum(errors[-20:]) / 20)
"""
RECORDED_AROUND = """\
# made by: python -m cnnviz.residual --data mnist.npz --work FOLDER
from cnnviz.residual.landscape import grid
from cnnviz.residual.recording import recording

places = grid(21)
row, column = (min(range(21), key=lambda n: abs(places[n] - at)) for at in ({b}, {a}))
for residual in (False, True):
    run = recording().run(depth={depth}, steps={steps}, residual=residual)
    print("residual" if residual else "plain", "right:", run.right,
          "in the middle:", run.surface[10][10], "highest:", max(map(max, run.surface)),
          "there:", run.surface[row][column])
"""
AROUND = """\
import copy
import torch
import torch.nn.functional as F
from cnnviz.residual.race import RaceRecipe, new_net, run_race
from cnnviz.residual.small_digits import pen

recipe = RaceRecipe(steps={steps}, batch_size={batch}, seed={seed})
digits = pen({count}, seed={digits})
some = digits.some({pictures})
points = torch.linspace(-1, 1, {points})


def direction(net, seed):  # Li et al., 2018: each filter as long as the one it moves
    generator = torch.Generator().manual_seed(seed)
    moves = {{}}
    for name, weight in net.named_parameters():
        if weight.ndim > 1:
            noise = torch.randn(weight.shape, generator=generator)
            length = weight.detach().flatten(1).norm(dim=1) / noise.flatten(1).norm(dim=1)
            moves[name] = noise * length.view(-1, *[1] * (weight.ndim - 1))
    return moves


for residual in (False, True):
    net = new_net({depth}, residual, recipe)
    list(run_race(net, digits, recipe))
    first, second = direction(net, {first}), direction(net, {second})
    rows = []
    for b in points:
        for a in points:
            other = copy.deepcopy(net).train()  # norms measure the batch
            with torch.no_grad():
                for name, weight in other.named_parameters():
                    if name in first:
                        weight += a * first[name] + b * second[name]
                rows.append(F.cross_entropy(other(some.pictures), some.labels).item())
    print("residual" if residual else "plain", "in the middle:", rows[len(rows) // 2],
          "highest:", max(rows))
"""
BLOCK = """\
import torch
import torch.nn.functional as F
from PIL import Image
from cnnviz.models import ResNetBlock, pretrained
{imported}
picture = {picture}
network = pretrained("{model}")
net, index, (row, column) = network.model, {index}, {cell}

with torch.inference_mode():
    x = network.transform(picture, size={size})
{reached}
    half_way = block.main_path[:3](x)
    convolved = block.main_path[3](half_way)
    main, shortcut = block.main_path[4](convolved), block.shortcut_path(x)
    output = F.relu(shortcut + main)
print("shapes:", tuple(x.shape), tuple(output.shape))
for name, maps in (("half way", half_way), ("convolution", convolved), ("F(x)", main),
                   ("shortcut", shortcut), ("sum", shortcut + main), ("output", output)):
    print(f"{{name}}: {{maps[0, index, row, column]:.4f}}")
print("change:", main.square().mean().sqrt().item())
"""
REACHED = """\
    x = net.input_group(x)
    for name, block in ((n, m) for n, m in net.named_modules() if isinstance(m, ResNetBlock)):
        if name == "{block}":
            break
        x = block(x)
"""
FRESH = """\
    block = build_seeded(lambda: ResNetBlock({i}, {o}, {s}), seed={seed}).eval()
"""
FRESH_MAPS = """\
    x = torch.cat([net.input_group(x)] * {times}, dim=1)[:, :{i}]
"""
IDENTITY = """\
import torch
import torch.nn.functional as F
from PIL import Image
from cnnviz.models import pretrained

picture = {picture}
network = pretrained("{model}")
net, cut = network.model, "{block}"
main, shortcut = {main}, {shortcut}  # what the block's two paths are multiplied by


def scores(x, main, shortcut):
    x = net.input_group(x)
    for name in ("group0", "group1", "group2", "group3"):
        for number, block in enumerate(getattr(net, name)):
            here = f"{{name}}.{{number}}" == cut
            a, b = (main, shortcut) if here else (1, 1)
            x = F.relu(a * block.main_path(x) + b * block.shortcut_path(x))
    return net.fc(net.avgpool(x).flatten(1))[0].softmax(0)


with torch.inference_mode():
    batch = network.transform(picture)
    before, now = scores(batch, 1, 1), scores(batch, main, shortcut)
for name, old, new in zip(network.classes, before, now):
    print(f"{{name}}: {{old:.4f}} {{new:.4f}}")
"""


def gradients_script(values: Values) -> dict[str, str]:
    """Layer 1's and the last layer's gradient of every network in the view, in torch alone."""
    norms = {"without": "(False,)", "with": "(True,)", "both": "(False, True)"}
    script = GRADIENTS.format(
        depth=values.depth,
        width=values.width,
        activation=values.activation,
        seed=values.seed,
        norms=norms[values.batch_norm],
        he=HE if values.initialisation == "he" else "",
    )
    return {"First and last gradient": script}


def whole_script(values: Values) -> dict[str, str]:
    """The shapes of every stage."""
    return {"The shapes": WHOLE.format(side=values.side)}


def degradation_script(values: Values) -> dict[str, str]:
    """The last errors: of the recording, or of a race that is run again."""
    if values.source == "recorded":
        return {"The recorded errors": RECORDED}
    script = RACE.format(
        steps=values.race_steps,
        batch=BATCH_SIZE,
        seed=values.seed,
        count=NUM_DIGITS,
        digits=DIGITS_SEED,
        depths=DEPTHS,
    )
    return {"The race": script}


def landscape_script(values: Values) -> dict[str, str]:
    """The losses in the middle, at their highest and at the pinned place."""
    if values.source == "recorded":
        depth, steps = values.run.split("-")
        script = RECORDED_AROUND.format(depth=depth, steps=steps, a=values.a, b=values.b)
        return {"The recorded surfaces": script}
    script = AROUND.format(
        depth=AROUND_DEPTH,
        steps=AROUND_STEPS,
        batch=BATCH_SIZE,
        seed=values.seed,
        count=NUM_DIGITS,
        digits=DIGITS_SEED,
        pictures=AROUND_PICTURES,
        first=values.first,
        second=values.second,
        points=values.points,
    )
    return {"The surfaces": script}


def block_script(values: Values, asked: Asked, picture: Picture) -> dict[str, str]:
    """The cell pinned in the view, at every point of the block."""
    is_pixels = not asked.is_trained and asked.in_channels == 3
    script = BLOCK.format(
        imported="" if asked.is_trained else "from cnnviz.models.seeded import build_seeded\n",
        picture=_opened(picture),
        model=MODEL,
        index=asked.map_number - 1,
        cell=values.cell,
        size=FRESH_SIZE if is_pixels else TRAINED_SIZE,
        reached=_reached(asked),
    )
    return {"The block, step by step": script}


def _reached(asked: Asked) -> str:
    """The lines that come to the block and to what it reads."""
    i, o, s = asked.in_channels, asked.out_channels, asked.first_stride
    if asked.is_trained:
        return REACHED.format(block=asked.name).rstrip()
    maps = "" if i == 3 else FRESH_MAPS.format(i=i, times=-(-i // 64))
    return (maps + FRESH.format(i=i, o=o, s=s, seed=asked.seed)).rstrip()


def _opened(picture: Picture) -> str:
    file = sample_file(picture)
    return f'Image.open("{file}").convert("RGB")' if file else 'Image.open("my_picture.png")'


def identity_script(values: Values, picture: Picture) -> dict[str, str]:
    """The scores with one block's paths scaled; nothing for a picture of one's own."""
    script = IDENTITY.format(
        picture=_opened(picture),
        model=MODEL,
        block=values.block,
        main=values.main,
        shortcut=values.shortcut,
    )
    return {"The scores with scaled paths": script}
