"""Sheets of cells: what lights what, and the sentences."""

from __future__ import annotations

from cnnviz.convolution.as_matrix import MatrixSettings, matrix_of
from cnnviz.convolution.small_pictures import small_picture, whole_kernel
from cnnviz.figures.mlp.growth import FirstLayer, growth_chart
from cnnviz.figures.mlp.matrix_sheets import convolution_sheets
from cnnviz.figures.mlp.neuron_sheets import neuron_sheets
from cnnviz.figures.mlp.sheets import DARK, LIGHT, Sheet, Sheets, decimal, factor, ink_on, told
from cnnviz.perceptron.layers import SIZES, classified, layers_of


def sheets_of(sheets: Sheets) -> dict[str, Sheet]:
    found = [part for line in sheets.lines for part in line if isinstance(part, Sheet)]
    return {sheet.title: sheet for sheet in found}


def lit(sheet: Sheet, key: str) -> int:
    return sum(key in cell.tags for cell in sheet.cells)


def test_pointing_at_a_weight_lights_its_entries_and_the_pixels_it_reads():
    sheets = convolution_sheets(
        matrix_of(MatrixSettings(), whole_kernel("numbers", 3)), small_picture(6)
    )
    found = sheets_of(sheets)
    matrix = found["The same as a matrix"]
    for weight in range(9):
        key = f"k{weight}"
        assert lit(matrix, key) == 16 + 16  # entries, and pixels in the row above
        assert lit(found["Input x"], key) == 16
        assert "16 entries, one number" in sheets.say[key]


def test_pointing_at_a_row_lights_its_window():
    sheets = convolution_sheets(
        matrix_of(MatrixSettings(), whole_kernel("numbers", 3)), small_picture(6)
    )
    found = sheets_of(sheets)
    picture = [cell.tags for cell in found["Input x"].cells]
    assert [i for i, tags in enumerate(picture) if "r0" in tags] == [0, 1, 2, 6, 7, 8, 12, 13, 14]
    assert sheets.say["r0"].endswith(f"= {found['Output y'].cells[0].text}")


def test_the_sum_of_a_neuron_is_written_out_with_its_numbers():
    layers = layers_of(SIZES["neuron"], [1, -2, 0], [0.5, 1, 3], 0.25, "relu", 0)
    assert neuron_sheets(layers, None, "").say["1r0"] == (
        "neuron 1 of layer 1: 0.5·1 + 1·(−2) + 3·0 + 0.25 = −1.25, φ(−1.25) = 0"
    )


def test_every_key_that_can_be_pointed_at_has_its_sentence():
    layers = layers_of(SIZES["network"], [1, -2, 0], [0.5, 1, 3], 0.25, "relu", 0)
    all_sheets = (
        neuron_sheets(layers, classified(layers[-1].y, 1), "p"),
        convolution_sheets(matrix_of(MatrixSettings(7, 3, 2, 1), whole_kernel("sobel_x", 3)),
                           small_picture(7), shows_letters=False),
    )  # fmt: skip
    for sheets in all_sheets:
        keys = {cell.key for s in sheets_of(sheets).values() for cell in s.cells if cell.key}
        assert keys == set(sheets.say)
        assert told(sheets)["say"] == sheets.say


def test_numbers_have_a_true_minus_and_letters_can_be_read():
    assert (decimal(-0.5), decimal(2.0), decimal(-0.001)) == ("−0.5", "2", "0")
    assert (factor(-1.0), factor(-0.001), factor(3.0)) == ("(−1)", "0", "3")
    assert (ink_on("#053061"), ink_on("#f7f7f7")) == (LIGHT, DARK)


def test_the_first_layer_has_the_tutorials_numbers():
    assert FirstLayer(28).per_neuron == 784
    photo = FirstLayer(1000, 3)
    assert (photo.per_neuron, photo.convolution) == (3_000_000, 760)
    assert {FirstLayer(side, 3).convolution for side in (5, 28, 1000)} == {760}


def test_the_chart_has_the_numbers_of_its_layers():
    dense, neuron, convolution, today = growth_chart(FirstLayer(224, 3)).data
    at = list(dense.x).index(224)
    assert today.y == (dense.y[at], neuron.y[at], convolution.y[at])
    assert neuron.y[at] == 3 * 224**2
