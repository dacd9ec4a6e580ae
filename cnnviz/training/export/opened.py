"""A snapshot as a network that can be asked, from a run or from the zip that was saved of it."""

from __future__ import annotations

import json
import zipfile
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from safetensors.torch import load

from cnnviz.builder.codec import decode
from cnnviz.models.cards import Card
from cnnviz.models.trained import Pretrained
from cnnviz.models.transforms import InputSpec, PictureTransform
from cnnviz.training.apart.job import Job
from cnnviz.training.export.saved import NETWORK, card_of
from cnnviz.training.moments import Moment, network_of
from cnnviz.training.snapshots import Snapshot, num_bytes


def taken(job: Job, snapshot: Snapshot, now: Moment, day: date) -> Pretrained:
    """The network of a snapshot, as other pages and notebooks ask networks.

    Args:
        job: of the run.
        snapshot: of the run; the network shares its weights.
        now: what the snapshot answers to the material's validation pictures.
        day: of the run.
    """
    material = job.material
    return Pretrained(
        network_of(job.network, snapshot.weights),
        PictureTransform(material.input),
        material.classes,
        card_of(job, now, day, num_bytes(snapshot.weights)),
        job.network,
    )


def opened(path: str | Path) -> Pretrained:
    """The network of a zip that `saved` wrote.

    Raises:
        OSError: there is no such file.
        KeyError: the zip holds no network of the app's.
    """
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).suffix: name for name in archive.namelist()}
        said: dict[str, Any] = json.loads(archive.read(names[".json"]))
        weights = load(archive.read(names[".safetensors"]))
        network = decode(archive.read(NETWORK).decode("ascii"))
    spec: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in said["input"].items()
    }
    card: dict[str, Any] = {field.name: said[field.name] for field in fields(Card)}
    card["accuracy_at"] = ()
    return Pretrained(
        network_of(network, weights),
        PictureTransform(InputSpec(**spec)),
        tuple(said["classes"]),
        Card(**card),
        network,
    )
