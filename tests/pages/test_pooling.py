"""The pooling page: the tutorial's numbers, every view, its scripts, and nonsense."""

from __future__ import annotations

import contextlib
import io
import itertools

import pytest
import torch

from cnnviz.pooling.cost import costs
from tests.support.opening import component, html_text, open_page, page_text


def printed_by(script: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, "page", "exec"), {"__name__": "pasted"})
    return printed.getvalue()


def test_the_tutorials_two_by_two():
    app = open_page("pooling")
    told = component(app, "pooling_grid")
    assert told["output"] == [[6, 8], [3, 4]]
    assert told["cells"][1]["sum"] == "max(2, 4, 7, 8)"
    text = html_text(app)
    assert "Output shape(1, 1, 2, 2)" in text
    assert "Parameters0" in text and "Numbers kept4 of 16" in text
    assert "halves, height and width; 3 of 4 numbers get no gradient" in text


def test_the_tutorials_chain():
    text = html_text(open_page("pooling", "height=14&width=14&channels=20"))
    assert "Output shape(1, 20, 7, 7)" in text


@pytest.mark.parametrize(
    ("query", "sentence", "repair"),
    [
        ("padding=2", "Padding is 2, but at most half of the kernel size 2", "Padding 2 → 1"),
        ("operation=lp&padding=1", "LPPool2d takes no padding", "Padding 1 → 0"),
        ("operation=avg&dilation=2", "AvgPool2d takes no dilation", "Dilation 2 → 1"),
        ("kernel_size=7", "The window spans 7 but the padded input has 4", "Kernel size 7 → 4"),
    ],
)
def test_what_torch_refuses_is_explained_and_mended_with_a_click(query, sentence, repair):
    app = open_page("pooling", query)
    assert sentence in app.error[0].value
    button = next(one for one in app.button if one.label == repair)
    button.click().run()
    assert not app.error and not app.exception
    assert component(app, "pooling_grid")["output"]


def test_a_window_that_starts_in_the_padding_is_explained():
    app = open_page("pooling", "height=5&width=5&stride=3&padding=1&ceil_mode=true")
    assert "starts in the padding behind the input" in html_text(app)


def test_the_script_of_the_grid_prints_its_numbers():
    app = open_page("pooling", "operation=lp&height=6&width=5&stride=1&seed=4&cell=1,2")
    told = component(app, "pooling_grid")
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(app.code[0].value, names)
    assert names["output"].detach().flatten().tolist() == pytest.approx(
        list(itertools.chain(*told["output"])), rel=1e-3
    )
    cell = told["cells"][1 * len(told["columns"]) + 2]
    window = [names["x"].grad[tuple(place)].item() for place in cell["cells"]]
    assert window == pytest.approx(cell["by"]["lp"]["gradient"], rel=1e-3)
    assert names["x"].grad.count_nonzero() <= len(window)


def test_the_script_of_the_costs_prints_the_table():
    app = open_page("pooling", "view=cost&maps=16&side=32&levels=2")
    printed = printed_by(app.code[0].value)
    text = html_text(app)
    for one in costs(16, 32, 2):
        assert f"{one.macs} {one.bytes} {one.num_params}" in " ".join(printed.split())
        assert f"{one.num_params:,}" in text


def test_maps_too_small_to_be_halved_are_said():
    app = open_page("pooling", "view=cost&side=8&levels=4")
    assert "too small to be halved 4 times" in app.error[0].value


@pytest.mark.parametrize(
    "query",
    ["kernel_size=0", "operation=min", "p=nan", "height=999", "view=sum", "cell=x", "levels=9"],
)
def test_nonsense_in_the_address_is_one_sentence(query):
    app = open_page("pooling", query)
    assert len(app.warning) == 1
    assert "not possible" in page_text(app)


def test_torch_is_as_it_was():
    before = torch.random.get_rng_state()
    open_page("pooling")
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("layer", "size", "jump", "offset"),
    [("input_group", 11, 4, -5), ("group0", 43, 4, -21), ("group1", 99, 8, -49),
     ("group2", 211, 16, -105), ("group3", 435, 32, -217)],
)  # fmt: skip
def test_the_cards_of_resnet18(layer, size, jump, offset):
    app = open_page("pooling", "view=field")
    card = next(one for one in component(app, "pooling_field")["cards"] if one["name"] == layer)
    assert (card["size"], card["jump"]) == (f"{size} × {size}", str(jump))
    assert card["offset"] == f"−{-offset}"
    assert card["box"][2] - card["box"][0] == size


def test_a_unit_of_group1_as_drawn():
    app = open_page("pooling", "view=field&layer=group1&unit=10,9")
    told = component(app, "pooling_field")
    assert told["rows"][10] == [31, 130] and told["columns"][9] == [23, 122]
    assert "row 11 sees rows 1 − 49 + 10·8 = 32 to 130" in " ".join(html_text(app).split())
    assert told["walked"] == "Walk down: 1 unit → 15² cells → 23² cells → 99² pixels"
    assert (told["map_title"], told["map"]["value"]) == ("group1, map 74", "unit = 2.6")
    assert "50 × 47 pixels hold 90 %" in told["caption"]
    assert told["walk"][-1]["pixels"] == [31, 23, 130, 122]
    (chart,) = [component(app, "pooling_growth")["spec"]]
    assert [line["name"] for line in chart["lines"]] == ["435", "41"]
    here = chart["mark"]
    assert chart["lines"][0]["points"][here] == [here, 99]
    assert chart["ticks"]["x"][1] == [here, "group1: 99"]


def test_the_script_of_the_field_gives_the_pages_numbers():
    app = open_page("pooling", "view=field&layer=group0&unit=20,21&map=3&size=96")
    told = component(app, "pooling_field")
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(app.code[0].value, names)
    assert names["field"].size == (43, 43)
    core, high = names["core_box"](names["effect"]), names["effect"].max().item()
    assert told["core"] == [core.top, core.left, core.bottom, core.right]
    assert float(told["gradient"]["high"]) == pytest.approx(high, rel=0.01)
    window = names["field"].window(20, 21)
    assert told["rows"][20] == [window[0].start, window[0].stop]


def test_lenet_is_followed_at_a_size_it_does_not_take():
    told = component(open_page("pooling", "view=field&network=lenet-cifar10"), "pooling_field")
    assert [card["size"] for card in told["cards"]] == ["5 × 5", "6 × 6", "14 × 14", "16 × 16"]
    assert told["gradient"]


def test_a_network_without_weights_is_shown_in_theory():
    app = open_page("pooling", "view=field&network=resnet101&layer=layer4&size=320")
    told = component(app, "pooling_field")
    assert told["label"] == "971 × 971"
    assert told["gradient"] is None and "theory" in told["why_not"]


def test_a_stack_that_alternates_has_no_single_size_and_says_why():
    query = "view=field&network=stack&stack=conv3 pool2 conv3 up3s2&layer=3&size=64"
    app = open_page("pooling", query)
    told = component(app, "pooling_field")
    assert told["cards"][-1]["size"] == "varies"
    assert "no single size" in told["words"][0] and "no single size" in page_text(app)
    sizes = {end - start for start, end in told["rows"][4:-4]}
    assert len(sizes) == 2


def test_what_cannot_be_looked_into_is_one_sentence():
    app = open_page("pooling", "view=field&network=stack&stack=avg2d2")
    assert "an average pooling takes no dilation" in app.error[0].value


@pytest.mark.parametrize("name", ["efficientnet-lite0", "squeezenet1.1"])
def test_the_networks_for_photos_have_their_fields_and_what_moves_a_unit(name):
    app = open_page("pooling", f"view=field&network={name}&size=96")
    assert not app.warning
    assert not app.error
    assert component(app, "pooling_field")["width"] == 96
    assert f'pretrained("{name}")' in app.code[0].value


@pytest.mark.parametrize("query", ["stack=foo", "size=7", "unit=a", "network=a b", "net=x"])
def test_nonsense_about_networks_is_one_sentence(query):
    app = open_page("pooling", f"view=field&{query}")
    assert len(app.warning) == 1


def test_one_pixel_on_the_cat():
    told = component(open_page("pooling", "view=shift"), "pooling_shift")
    shares = [round(100 * way["share"]) for way in told["ways"]]
    assert shares == [60, 60, 71, 76, 77]
    assert told["says"] == "ResNet18 says cat"
    assert told["ways"][3]["score"] == "90.5 → 90.7 %"
    assert told["ways"][0]["score"].startswith("2.4 →")
    assert "Σ min(before, after)" in told["foot"]


def test_the_script_of_the_shift_prints_the_shares():
    app = open_page("pooling", "view=shift&dx=3&dy=1&kernel=sobel_y&image=coffee")
    told = component(app, "pooling_shift")
    printed = dict(line.split() for line in printed_by(app.code[0].value).splitlines())
    shares = [way["share"] for way in told["ways"]]
    assert [float(printed[name]) for name in ("none", "stride", "avg", "max", "blur")] == (
        pytest.approx(shares, abs=2e-4)
    )


def test_the_frame_shows_its_own_cells():
    app = open_page("pooling", "view=shift&place=100,120")
    told, frame = component(app, "pooling_shift"), component(app, "pooling_frame")
    assert frame["place"] == [100, 120]
    assert [(way["rows"], way["columns"]) for way in told["ways"]] == [(24, 24)] + [(12, 12)] * 4
    before = told["ways"][0]["before"]["values"]
    pooled = told["ways"][3]["before"]["values"]
    assert pooled[2][5] == max(before[i][j] for i in (4, 5) for j in (10, 11))


def test_the_curves_of_the_shift():
    app = open_page("pooling", "view=shift")
    follow = {line["name"]: line for line in component(app, "pooling_follow")["spec"]["lines"]}
    assert round(follow["stride 2"]["points"][1][1]) == 60
    assert round(follow["stride 2"]["points"][2][1]) == 100
    layers = component(app, "pooling_layers")["spec"]["lines"]
    assert [line["name"] for line in layers] == [
        "1 px: cat 91 %",
        "4 px: cat 90 %",
        "16 px: cat 83 %",
    ]


@pytest.mark.parametrize("operation", ["max", "avg", "lp"])
def test_the_script_of_a_pooled_picture_gives_the_pinned_pixel(operation):
    query = f"view=picture&operation={operation}&kernel_size=3&stride=2&pixel=20,31"
    app = open_page("pooling", query)
    told = component(app, "pooling_picture")
    assert (told["rows"], told["columns"]) == (149, 225)
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(app.code[0].value, names)
    pixel = names["result"][:, 20, 31].tolist()
    assert [float(one["value"]) for one in told["sums"]] == pytest.approx(pixel, rel=0.01)
    assert f"Output shape{tuple(names['result'][None].shape)}" in html_text(app)


def test_a_p_that_float32_cannot_hold_is_told_and_not_shown():
    app = open_page("pooling", "view=picture&operation=lp&p=512&image=boat")
    assert not app.exception
    shown = [e.value for e in app.error]
    told = shown or component(app, "pooling_picture")["sums"]
    assert told


def test_on_a_picture_repairs_leave_its_size_alone():
    app = open_page("pooling", "view=picture&padding=3")
    assert [button.label for button in app.button if "→" in button.label] == [
        "Padding 3 → 1",
        "Kernel size 2 → 6",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "layer=input_group&map=500",
        "unit=1000,1000",
        "layer=nowhere",
        "layer=classifier.1&network=lenet-cifar10",
        "network=stack&stack=up9s9 up9s9 up9s9&size=320",
        "network=stack&stack=conv9 conv9 conv9&size=32&layer=2",
        "network=stack&stack=pool9 pool9 pool9&size=32",
        "network=stack&stack=conv1s9&size=32",
        "network=net",
        "network=efficientnet_b0&layer=features.3",
        "network=lenet-cifar10&size=32&map=-1&unit=0,0&layer=feature_extractor.5",
    ],
)
def test_what_an_address_may_ask_of_a_receptive_field_raises_nothing(query):
    app = open_page("pooling", f"view=field&{query}")
    assert len(app.error) <= 1


@pytest.mark.parametrize(
    "query",
    [
        "view=shift&dx=16&dy=16&place=4000,4000",
        "view=shift&image=digit_7&dx=3",
        "view=picture&kernel_size=16&stride=16&pixel=4000,4000",
        "view=picture&image=digit_7&operation=lp&p=64",
        "kernel_size=3,2&stride=1,2&padding=1,0&height=7&width=5&cell=12,12",
        "operation=lp&p=512",
        "height=1&width=1&kernel_size=1&stride=1",
    ],
)
def test_what_else_an_address_may_ask_raises_nothing(query):
    app = open_page("pooling", query)
    assert len(app.error) <= 1
