"""The convolution page as a whole: its address, its numbers, and what it says of nonsense."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
import torch
from PIL import Image

from cnnviz.convolution.filter_sheet import filter_sheet, library_order
from cnnviz.convolution.kernels import KERNELS
from cnnviz.convolution.settings import ConvSettings
from cnnviz.images import sample, to_tensor
from tests.support.opening import component, html_text, open_page, page_text

TUTORIAL = [
    # query, output shape, parameters
    ("height=4&width=4&padding=0", (1, 1, 2, 2), 10),
    ("height=5&width=5", (1, 1, 5, 5), 10),
    ("height=5&width=5&stride=2", (1, 1, 3, 3), 10),
    ("height=7&width=7&padding=0&dilation=2", (1, 1, 3, 3), 10),
    ("height=32&width=32&in_channels=3&out_channels=10", (1, 10, 32, 32), 280),
    (
        "height=32&width=32&in_channels=10&out_channels=20&kernel_size=6&stride=2&padding=0",
        (1, 20, 14, 14),
        7220,
    ),
    (
        "height=1000&width=1000&in_channels=3&out_channels=10&kernel_size=5&padding=0",
        (1, 10, 996, 996),
        760,
    ),
]


def run(script: str) -> str:
    """What a script of the page prints, run as a visitor would paste it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


def found(pattern: str, text: str) -> str:
    """What the first group of a pattern finds."""
    match = re.search(pattern, text)
    assert match, f"{pattern} is not in {text}"
    return match[1]


@pytest.mark.parametrize(("query", "shape", "parameters"), TUTORIAL)
def test_the_tutorials_examples_show_its_numbers(query, shape, parameters):
    text = html_text(open_page("convolution", query))
    assert f"Output shape{shape}" in text
    assert f"Parameters{parameters:,}" in text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "kernel_size=3,5&stride=2,1&padding=2&dilation=1,2",
        "in_channels=4&out_channels=8&groups=4&bias=false",
        "transposed=true&stride=2&output_padding=1&kernel=gaussian_blur",
        "padding=same&kernel_size=4&padding_mode=reflect&kernel=gabor&angle=30",
        "kernel=custom&weights=1,2;3,4&kernel_size=2&padding=0",
        "kernel=custom&weights=1~2~-1&kernel_size=1&padding=0&in_channels=3",
        "height=12&width=12&input=digit_3&stride=2",
        "input=own&pixels=1,2,3;4,-5,6~0.5,0;1,1&in_channels=2&height=4",
    ],
)
def test_the_scripts_of_a_view_print_the_numbers_of_the_view(query):
    app = open_page("convolution", query)
    numbers, example = (run(code.value) for code in app.code)
    shown = html_text(app)
    assert "Output shape" + found(r"output shape: (\(.*\))", numbers) in shown
    assert f"Parameters{int(found('parameters: ([0-9]+)', numbers)):,}" in shown
    assert f"Multiply-adds{int(found('multiply-adds: ([0-9]+)', numbers)):,}" in shown
    grid = component(app, "convolution_grid")
    printed = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[-+]\d+)?", example)]
    drawn = [value for row in grid["output"] for value in row]
    assert printed == pytest.approx(drawn, abs=2e-3)


@pytest.mark.parametrize("view", ["picture", "filters"])
def test_the_script_of_a_response_runs_and_agrees_with_the_layer(view):
    app = open_page("convolution", f"view={view}&stride=3&image=coffee&relu=true")
    printed = run(app.code[1].value)
    shape = re.search(r"Output shape\(1, (\d+), (\d+), (\d+)\)", html_text(app))
    assert ", ".join(shape.groups()) in printed
    assert run(app.code[0].value).startswith(f"output shape: (1, {', '.join(shape.groups())})")


def test_the_script_of_an_upload_opens_it_as_the_page_does(tmp_path, monkeypatch):
    picture = Image.effect_noise((1500, 600), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    picture.save(tmp_path / "my_picture.jpg", exif=exif)
    app = open_page("convolution", "view=picture&kernel=identity")
    app.session_state["convolution_image_own"] = True
    app.run()
    data = (tmp_path / "my_picture.jpg").read_bytes()
    app.get("file_uploader")[0].set_value(("photo.jfif", data, "image/jpeg")).run()
    assert "Output shape(1, 1, 1024, 410)" in html_text(app)
    monkeypatch.chdir(tmp_path)
    numbers = found(r"min (.*), mean", run(app.code[1].value))
    low, high = (float(number) for number in numbers.split(", max "))
    alt = component(app, "convolution_response")["response"]["alt"]
    shown = re.search(r"values from (\S+) to (\S+)\.", alt)
    assert (low, high) == pytest.approx([float(number) for number in shown.groups()], rel=0.01)


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ("kernel_size=banana", "kernel_size"),
        ("stride=0", "stride"),
        ("padding=-1", "padding"),
        ("height=99999", "height"),
        ("padding_mode=mirror", "padding_mode"),
        ("transposed=maybe", "transposed"),
        ("kernel=<script>", "kernel"),
        ("weights=1,2,x", "weights"),
        ("weights=1,2;3", "weights"),
        ("weights=1,nan", "weights"),
        ("image=../../etc/passwd", "image"),
        ("dilation=1,2,3", "dilation"),
        ("cell=a", "cell"),
    ],
)
def test_nonsense_falls_back_to_the_default_with_a_word_about_it(query, term):
    app = open_page("convolution", query)
    (warning,) = app.warning
    assert f"asks for {term} =" in warning.value
    assert "Output shape(1, 1, 6, 6)" in html_text(app)


def test_a_misspelt_name_in_the_address_has_a_word_about_it():
    (warning,) = open_page("convolution", "kernelsize=5&utm_source=mail&stride=2").warning
    assert "“kernelsize”" in warning.value
    assert "kernel_size" in warning.value


def test_a_setting_that_cannot_be_says_why_and_a_click_mends_it():
    app = open_page("convolution", "height=4&width=4&kernel_size=7&padding=0")
    assert "7" in app.error[0].value
    assert "4" in app.error[0].value
    app.button[0].click().run()
    assert not app.error
    assert "Output shape" in html_text(app)


@pytest.mark.parametrize(
    "query",
    [
        "height=4096&width=4096&in_channels=4096&out_channels=4096&kernel_size=64",
        "kernel_size=64&padding=64&dilation=64&stride=64",
        "height=4096&width=4096&kernel_size=64&dilation=64",
        "transposed=true&kernel_size=64&stride=64&height=4096&width=4096",
        "view=picture&transposed=true&stride=8&kernel_size=11",
        "view=picture&kernel_size=64&dilation=64",
        "view=filters&kernel_size=64&padding=64",
        "view=picture&stride=64&kernel_size=1",
        "groups=4096&in_channels=4096&out_channels=4096",
        "groups=7",
        "cell=4096,4096&pixel=4096,0&view=picture",
        "channel=4095",
        "kernel=custom",
        "kernel=custom&weights=" + ",".join(["1"] * 1000),
        "output_padding=64&transposed=true",
        "padding=same&stride=2",
        "padding=same&transposed=true",
    ],
)
def test_no_address_breaks_the_page(query):
    app = open_page("convolution", query)
    assert app.error or "Output shape" in html_text(app)


def test_a_repair_of_a_photo_leaves_the_grids_layer_alone():
    app = open_page("convolution", "view=picture&kernel_size=64&dilation=64&out_channels=5")
    app.button[0].click().run()
    assert not app.exception
    assert not app.error
    state = app.session_state
    assert tuple(state[f"convolution-{name}"] for name in ("height", "out_channels", "bias")) == (
        6,
        5,
        True,
    )


def test_a_photo_has_no_controls_that_do_nothing_and_the_grids_layer_comes_back():
    app = open_page("convolution", "height=9&in_channels=4&out_channels=2&bias=false")
    assert "Height" in [field.label for field in app.number_input]
    app.segmented_control(key="convolution-view").set_value("picture").run()
    assert not app.number_input
    app.segmented_control(key="convolution-view").set_value("grid").run()
    assert "Output shape(1, 2, 9, 6)" in html_text(app)
    assert component(app, "toolbar")["query"] == "height=9&in_channels=4&out_channels=2&bias=false"


def test_a_repaired_view_is_a_link():
    app = open_page("convolution", "kernel_size=64&dilation=64")
    for index in range(len(app.button)):
        query = _query_after_click("kernel_size=64&dilation=64", index)
        again = open_page("convolution", query)
        assert not again.warning, query
        assert "Output shape" in html_text(again)


def _query_after_click(query: str, index: int) -> str:
    app = open_page("convolution", query)
    app.button[index].click().run()
    return component(app, "toolbar")["query"]


def test_a_response_that_would_cost_too_much_is_refused_with_its_numbers():
    app = open_page("convolution", "view=filters&normalise=false&kernel_size=64&padding=64")
    assert "multiply-adds, but at most" in app.error[0].value


@pytest.mark.parametrize("weights", ["1,0,0,2", "1,0;0,2"])
def test_custom_weights_are_what_the_grid_computes_with(weights):
    grid = component(
        open_page("convolution", f"kernel=custom&weights={weights}&kernel_size=2&padding=0"),
        "convolution_grid",
    )
    assert grid["weight"] == [[[1, 0], [0, 2]]]
    pixels = grid["input"][0]
    assert grid["output"][0][0] == pixels[0][0] + 2 * pixels[1][1]


def test_pixels_of_ones_own_are_what_the_grid_reads_and_stay_where_the_walk_stood():
    query = "input=own&pixels=1,2;3,4&height=2&width=2&padding=0&kernel_size=1&place=1,0"
    app = open_page("convolution", query)
    grid = component(app, "convolution_grid")
    assert (grid["input"], grid["walk"]) == ([[[1, 2], [3, 4]]], [1, 0])
    assert "All weights are 0: at 1 × 1" in grid["note"]
    kept = set(component(app, "toolbar")["query"].split("&"))
    assert kept == set(query.replace(";", "%3B").split("&")) or kept == set(query.split("&"))


def test_weights_of_the_grid_are_the_same_on_a_picture():
    weights = "1,2,3;4,5,6;7,8,9"
    app = open_page("convolution", f"view=picture&kernel=custom&weights={weights}")
    planes = component(app, "convolution_response")["weight"]
    assert planes == [[[1, 2, 3], [4, 5, 6], [7, 8, 9]]] * 3


@pytest.mark.parametrize(
    ("query", "has_edges"), [("", True), ("&padding=0", False), ("&padding_mode=reflect", False)]
)
def test_edges_at_the_border_are_spoken_of_where_padding_makes_them(query, has_edges):
    app = open_page("convolution", "view=picture" + query)
    note = component(app, "convolution_response")["note"]
    assert note.startswith("The colours end at ±")
    assert ("padding makes edges" in note) == has_edges


def test_leaving_pixels_unread_does_so():
    from cnnviz.ui.convolution.views import TRY

    (view,) = (view for view in TRY if view.label == "Leave pixels unread")
    assert "never reads" in html_text(open_page("convolution", view.query))


def test_flip_turns_the_kernel_by_half_a_turn():
    plain, flipped = (
        component(open_page("convolution", query), "convolution_grid")["weight"][0]
        for query in ("kernel=sobel_x", "kernel=sobel_x&flip=true")
    )
    assert flipped == [row[::-1] for row in plain[::-1]]


def test_every_preset_and_thing_to_try_opens_without_a_warning():
    from cnnviz.ui.convolution.views import PRESETS, TRY

    for view in [*PRESETS, *TRY]:
        app = open_page("convolution", view.query)
        assert not app.warning, view
        assert "What do kernel size" in page_text(app)


def test_the_live_sliders_set_the_layer():
    app = open_page("convolution")
    app.session_state["convolution_sliders"] = {
        "values": {"turn": 1, "value": {"stride": 2, "kernel_size": 3}}
    }
    app.session_state["convolution-stride"] = (2, 2)
    app.run()
    assert "Output shape(1, 1, 3, 3)" in html_text(app)
    assert component(app, "toolbar")["query"] == "stride=2"


def test_the_channels_stand_side_by_side_and_the_script_adds_them_up():
    query = "view=channels&height=5&width=5&in_channels=2&out_channels=3&padding=0&channel=1&cell=1"
    app = open_page("convolution", query)
    shown = component(app, "convolution_channels")
    assert shown["held"] == {"kernel": 1, "place": [1, 1]}
    assert [len(kernel["own"]) for kernel in shown["kernels"]] == [2, 2, 2]
    assert "6 slices" in html_text(app)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[1].value, "page", "exec"), {"__name__": "pasted"})
    differences = re.findall(r"differs by (\S+)", printed.getvalue())
    assert len(differences) == 3
    assert max(map(float, differences)) <= 1e-5
    numbers = [
        float(n) for n in re.findall(r"-?\d+\.(?:\d+)?", printed.getvalue().split("tensor")[1])
    ]
    assert numbers == [
        value for kernel in shown["kernels"] for row in kernel["map"] for value in row
    ]


def test_channels_that_cannot_be_drawn_are_told_in_a_sentence():
    app = open_page("convolution", "view=channels&kernel_size=11&height=20&width=20")
    assert "room for a kernel that spans 7" in app.error[0].value


def test_the_sheet_of_filters_names_what_is_clipped_and_why_three_are_alike():
    shown = component(open_page("convolution", "view=filters"), "convolution_filter_sheet")
    assert len(shown["tiles"]) == 17
    assert re.search(r"Emboss \d+\.\d %", shown["clipped"])
    assert shown["clipped"].endswith("Random: neither")
    assert "hardly differ" in shown["words"]
    assert "8 : 32 : 6" in shown["words"]
    at_one = component(
        open_page("convolution", "view=filters&kernel_size=1"), "convolution_filter_sheet"
    )
    assert "all zeros" in at_one["words"]


def test_the_script_of_the_sheet_gives_the_pages_values():
    app = open_page("convolution", "view=filters")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(app.code[1].value, "page", "exec"), {"__name__": "pasted"})
    picture = sample("cat").copy()
    picture.thumbnail((256, 256), Image.Resampling.LANCZOS)
    planes = {name: KERNELS[name].weights((3, 3)) for name in library_order()}
    sheet = filter_sheet(to_tensor(picture).mean(dim=0), ConvSettings(), planes)
    responses = torch.stack([one.response for one in sheet])
    lowest, highest = (float(n) for n in re.findall(r"m(?:in|ax) (\S+),", printed.getvalue()))
    expected = [float(responses.min()), float(responses.max())]
    assert [lowest, highest] == pytest.approx(expected, abs=2e-4)


def test_a_filter_is_chosen_with_its_place_and_opened():
    app = open_page("convolution", "view=filters")
    app.session_state["convolution_filter_sheet"] = {"place": [5, 6], "kernel": 4}
    app.session_state["convolution-pixel"] = (5, 6)
    app.run()
    assert component(app, "convolution_filter_sheet")["place"] == [5, 6]
