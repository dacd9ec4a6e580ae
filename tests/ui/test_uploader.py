"""What a browser says of a file that is too large."""

import pytest

from cnnviz.ui.uploader import MB, _sentence


def test_the_sentence_names_the_file_its_size_and_the_limit():
    said = _sentence(["mine.zip", int(11.5 * MB)], 10)
    assert said == "“mine.zip” has 11.5 MB, and up to 10 MB are taken."
    assert "10.1 MB" in str(_sentence(["a", 10 * MB + 1], 10))  # never "10.0, and up to 10"


@pytest.mark.parametrize(
    "said",
    [None, 3, [], ["a"], [1, 20 * MB], ["a", "20"], ["a", True], ["a", 1e9], ["a", float("nan")],
     ["a", 10 * MB], ["a", -1], ["a" * 101, 20 * MB], {"0": "a"}],
)  # fmt: skip
def test_other_words_are_not_believed(said):
    assert _sentence(said, 10) is None
