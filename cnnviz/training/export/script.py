"""The script of a run: PyTorch alone, the same losses for the same seed.

It is the plain loop (`cnnviz.training.plain`) written out for one plan, one network and one data
set; what a plan does not ask for is not in it.
"""

from __future__ import annotations

import io

import numpy as np

from cnnviz.builder.export_code import definition
from cnnviz.builder.names import class_name
from cnnviz.builder.shapes import output_shape
from cnnviz.models.transforms import InputSpec
from cnnviz.rounding import in_full, plainly
from cnnviz.training.apart.job import Job
from cnnviz.training.digits import FOLDER
from cnnviz.training.export.reading import ARRAYS, DIGITS, reading
from cnnviz.training.material.kind import Material
from cnnviz.training.plan import Plan

OPTIMIZERS = {
    "sgd": "SGD(model.parameters(), lr={rate}, weight_decay={decay}, fused=True)",
    "momentum": (
        "SGD(model.parameters(), lr={rate}, momentum=0.9, weight_decay={decay}, fused=True)"
    ),
    "adam": "Adam(model.parameters(), lr={rate}, weight_decay={decay}, fused=True)",
    "adamw": "AdamW(model.parameters(), lr={rate}, weight_decay={decay}, fused=True)",
}
RATES = {
    "step": "return {rate} * 0.1 ** (step * 3 // num_steps)",
    "cosine": "return {rate} * (1 + math.cos(math.pi * step / num_steps)) / 2",
    "one-cycle": (
        "num_rising = max(1, round(0.15 * num_steps))\n"
        "    if step < num_rising:\n"
        "        return {rate} * (step + 1) / num_rising\n"
        "    progress = (step - num_rising + 1) / (num_steps - num_rising + 1)\n"
        "    return {rate} * (1 + math.cos(math.pi * progress)) / 2"
    ),
}
FIRST_WEIGHTS = """
# The first weights, uniformly from ±1/√fan_in as torch draws them, but by a seed of their own.
model = {network}()
generator = torch.Generator().manual_seed({seed})
for module in model.modules():
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
        bound = 1 / math.sqrt(module.weight[0].numel())
        for parameter in module.parameters(recurse=False):
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
"""
PREPARED = '''
def prepared(pictures: torch.Tensor) -> torch.Tensor:
    """Pictures (N, {channels}, {size}, {size}) in [0, 255] as they enter the network."""
    mean = torch.tensor({mean!r}).view(-1, 1, 1)
    std = torch.tensor({std!r}).view(-1, 1, 1)
    return {values}
'''
AUGMENTED = '''
def augmented(batch: torch.Tensor) -> torch.Tensor:
    """Each picture {does} by chance; what comes in is black."""
    uniform = 2 * torch.rand(len(batch), 4, generator=generator) - 1
    angle = uniform[:, 0] * math.radians({degrees!r})
    mirror = torch.where((uniform[:, 1] < 0) & {flip!r}, -1.0, 1.0)
    sides = torch.tensor([batch.shape[3], batch.shape[2]])
    shift = (uniform[:, 2:] * {shift!r}).round() * 2 / sides
    turn = torch.stack([angle.cos() * mirror, -angle.sin(), angle.sin() * mirror, angle.cos()], 1)
    affine = torch.cat([turn.view(-1, 2, 2), shift.unsqueeze(2)], dim=2)
    grid = F.affine_grid(affine, list(batch.shape), align_corners=False)
    return F.grid_sample(batch, grid, align_corners=False)
'''
LOOP = """
generator = torch.Generator().manual_seed({seed})  # of the order{chance}
{dropout}optimizer = torch.optim.{optimizer}
order = torch.empty(0, dtype=torch.long)
model.train()
for step in range({until}):
    if len(order) < {batch_size}:
        order = torch.randperm(len(pictures), generator=generator)
    chosen, order = order[:{batch_size}], order[{batch_size}:]
    batch = prepared({batch})
{rate}    scores = model(batch){mean}
    loss = F.cross_entropy(scores, labels[chosen])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    print(f"step {{step + 1}}: loss {{loss.item():.6f}}")

model.eval()
with torch.inference_mode():
    answers = torch.cat([model(prepared(part)){mean}.argmax(1) for part in asked.split(250)])
print(f"{{(answers == asked_labels).float().mean():.1%}} of {{len(asked):,}} others are right")
"""


def script(job: Job, until: int | None = None) -> str:
    """The training script of a run, self-contained.

    Args:
        job: of the run.
        until: the step after which it ends, for a snapshot; the whole run if not given.
    """
    plan, material = job.plan, job.material
    given = reading(material)
    parts = [
        _begins(
            f'"""{_heading(job)}\n\n{given.said}\n"""\n\n{_imports(given.imports)}', given.code
        ),
        definition(job.network).removeprefix("import torch\nfrom torch import nn\n"),
        _prepared(material.input),
        _first_weights(job),
        *_augmented(plan),
        *_rate(plan, plan.num_steps(len(material.training))),
        _loop(job, until),
    ]
    return "\n".join(part.strip("\n") + "\n\n" for part in parts).rstrip("\n") + "\n"


def beside(material: Material) -> dict[str, bytes]:
    """The files that the script of a run on a material reads from its own folder, by name."""
    said = reading(material).file
    if said == DIGITS:
        return {DIGITS: (FOLDER / DIGITS).read_bytes()}
    return {ARRAYS: _arrays(material)} if said == ARRAYS else {}


def _arrays(material: Material) -> bytes:
    written = io.BytesIO()
    np.savez_compressed(
        written,
        pictures=material.training.pictures.numpy(),
        labels=material.training.labels.numpy(),
        asked=material.validation.pictures.numpy(),
        asked_labels=material.validation.labels.numpy(),
    )
    return written.getvalue()


def _begins(head: str, code: str) -> str:
    """Imports, and the pictures before the class, which may have any name."""
    code = code.strip("\n")
    return f"{head}\n\n\n{code}" if code.startswith("def") else f"{head}\n\n{code}"


def _heading(job: Job) -> str:
    plan = job.plan
    epochs = f"{plan.epochs} epoch{'s' * (plan.epochs > 1)}"
    name = class_name(job.network.name)
    return (
        f"{name}, {epochs} of {plan.optimizer} at {plainly(plan.learning_rate)}, seed {plan.seed}."
    )


def _imports(needed: str) -> str:
    lines = ["import torch", "import torch.nn.functional as F", "from torch import nn"]
    ordered = sorted([*lines, *needed.splitlines()], key=_import_order)
    return "\n".join(["import math", "", *ordered])


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _prepared(spec: InputSpec) -> str:
    values = "(pictures / 255 - mean) / std"
    if spec.padding:
        black = -spec.mean[0] / spec.std[0]
        values = f"F.pad({values}, [{spec.padding}] * 4, value={black!r})"
    return PREPARED.format(
        channels=spec.channels, size=spec.size, mean=spec.mean, std=spec.std, values=values
    )


def _first_weights(job: Job) -> str:
    return FIRST_WEIGHTS.format(network=class_name(job.network.name), seed=job.plan.seed)


def _augmented(plan: Plan) -> list[str]:
    change = plan.change
    if plan.augmentation == "none":
        return []
    does = {"shifted": change.shift, "turned": change.degrees, "mirrored": change.flip}
    return [
        AUGMENTED.format(
            does=" and ".join(word for word, is_done in does.items() if is_done),
            degrees=change.degrees,
            flip=change.flip,
            shift=change.shift + 0.5,
        )
    ]


def _rate(plan: Plan, num_steps: int) -> list[str]:
    if plan.schedule == "constant":
        return []
    line = RATES[plan.schedule].format(rate=in_full(plan.learning_rate))
    return [f"num_steps = {num_steps}\n\n\ndef rate(step: int) -> float:\n    {line}\n"]


def _loop(job: Job, until: int | None) -> str:
    plan, count = job.plan, len(job.material.training)
    picked = "pictures[chosen].float()"
    shape = output_shape(job.network) or ()
    set_rate = '    optimizer.param_groups[0]["lr"] = rate(step)\n'
    return LOOP.format(
        seed=plan.seed,
        chance="" if plan.augmentation == "none" else " and of each picture's changes",
        dropout=f"torch.manual_seed({plan.seed})  # of dropout\n" if plan.dropout else "",
        optimizer=OPTIMIZERS[plan.optimizer].format(
            rate=in_full(plan.learning_rate), decay=in_full(plan.weight_decay)
        ),
        until=plan.num_steps(count) if until is None else until,
        batch_size=min(plan.batch_size, count),
        batch=picked if plan.augmentation == "none" else f"augmented({picked})",
        rate="" if plan.schedule == "constant" else set_rate,
        mean=".flatten(2).mean(2)" if len(shape) == 3 else "",
    )
