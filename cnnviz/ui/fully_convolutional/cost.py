"""What both ways to a map cost, by their parts: bars on one scale."""

from __future__ import annotations

import streamlit as st

from cnnviz.counting import counted
from cnnviz.fully_conv.cost import Cost

MILLION = 1e6


def show_cost(cost: Cost) -> None:
    """LeNet on every crop against one pass, in convolutions and classifier."""
    crops = _bar(
        cost, cost.crops * cost.one_crop_convolutions, cost.crops * cost.one_crop_classifier
    )
    one = _bar(cost, cost.one_pass_convolutions, cost.one_pass_classifier)
    st.html(
        '<div class="cnnviz fc_cost"><p><b>The cost</b> in millions of multiply-adds</p>'
        f"<div><span>LeNet on {counted(cost.crops, 'crop')}</span>{crops}"
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
    classifier = _millions(cost.one_pass_classifier)
    shares = f"convolutions {alone} → <b>{shared}</b>: neighbours share them"
    twice = f"classifier <b>{classifier}</b> both ways"
    return (
        f'<i class="convolutions"></i><span>{shares}</span>'
        f'<i class="classifier"></i><span>{twice}</span><em>{cost.saving:.1f} × fewer</em>'
    )


def _bar(cost: Cost, convolutions: int, classifier: int) -> str:
    whole = cost.all_crops / 100
    return (
        f'<span class="parts"><i class="convolutions" style="width:{convolutions / whole:.2f}%">'
        f'</i><i class="classifier" style="width:{classifier / whole:.2f}%"></i></span>'
    )


def _millions(count: int) -> str:
    return f"{count / MILLION:,.1f}"
