"""A saved snapshot: its weights answer as before, its card says what was measured."""

import io
import json
import zipfile
from datetime import date

import torch
from PIL import Image
from safetensors.torch import load

from cnnviz.builder.modules import build
from cnnviz.models.networks import lenet
from cnnviz.training.apart import Job
from cnnviz.training.export import opened, saved, script, taken
from cnnviz.training.material import material
from cnnviz.training.moments import moment, network_of, scores_of
from cnnviz.training.networks import NETWORKS, adapted, with_dropout
from cnnviz.training.plan import Plan
from cnnviz.training.snapshots import snapshot


def test_a_zip_holds_weights_card_script_and_what_it_reads():
    digits, network, plan = material("digits"), lenet(1), Plan(seed=3)
    job, shot = Job(network, digits, plan), snapshot(build(network, seed=3), 12)
    now = moment(network, shot, digits)
    with zipfile.ZipFile(io.BytesIO(saved(job, shot, now, date(2026, 1, 2)))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files.keys() == {
        "lenet.safetensors",
        "lenet.json",
        "network.txt",
        "train.py",
        "digits.png",
    }
    again = network_of(network, load(files["lenet.safetensors"]))
    pictures = digits.validation.pictures[:250]
    before = scores_of(network_of(network, shot.weights), digits, pictures)
    assert torch.equal(scores_of(again, digits, pictures), before)
    card = json.loads(files["lenet.json"])
    assert (card["test_accuracy"], card["test_loss"]) == (now.accuracy, now.loss)
    assert (card["step"], card["of_steps"], card["date"]) == (12, 156, "2026-01-02")
    assert (card["num_params"], card["seed"], card["plan"]["seed"]) == (61_706, 3, 3)
    assert card["classes"] == list("0123456789")
    assert files["train.py"].decode() == script(job, until=12)


def test_a_saved_snapshot_is_opened_with_identical_outputs(tmp_path):
    digits = material("digits")
    network = with_dropout(adapted(NETWORKS["Small ResNet"](), digits.input, 10), 0.25)
    job, shot = Job(network, digits, Plan(dropout=0.25)), snapshot(build(network, seed=3), 12)
    now = moment(network, shot, digits)
    file = tmp_path / "network.zip"
    file.write_bytes(saved(job, shot, now, date(2026, 1, 2)))
    direct, again = taken(job, shot, now, date(2026, 1, 2)), opened(file)
    picture = Image.fromarray(digits.validation.pictures[0, 0].numpy())
    batch = again.transform(picture)
    assert torch.equal(batch, digits.batch(digits.validation.pictures[:1]))
    with torch.inference_mode():
        assert torch.equal(again.model(batch), direct.model(batch))
    assert again.classes == direct.classes
    assert again.card.test_accuracy == now.accuracy
