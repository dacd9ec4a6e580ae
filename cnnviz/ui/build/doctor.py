"""A diagnosis for the browser: its sentence, its mends, and what each of them would do."""

from __future__ import annotations

from typing import Any

from cnnviz.builder.codec import encode
from cnnviz.builder.doctor import Diagnosis, Mend, diagnose
from cnnviz.builder.doctor.fits import fitting, runs, sizes_around
from cnnviz.builder.doctor.join_ideas import num_joins
from cnnviz.builder.doctor.last_change import Change
from cnnviz.builder.doctor.preview import shapes_with
from cnnviz.builder.names import number_of
from cnnviz.builder.shapes import forward_shapes, output_shape
from cnnviz.figures.graph import size
from cnnviz.models.specs import Join, NetworkSpec, layer_at
from cnnviz.ui.build.network import LONGEST
from cnnviz.ui.kept import kept


def diagnosed(spec: NetworkSpec, change: Change | None) -> Diagnosis | None:
    """As `diagnose` says it: a page asks for the same several times."""
    return _diagnosed(spec, change, spec.guessed)  # equal networks may differ in what was guessed


@kept(is_quick=True)
def _diagnosed(
    spec: NetworkSpec, change: Change | None, guessed: tuple[str, ...]
) -> Diagnosis | None:
    return diagnose(spec, change)


def described(spec: NetworkSpec, found: Diagnosis) -> dict[str, Any]:
    """What the browser is told of the diagnosis of a network."""
    sizes = sizes_around(spec) if isinstance(layer_at(spec, found.path), Join) else range(0)
    return {
        "path": number_of(found.path),
        "title": found.title,
        "sentence": found.sentence,
        "torch": found.torch_message,
        "no_mend": found.no_mend,
        "losses": [vars(loss) for loss in found.losses],
        "scopes": _scopes(spec, found),
        "sizes": [sizes[0], sizes[-1], max(spec.input_shape[1:])] if sizes else [],
        "mends": [_mend(spec, mend, sizes) for mend in found.mends],
    }


def _scopes(spec: NetworkSpec, found: Diagnosis) -> list[list[str]]:
    """Where mends can be done, with the words of each; none where there is no choice."""
    if not {mend.scope for mend in found.mends} >= {"here", "everywhere"}:
        return []
    name = found.title.rpartition(", ")[2]
    return [["here", f"at {name}"], ["everywhere", f"at all {num_joins(spec)} joins"]]


def _mend(spec: NetworkSpec, mend: Mend, sizes: range) -> dict[str, Any]:
    fit = _fitting(mend.spec, sizes)
    counted = f" Of the sizes {sizes[0]} to {sizes[-1]} it fits {len(fit)}." if sizes else ""
    return {
        "label": mend.label,
        "why": f"{mend.why}{counted}",
        "scope": mend.scope,
        "is_undo": mend.is_undo,
        "fits": runs(fit),
        "net": _short_code(mend.spec),
        **_preview(spec, mend.spec),
    }


@kept(is_quick=True)
def _fitting(spec: NetworkSpec, sizes: range) -> tuple[int, ...]:
    return fitting(spec, sizes)


@kept(is_quick=True)
def _short_code(spec: NetworkSpec) -> str | None:
    """A network as a word of the browser says it; None where it is too long for one."""
    code = encode(spec)
    return code if len(code) <= LONGEST else None


@kept(is_quick=True)
def _preview(spec: NetworkSpec, mended: NetworkSpec) -> dict[str, Any]:
    """The shapes that would be new, by the number of the layer, and what would come out."""
    shapes = shapes_with(spec, mended)
    out, params = output_shape(mended), sum(row.num_params for row in forward_shapes(mended))
    return {
        "preview": {number_of(path): size(shape) for path, shape in shapes.items()},
        "comes": f"{size(out)} come out, {params:,} parameters.",
    }
