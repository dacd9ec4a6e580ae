"""What a browser could send: any JSON, and what is nearly right."""

from __future__ import annotations

from hypothesis import strategies as st

NEARLY = st.sampled_from(
    ["", "a", "b", "grid", "same", "0", "3,5", "7:8:8:28", "7.1", "²", "1.", "__class__", "<b>",
     "kernel_size", "value", "turn", "do", "set", "path", "selection", "points", "customdata"]
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-3, 12), st.integers(), st.floats(), st.just(10**400), st.just(-(10**400))
)
PLAIN = st.one_of(st.none(), st.booleans(), NUMBERS, NEARLY, st.text(max_size=12))
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NEARLY, inner, max_size=4),
    max_leaves=12,
)
