"""Scripts as an interactive prompt takes them."""

from __future__ import annotations

import contextlib
import io
import textwrap

import pytest

from cnnviz.pasting import files_read, pasteable
from tests.support.prompt import misfit

BLOCKS = textwrap.dedent('''\
    import math


    class Shape:
        """Two lines

        of words."""

        sides = 4

        def area(self):
            # with a comment

            return self.sides

        @property
        def half(self):
            return self.sides / 2


    @staticmethod
    def twice(x):

        return 2 * x
    for side in (1, 2):
        if side == 1:
            print("one")

        else:
            print("more")
    print(Shape().area(), Shape().half)
    text = """

    kept"""
    print(repr(text),

          math.pi)
    ''')


def printed(script: str) -> str:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(script, "pasted", "exec"), {"__name__": "pasted"})
    return output.getvalue()


def test_a_prompt_refuses_what_is_written_for_a_file_and_takes_it_pasteable():
    assert "IndentationError" not in misfit("x = 1\n")
    assert misfit(BLOCKS)
    assert misfit(pasteable(BLOCKS)) == ""


def test_it_says_the_same():
    assert printed(pasteable(BLOCKS)) == printed(BLOCKS)
    assert "\n\nkept" in pasteable(BLOCKS)


def test_what_it_reads_is_said_at_its_head():
    script = 'from cnnviz.images import fit\nopen("assets/pictures/cat.jpg", "rb")\n'
    assert files_read(script) == ["assets/pictures/cat.jpg"]
    first, second, *_ = pasteable(script).split("\n")
    assert first.endswith("beside the download cat.jpg without assets/pictures/")
    assert "cnnviz" in second


def test_what_helps_is_said_where_torchvision_may_not_fit():
    script = "import torchvision\n\nprint(torchvision.__version__)\n"
    *note, first, _, _, _ = pasteable(script).split("\n")
    assert first == "import torchvision"
    assert all(line.startswith("# ") for line in note)
    assert "operator torchvision::nms does not exist" in "".join(note)
    assert misfit(pasteable(script)) == ""


@pytest.mark.parametrize("script", ["x = 1\n", "for i in ():\n    pass\n", ""])
def test_plain_lines_stay_as_they_are(script):
    assert pasteable(script).strip() == script.strip()
    assert misfit(pasteable(script)) == ""
