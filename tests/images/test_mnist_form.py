"""Drawn digits: in MNIST's form wherever and however large they were drawn, and recognised."""

import pytest
import torch
from torch import Tensor

from cnnviz.images.mnist_form import as_picture, drawn_digit, ink_of, mnist_form
from cnnviz.images.strokes import CANVAS, draw_digit, ink, smooth
from cnnviz.models import pretrained


def centre_of_mass(digit: Tensor) -> tuple[float, float]:
    rows, columns = (torch.arange(size) for size in digit.shape)
    total = digit.sum()
    row = (digit.sum(dim=1) * rows).sum() / total
    return row.item(), ((digit.sum(dim=0) * columns).sum() / total).item()


def extent(digit: Tensor) -> tuple[int, int]:
    rows, columns = (digit > 0).nonzero(as_tuple=True)
    return int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1


@pytest.mark.parametrize("digit", range(10))
def test_a_drawn_digit_fills_the_box_and_has_its_mass_in_the_middle(digit: int) -> None:
    drawn = draw_digit(digit, torch.Generator().manual_seed(digit))
    form = mnist_form(drawn)
    assert form.shape == (28, 28)
    assert max(extent(form)) == 20
    assert all(abs(centre - 14) <= 0.5 for centre in centre_of_mass(form))
    assert form.min() == 0
    assert form.max() == pytest.approx(drawn.max().item(), abs=1)


def test_where_and_how_large_a_digit_is_drawn_makes_no_difference() -> None:
    drawn = draw_digit(3, torch.Generator().manual_seed(0))
    page = torch.zeros(200, 300)
    page[100 : 100 + CANVAS, 20 : 20 + CANVAS] = drawn
    assert torch.equal(mnist_form(page), mnist_form(drawn))
    doubled = page.repeat_interleave(2, dim=0).repeat_interleave(2, dim=1)
    assert (mnist_form(doubled) - mnist_form(drawn)).abs().mean() < 6


def test_a_digit_keeps_its_proportions() -> None:
    page = torch.zeros(100, 100)
    page[10:90, 40:60] = 255  # 80 by 20 pixels
    assert extent(mnist_form(page)) == (20, 5)
    assert extent(mnist_form(page.T)) == (5, 20)


def test_a_lopsided_drawing_stays_on_the_page() -> None:
    page = torch.zeros(50, 50)
    page[0, :] = 255  # a long line
    page[0:30, 0:12] = 255  # and a heavy block at one end of it
    form = mnist_form(page)
    assert max(extent(form)) == 20


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing is drawn yet"):
        mnist_form(torch.zeros(40, 40))
    with pytest.raises(ValueError, match="nothing is drawn yet"):
        drawn_digit([0, 0, 0, 7], width=2)  # dust


def test_ink_from_a_pad_is_checked() -> None:
    assert ink_of([0, 255, 3, 4, 5, 6], width=3).tolist() == [[0, 255, 3], [4, 5, 6]]
    with pytest.raises(ValueError, match="5 cells are not whole rows of 3"):
        ink_of([1, 2, 3, 4, 5], width=3)
    with pytest.raises(ValueError, match="0 cells are not whole rows"):
        ink_of([], width=3)
    for bad in (256, -1, 1.5, "7", None, True):
        with pytest.raises(ValueError, match="whole number from 0 to 255"):
            ink_of([0, bad], width=2)


def test_the_picture_for_the_network_is_grey_and_white_on_black() -> None:
    picture = as_picture(torch.tensor([[0.0, 255.0], [127.4, 300.0]]))
    assert picture.mode == "L"
    assert list(picture.tobytes()) == [0, 255, 127, 255]
    assert picture.size == (2, 2)


def test_lenet_reads_at_least_97_of_100_drawn_digits() -> None:
    lenet, generator = pretrained("lenet-mnist"), torch.Generator().manual_seed(1)
    right = 0
    for number in range(100):
        values = draw_digit(number % 10, generator).round().int().flatten().tolist()
        scores = lenet.model(lenet.transform(drawn_digit(values, CANVAS)))
        right += int(scores.argmax()) == number % 10
    assert right >= 97


def test_digits_are_drawn_anew_but_the_same_for_the_same_seed() -> None:
    first, second = (draw_digit(5, torch.Generator().manual_seed(seed)) for seed in (0, 1))
    assert not torch.equal(first, second)
    assert torch.equal(first, draw_digit(5, torch.Generator().manual_seed(0)))
    with pytest.raises(ValueError, match="one of 0 to 9, and not 10"):
        draw_digit(10, torch.Generator())


def test_a_smooth_curve_goes_through_its_points_and_two_points_are_a_line() -> None:
    points = torch.tensor([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]])
    curve = smooth(points)
    assert torch.equal(curve[::8], points)
    line = smooth(points[:2])
    torch.testing.assert_close(line[:, 1], 2 * line[:, 0])


def test_a_pen_leaves_a_line_as_wide_as_it_is() -> None:
    sheet = ink(torch.tensor([[[10.0, 20.0], [50.0, 20.0]]]), pen=3.0)
    assert sheet[:, 30].sum() / 255 == pytest.approx(6, abs=0.01)
    assert sheet[17, 30] == 255
    assert sheet[10, 30] == 0
    assert sheet[20, 5] == 0
