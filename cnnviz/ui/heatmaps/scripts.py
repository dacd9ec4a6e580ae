"""The scripts of the heatmaps page: every method in torch, and the tests of belief."""

from __future__ import annotations

from cnnviz.belief.confirmed import SOURCES
from cnnviz.heatmaps import Method
from cnnviz.snippets import OWN_PICTURE
from cnnviz.ui.heatmaps.address import Values
from cnnviz.ui.heatmaps.change.scripts import change_script
from cnnviz.ui.heatmaps.deletion_insertion import STEPS
from cnnviz.ui.heatmaps.guess import game_method
from cnnviz.ui.heatmaps.maps import chosen_method
from cnnviz.ui.heatmaps.planted import COUNT, WHAT
from cnnviz.ui.heatmaps.subject import Subject
from cnnviz.ui.pictures import sample_file
from cnnviz.ui.weights.own import in_script

KEPT_LAYER = """\
kept = []
layer = network.model.get_submodule("{layer}")
handle = layer.register_forward_hook(lambda module, inputs, output: kept.append(output))
value = score(batch.requires_grad_())
handle.remove()
maps = kept[-1]  # (1, K, h, w)
gradient = torch.autograd.grad(value, maps)[0]
"""
PIXELS = """\
batch.requires_grad_()
gradient = torch.autograd.grad(score(batch), batch)[0]
"""
BODIES = {
    "grad_cam": KEPT_LAYER
    + """\
weights = gradient.mean(dim=(2, 3), keepdim=True)  # one for each map
heatmap = (weights * maps).sum(dim=1)[0].relu().detach()
""",
    "grad_cam_plus_plus": KEPT_LAYER
    + """\
bottom = 2 * gradient**2 + gradient**3 * maps.sum(dim=(2, 3), keepdim=True)
alpha = torch.where(bottom == 0, 0, gradient**2 / bottom)
weights = (alpha * gradient.relu()).sum(dim=(2, 3), keepdim=True)
heatmap = (weights * maps).sum(dim=1)[0].relu().detach()
""",
    "layer_cam": KEPT_LAYER
    + """\
heatmap = (gradient.relu() * maps).sum(dim=1)[0].relu().detach()
""",
    "hires_cam": KEPT_LAYER
    + """\
heatmap = (gradient * maps).sum(dim=1)[0].relu().detach()
""",
    "saliency": PIXELS + "heatmap = gradient[0].abs().amax(dim=0)\n",
    "input_x_gradient": PIXELS + "heatmap = (gradient * batch)[0].sum(dim=0).detach()\n",
    "smooth_grad": """\
generator = torch.Generator().manual_seed(0)
sigma = 0.15 * (batch.max() - batch.min())
total = torch.zeros_like(batch)
for _ in range(3):
    noise = torch.randn(8, *batch.shape[1:], generator=generator)
    noisy = (batch + sigma * noise).requires_grad_()
    total += torch.autograd.grad(score(noisy).sum(), noisy)[0].sum(dim=0)
heatmap = (total / 24)[0].abs().amax(dim=0)
""",
    "integrated_gradients": """\
import numpy as np

points, weights = np.polynomial.legendre.leggauss(32)  # of a path from -1 to 1
total = torch.zeros_like(batch)
for point, weight in zip(points, weights):
    here = (batch * ((1 + point) / 2)).requires_grad_()  # from zeros, the mean colour, to it
    total += torch.autograd.grad(score(here), here)[0] * (weight / 2)
heatmap = (batch * total)[0].sum(dim=0)
""",
    "occlusion": """\
height, width = batch.shape[2:]
side = min(height, width) // 6
step = max(1, side // 2)
falls, covers = torch.zeros(2, height, width)
with torch.no_grad():
    before = score(batch)[0]
    for top in range(0, height - side + step, step):
        for left in range(0, width - side + step, step):
            rows, columns = slice(top, top + side), slice(left, left + side)
            covered = batch.clone()
            covered[..., rows, columns] = 0
            falls[rows, columns] += before - score(covered)[0]
            covers[rows, columns] += 1
heatmap = falls / covers  # the mean of all covers that lie on a pixel
""",
}
PRINTED = """
print("size:", tuple(heatmap.shape))
print("strongest:", float(heatmap.abs().max()))
print("at:", divmod(int(heatmap.abs().argmax()), heatmap.shape[1]))
"""


def scripts(values: Values, subject: Subject) -> dict[str, str]:
    """The scripts of the view, by title, to run in the project's folder."""
    method = chosen_method(subject, values.method)
    if values.view == "change":
        title, script = change_script(values, subject)
        return {title: _setup(subject) + script}
    if values.view != "belief":
        return {"The chosen heatmap": _setup(subject) + _method(subject, method) + PRINTED}
    return {"The chosen test": _setup(subject) + _test(values, subject, method)}


def _setup(subject: Subject) -> str:
    against = (
        ""
        if subject.against is None
        else f"against = {subject.against}  # {subject.against_name}\n"
    )
    script = (
        "import torch\n"
        "from PIL import Image\n"
        "from cnnviz.models import pretrained\n"
        f'{_picture(subject)}network = pretrained("{subject.model_name}")\n'
        f"batch = network.transform(picture{f', size={subject.size}' if subject.size else ''})\n"
        f"class_idx = {subject.class_idx}  # {subject.class_name}\n{against}\n"
    )
    return in_script(script, subject.model_name)


def _picture(subject: Subject) -> str:
    if subject.digit >= 0:
        return (
            "from cnnviz.images.ten_digits import digit\n\n"
            f'picture = Image.fromarray(digit("{subject.digit}"))\n'
        )
    file = sample_file(subject.picture)
    opened = f'\npicture = Image.open("{file}").convert("RGB")\n' if file else OWN_PICTURE
    return opened + subject.picture.cut


def _method(subject: Subject, method: Method) -> str:
    if method.name not in BODIES:
        return _ours(subject, method)
    body = BODIES[method.name].replace("{layer}", subject.layer or "")
    lead = "" if subject.against is None else " - scores[:, against]"
    score = (
        f"def score(pictures):\n    scores = network.model(pictures)\n"
        f"    return scores[:, class_idx]{lead}\n\n"
    )
    return score + body


def _ours(subject: Subject, method: Method) -> str:
    """With the project's own function, for what takes more than a few lines."""
    layer = _layer(subject, method)
    return (
        f"{_methods(subject)}"
        f'heatmap = METHODS["{method.name}"](network.model, batch, {_target(subject)}{layer})\n'
    )


def _methods(subject: Subject) -> str:
    """The import of the methods, and of what the question needs."""
    names = "METHODS" if subject.against is None else "METHODS, Difference"
    return f"from cnnviz.heatmaps import {names}\n\n"


def _layer(subject: Subject, method: Method) -> str:
    """The last argument of a call, where the method looks at a layer."""
    return f', "{subject.layer}"' if method.needs_layer else ""


def _target(subject: Subject) -> str:
    return "class_idx" if subject.against is None else "Difference(class_idx, against)"


def _test(values: Values, subject: Subject, method: Method) -> str:
    if values.test == "curves":
        return _ours(subject, method) + (
            "\nfrom cnnviz.belief import deletion_insertion\n\n"
            "model, shown = network.model, heatmap.detach()\n"
            f"curves = deletion_insertion(model, batch, class_idx, shown, steps={STEPS})\n"
            'print("deletion:", curves.deletion_area)\n'
            'print("insertion:", curves.insertion_area)\n'
        )
    tests = {"random": _random, "sum": _sum, "planted": _planted, "noise": _noise, "guess": _guess}
    return tests[values.test](values, subject, method)


def _random(values: Values, subject: Subject, method: Method) -> str:
    layer = _layer(subject, method)
    return (
        "from cnnviz.belief import randomisation_test, verdict\n"
        f"{_methods(subject)}"
        f'method = METHODS["{method.name}"]\n'
        f"results = randomisation_test(network.model, batch, {_target(subject)}, method{layer})\n"
        "for result in results:\n"
        "    print(result.stage, result.rank_correlation)\n"
        "print(verdict(results).answer)\n"
    )


def _sum(values: Values, subject: Subject, method: Method) -> str:
    difference = "" if subject.against is None else "from cnnviz.heatmaps import Difference\n"
    return (
        "from cnnviz.belief import completeness\n"
        f"{difference}from cnnviz.heatmaps import integrated_gradients\n\n"
        f"target = {_target(subject)}\n"
        f"heatmap = integrated_gradients(network.model, batch, target, steps={values.steps})\n"
        "result = completeness(network.model, batch, target, heatmap)\n"
        'print("sum:", result.total)\n'
        'print("to explain:", result.difference)\n'
    )


def _noise(values: Values, subject: Subject, method: Method) -> str:
    layer = _layer(subject, method).replace(", ", ", layer=")
    size = f", {subject.size}" if subject.size else ""
    side = subject.size or subject.network.transform.size
    return (
        "from cnnviz.changing import Levels, shaken\n"
        f"{_methods(subject)}"
        f'colours = [Image.new("RGB", ({side}, {side}), name) for name in ("black", "white")]\n'
        f"levels = Levels(*(network.transform(colour{size}) for colour in colours))\n"
        f'method = METHODS["{method.name}"]\n'
        f"target, size = {_target(subject)}, {values.noise}  # grey levels of 255\n"
        f"result = shaken(network.model, batch, target, method, size, levels{layer})\n"
        'print("alike:", result.similarity)\n'
    )


def _guess(values: Values, subject: Subject, method: Method) -> str:
    quick = game_method(values, subject)
    size = f", size={subject.size}" if subject.size else ""
    layer = _layer(subject, quick)
    return (
        "from cnnviz.guessing import riddle\n"
        "from cnnviz.heatmaps import METHODS\n\n"
        f"asked = riddle(network, {values.riddle}{size})\n"
        f'method = METHODS["{quick.name}"]\n'
        f"heatmap = method(network.model, asked.batch, asked.said{layer})\n"
        'print("the network says:", network.classes[asked.said], float(asked.scores.max()))\n'
        'print("which is", "right" if asked.is_right else "wrong")\n'
    )


def _planted(values: Values, subject: Subject, method: Method) -> str:
    if subject.network.card.dataset not in WHAT:
        return _ours(subject, method) + PRINTED
    layer = _layer(subject, method)
    is_digits = subject.network.card.dataset == "MNIST"
    maker = "digit_candidates" if is_digits else "tile_candidates"
    samples = f"[network.transform(sample(name)) for name in {SOURCES!r}]".replace("'", '"')
    return (
        "from cnnviz.heatmaps import METHODS\n"
        f"from cnnviz.belief.planted import {maker}, plant\n"
        "from cnnviz.belief.pointing import pointing_game\n"
        + ("\n" if is_digits else "from cnnviz.images.samples import sample\n\n")
        + f"candidates = {maker}({'network.transform' if is_digits else samples})\n"
        f"pictures = plant(network.model, candidates, count={COUNT})\n"
        f'score = pointing_game(METHODS["{method.name}"], network.model, pictures{layer})\n'
        'print("points into the frame:", score.accuracy, "chance:", score.chance)\n'
    )
