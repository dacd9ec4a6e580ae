"""The builder: what it shows of a network, what it says when layers do not fit, and its address."""

from __future__ import annotations

import json
import math
import re
from urllib.parse import parse_qsl, quote

import pytest
import torch
from streamlit.testing.v1 import AppTest

from cnnviz.builder.codec import decode, encode
from cnnviz.builder.edits import add_layer, change_arguments, change_input_shape, remove_layer
from cnnviz.builder.fitting import fit_network
from cnnviz.builder.import_code import read_code
from cnnviz.images.samples import sample
from cnnviz.models import networks
from cnnviz.models.seeded import build_seeded
from cnnviz.models.specs import Dropout, LeakyReLU, NetworkSpec
from cnnviz.torchvision_compat import torchvision
from cnnviz.ui.build.views import INSPECTED, STARTS
from tests.support.opening import component, html_text, open_page, page_text

LENET = networks.lenet()


def query(spec: NetworkSpec, **more: str) -> str:
    return "&".join([f"net={encode(spec)}", *(f"{k}={v}" for k, v in more.items())])


def test_the_first_view_is_lenet_with_the_tutorials_numbers():
    app = open_page("build")
    shown = component(app, "build_network")
    assert shown["totals"] == {"params": "62,006", "macs": "651,720"}
    shapes = [row["shape"] for row in shown["rows"]]
    assert shapes[:2] == ["3 × 32 × 32", "6 × 28 × 28"]
    assert shapes[-1] == "10"
    assert [row.get("sees") for row in shown["rows"]][6] == "16"
    boxes = component(app, "build_graph")["box"]["inside"]
    assert [box["title"] for box in boxes][:3] == ["Input", "Conv2d", "MaxPool2d"]


def test_the_volumes_stand_in_the_place_of_the_graph():
    app = open_page("build", "view=volumes")
    assert component(app, "build_volumes")["volumes"].count('class="volume"') == 9


def test_the_editor_has_every_argument_of_the_selected_layer():
    editor = component(open_page("build", "layer=4"), "build_network")["editor"]
    values = {field["name"]: field["value"] for field in editor["fields"]}
    assert editor["title"] == "4 · Conv2d"
    assert values == {
        "in_channels": "6", "out_channels": "16", "kernel_size": "5", "stride": "1",
        "padding": "0", "dilation": "1", "groups": "1", "bias": True, "padding_mode": "zeros",
    }  # fmt: skip
    assert all(field["help"] for field in editor["fields"])


def test_the_input_is_edited_like_a_layer_and_a_resnet_by_its_blocks_and_width():
    query_of = {view.label: view.query for view in STARTS}
    editor = component(open_page("build", query_of["ResNet18"]), "build_network")["editor"]
    values = {field["name"]: field["value"] for field in editor["fields"]}
    assert values["blocks"] == "2,2,2,2"
    assert values["base width"] == "64"
    assert values["height"] == "224"


def test_lenet_on_64_pixels_names_both_numbers_and_offers_mends():
    app = open_page("build", query(change_input_shape(networks.lenet(), (3, 64, 64))))
    shown = component(app, "build_network")
    assert "expects 400 numbers; 16 × 13 × 13 = 2,704 arrive" in shown["doctor"]["sentence"]
    assert shown["doctor"]["torch"].startswith("mat1 and mat2 shapes cannot be multiplied")
    assert any("in_features" in mend["label"] for mend in shown["doctor"]["mends"])
    assert "none: it does not fit" in html_text(app)
    assert [row["path"] for row in shown["rows"] if row.get("problem")] == ["8"]
    assert [row["path"] for row in shown["rows"] if row.get("waiting")] == ["9", "10", "11", "12"]


@pytest.mark.parametrize("view", STARTS, ids=lambda view: view.label)
def test_every_start_opens(view):
    app = open_page("build", view.query)
    assert not app.warning
    assert component(app, "build_network")["rows"]


def test_a_network_of_torchvision_is_inspected_with_torchvisions_own_count():
    view = next(view for view in INSPECTED if view.label == "resnet18")
    shown = component(open_page("build", view.query), "build_network")
    assert shown["totals"]["params"] == "11,689,512"
    assert shown["read_only"]
    assert "editor" not in shown


@pytest.mark.parametrize(
    ("name", "title", "params"),
    [("efficientnet-lite0", "EfficientNet-Lite0", "4,652,008"),
     ("squeezenet1.1", "SqueezeNet 1.1", "1,235,496")],
)  # fmt: skip
def test_a_shipped_network_for_photos_is_inspected_and_its_script_counts_the_same(
    name, title, params, capsys
):
    app = open_page("build", f"inspect={name}")
    assert not app.warning
    assert app.title[0].value == f"How do layers become {title}?"
    assert f"Parameters{params}" in html_text(app)
    assert any(link.proto.query_string == f"model={name}" for link in app.get("page_link"))
    exec(compile(app.code[0].value, "page", "exec"), {"__name__": "pasted"})
    told = capsys.readouterr().out.splitlines()
    assert sum(int(line.split()[-2]) for line in told) == int(params.replace(",", ""))


def test_an_inspected_network_has_its_graph_beside_the_table():
    app = open_page("build", "inspect=resnet18")
    rows, graph = component(app, "build_network")["rows"], component(app, "build_graph")
    assert graph["name"] == component(app, "build_network")["name"]
    heads = {row["fold"]: row["params"] for row in rows if row.get("fold")}
    assert set(graph["open"]) < set(heads)
    assert heads["layer1"] == "147,968"
    inside = [row for row in rows if "layer1" in row.get("groups", ())]
    assert len([row for row in inside if not row.get("fold")]) == 14
    orders = component(app, "build_network")["orders"]
    counts = {row["path"]: int(row.get("macs", "0").replace(",", "")) for row in rows}
    ordered = [counts[path] for path in orders["macs"]]
    assert ordered == sorted(ordered, reverse=True) and ordered[0] > ordered[-1] == 0
    layers = [row["path"] for row in rows[1:] if not row.get("fold")]
    assert all(sorted(order) == sorted(layers) for order in orders.values())


@pytest.mark.parametrize("name", ["resnet18", "regnet_y_400mf"])
def test_the_script_of_an_inspected_network_gives_its_numbers_without_cnnviz(name, capsys):
    app = open_page("build", f"inspect={name}")
    (script,) = [code.value for code in app.code if "get_model" in code.value]
    assert "cnnviz" not in script
    from cnnviz.torchvision_compat import torchvision  # as installed beside torch's CPU build

    assert torchvision
    exec(compile(script, "script", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    totals = component(app, "build_network")["totals"]
    assert printed[-2:] == [
        f"parameters: {totals['params'].replace(',', '')}",
        f"multiply-adds: {totals['macs'].replace(',', '')}",
    ]


def test_any_network_is_chosen_by_its_name_which_stands_in_the_title():
    app = open_page("build", "inspect=resnet18")
    (chooser,) = [one for one in app.selectbox if one.label == "Network"]
    assert len(chooser.options) > 75
    assert "How do layers become ResNet-18?" in page_text(app)


def test_other_columns_are_switched_on_and_what_looks_at_everything_says_so():
    app = open_page("build", "inspect=mobilenet_v3_small&columns=macs,sees,jump,memory")
    table = component(app, "build_network")
    assert table["columns"] == ["macs", "sees", "jump", "memory"]
    rows = {row.get("name"): row for row in table["rows"]}
    assert (rows["features.0.0"]["sees"], rows["features.0.0"]["jump"]) == ("3", "2")
    assert rows["features.0.0"]["memory"] == "802.8 kB"  # 16 · 112 · 112 · 4 bytes
    assert rows["features.1.block.1.mul"]["sees"] == rows["classifier.0"]["sees"] == "all of it"


def volumes_told(app: AppTest) -> list[str]:
    return re.findall(r"<title>(.*?)</title>", component(app, "build_volumes")["volumes"])


def test_the_volumes_of_an_inspected_network_fold_with_its_table():
    app = open_page("build", "inspect=densenet201&view=volumes")
    blocks = [(256, 56), (512, 28), (1792, 14), (1920, 7)]
    told = [title for title in volumes_told(app) if "denseblock" in title]
    assert told == [
        f"…tures.denseblock{place}: {channels:,} × {side} × {side}"
        for place, (channels, side) in enumerate(blocks, start=1)
    ]
    assert "fold groups" not in component(app, "build_volumes")["caption"]
    unfolded = open_page("build", "inspect=densenet201&view=volumes&unfolded=0-60")
    assert "The first 60 of" in component(unfolded, "build_volumes")["caption"]


def test_a_stage_with_attention_is_as_large_as_its_maps():
    told = volumes_told(open_page("build", "inspect=maxvit_t&view=volumes"))
    sizes = {title.split(": ")[1] for title in told}
    assert {"64 × 56 × 56", "128 × 28 × 28", "256 × 14 × 14", "512 × 7 × 7"} <= sizes
    assert not [size for size in sizes if "× 49 ×" in size]  # 49 positions of a window


def test_a_map_with_its_channels_last_is_a_volume_of_so_many_channels():
    app = open_page("build", "inspect=swin_t&view=volumes")
    assert ">96 × 56 × 56<" in component(app, "build_volumes")["volumes"]
    opened = volumes_told(open_page("build", "inspect=swin_t&view=volumes&unfolded=0-60"))
    assert not [title for title in opened if "× 49 ×" in title]  # windows are no maps
    shapes = {row.get("name"): row.get("shape") for row in component(app, "build_network")["rows"]}
    assert shapes["features.1.0.norm1"] == "56 × 56 × 96"
    assert shapes["features.1.0.attn.linear"] == "64 × 49 × 288"  # 64 windows


def test_a_block_of_the_builder_has_rows_for_its_shortcut_and_its_sum():
    resnet = encode(networks.resnet((1, 1), width=8, input_size=32))
    rows = component(open_page("build", f"net={resnet}"), "build_network")["rows"]
    block = {row["path"]: row for row in rows if row["path"].startswith("6")}
    assert block["6"]["fold"] in block["6.s"]["groups"]
    own = [int(block[f"6.{place}"].get("params", "0").replace(",", "")) for place in (1, 2, 4, 5)]
    assert int(block["6"]["params"].replace(",", "")) == sum(own) + 160  # and the shortcut
    assert (block["6.s"]["params"], block["6.+"]["kind"], block["6.+"]["of"]) == ("160", "sum", "6")


@pytest.mark.parametrize(
    "asked",
    ["net=nonsense", "net=1aaaa.AAAA", "layer=99", "layer=x", "inspect=none", "inspect=a/b"],
)
def test_nonsense_in_the_address_is_a_sentence(asked):
    app = open_page("build", asked)
    assert "How do layers become a network?" in page_text(app)


def network_in(app: AppTest) -> NetworkSpec:
    return decode(component(app, "build_network")["net"])


def test_edits_that_an_address_says_are_done_in_their_order():
    words = [
        {"do": "select", "layer": "no. 3"},
        {"do": "add", "kind": "Dropout", "layer": "selected", "side": "behind", "fit": False},
        {"do": "shift", "layer": "no. 8", "by": -1, "mark": 1},
        {"do": "remove", "layer": "outcome 1", "fit": False},
        {"do": "set", "layer": "no. 1", "name": "stride", "value": "2", "fit": True},
    ]
    spec = remove_layer(add_layer(LENET, (3,), Dropout()), (8,))
    spec = fit_network(change_arguments(spec, (0,), stride=2))
    app = open_page("build", f"edits={quote(encode(LENET)[:5] + json.dumps(words))}")
    assert network_in(app) == spec
    other = open_page("build", query(spec, edits=quote(encode(LENET)[:5] + json.dumps(words))))
    assert network_in(other) == spec  # they are about another network: it has them already


@pytest.mark.parametrize(
    "edits", ["2nNO6", "2nNO6{}", "2nNO6[1]", "2nNO6[[]]", "2nNO6" + "[" * 1900]
)
def test_edits_that_are_none_are_refused_with_a_sentence(edits):
    app = open_page("build", f"edits={quote(edits)}")
    assert "edits as the page itself writes them" in page_text(app)


@pytest.mark.parametrize(
    "word",
    [
        {},
        {"do": 3},
        {"do": "add"},
        {"do": "undo", "net": "no"},
        {"do": "set", "layer": [1]},
        {"do": "mend", "label": "all"},
    ],
)
def test_words_that_are_none_change_nothing(word):
    app = open_page("build", f"edits={quote(encode(LENET)[:5] + json.dumps([word]))}")
    assert not app.exception
    assert network_in(app) == LENET


def test_a_damaged_link_says_that_it_is_damaged():
    app = open_page("build", f"net={encode(networks.lenet())[:-1]}")
    assert "damaged" in page_text(app)
    assert component(app, "build_network")["totals"]["params"] == "62,006"


def test_a_large_network_is_run_when_that_is_asked_for():
    app = open_page("build", query(networks.vgg16(), view="volumes"))
    assert "138,357,544" in html_text(app)
    (button,) = [button for button in app.button if button.label == "Run it"]
    assert "let go again" in button.help
    assert any(re.fullmatch(r"About \d\ss on a quiet server", one.value) for one in app.caption)
    assert not any(one.proto.id.endswith("build_forward") for one in app.get("bidi_component"))


def test_weights_that_torchvision_has_and_this_machine_not_are_said_to_be_a_link_away(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    app = open_page("build", query(networks.alexnet(), view="run"))
    said = "Torchvision’s trained weights, 244\u00a0MB, are not on this machine"
    assert any(said in one.value for one in app.caption)
    assert any("can be downloaded there" in link.proto.label for link in app.get("page_link"))


def of_torchvision(name: str) -> NetworkSpec:
    return read_code(f"from torchvision import models\nnet = models.{name}()").spec


def test_weights_of_torchvisions_that_are_on_this_machine_are_run(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    network = build_seeded(torchvision.models.squeezenet1_1, 0).eval()
    file = tmp_path / "checkpoints" / "squeezenet1_1-b8a52dc0.pth"
    file.parent.mkdir()
    torch.save(network.state_dict(), file)
    told = component(
        open_page("build", query(of_torchvision("squeezenet1_1"), view="run")), "build_forward"
    )
    assert told["is_trained"]
    assert told["words"].startswith("Trained weights, torchvision’s for ImageNet, from squeezenet1")
    weights = torchvision.models.SqueezeNet1_1_Weights.DEFAULT
    with torch.inference_mode():
        scores = network(weights.transforms()(sample("cat"))[None]).softmax(1)[0]
    best = scores.argsort(descending=True)[:3].tolist()
    assert [one["name"] for one in told["scores"]] == [weights.meta["categories"][i] for i in best]
    assert "are on this machine" in page_text(open_page("build", "inspect=squeezenet1_1"))


def test_a_damaged_file_of_weights_is_said_and_the_network_run_without_it(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "_hub_dir", str(tmp_path))
    file = tmp_path / "checkpoints" / "mobilenet_v2-7ebf99e0.pth"
    file.parent.mkdir()
    file.write_bytes(b"half a file")
    told = component(
        open_page("build", query(of_torchvision("mobilenet_v2"), view="run")), "build_forward"
    )
    assert not told["is_trained"]
    assert "has been thrown away, because it was damaged" in told["words"]
    again = component(
        open_page("build", query(of_torchvision("mobilenet_v2"), view="run")), "build_forward"
    )
    assert "trained weights, 14 MB, are not on this machine" in again["words"]


def test_what_is_too_dear_is_refused_and_its_shapes_are_shown():
    spec = change_input_shape(networks.vgg16(), (3, 320, 320))
    app = open_page("build", query(spec, view="run"))
    assert "138,357,544" in html_text(app)
    assert any("are run here" in info.value for info in app.info)


def test_lenet_carries_its_trained_weights_and_each_layer_what_it_sees():
    told = component(open_page("build", "view=volumes"), "build_forward")
    assert told["is_trained"]
    assert "Trained on CIFAR-10" in told["words"]
    tiles = {tile["path"]: tile for tile in told["tiles"]}
    assert list(tiles) == [str(number) for number in range(1, 13)]
    assert tiles["4"]["shape"] == "16 × 10 × 10"
    assert tiles["4"]["rows"] == [[2 * row, 2 * row + 14] for row in range(10)]
    assert tiles["4"]["middle"] == [10, 10, 24, 24]
    assert tiles["8"]["middle"] == [0, 0, 32, 32]
    shares = [score["share"] for score in told["scores"]]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)


def test_an_edit_makes_the_weights_random_and_says_which():
    spec = change_arguments(networks.lenet(), (0,), padding_mode="reflect", padding=0)
    told = component(open_page("build", query(spec, view="run")), "build_forward")
    assert "padding_mode of layer 1 is reflect and was zeros" in told["words"]
    assert (told["is_trained"], told["scores"], told["has_cards"]) == (False, [], True)


def test_rows_of_blocks_and_groups_stand_for_layers_whose_maps_are_there():
    spec = networks.resnet((2, 1), 8, 10, 32)
    app = open_page("build", query(spec, view="volumes"))
    told, rows = component(app, "build_forward"), component(app, "build_network")["rows"]
    shown = {tile["path"] for tile in told["tiles"]}
    assert {row["path"] for row in rows} <= told["places"].keys()
    assert set(told["places"].values()) <= shown
    assert told["places"]["7.s"] == told["places"]["7.+"] == "7"
    (stage,) = [row for row in rows if row["kind"] == "block1 … block2"]
    assert told["places"][stage["path"]] == "6"


def test_a_link_says_which_groups_are_unfolded():
    app = open_page("build", "inspect=densenet121&unfolded=0,8")
    told = component(app, "build_network")
    assert told["open"] == [told["folds"][0], told["folds"][8]]
    assert component(app, "build_graph")["open"] == told["open"]
    far = open_page("build", "inspect=resnet18&unfolded=900")
    at_first = open_page("build", "inspect=resnet18")
    assert component(far, "build_network")["open"] == component(at_first, "build_network")["open"]
    assert "unfolded = “900”" in far.warning[0].value


def pasted(code: str) -> AppTest:
    app = open_page("build")
    app.session_state["build_open"] = True
    app.run()
    app.text_area(key="build-pasted_code").set_value(code)
    return app.button(key="build-read_code").click().run()


def test_a_network_of_torchvision_that_is_not_written_out_leads_to_its_layers():
    app = pasted("from torchvision import models\nnet = models.densenet121()")
    assert any("densenet121 is torchvision" in error.value for error in app.error)
    inspected = app.button(key="build-inspect_instead").click().run()
    assert component(inspected, "build_network")["totals"]["params"] == "7,978,856"


def test_pasted_code_is_read_and_what_was_guessed_is_said():
    app = pasted("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())")
    assert len(component(app, "build_network")["rows"]) == 3
    assert any("is a guess" in info.value for info in app.info)
    assert any("2 layers" in success.value for success in app.success)


def test_a_paste_of_300_kb_comes_in_whole_and_is_refused_in_a_sentence():
    """Streamlit's limit of characters throws a longer paste away without a word."""
    app = pasted("x = 1\n" * 50_000)
    assert app.text_area(key="build-pasted_code").proto.max_chars == 0
    assert any("more than 80,000 characters" in error.value for error in app.error)


def test_broken_code_is_refused_with_the_line_named_and_the_network_kept():
    app = pasted("import os\nos.remove('x')")
    assert any("line" in error.value.lower() for error in app.error)
    assert component(app, "build_network")["totals"]["params"] == "62,006"


def test_a_network_too_long_for_a_link_is_offered_as_a_file():
    layers = tuple(LeakyReLU(abs(math.sin(place))) for place in range(300))
    spec = NetworkSpec("Long", (3, 8, 8), layers)
    app = open_page("build", query(spec))
    assert any("too long for a link" in info.value for info in app.info)


def test_a_layer_that_ran_can_be_looked_into_by_a_link():
    app = open_page("build")
    (link,) = [one for one in app.get("page_link") if "random weights" in one.proto.label]
    query = dict(parse_qsl(link.proto.query_string))
    looked = open_page("feature_maps", "&".join(f"{name}={value}" for name, value in query.items()))
    assert query["layer"] in page_text(looked)
    assert "random" in page_text(looked)
