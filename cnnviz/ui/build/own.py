"""A trained network of one's own, from a file: read, checked, and what its pixels mean tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from io import BytesIO
from math import isfinite

import streamlit as st
import torch
from torch import Tensor

from cnnviz.cluster.brought import MOST_BYTES
from cnnviz.cluster.order import Order
from cnnviz.figures.own.brought import (
    Agreement,
    Guess,
    agreement_svg,
    checked_table,
    read_table,
    tried_table,
)
from cnnviz.figures.shown import shown
from cnnviz.heatmaps.scores import class_scores
from cnnviz.images import SAMPLES, sample
from cnnviz.models.onnx.check import Scores, reference_scores
from cnnviz.models.onnx.opened import transform_of
from cnnviz.progress import Progress, report
from cnnviz.ui import media, page
from cnnviz.ui.build.address import ADDRESS
from cnnviz.ui.build.any_size import any_size_of
from cnnviz.ui.compute import computing
from cnnviz.ui.insides.files import received
from cnnviz.ui.job_panel import long_work
from cnnviz.ui.jobs import Ordered, Task
from cnnviz.ui.links import View, links
from cnnviz.ui.page import Number
from cnnviz.ui.sent import stands_at
from cnnviz.ui.uploader import uploader
from cnnviz.ui.weights.files import IMAGENET, MOST_MB, OwnFile, Pixels, bring, desk, forget

PHOTOS = ("cat", "coffee", "rocket")
CHECKED = ("cat", "coffee", "rocket", "brick")
EXPORT = """\
# on your own machine, in two lines
x = torch.rand(1, 3, 224, 224)
torch.onnx.export(net.eval(), (x,), "mine.onnx",
                  external_data=False)
"""
HOW = (
    "Without `external_data=False` torch 2.13 puts the weights into a second file. From Keras: "
    '`model.export("mine.onnx", format="onnx")`, or tf2onnx. The file stays in this visit, is '
    "part of no link, and is gone when you leave."
)
GREY = ((0.1307,), (0.3081,))  # of MNIST's training pictures
IMAGENET_CLASSES = 1000
MOST_TEXT = 60_000  # characters of names
MOST_NAME = 60


def own_network() -> dict[str, str]:
    """The view of one's own file; returns its scripts by title."""
    mine = desk()
    left, right = st.columns([1, 1.5], gap="small")
    with left:
        _bringing(mine.file)
        if mine.problem:
            page.problem(mine.problem)
        if mine.file:
            _read(mine.file)
            _checked(mine.file)
    with right:
        if mine.file is None:
            _nothing_yet()
            return {}
        _what_it_takes(mine.file)
        any_size_of(mine.file)
        _ways_on(mine.file)
    _numbers(mine.file)
    return {"The same network": _script(mine.file)}


def _bringing(file: OwnFile | None) -> None:
    """How a file is written and the uploader; what was brought, with the ways to take another."""
    with st.container(border=True, key="build_own_file"):
        if file is None:
            _writing()
            _uploader("Your network, an ONNX file")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{shown(file.title, 40)}** · {file.size / 1e6:.1f} MB")
            st.button(
                "Forget it",
                key="build_own_forget",
                on_click=forget,
                help="The file and its network leave the server now.",
            )
        with st.expander("Another file", key="build_own_another"):
            _writing()
            _uploader("Your network, an ONNX file")


def _writing() -> None:
    st.code(EXPORT, language="python")
    st.caption(HOW)


def _uploader(label: str) -> None:
    key = f"build_own_upload_{desk().attempts}"
    uploader(
        label,
        most_mb=MOST_MB,
        key=key,
        refused=_refuse,
        on_change=_taken,
        args=(key,),
        help=f"Up to {MOST_MB} MB. It is read, never run as code, and stays with you.",
    )


def _refuse(sentence: str) -> None:
    desk().problem = sentence


def _taken(key: str) -> None:
    found = stands_at(key)
    data = received(found)
    if data is not None:
        bring(found.name, data)


def _nothing_yet() -> None:
    with st.container(border=True):
        st.markdown(
            "**Bring any trained network and find out what it looks at.** It is rebuilt from "
            "torch's own layers and checked against onnx's reference; then feature maps, the "
            "microscope and all heatmaps work on it, and its graph and table stand here."
        )
        st.caption(
            "Read are the operators that convolutional networks use. What is not covered is "
            "refused with its name and place."
        )


def _read(file: OwnFile) -> None:
    opened = file.opened
    with st.container(border=True, key="build_own_read"):
        st.markdown(f"**:green[✓] Read** · {opened.num_nodes:,} nodes, all rebuilt")
        st.html(f'<div class="cnnviz">{read_table(opened.operators, opened.kinds)}</div>')
        if opened.is_channels_last:
            st.caption("It takes channels last, as Keras does; pictures are turned for it.")
        if opened.kept_as:
            st.caption(
                f"Its weights are kept as {opened.kept_as}, and computed with in float32 here: "
                "scores may differ from the file's own by a thousandth."
            )
        if opened.has_softmax:
            st.caption("Its last softmax is left to the page: heatmaps explain the score before.")


def _checked(file: OwnFile) -> None:
    """The proof: scores here beside those of onnx's own reference."""
    with st.container(border=True, key="build_own_checked"):
        is_done = len(file.checks) >= len(CHECKED) + 1
        sign = ":green[✓] Checked" if is_done else "Check it"
        st.markdown(f"**{sign}** · against onnx’s own reference")
        if file.checks:
            drawn, alt = agreement_svg(file.checks)  # as a file: st.html takes drawings away
            plot = media.url(drawn.encode(), "image/svg+xml", f"build.own.checked.{file.token}")
            st.html(
                f'<div class="cnnviz own-checked"><img class="own-plot" src="{plot}" '
                f'alt="{escape(alt)}">{checked_table(file.checks)}</div>'
            )
            same = sum(check.is_same_best for check in file.checks)
            st.caption(f"The same five best classes for {same} of {len(file.checks)} pictures.")
        if file.problem:
            st.caption(shown(file.problem))
        if not is_done and file.data:
            long_work(
                ("own file", file.token),
                lambda: [_comparing(file)],
                button="Compare five pictures",
                place="build_own_check",
                help="Runs the file itself in onnx's reference evaluator, in a process of its own.",
                wait="A few seconds for each of five pictures",
                like=file.token,
            )


def _comparing(file: OwnFile) -> Task:
    """Have onnx's reference say what it gives for the pictures, here or by another machine."""

    def order() -> Order:
        return Order("reference", {"file": file.data, "pictures": _given(file, _pictures(file))})

    def take(found: list[Scores] | str) -> None:
        if isinstance(found, str):
            file.problem = found
            return
        with computing():
            pairs = zip(_pictures(file).items(), found, strict=False)  # more may be to come
            file.checks[:] = [_agreement(file, *picture, wanted) for picture, wanted in pairs]

    is_sent = len(file.data) <= MOST_BYTES
    work = partial(_compare, file)
    return Task("Comparing", work, Ordered(order, take, take) if is_sent else None)


def _compare(file: OwnFile, progress: Progress) -> None:
    """Compare pictures one by one; what has been compared stays when the work is stopped."""
    file.checks.clear()
    file.problem = ""
    pictures = _pictures(file)
    answers = reference_scores(file.data, _given(file, pictures))
    try:
        for (title, batch), wanted in zip(pictures.items(), answers, strict=True):
            file.checks.append(_agreement(file, title, batch, wanted))
            report(progress, len(file.checks) / len(pictures))
    except ValueError as error:
        file.problem = f"{error}."


def _pictures(file: OwnFile) -> dict[str, Tensor]:
    """The pictures that are compared, by their titles."""
    found = {SAMPLES[name].title: file.transform(sample(name)) for name in CHECKED}
    shape = next(iter(found.values())).shape
    return found | {"noise": torch.rand(shape, generator=torch.Generator().manual_seed(0))}


def _given(file: OwnFile, pictures: Mapping[str, Tensor]) -> list[Scores]:
    """The same as the file takes them."""
    axes = (0, 2, 3, 1) if file.opened.is_channels_last else (0, 1, 2, 3)
    return [batch.permute(axes).numpy() for batch in pictures.values()]


def _agreement(file: OwnFile, title: str, batch: Tensor, wanted: Scores) -> Agreement:
    """What the reference gives for a picture, beside what the network here gives."""
    with torch.inference_mode():
        scores = file.opened.model(batch)
        scores = scores.softmax(dim=1) if file.opened.has_softmax else scores
    return Agreement(title, wanted.reshape(-1).tolist(), scores.reshape(-1).tolist())


def _what_it_takes(file: OwnFile) -> None:
    """What its pixels mean: the file does not say."""
    channels, height, width = file.opened.shape
    with st.container(border=True, key="build_own_takes"):
        st.markdown("**What does it take in?** · the file does not say: you know, or try")
        known = _pixels(channels)
        chosen = next((at for at, (_, one) in enumerate(known) if one == _today(file)), -1)
        titles = [title for title, _ in known]
        key = f"build_own_pixels_{file.token}_{chosen}"
        st.segmented_control(
            "Pixel values that the network was trained on",
            range(len(titles)),
            default=chosen if chosen >= 0 else None,
            format_func=titles.__getitem__,
            key=key,
            on_change=_picked,
            args=(file, key),
            help="What a pixel becomes before it enters: (value − mean) / std of its channel.",
        )
        _fields(file)
        rows = known if chosen >= 0 else [*known, ("your numbers", _today(file))]
        tried = _tried(file, rows, chosen % len(rows))
        st.html(f'<div class="cnnviz scroll" tabindex="0">{tried}</div>')
        st.caption(
            f"{'RGB' if channels == 3 else 'grey'}, {height} × {width}. Sure is not right: fed "
            "0 … 255, a network can be certain of everything and wrong about it."
        )
        _names(file)


def _today(file: OwnFile) -> Pixels:
    return file.mean, file.std


def _pixels(channels: int) -> list[tuple[str, Pixels]]:
    """Usual meanings of pixels, by their title."""
    own = ("ImageNet’s mean and std", IMAGENET) if channels == 3 else ("MNIST’s", GREY)
    plain = [("−1 … 1", 0.5, 0.5), ("0 … 1", 0.0, 1.0), ("0 … 255", 0.0, 1 / 255)]
    return [own, *((title, ((m,) * channels, (s,) * channels)) for title, m, s in plain)]


def _picked(file: OwnFile, key: str) -> None:
    known, picked = _pixels(file.opened.shape[0]), stands_at(key)
    if isinstance(picked, int) and 0 <= picked < len(known):
        file.mean, file.std = known[picked][1]
        desk().problem = ""


def _fields(file: OwnFile) -> None:
    """Mean and std to type."""
    for place, name in zip(st.columns(2), ("mean", "std"), strict=True):
        today = file.mean if name == "mean" else file.std
        said = ", ".join(f"{number:.6g}" for number in today)
        key = f"build_own_{name}_{file.token}_{said}"
        place.text_input(
            name,
            said,
            key=key,
            on_change=_typed,
            args=(file, name, key),
            help=f"The {name} of each channel over the training pictures, for values from 0 to 1.",
        )


def _typed(file: OwnFile, name: str, key: str) -> None:
    text, channels = str(stands_at(key) or ""), file.opened.shape[0]
    try:
        numbers = tuple(float(part) for part in text.split(",", channels))
    except ValueError:
        numbers = ()
    is_too_small = name == "std" and any(abs(number) < 1e-6 for number in numbers)
    if len(numbers) != channels or is_too_small or not all(map(isfinite, numbers)):
        kinds = "one number" if channels == 1 else f"{channels} numbers with commas between"
        desk().problem = f"{name} is “{text[:30]}”; it has to be {kinds}, and no std is 0."
        return
    desk().problem = ""
    if name == "mean":
        file.mean = numbers
    else:
        file.std = numbers


def _tried(file: OwnFile, rows: Sequence[tuple[str, Pixels]], chosen: int) -> str:
    photos = []
    for name in PHOTOS:
        small = sample(name).convert("RGB")
        small.thumbnail((150, 110))
        png = BytesIO()
        small.save(png, "PNG")
        url = media.url(png.getvalue(), "image/png", f"build.own.{name}")
        photos.append((SAMPLES[name].title, url))
    said = [(title, _guesses(file, pixels)) for title, pixels in rows]
    return tried_table(photos, said, chosen)


def _guesses(file: OwnFile, pixels: Pixels) -> list[Guess]:
    """The likeliest class of each photo, kept with the file."""
    if pixels not in file.tried:
        transform = transform_of(file.opened.shape, *pixels)
        with computing(), torch.inference_mode():
            scores = [class_scores(file.opened.model(transform(sample(name)))) for name in PHOTOS]
        best = [one.softmax(dim=1)[0].max(dim=0) for one in scores]
        file.tried[pixels] = [(int(one.indices), float(one.values)) for one in best]
    return [Guess(file.classes[place], share) for place, share in file.tried[pixels]]


def _names(file: OwnFile) -> None:
    """Class names, typed or from a file."""
    count = file.opened.num_scores
    with st.expander(f"Class names for {count:,} scores", key="build_own_names"):
        part = f"{file.token}_{desk().attempts}_{hash(file.classes)}"
        key, from_file = f"build_own_text_{part}", f"build_own_names_file_{part}"
        st.text_area(
            "One a line",
            "\n".join(file.classes),
            key=key,
            height=110,
            on_change=lambda: _name(file, str(stands_at(key) or "")),
        )
        uploader(
            "From a file, one a line",
            most_mb=1,
            key=from_file,
            refused=_refuse,
            on_change=_names_from_file,
            args=(file, from_file),
        )
        if count == IMAGENET_CLASSES:
            st.button("ImageNet’s 1,000 names", on_click=_imagenet_names, args=(file,))


def _names_from_file(file: OwnFile, key: str) -> None:
    data = received(stands_at(key))
    if data is not None:
        desk().attempts += 1
        try:
            _name(file, data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            desk().problem = "This is no text file: class names stand in a text, one a line."


def _name(file: OwnFile, text: str) -> None:
    """Take the names of a text, if there is one for each score."""
    if len(text) > MOST_TEXT:
        desk().problem = f"These names have {len(text):,} characters; up to {MOST_TEXT:,} are read."
        return
    lines = (line.strip()[:MOST_NAME] for line in text.splitlines())
    names, count = tuple(filter(None, lines)), file.opened.num_scores
    desk().problem = ""
    if len(names) == count:
        file.classes = names
    else:
        desk().problem = f"There are {len(names):,} names for {count:,} scores: give one a line."


def _imagenet_names(file: OwnFile) -> None:
    from cnnviz.models.imagenet import imagenet_classes  # here: torchvision takes a second

    file.classes = imagenet_classes("resnet18")


def _ways_on(file: OwnFile) -> None:
    """The pages that look into it, with the network as it is now."""
    name = file.offered()
    st.markdown("**Now look inside**")
    with st.container(horizontal=True, key="build_own_ways"):
        query = {"model": name}
        st.page_link(
            "pages/feature_maps.py", label="Feature maps", icon=":material/layers:",
            query_params=query,
        )  # fmt: skip
        st.page_link(
            "pages/heatmaps.py", label="Heatmaps", icon=":material/local_fire_department:",
            query_params=query,
        )  # fmt: skip
        graph = View("Graph and table", ADDRESS.query(inspect=name))
        links(ADDRESS, [graph], key="build_own_graph")


def _numbers(file: OwnFile) -> None:
    opened = file.opened
    page.numbers(
        [
            Number("Network", file.title),
            Number("Input", str((1, *opened.shape))),
            Number("Scores", f"{opened.num_scores:,}", "Numbers that it gives, one a class"),
            Number("Parameters", f"{opened.num_params:,}", "Weights and biases"),
        ]
    )


def _script(file: OwnFile) -> str:
    return (
        "from pathlib import Path\n\nimport torch\n\nfrom cnnviz.models import load_onnx\n"
        "from cnnviz.summary import summarize\n\n"
        'net = load_onnx(Path("mine.onnx").read_bytes())\n'
        "print(sum(parameter.numel() for parameter in net.parameters()))\n"
        f"for row in summarize(net, {_file_shape(file)}).rows:\n"
        "    print(row.name, tuple(row.output_shape), row.num_params, row.macs)\n"
    )


def _file_shape(file: OwnFile) -> tuple[int, ...]:
    channels, height, width = file.opened.shape
    rows = (height, width, channels) if file.opened.is_channels_last else file.opened.shape
    return (1, *rows)
