"""A snapshot to take home: weights, card, script and the pictures that the script reads."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import asdict
from datetime import date

from safetensors.torch import save

from cnnviz.builder.codec import encode
from cnnviz.builder.counts import count_params
from cnnviz.builder.names import class_name
from cnnviz.models.cards import Card
from cnnviz.models.specs import walk
from cnnviz.training.apart.job import Job
from cnnviz.training.export.script import beside, script
from cnnviz.training.moments import Moment
from cnnviz.training.snapshots import Snapshot

SCRIPT = "train.py"
NETWORK = "network.txt"  # as the page "Build a network" writes it


def saved(job: Job, snapshot: Snapshot, now: Moment, day: date) -> bytes:
    """A zip with the weights of a snapshot as safetensors, its card and its training script.

    `load_state_dict(safetensors.torch.load_file(path))` puts the weights into the script's model.

    Args:
        job: of the run.
        snapshot: of the run.
        now: what the snapshot answers to the material's validation pictures.
        day: of the run.
    """
    weights = save(dict(snapshot.weights), metadata={"format": "pt"})
    name = class_name(job.network.name).lower()
    files = {
        f"{name}.safetensors": weights,
        f"{name}.json": _card(job, snapshot, now, day, len(weights)).encode(),
        NETWORK: encode(job.network).encode("ascii"),
        SCRIPT: script(job, until=snapshot.step).encode(),
        **beside(job.material),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return written.getvalue()


def card_of(job: Job, now: Moment, day: date, size_bytes: int) -> Card:
    """Facts about the weights of a moment of a run."""
    material = job.material
    return Card(
        name=class_name(job.network.name).lower(),
        title=job.network.name,
        dataset=material.title,
        data=f"{len(material.training):,} pictures to train and {len(material.validation):,} asked",
        recipe=f"python {SCRIPT}",
        seed=job.plan.seed,
        date=day.isoformat(),
        test_accuracy=now.accuracy,
        accuracy_at=(),
        float32_accuracy=None,
        num_params=sum(count_params(layer) for _, layer in walk(job.network.layers)),
        size_bytes=size_bytes,
        input_size=material.input.padded_size,
        num_classes=len(material.classes),
        is_half_precision=False,
    )


def _card(job: Job, snapshot: Snapshot, now: Moment, day: date, size_bytes: int) -> str:
    material, card = job.material, card_of(job, now, day, size_bytes)
    more = {
        "step": snapshot.step,
        "of_steps": job.plan.num_steps(len(material.training)),
        "test_loss": now.loss,
        "classes": material.classes,
        "input": asdict(material.input),
        "plan": asdict(job.plan),
    }
    return json.dumps(asdict(card) | more, indent=2, ensure_ascii=False) + "\n"
