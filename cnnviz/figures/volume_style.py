"""How volumes are drawn: faces, frames and labels as SVG, with colours for pages and for files."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

# Front, top, side and edge of a volume: middle tones, right on white and on near-black. On a page
# the app's colour roles (assets/components/roles.css) take their place.
ROLES = {
    "input": ("in", "#a9cbf5", "#4a86d0"),
    "output": ("out", "#9fdcbd", "#2f9d68"),
    "flat": ("k", "#c9bdf0", "#8069d0"),
}
INKS = {"ink": "#6b7a90", "soft": "#6b7a90", "problem": "#d0503c"}
FRAME = "#f0b429"
STYLE = (
    ".cnnviz-volumes text{font-family:var(--st-font,Inter,Helvetica,Arial,sans-serif);"
    "font-variant-numeric:tabular-nums}"
    ".cnnviz-volumes .volume polygon,.cnnviz-volumes .volume rect{stroke-linejoin:round}"
)


@dataclass(frozen=True)
class Look:
    """The colours of a picture: the page's variables, or plain ones for a file of its own."""

    standalone: bool

    def box(
        self, left: float, top: float, width: float, height: float, right: float, up: float,
        role: str, is_selected: bool,
    ) -> str:  # fmt: skip
        """A box seen from the left: its front, and its top and side leading to the right and up."""
        front = [
            (left, top),
            (left + width, top),
            (left + width, top + height),
            (left, top + height),
        ]
        edge = left + width
        lid = [(left, top), (left + right, top - up), (edge + right, top - up), (edge, top)]
        side = [
            (edge, top), (edge + right, top - up), (edge + right, top - up + height),
            (edge, top + height),
        ]  # fmt: skip
        faces = (("lid", lid, 55), ("side", side, 72), ("front", front, 100))
        return "".join(
            self._polygon(name, points, self._fill(role, share), role, is_selected)
            for name, points, share in faces
        )

    def bar(
        self, left: float, top: float, width: float, height: float, role: str, is_selected: bool
    ) -> str:
        """Flat features: a bar with round ends."""
        return (
            f'<rect class="front" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
            f'height="{height:.1f}" rx="3" '
            f"{self._paint(self._fill(role, 100), role, is_selected)}/>"
        )

    def missing(self, centre: float, middle: float) -> str:
        """The place of a volume that is not there, because its layer does not fit."""
        colour = self._variable("unread-line", INKS["problem"])
        mark = self.text(centre, middle + 6, "?", "problem", size=18, weight=650)
        return (
            f'<rect x="{centre - 20:.1f}" y="{middle - 26:.1f}" width="40" height="52" rx="6" '
            f'style="fill:none;stroke:{colour};stroke-dasharray:4 4"/>{mark}'
        )

    def skip(self, start: float, end: float, top: float) -> str:
        """A dashed arc over a volume: the shortcut of a block."""
        height = 12
        colour = self._variable("soft", INKS["soft"])
        return (
            f'<path class="skip" d="M{start:.1f} {top + height:.1f}C{start:.1f} {top - height:.1f} '
            f'{end:.1f} {top - height:.1f} {end:.1f} {top + height:.1f}" '
            f'style="fill:none;stroke:{colour};stroke-width:1.2;stroke-dasharray:4 3"/>'
        )

    def text(
        self, x: float, y: float, words: str, ink: str, *, anchor: str = "middle",
        size: float = 11, weight: int = 400,
    ) -> str:  # fmt: skip
        """A line of text."""
        colour = self._variable(ink if ink != "problem" else "problem", INKS[ink])
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="fill:{colour};'
            f'font-size:{size}px;font-weight:{weight}">{escape(words)}</text>'
        )

    def _polygon(
        self, name: str, points: list[tuple[float, float]], fill: str, role: str, is_selected: bool
    ) -> str:
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return (
            f'<polygon class="{name}" points="{corners}" {self._paint(fill, role, is_selected)}/>'
        )

    def _paint(self, fill: str, role: str, is_selected: bool) -> str:
        stroke = self._variable("reach", FRAME) if is_selected else self._line(role)
        return f'style="fill:{fill};stroke:{stroke};stroke-width:{2.2 if is_selected else 1}"'

    def _fill(self, role: str, share: int) -> str:
        """The colour of a face: `share` percent of the role's fill, the rest its line."""
        variable, fill, line = ROLES[role]
        if self.standalone:
            return _mixed(fill, line, share)
        return f"color-mix(in srgb,var(--{variable},{fill}) {share}%,{self._line(role)})"

    def _line(self, role: str) -> str:
        """The colour of an edge: on a page, the role's line with some of its ink."""
        variable, _, line = ROLES[role]
        if self.standalone:
            return line
        ink = f"var(--{variable}-ink,{line})"
        return f"color-mix(in srgb,var(--{variable}-line,{line}) 70%,{ink})"

    def _variable(self, name: str, plain: str) -> str:
        return plain if self.standalone else f"var(--{name},{plain})"


def _mixed(first: str, second: str, share: int) -> str:
    """The colour between two, `share` percent of the first."""
    pairs = zip(bytes.fromhex(first[1:]), bytes.fromhex(second[1:]), strict=True)
    return "#" + bytes(round((a * share + b * (100 - share)) / 100) for a, b in pairs).hex()
