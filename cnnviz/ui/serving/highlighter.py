"""The highlighter of `st.code`, with the languages of our scripts instead of three hundred.

Streamlit's is a module of 1.56 MB, which a browser evaluates when the first code of a page comes:
0.3 of the 0.9 s for which opening a page keeps it busy. Here that module's own ends are kept, what
it imports and the frame it draws around code, and what is between them is
`assets/components/highlighter`. A module that does not look as expected is served as it is.
"""

from __future__ import annotations

import logging
import re

from cnnviz.places import ASSETS, AssetError, text_of

NAME = re.compile(r"StreamlitSyntaxHighlighter\.[\w-]+\.js")
OWN = ASSETS / "components" / "highlighter" / "highlighter.js"
LOG = logging.getLogger(__name__)
_IMPORTS = re.compile(r"(?:import[^;]*;)+")
_FRAME = re.compile(
    r",(?P<react>[\w$]+)=(?P<made>[\w$]+\([\w$]+\(\),1\)),(?P<highlighters>[\w$]+)=[\w$]+\(\),"
    r"(?P<rest>[\w$]+=5e4;function .*)",
    re.DOTALL,
)


def light(module: bytes) -> bytes:
    """The module `StreamlitSyntaxHighlighter` with our highlighter in place of its own."""
    text = module.decode()
    imports, frame = _IMPORTS.match(text), _FRAME.search(text)
    if not imports or not frame or ".Prism," not in frame["rest"]:
        LOG.warning("Streamlit's highlighter is not as it was, and is served as it is")
        return module
    try:
        own = text_of(OWN)
    except AssetError as error:
        LOG.warning("%s", error)
        return module
    react, highlighters = frame["react"], frame["highlighters"]
    ours = f"{highlighters}={{Prism:highlighterWith({react}.createElement)}}"
    return f"{imports[0]}\n{own}\nvar {react}={frame['made']},{ours},{frame['rest']}".encode()
