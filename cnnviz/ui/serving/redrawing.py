"""Streamlit's own script, with which a page draws again only what a run has changed.

At each run, of however small a fragment, Streamlit tells all of the page that it was asked for,
runs and has ended, and every element and container draws itself anew each time: on our pages that
was 40 to 90 ms of the browser's time for a change of one number. Here what draws them is asked
only where the node, or whether it is old, is another (`assets/components/redrawing`). A script
that does not look as expected is served as it is.
"""

from __future__ import annotations

import logging
import re

from cnnviz.places import ASSETS, AssetError, text_of

NAME = re.compile(r"js/index\.[\w-]+\.js")
OWN = ASSETS / "components" / "redrawing" / "redrawing.js"
LOG = logging.getLogger(__name__)
_STATE = r"=\(0,(?P<react>[\w$]+)\.useContext\)\([\w$]+\)"  # what is told to all of the page
_ELEMENT = re.compile(
    r"(?P<start>[\w$]+=e=>\{let\{scriptRunState:t,scriptRunId:n,fragmentIdsThisRun:r\}" + _STATE +
    r",\{node:i\}=e,a=[\w$]+\(i\.element\.type\?\?``,t\),o=)(?P<is_old>[\w$]+\(a,i,t,n,r\))"
    r"(?P<middle>;return [^;]*?\()(?P<drawn>[\w$]+)(?P<end>,\{\.\.\.e,isStale:o\}\))"
)  # fmt: skip
_CONTAINER = re.compile(
    r"(?P<name>[\w$]+)=e=>\{let\{node:t\}=e,"
    r"(?P<state>\{scriptRunState:n,scriptRunId:r,fragmentIdsThisRun:i\}" + _STATE + r"),"
    r"(?P<start>a=[^;]*;.*?let u=)(?P<is_old>[\w$]+\([\w$]+\(``,n\),t,n,r,i\))"
    r"(?P<middle>,d=.*?if\()(?P<is_gone>[\w$]+\(t,n,r,i\))(?P<end>\)return null;)"
)  # fmt: skip
_JSX = re.compile(r"children:(?P<jsx>[\w$]+)\([\w$]+,\{\.\.\.e,isStale:o\}\)")


def sparing(script: bytes) -> bytes:
    """The script `index` with which what has not changed is not drawn again."""
    text = script.decode()
    jsx = _JSX.search(text)
    if not jsx or not all(len(kind.findall(text)) == 1 for kind in (_ELEMENT, _CONTAINER)):
        LOG.warning("Streamlit's script is not as it was, and is served as it is")
        return script
    try:
        own = text_of(OWN)
    except AssetError as error:
        LOG.warning("%s", error)
        return script
    text = _CONTAINER.sub(
        rf"\g<name>=e=>{{let{{node:t}}=e,\g<state>;return {jsx['jsx']}("
        r"whereChanged(\g<react>,cnnvizContainer),"
        r"{...e,isStale:isLate(\g<react>,\g<is_old>),isGone:\g<is_gone>})},"
        r"cnnvizContainer=e=>{let{node:t,isStale:cnnvizOld,isGone:cnnvizGone}=e,"
        r"\g<start>cnnvizOld\g<middle>cnnvizGone\g<end>",
        text,
    )
    text = _ELEMENT.sub(
        r"\g<start>isLate(\g<react>,\g<is_old>)\g<middle>whereChanged(\g<react>,\g<drawn>)\g<end>",
        text,
    )
    return f"{own}\n{text}".encode()
