"""The scripts of the feature maps page: the maps, the cell, the filters, the switching off."""

from __future__ import annotations

from torch import nn

from cnnviz.overview.joins import residuals_of
from cnnviz.snippets import OWN_PICTURE
from cnnviz.ui.feature_maps.address import Values, channels_of, way_of
from cnnviz.ui.feature_maps.filters import first_filters
from cnnviz.ui.feature_maps.guess import drawn
from cnnviz.ui.feature_maps.microscope import explanation_of, title_of
from cnnviz.ui.feature_maps.seen import Seen, chosen_map, today
from cnnviz.ui.feature_maps.trace import class_of
from cnnviz.ui.feature_maps.wants import recipe_of, unit_of
from cnnviz.ui.feature_maps.whole import is_open
from cnnviz.ui.overview.glance import structure
from cnnviz.ui.pictures import sample_file
from cnnviz.ui.weights.own import in_script


def scripts(values: Values, seen: Seen) -> dict[str, str]:
    """The script of today's view, to run in the project's folder, under its title."""
    if values.view == "overview":
        now = today(values, seen)
        return {"This network": _setup(values, now) + _whole(values, now)}
    if values.view == "wants":
        return {"This picture": _wants(values, seen)} if seen.model_name else {}
    if values.view == "microscope":
        return {"This cell": _setup(values, seen) + _cell(values, seen)}
    if values.view == "trace":
        return {"This way down": _setup(values, seen) + _trace(values, seen)}
    if values.view == "off":
        return {"Without these maps": _setup(values, seen) + _off(values, seen)}
    if values.view == "filters":
        found = first_filters(seen)
        if found is not None:
            is_known = found.before is not None
            return {"These filters": _setup(values, seen) + _filters(found.layer, is_known, seen)}
    return {"These maps": _setup(values, seen) + _maps(values, seen)}


def _trace(values: Values, seen: Seen) -> str:
    return (
        "from cnnviz.probes.descent import descent, score_cell\n"
        "from cnnviz.probes.tape import tape\n\n"
        "played = tape(model, x)\n"
        f"layer, cell = score_cell(played, {class_of(values, seen)})\n"
        f"for step in descent(model, played, layer, cell, {way_of(values.way)}):\n"
        "    print(step.layer, step.cell, step.value)\n"
    )


def _setup(values: Values, seen: Seen) -> str:
    """Model, picture and batch, with the names that the page's expressions use."""
    opened = _opened(values, seen)
    network = _trained(seen) if seen.model_name else _built(values, seen)
    return (
        "import torch\n"
        "import torch.nn.functional as F\n"
        "from PIL import Image\n"
        "from cnnviz.activations import record\n"
        f"{network[0]}\n"
        f"{opened}{seen.picture.cut}"
        f"{network[1]}\n"
    )


def _opened(values: Values, seen: Seen) -> str:
    file = sample_file(seen.picture)
    if file:
        return f'picture = Image.open("{file}").convert("RGB")\n'
    if seen.picture.is_upload:
        return OWN_PICTURE
    return (
        "from cnnviz.images.ten_digits import digit\n\n"
        f'picture = Image.fromarray(digit("{values.digit}"))\n'
    )


def _trained(seen: Seen) -> tuple[str, str]:
    size = f", size={seen.size}" if seen.size else ""
    opened = (
        "from cnnviz.models import pretrained\n\n"
        f'network = pretrained("{seen.model_name}")\n'
        "model = network.model"
    )
    return (
        in_script(opened, seen.model_name),
        f"x = network.transform(picture{size})  # {_times(seen.shape)}",
    )


def _built(values: Values, seen: Seen) -> tuple[str, str]:
    channels, height, width = seen.shape[1:]
    grey = "" if channels == 3 else f"x = x.mean(dim=1, keepdim=True).repeat(1, {channels}, 1, 1)\n"
    return (
        "from cnnviz.builder.codec import decode\n"
        "from cnnviz.builder.modules import build\n"
        "from cnnviz.images import fit, to_tensor\n\n"
        "# Random weights, the ones that belong to the seed\n"
        f'model = build(decode("{values.network}"), seed={values.seed}).eval()',
        f"x = to_tensor(fit(picture, ({height}, {width})))[None]\n{grey}".rstrip("\n"),
    )


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _record(seen: Seen) -> str:
    return f'record(model, x, ["{seen.layer.name}"])["{seen.layer.name}"][0]'


def _whole(values: Values, seen: Seen) -> str:
    """The ends of every column, the scores, the sizes of corrections, and the open cell."""
    made = structure(seen)
    names = [column.name for column in made.columns]
    script = (
        f"\nlayers = {names}\n"
        "maps = record(model, x, layers)\n"
        "for name in layers:\n"
        "    ends = float(maps[name].min()), float(maps[name].max())\n"
        "    print(name, tuple(maps[name].shape[1:]), *ends)\n\n"
        "with torch.no_grad():\n"
        "    scores = model(x)[0]\n\n"
        'print("scores:", scores.tolist()[:10])\n'
    )
    sums = dict.fromkeys(
        (found.correction.name, found.shortcut.name)
        for column in made.columns
        for found in residuals_of(column, seen.played)
    )
    if sums:
        script += (
            f"\nsums = {list(sums)}  # correction, shortcut\n"
            "for correction, shortcut in sums:\n"
            "    both = record(model, x, [correction, shortcut])\n"
            '    print("ratio:", float(both[correction].norm() / both[shortcut].norm()))\n'
        )
    return script + (_cell(values, seen) if is_open(values, seen) else "")


def _wants(values: Values, seen: Seen) -> str:
    unit, recipe = unit_of(values, seen), recipe_of(values, seen)
    opened = (
        "from cnnviz.models import pretrained\n"
        "from cnnviz.wants.dream import Recipe, dream, held\n"
        "from cnnviz.wants.unit import Unit\n\n"
        f'network = pretrained("{seen.model_name}")\n'
    )
    return (
        in_script(opened, seen.model_name)
        + (
            f"unit = {unit}\n"
            f"recipe = {recipe}\n\n"
            "for moment in dream(network, [unit], recipe):\n"
            "    picture = moment.pictures[0]  # in [0, 1], (channels, height, width)\n\n"
            "scores = held(network, unit, picture)\n"
            'print("score in the last step:", float(moment.scores[0]))\n'
            'print("as it is:", scores.as_it_is)\n'
            'print("moved and scaled:", scores.moved)\n'
        )
        + _guess(values, seen)
    )


def _guess(values: Values, seen: Seen) -> str:
    """The test of a guess: what was blurred by hand, and what chance gives; nothing without."""
    own = drawn(seen)
    if not own.done or values.unit == "class":
        return ""
    strokes = "".join(f"    {stroke!r},\n" for stroke in own.done)
    size = f", {seen.size}" if seen.size else ""
    return (
        "\nimport torch\n"
        "from PIL import Image\n"
        "from cnnviz.changing import Stroke, filled, mask, painted\n"
        "from cnnviz.wants.guess import by_chance, strongest\n\n"
        f"{_opened(values, seen)}{seen.picture.cut}"
        f"batch = network.transform(picture{size})\n"
        f"strokes = [  # points and radius in thousandths of the side\n{strokes}]\n"
        'gone, fill = mask(strokes, *batch.shape[2:]), filled(batch, "blur")\n'
        "with torch.inference_mode():\n"
        "    both = torch.cat([batch, painted(batch, fill, gone)])\n"
        "    before, now = strongest(network.model, both, unit.layer, unit.index)\n"
        "    chance = by_chance(network.model, batch, unit.layer, unit.index, fill, gone)\n"
        'print("strongest cell:", float(before), "blurred:", float(now))\n'
        'print("as low at", chance.num_as_low(float(now)), "of", len(chance.left), "places")\n'
    )


def _maps(values: Values, seen: Seen) -> str:
    channel = chosen_map(values, seen)
    return (
        f"\nmaps = {_record(seen)}\n\n"
        'print("shape:", tuple(maps.shape))\n'
        'print("from", float(maps.min()), "to", float(maps.max()))\n'
        f'print("map {channel}, mean:", float(maps[{channel}].mean()))\n'
    )


def _cell(values: Values, seen: Seen) -> str:
    explanation = explanation_of(values, seen)
    place = ", ".join(map(str, explanation.cell))
    return (
        f"\n# {title_of(explanation)}, written out\n"
        "with torch.no_grad():\n"
        f"    cell = {explanation.expression}\n\n"
        'print("the cell:", float(cell))\n'
        f'print("as the network computes it:", float({_record(seen)}[{place}]))\n'
    )


def _off(values: Values, seen: Seen) -> str:
    off = channels_of(values.off, seen.layer.shape[0])
    without = _hooked(seen) if _is_module(seen) else _ablated(seen)
    name = "network.classes[int({0}.argmax())]" if seen.model_name else "int({0}.argmax())"
    return (
        f"\noff = {off}  # maps of {seen.layer.name}\n"
        f"{without}\n"
        f'print("before:", {name.format("before")}, float(before.max()))\n'
        f'print("after:", {name.format("after")}, float(after.max()))\n'
    )


def _is_module(seen: Seen) -> bool:
    try:
        return isinstance(seen.network.model.get_submodule(seen.layer.name), nn.Module)
    except AttributeError:
        return False


def _hooked(seen: Seen) -> str:
    return (
        "\n\n"
        "def switch_off(module, inputs, output):\n"
        "    output = output.clone()\n"
        "    output[:, off] = 0\n"
        "    return output\n\n\n"
        "with torch.no_grad():\n"
        "    before = model(x)[0].softmax(dim=0)\n"
        f'    handle = model.get_submodule("{seen.layer.name}").register_forward_hook(switch_off)\n'
        "    after = model(x)[0].softmax(dim=0)\n"
        "    handle.remove()\n"
    )


def _ablated(seen: Seen) -> str:
    return (
        "from cnnviz.probes.excitation import ablate\n\n"
        f'said = ablate(model, x, "{seen.layer.name}", off)\n'
        "before, after = said.before[0].softmax(dim=0), said.after[0].softmax(dim=0)\n"
    )


def _filters(layer: str, is_before_known: bool, seen: Seen) -> str:
    lines = (
        f'\nweights = model.get_submodule("{layer}").weight\n\n'
        'print("shape:", tuple(weights.shape))\n'
        'print("from", float(weights.min()), "to", float(weights.max()))\n'
    )
    if not is_before_known:
        return lines
    return lines + (
        "\nfrom cnnviz.models import initial\n\n"
        f'before = initial("{seen.model_name}").get_submodule("{layer}").weight\n'
        "kept = torch.cosine_similarity(before.flatten(1), weights.flatten(1))\n"
        'print("direction kept, on average:", float(kept.mean()))\n'
    )
