"""What both ways to a map cost, by their parts: bars on one scale."""

from __future__ import annotations

from html import escape

import streamlit as st

from cnnviz.counting import counted
from cnnviz.fully_conv.cost import Cost

MILLION = 1e6


def show_cost(cost: Cost, network: str = "LeNet") -> None:
    """A network on every crop against one pass, in convolutions and classifier."""
    crops = _bar(
        cost, cost.crops * cost.one_crop_convolutions, cost.crops * cost.one_crop_classifier
    )
    one = _bar(cost, cost.one_pass_convolutions, cost.one_pass_classifier)
    st.html(
        '<div class="cnnviz fc_cost"><p><b>The cost</b> in millions of multiply-adds</p>'
        f"<div><span>{escape(network)} on {counted(cost.crops, 'crop')}</span>{crops}"
        f"<b>{_millions(cost.all_crops)}</b></div>"
        f"<div><span>one pass</span>{one}<b>{_millions(cost.one_pass)}</b></div>"
        f"<p>{_words(cost)}</p></div>"
    )


def _words(cost: Cost) -> str:
    """What each part saves; the same parts as in the bars."""
    alone, shared = (
        _millions(part)
        for part in (cost.crops * cost.one_crop_convolutions, cost.one_pass_convolutions)
    )
    shares = f"convolutions {alone} → <b>{shared}</b>: neighbours share them"
    classifier, apart = cost.one_pass_classifier, cost.crops * cost.one_crop_classifier
    twice = (
        f"classifier <b>{_millions(classifier)}</b> both ways"
        if classifier == apart
        else f"classifier {_millions(apart)} → <b>{_millions(classifier)}</b>: once a cell"
    )
    return (
        f'<span><i class="convolutions"></i> {shares}</span>'
        f'<span><i class="classifier"></i> {twice}</span><em>{cost.saving:.1f} × fewer</em>'
    )


def _bar(cost: Cost, convolutions: int, classifier: int) -> str:
    whole = cost.all_crops / 100
    return (
        f'<span class="parts"><i class="convolutions" style="width:{convolutions / whole:.2f}%">'
        f'</i><i class="classifier" style="width:{classifier / whole:.2f}%"></i></span>'
    )


def _millions(count: int) -> str:
    return f"{count / MILLION:,.1f}"
