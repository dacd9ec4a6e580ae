"""It could always be the identity: the paths of a trained network scaled and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from cnnviz.counting import listed
from cnnviz.figures.pictures import Encoded, nice_limit, sequential_png
from cnnviz.figures.tables import figure, row_of_figures
from cnnviz.residual.paths import (
    PathSizes,
    Scales,
    blocks,
    fading_scores,
    identity_blocks,
    input_of,
    left_by_the_bias,
    path_sizes,
    run_scaled,
    scaled_scores,
    scores_with_zeroed_block,
    scores_without,
)
from cnnviz.ui import page
from cnnviz.ui.insides.runs import run_again
from cnnviz.ui.kept import kept
from cnnviz.ui.pictures import Picture, picture_chooser
from cnnviz.ui.residual.address import ADDRESS, BLOCKS, Values
from cnnviz.ui.residual.charts import (
    NARROW,
    Chart,
    Panel,
    Scale,
    Series,
    Tick,
    linked_charts,
)
from cnnviz.ui.residual.columns import Answer, Bar, Column, RowHead, block_columns
from cnnviz.ui.residual.network import batch_of, network, resnet18
from cnnviz.ui.residual.places import Places
from cnnviz.ui.residual.words import percent
from cnnviz.ui.sliders import Slider, live_sliders
from cnnviz.ui.taking.offers import arrays_of, offer_numbers

WHOLE, LIVE = "residual", "residual_live"  # keys of the page's fragments
STOPS = 21  # of the curves along which a main path fades
SHOWN_CLASSES = 5


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of a picture before any block is chosen; probabilities are (classes).

    Attributes:
        base: of the network as it is.
        sizes: of each block's paths.
        without: by block name, without its main path and without its shortcut.
        all_fade: (STOPS, classes) as the main paths of all identity blocks fade together.
    """

    base: Tensor
    sizes: list[PathSizes]
    without: dict[str, tuple[Tensor, Tensor]]
    all_fade: Tensor

    @property
    def winner(self) -> int:
        """The class that the network names."""
        return int(self.base.argmax())


@dataclass(frozen=True, eq=False)
class Cut:
    """What one block of chosen scales gives, and the network with it.

    Attributes:
        now: probabilities (classes).
        x: what the block reads, y what it gives; both (channels, height, width).
        fade: (STOPS, classes) as its main path fades.
        inserted: scores with a zeroed block behind it, and without that one's shortcut.
        is_same: whether the first of them are the network's own to the last bit.
    """

    now: Tensor
    x: Tensor
    y: Tensor
    fade: Tensor
    inserted: tuple[Tensor, Tensor]
    is_same: bool


def choose_picture(more: DeltaGenerator) -> Picture:
    """The controls for block and picture, and the picture."""
    with more:
        _choose_block()
        return picture_chooser(ADDRESS)


@st.fragment(key=LIVE)
def show_identity(picture: Picture, places: Places) -> None:
    """The sliders, the blocks as columns, and what becomes of the class scores.

    A fragment of its own: it follows the hand, and the rest of the page when the hand is still.
    """
    values = ADDRESS.values()
    batch = batch_of(picture)
    facts = _facts(picture.digest, batch)
    cut = _cut(picture.digest, values.block, values.main, values.shortcut, batch)
    title = f"blocks taken away, and {values.block} scaled"
    offer_numbers(title, ADDRESS, lambda: arrays_of(facts) | arrays_of(cut))
    with places.main:
        _sliders(values)
    with places.right:
        with page.stage():
            _columns(values, facts)
        with st.container(border=True, key="residual_scores"):
            scores, curve, maps = st.columns([1, 1.1, 1], gap="medium")
            scores.html(_scores(facts, cut))
            with curve:
                _fading(values, facts, cut)
            maps.html(_maps(values.block, cut))
        page.numbers([], [_formula(values)], _summary(facts))


def show_inserted(values: Values, picture: Picture) -> None:
    """What a zeroed block behind the chosen one does, and what zeroed means."""
    batch = batch_of(picture)
    cut = _cut(picture.digest, values.block, values.main, values.shortcut, batch)
    facts = _facts(picture.digest, batch)
    kept, lost = (scores.softmax(0) for scores in cut.inserted)
    same = "all ten scores stay, bit for bit" if cut.is_same else "the scores change"
    rest = left_by_the_bias(blocks(resnet18())[values.block])
    st.html(
        "<b>Put a zeroed block in</b>"
        f'<table style="width:100%;font-size:13.5px"><tr><td>with a shortcut</td>'
        f'<td style="text-align:right"><b>{_named(kept)}</b></td></tr>'
        f'<tr><td>without</td><td style="text-align:right"><b>{_named(lost)}</b></td></tr></table>'
    )
    st.caption(
        f"behind {values.block}. With it {same}; without it every picture gets the same answer. "
        "**What is zeroed**: weight and bias of the last batch norm. The weight alone would leave "
        f"its bias, in {values.block} up to {rest:.2f}. **A 1×1 shortcut** never passes x on: "
        f"the {_three(facts)} cannot be the identity."
    )


def _three(facts: Facts) -> str:
    names = [size.name for size in facts.sizes if not size.is_identity]
    return f"{len(names)} blocks that halve the picture and double the maps ({', '.join(names)})"


def _named(scores: Tensor) -> str:
    winner = int(scores.argmax())
    return f"{escape(network().classes[winner])} {percent(float(scores[winner]))}"


@kept
def _facts(digest: str, _batch: Tensor) -> Facts:
    model = resnet18()
    with torch.inference_mode():
        without = {
            name: (no_main.softmax(0), no_shortcut.softmax(0))
            for name, no_main, no_shortcut in scores_without(model, _batch)
        }
        fade = fading_scores(model, _batch, identity_blocks(model), stops())
        base = scaled_scores(model, _batch)[0].softmax(0)
        return Facts(base, path_sizes(model, _batch), without, fade.softmax(1))


@kept
def _cut(digest: str, block: str, main: float, shortcut: float, _batch: Tensor) -> Cut:
    model = resnet18()
    with torch.inference_mode():
        x = input_of(model, _batch, block)
        scores = scaled_scores(model, _batch, Scales({block: main}, {block: shortcut}))
        kept, lost = (scores_with_zeroed_block(model, _batch, block, s) for s in (True, False))
        return Cut(
            now=scores[0].softmax(0),
            x=x[0],
            y=run_scaled(blocks(model)[block], x, main, shortcut)[0],
            fade=fading_scores(model, _batch, [block], stops()).softmax(1),
            inserted=(kept[0], lost[0]),
            is_same=kept.equal(scaled_scores(model, _batch)),
        )


def stops() -> list[float]:
    """From 1 to 0 in even steps."""
    return [1 - stop / (STOPS - 1) for stop in range(STOPS)]


def _choose_block() -> None:
    st.selectbox(
        "Block",
        BLOCKS,
        key=ADDRESS.key("block"),
        help="One of the eight residual blocks; or click its column.",
    )


def _sliders(values: Values) -> None:
    live_sliders(
        [
            _slider("main", "Main path", "its two convolutions and norms", values),
            _slider("shortcut", "Shortcut", "the way around them", values),
        ],
        key="residual_scales",
        on_change=lambda changed: ADDRESS.set(**changed),
        on_rest=lambda: run_again(WHOLE),
    )


def _slider(name: str, label: str, what: str, values: Values) -> Slider:
    help = f"What {what} gives is multiplied by this before the sum: 1 as trained, 0 taken away."
    return Slider(name, label, help, float(getattr(values, name)), 0.0, 1.0, 0.05)


def _columns(values: Values, facts: Facts) -> None:
    tallest = max(max(size.shortcut, size.main) for size in facts.sizes)
    winner = network().classes[facts.winner]
    block_columns(
        [_column(size, facts, tallest) for size in facts.sizes],
        [
            RowHead("Main path × 0", f"{winner}: was {percent(float(facts.base.max()))}"),
            RowHead("Shortcut × 0", "a plain block"),
        ],
        selected=values.block,
        key="residual_columns",
        on_choose=_choose,
    )


def _choose(name: str) -> None:
    ADDRESS.set(block=name)
    run_again(WHOLE)


def _column(size: PathSizes, facts: Facts, tallest: float) -> Column:
    channels, height, _ = size.shape
    answers = [_answer(scores, facts) for scores in facts.without[size.name]]
    kind = "identity" if size.is_identity else "1×1 conv"
    return Column(
        name=size.name,
        shape=f"{channels} · {height}²",
        kind=kind,
        is_identity=size.is_identity,
        bars=(
            Bar("shortcut", round(size.shortcut / tallest, 3), f"{size.shortcut:.2f}"),
            Bar("main", round(size.main / tallest, 3), f"{size.main:.2f}"),
        ),
        rows=answers,
        alt=f"{size.name}, {kind}: shortcut {size.shortcut:.2f}, main path {size.main:.2f}; "
        f"without its main path {answers[0].text} {answers[0].word}, without its shortcut "
        f"{answers[1].text} {answers[1].word}",
    )


def _answer(scores: Tensor, facts: Facts) -> Answer:
    share, winner = float(scores[facts.winner]), int(scores.argmax())
    is_changed = winner != facts.winner
    word = network().classes[winner] if is_changed else ""
    before = round(float(facts.base[facts.winner]), 3)
    return Answer(round(share, 3), before, percent(share), word, is_changed)


def _scores(facts: Facts, cut: Cut) -> str:
    """The highest scores now, beside what they are with the block as it was trained."""
    order = torch.maximum(cut.now, facts.base).argsort(descending=True)[:SHOWN_CLASSES].tolist()
    lines = "".join(
        f"<tr><td>{'<b>' * (at == facts.winner)}{escape(network().classes[at])}</td>"
        f'<td style="width:38%"><div class="score_bar"><i style="width:'
        f'{100 * float(cut.now[at]):.1f}%"></i></div></td>'
        f'<td style="text-align:right"><b>{percent(float(cut.now[at]))}</b></td>'
        f'<td style="text-align:right;opacity:.7">{percent(float(facts.base[at]))}</td></tr>'
        for at in order
    )
    return (
        '<div class="cnnviz"><b>Class scores</b> <span style="float:right;opacity:.7">now · as '
        f'trained</span><table class="scores">{lines}</table></div>'
    )


def _fading(values: Values, facts: Facts, cut: Cut) -> None:
    name = network().classes[facts.winner]
    one, every = (fade[:, facts.winner].tolist() for fade in (cut.fade, facts.all_fade))
    scale = Scale(0, 1)
    chart = Chart(
        title=f"{name.capitalize()}, as the main path fades",
        alt=f"Probability of {name} from scale 1 to 0: {values.block} from {percent(one[0])} to "
        f"{percent(one[-1])}, all identity blocks at once to {percent(every[-1])}",
        series=(
            Series("this block", "residual", "solid", scale.shares(one), [*map(percent, one)], 1),
            Series("all five", "soft", "dashed", scale.shares(every), [*map(percent, every)], 0),
        ),
        ticks=(Tick(0, "0"), Tick(0.5, "50 %"), Tick(1, "100 %")),
        ends=("× 1", "scale of the main path", "× 0"),
        height=160,
    )  # fmt: skip
    places = [f"× {stop:.2f}" for stop in stops()]
    at = min(range(STOPS), key=lambda place: abs(stops()[place] - values.main))
    linked_charts([Panel([chart])], places, key="residual_fading", start=at, width=NARROW)


def _maps(block: str, cut: Cut) -> str:
    """One map of what the block reads and of what it gives, on one scale, and how many agree."""
    if cut.x.shape != cut.y.shape:
        shapes = " to ".join(str(tuple(part.shape)) for part in (cut.x, cut.y))
        return (
            f'<div class="cnnviz"><b>Input and output</b><p>{escape(block)} goes from {shapes}: '
            "a 1×1 convolution is its shortcut, and no cell can be passed on.</p></div>"
        )
    index = int(cut.x.amax((1, 2)).argmax())
    top = float(torch.maximum(cut.x[index].max(), cut.y[index].max())) or 1.0
    pictures = [
        figure(
            Encoded(sequential_png(part[index].numpy(), 0, top, scale=8), "image/png"),
            f"Map {index + 1} of what {block} {what}, from 0 to {nice_limit(top)}",
            title,
            side=98,
        )
        for part, what, title in ((cut.x, "reads", "its input"), (cut.y, "gives", "its output"))
    ]
    equal, total = int((cut.x == cut.y).sum()), cut.x.numel()
    return (
        f'<div class="cnnviz"><b>Map {index + 1} of {len(cut.x)}</b>{row_of_figures(pictures)}'
        f'<p><span class="say">{equal:,} of {total:,}</span> cells equal; '
        f"colours from 0 to {nice_limit(top)}</p></div>"
    )


def _formula(values: Values) -> str:
    main, shortcut = values.main, values.shortcut
    is_identity = main == 0 and shortcut == 1
    is_one = values.block in identity_blocks(resnet18())
    around = "x" if is_one else "conv1×1(x)"
    end = " = ReLU(x) = x, as x ≥ 0" if is_identity and is_one else ""
    return (
        f'<span class="formula">y = ReLU( {shortcut:g} · {around} + <b>{main:g}</b> · F(x) )'
        f"{end}</span>"
    )


def _summary(facts: Facts) -> str:
    """Which single main paths can go without another answer, and whether all of five can."""
    name = network().classes[facts.winner]
    turned = [b for b, (no_main, _) in facts.without.items() if no_main.argmax() != facts.winner]
    rest = "any one main path" + (f" but {listed(turned)}" if turned else "")
    if len(turned) == len(facts.without):
        rest = "no single main path"
    last = float(facts.all_fade[-1, facts.winner])
    return f"{rest} can go and it is still: {name}; all five at once leave {percent(last)}"
