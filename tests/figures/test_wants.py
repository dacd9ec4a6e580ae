"""What is said of a picture that was made with some switches off follows from its two scores."""

from cnnviz.figures.pictures import Encoded
from cnnviz.figures.wants.made import Way, said_of, score, ways_html

NONE = Encoded(b"", "image/png")


def test_each_way_is_judged_by_what_is_left_when_it_is_moved():
    scores = {"all on": (2134, 1870), "moves off": (4249, 806), "all off": (4714, 177)}
    ways = [Way(name, NONE, *both, False) for name, both in scores.items()]
    on, still, off = (said_of(way, ways).replace("\xa0", " ") for way in ways)
    assert on == "It holds when moved: 88 % is left."
    assert still == "It falls when moved: 19 % is left."
    assert off == "The highest score of all, but it falls when moved: 4 % is left."
    assert off in ways_html(ways, 3) and "4,714" in ways_html(ways, 3)
    assert "highest" not in ways_html(ways, 4)  # one is not made yet


def test_nothing_is_said_of_a_score_that_is_not_above_zero():
    assert said_of(Way("all on", NONE, -2.0, 1.0, True), []) == ""
    assert score(-0.00123456) == "−0.001235"
