"""The strip of numbers: what a term means is told without a mouse too."""

from html.parser import HTMLParser

from cnnviz.ui.page import Number, numbers_html


class Nodes(HTMLParser):
    """Attributes of all nodes of a class."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind, self.found = kind, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("class") == self.kind:
            self.found.append(attributes)


def nodes(html: str, kind: str) -> list[dict[str, str | None]]:
    parser = Nodes(kind)
    parser.feed(html)
    return parser.found


def test_a_number_with_a_help_is_reached_by_tap_and_key_and_says_it():
    html = numbers_html([Number("Kernel span", "5", "Pixels from <first> to last weight")])
    (number,) = nodes(html, "number")
    assert number["tabindex"] == "0"
    assert number["aria-label"] == "Kernel span: 5. Pixels from <first> to last weight"
    assert len(nodes(html, "tip")) == 1
    assert "<first>" not in html


def test_a_number_without_a_help_is_no_stop_of_the_keyboard():
    (number,) = nodes(numbers_html([Number("Best", "VGG")]), "number")
    assert "tabindex" not in number
