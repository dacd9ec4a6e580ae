"""How volumes are drawn: faces, frames and labels as SVG, with colours for pages and for files."""

from __future__ import annotations

from html import escape

# Fill and edge of each role: middle tones, right on white and on near-black. On a page the app's
# colour roles (assets/components/shared/roles.css) take their place.
ROLES = {
    "input": ("in", "#a9cbf5", "#4a86d0"),
    "output": ("out", "#9fdcbd", "#2f9d68"),
    "flat": ("k", "#c9bdf0", "#8069d0"),
}
FACES = {"front": 100, "side": 72, "lid": 55}  # percent of the fill, the rest is the edge's colour
INK, PROBLEM, FRAME = "#6b7a90", "#d0503c", "#f0b429"
PAGE_FONT = "var(--st-font,Inter,Helvetica,Arial,sans-serif)"
FILE_FONT = "Inter,Helvetica,Arial,sans-serif"


def style_sheet(standalone: bool) -> str:
    """The rules for all volumes: with the page's variables, or plain ones for a file of its own."""
    colour = _plain if standalone else _variable
    rules = [
        f"text{{font:400 12px {FILE_FONT if standalone else PAGE_FONT};text-anchor:middle;"
        f"font-variant-numeric:tabular-nums;fill:{colour('soft', INK)}}}",
        f".shape{{font-weight:500;fill:{colour('ink', INK)}}}",
        f".missing{{fill:none;stroke:{PROBLEM};stroke-dasharray:4 4}}",
        f"text.problem{{fill:{PROBLEM}}}",
        f".skip{{fill:none;stroke:{colour('soft', INK)};stroke-width:1.2;stroke-dasharray:4 3}}",
        ".front,.side,.lid{stroke-linejoin:round}",
        *(_face_rule(role, face, standalone) for role in ROLES for face in FACES),
        f".selected :is(.front,.side,.lid){{stroke:{colour('reach', FRAME)};stroke-width:2.2}}",
        ".selected .shape{font-weight:650}",
    ]
    return "".join(f".cnnviz-volumes {rule}" for rule in rules)


def box(left: float, top: float, width: float, height: float, right: float, up: float) -> str:
    """A box seen from the left: its front, and its lid and side leading to the right and up."""
    edge, floor = left + width, top + height
    lid = [(left, top), (left + right, top - up), (edge + right, top - up), (edge, top)]
    side = [(edge, top), (edge + right, top - up), (edge + right, floor - up), (edge, floor)]
    front = [(left, top), (edge, top), (edge, floor), (left, floor)]
    faces = (("lid", lid), ("side", side), ("front", front))
    return "".join(_polygon(name, points) for name, points in faces)


def bar(left: float, top: float, width: float, height: float) -> str:
    """Flat features: a bar with round ends."""
    return (
        f'<rect class="front" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
        f'height="{height:.1f}" rx="3"/>'
    )


def missing(centre: float, middle: float) -> str:
    """The place of a volume that is not there, because its layer does not fit."""
    return (
        f'<rect class="missing" x="{centre - 20:.1f}" y="{middle - 26:.1f}" width="40" '
        f'height="52" rx="6"/>{text(centre, middle + 4, "?", "problem")}'
    )


def skip(start: float, end: float, top: float) -> str:
    """A dashed arc over a volume: the shortcut of a block."""
    low, high = top + 12, top - 12
    curve = (
        f"M{start:.1f} {low:.1f}C{start:.1f} {high:.1f} {end:.1f} {high:.1f} {end:.1f} {low:.1f}"
    )
    return f'<path class="skip" d="{curve}"/>'


def text(x: float, y: float, words: str, name: str = "") -> str:
    """A line of text around `x`; `name` is its class."""
    marked = f' class="{name}"' if name else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{marked}>{escape(words)}</text>'


def _polygon(name: str, points: list[tuple[float, float]]) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="{name}" points="{corners}"/>'


def _face_rule(role: str, face: str, standalone: bool) -> str:
    variable, fill, edge = ROLES[role]
    share = FACES[face]
    line = f"color-mix(in srgb,var(--{variable}-line,{edge}) 70%,var(--{variable}-ink,{edge}))"
    mixed = f"color-mix(in srgb,var(--{variable},{fill}) {share}%,{line})"
    if standalone:
        line, mixed = edge, _mixed(fill, edge, share)
    return f"[data-role={role}] .{face}{{fill:{mixed};stroke:{line}}}"


def _variable(name: str, plain: str) -> str:
    return f"var(--{name},{plain})"


def _plain(name: str, plain: str) -> str:
    return plain


def _mixed(first: str, second: str, share: int) -> str:
    """The colour between two, `share` percent of the first."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + bytes(round((a * share + b * (100 - share)) / 100) for a, b in pairs).hex()
