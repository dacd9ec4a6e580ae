"""Guess the network: foretell what it says from a picture, with a heatmap and without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import streamlit as st
from PIL import Image

from cnnviz import counting
from cnnviz.figures.examples import heat_over
from cnnviz.figures.pictures import Encoded, encode_photo
from cnnviz.figures.tables import badge, figure, shares_scale, table
from cnnviz.guessing import Riddle, Tally, by_chance, helps, knows_pictures, riddle
from cnnviz.heatmaps import METHODS, Method
from cnnviz.rates import interval
from cnnviz.ui.choices import segments
from cnnviz.ui.heatmaps.address import ADDRESS, GUESSES, MOST_RIDDLES, Values
from cnnviz.ui.heatmaps.maps import chosen_method, is_quick, shown_methods
from cnnviz.ui.heatmaps.planted import as_cells
from cnnviz.ui.heatmaps.subject import Subject, percent, pixels
from cnnviz.ui.kept import kept

Game = tuple[str, int | None, str, str | None, str]  # network, size, method, layer, question

GUESSED = "heatmaps_guesses"  # what this visitor has guessed, by riddle
SIDE = 195  # pixels of a picture on the page
CHANCE = {"class": 0.25, "right": 0.5}
FEWEST = 5  # guesses of each kind before there is a verdict
WORDS = (
    "The only test of use there is: **do you know better what the network says when you see its "
    "heatmap?** Half of the riddles come with one and half without, by chance. The network is "
    "right about half of the pictures, so knowing what a picture shows is not enough "
    "(Kim et al., 2022, HIVE; Colin et al., 2022)."
)
NO_MAP = "No heatmap this time: guess from the picture alone."


@dataclass(frozen=True)
class Shown:
    """A riddle as it is shown."""

    asked: Riddle
    picture: Encoded
    heat: Encoded


def show_guess(values: Values, subject: Subject) -> None:
    """The question, the picture, the answers to choose from, and the score so far."""
    if not knows_pictures(subject.network):
        st.info(
            "The game needs pictures of which it is known what this network should say. It is made "
            "for the networks that come with this app: choose one of digits, of ten kinds of "
            "pictures, or of ImageNet.",
            icon=":material/quiz:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", key="heatmaps_guess_bar"):
        segments(ADDRESS, "guess", "Question", GUESSES, is_bare=True)
        st.markdown(f"Riddle **{values.riddle}**", width="content")
    method = game_method(values, subject)
    shown = _shown(subject.model_name, subject.size, method.name, values.riddle, subject)
    key = _key(values, subject, method)
    guess = _guesses().get((key, values.riddle))
    left, right = st.columns([1.35, 1], gap="medium")
    with left:
        st.html(_pictures(shown, method, is_told=guess is not None))
    with right:
        if guess is None:
            _ask(values, shown.asked, subject, key)
        else:
            st.html(_told(values, shown.asked, subject, guess))
            st.button(
                "Next riddle",
                icon=":material/arrow_forward:",
                key="heatmaps_guess_next",
                on_click=lambda: ADDRESS.set(riddle=values.riddle % MOST_RIDDLES + 1),
            )
    st.html(_score(values, subject, method, key))
    st.caption(WORDS)


def game_methods(subject: Subject) -> list[Method]:
    """The methods that need no waiting at each riddle."""
    return [method for method in shown_methods(subject) if is_quick(subject, method)]


def game_method(values: Values, subject: Subject) -> Method:
    """The chosen one, or the first that needs no waiting."""
    chosen, quick = chosen_method(subject, values.method), game_methods(subject)
    return chosen if chosen in quick else quick[0]


def _key(values: Values, subject: Subject, method: Method) -> Game:
    """What guesses are counted together."""
    layer = subject.layer if method.needs_layer else None
    return subject.model_name, subject.size, method.name, layer, values.guess


def _guesses() -> dict[tuple[Game, int], int]:
    """Riddle -> the class that was guessed, or 1 for right and 0 for wrong."""
    return st.session_state.setdefault(GUESSED, {})


@kept
def _shown(
    model_name: str, size: int | None, method_name: str, number: int, _subject: Subject
) -> Shown:
    network, method = _subject.network, METHODS[method_name]
    asked = riddle(network, number, size)
    heatmap = method(network.model, asked.batch, asked.said, _subject.layer).detach()
    seen = pixels(network, asked.batch)[0]
    cells = as_cells(heatmap, (seen.shape[0], seen.shape[1]))
    return Shown(
        asked, encode_photo(Image.fromarray(seen)), heat_over(seen, cells.numpy(), method.is_signed)
    )


def _ask(values: Values, asked: Riddle, subject: Subject, key: Game) -> None:
    """The answers to choose from."""
    names = subject.network.classes
    options = (
        [(index, names[index]) for index in asked.choices]
        if values.guess == "class"
        else [(1, "It is right"), (0, "It is wrong")]
    )
    st.markdown(
        "**What does the network say?** The four classes that it finds likeliest here:"
        if values.guess == "class"
        else "**Is the network right about this picture?** What it says is not told yet."
    )
    for place, (guess, name) in enumerate(options):
        st.button(
            name,
            key=f"heatmaps_guess_{place}",
            width="stretch",
            on_click=_guesses().__setitem__,
            args=((key, values.riddle), guess),
        )


def is_hit(values: Values, asked: Riddle, guess: int) -> bool:
    """Whether a guess was right."""
    return guess == (asked.said if values.guess == "class" else asked.is_right)


def _told(values: Values, asked: Riddle, subject: Subject, guess: int) -> str:
    """What the network says, what would be right, and what was guessed."""
    names = subject.network.classes
    truth = " or ".join(name for name in asked.truth if name in names)
    said = f"{names[asked.said]} ({percent(float(asked.scores[asked.said]))})"
    verdict = "which is right" if asked.is_right else f"which is wrong: it is {truth}"
    yours = names[guess] if values.guess == "class" else ("right", "wrong")[not guess]
    kind, word = ("good", "well guessed") if is_hit(values, asked, guess) else ("bad", "not so")
    return (
        f'<div class="cnnviz"><p style="margin:0 0 8px;font-size:17px">The network says '
        f"<b>{escape(said)}</b>, {escape(verdict)}.</p>"
        f'<p style="margin:0">You said <b>{escape(yours)}</b>. {badge(kind, word)}</p></div>'
    )


def _pictures(shown: Shown, method: Method, *, is_told: bool) -> str:
    """The picture, and the heatmap where it is shown."""
    figures = [figure(shown.picture, shown.asked.alt, "The picture", "", SIDE)]
    scale = ""
    if shown.asked.has_map or is_told:
        alt = f"{method.title} for the class that the network says, over the picture"
        note = "for what the network says" if shown.asked.has_map else "shown afterwards only"
        figures.append(figure(shown.heat, alt, method.title, note, SIDE))
        scale = shares_scale(method.is_signed, "share of the map's own strongest cell")
    else:
        figures.append(
            f'<div style="flex:0 1 {SIDE}px;min-width:64px"><div style="aspect-ratio:1;'
            "display:grid;place-items:center;text-align:center;padding:14px;border-radius:7px;"
            f'border:1px dashed var(--line)">{NO_MAP}</div></div>'
        )
    both = f'<div style="display:flex;gap:9px">{"".join(figures)}</div>'
    return f'<div class="cnnviz">{both}{scale}</div>'


def _score(values: Values, subject: Subject, method: Method, key: Game) -> str:
    """How often this visitor was right with the heatmap, and without."""
    tallies = _tallies(values, subject, method, key)
    rows = [_row(name, tallies[has_map]) for has_map, name in
            ((True, f"with {method.title}"), (False, "without a heatmap"))]  # fmt: skip
    columns = [
        "Your score",
        "right",
        "95 % interval",
        f"by chance {counting.percent(CHANCE[values.guess])}",
    ]
    return (
        f"{table(columns, rows)}"
        f'<div class="cnnviz"><p style="margin:8px 0 0">'
        f"{_verdict(method, tallies)}</p></div>"
    )


def _tallies(values: Values, subject: Subject, method: Method, key: Game) -> Mapping[bool, Tally]:
    """The guesses of this kind, by whether the heatmap was seen."""
    seen = {True: [], False: []}
    for (own, number), guess in _guesses().items():
        if own == key:
            asked = _shown(subject.model_name, subject.size, method.name, number, subject).asked
            seen[asked.has_map].append(is_hit(values, asked, guess))
    return {has_map: Tally(sum(hits), len(hits)) for has_map, hits in seen.items()}


def _row(name: str, tally: Tally) -> list[str]:
    if not tally.asked:
        return [name, "none yet", "", ""]
    low, high = interval(tally.right, tally.asked)
    bar = (
        '<i style="display:block;width:150px;height:9px;border-radius:4px;'
        'background:color-mix(in srgb, var(--accent) 14%, transparent)">'
        f'<i style="display:block;width:{tally.share:.1%};height:9px;border-radius:4px;'
        'background:var(--accent)"></i></i>'
    )
    return [
        name,
        f"<b>{tally.right} of {tally.asked}</b>",
        f"{counting.percent(low)} to {counting.percent(high)}",
        bar,
    ]


def _verdict(method: Method, tallies: Mapping[bool, Tally]) -> str:
    with_map, without = tallies[True], tallies[False]
    if min(with_map.asked, without.asked) < FEWEST:
        return f"{badge('none', 'no verdict yet')} It takes at least {FEWEST} riddles of each kind."
    share = by_chance(with_map, without)
    chance = f"such a difference comes by chance in {100 * share:.0f} of 100 such games"
    helped = helps(with_map, without)
    if helped is None:
        return (
            f"{badge('none', 'not told from chance')} {chance.capitalize()} (Fisher's exact test)."
        )
    kind, word = ("good", "helps you") if helped else ("bad", "misleads you")
    return f"{badge(kind, f'{method.title} {word}')} {chance.capitalize()} (Fisher's exact test)."
