"""Which rule tells what the result of a torch operator sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from cnnviz.summary import contractions, shape_rules, window_rules
from cnnviz.summary.calls import Call
from cnnviz.summary.reach import Reach, broadcast, lost, mixed_all
from cnnviz.summary.window_rules import Shape

MapRule = Callable[[Call, Reach, Shape, Shape], Reach]
JoinRule = Callable[[Call, Sequence[Reach], Sequence[Shape], Shape], Reach]

# Element by element, although torch does not tag them so.
ELEMENTWISE = (
    "alias", "alpha_dropout", "batch_norm", "clone", "contiguous", "copy",
    "detach", "dropout", "feature_alpha_dropout", "feature_dropout", "hardswish", "log_sigmoid",
    "native_dropout", "prelu", "rrelu", "to", "_to_copy",
)  # fmt: skip
# They read their first operand alone, and repeat it where it is smaller than the result.
REPEATING = ("expand", "expand_as", "glu")
RESHAPING = (
    "flatten", "ravel", "reshape", "squeeze", "unflatten", "unsqueeze", "_unsafe_view", "view",
)  # fmt: skip
PERMUTING = ("adjoint", "mT", "numpy_T", "permute", "swapaxes", "swapdims", "t", "transpose")
SPLITTING = (
    "chunk", "split", "split_with_sizes", "tensor_split", "unsafe_chunk", "unsafe_split",
)  # fmt: skip
REDUCING = (
    "all", "amax", "amin", "any", "argmax", "argmin", "linalg_vector_norm", "logsumexp", "max",
    "mean", "median", "min", "norm", "prod", "std", "sum", "var",
)  # fmt: skip
NORMALIZING = (
    "cummax", "cummin", "cumprod", "cumsum", "group_norm", "instance_norm", "layer_norm",
    "log_softmax", "logcumsumexp", "native_group_norm", "native_layer_norm", "rms_norm", "softmax",
)  # fmt: skip
MIXING = ("_native_multi_head_attention",)
HIDDEN = (
    *PERMUTING, *SPLITTING, "slice", "select", "unbind", "alias", "clone", "contiguous", "detach",
    "to", "_to_copy", "expand", "expand_as",
)  # fmt: skip
DIMENSIONS = ("1d", "2d", "3d")
RESIZING = (
    *(f"upsample_{kind}" for kind in ("linear1d", "bilinear2d", "bicubic2d", "trilinear3d")),
    *(f"_upsample_{kind}2d_aa" for kind in ("bilinear", "bicubic")),
    *(f"{kind}{n}" for kind in ("upsample_nearest", "_upsample_nearest_exact") for n in DIMENSIONS),
)

MAP_RULES: dict[str, MapRule] = {
    **dict.fromkeys(RESHAPING, shape_rules.reshaped),
    **dict.fromkeys(PERMUTING, shape_rules.permuted),
    **dict.fromkeys(REDUCING, shape_rules.reduced),
    **dict.fromkeys(NORMALIZING, shape_rules.normalized),
    "index_select": shape_rules.shuffled,
    "channel_shuffle": shape_rules.channels_shuffled,
    "flip": shape_rules.flipped,
    "roll": shape_rules.rolled,
    "repeat": shape_rules.repeated,
    "repeat_interleave": shape_rules.interleaved,
    **dict.fromkeys(("select", "unbind"), shape_rules.without_dim),
    "slice": shape_rules.sliced,
    "linear": shape_rules.linear,
    "pad": window_rules.padding,
    "im2col": window_rules.unfolded,
    "col2im": window_rules.folded,
    "unfold": window_rules.along_a_dimension,
    "pixel_shuffle": window_rules.pixel_shuffle,
    "pixel_unshuffle": window_rules.pixel_unshuffle,
    **{f"conv{n}": window_rules.convolution for n in DIMENSIONS},
    **{f"conv_transpose{n}": window_rules.transposed_convolution for n in DIMENSIONS},
    **{f"{kind}_pool{n}": window_rules.pooling for kind in ("max", "avg") for n in DIMENSIONS},
    **{f"max_pool{n}_with_indices": window_rules.pooling for n in DIMENSIONS},
    **{
        f"adaptive_{kind}_pool{n}": window_rules.adaptive_pooling
        for kind in ("max", "avg")
        for n in DIMENSIONS
    },
    **dict.fromkeys(RESIZING, window_rules.resizing),
}
JOIN_RULES: dict[str, JoinRule] = {
    **dict.fromkeys(("cat", "concat", "concatenate"), shape_rules.concatenated),
    "stack": shape_rules.stacked,
    **dict.fromkeys(("baddbmm", "bmm", "matmul", "mm"), contractions.matrix_product),
    **dict.fromkeys(
        (
            *("scaled_dot_product_attention", "_scaled_dot_product_attention_math"),
            "_scaled_dot_product_flash_attention_for_cpu",
        ),
        contractions.attention,
    ),
}
# Taken apart for what they cost, and known better as a whole.
AS_A_WHOLE: dict[str, JoinRule] = {"einsum": contractions.einsum}


def is_described(call: Call) -> bool:
    """Whether there is a rule for this operator."""
    known = call.op in MAP_RULES or call.op in JOIN_RULES or call.op in SPLITTING
    return known or _is_elementwise(call) or call.op in REPEATING


def is_hidden(call: Call, shapes: Sequence[Shape], result: object) -> bool:
    """Whether an operator only hands the same values on, so that no reader misses it.

    A change of shape is worth showing where it makes a vector of a map or the reverse.
    """
    if call.op in RESHAPING and isinstance(result, Tensor):
        num_dims = {result.dim(), *(len(shape) for shape in shapes)}
        return not min(num_dims) <= 2 < max(num_dims)
    return call.op in HIDDEN


def reaches_after(
    call: Call, reaches: Sequence[Reach], shapes: Sequence[Shape], results: Sequence[Shape]
) -> list[Reach]:
    """What each result of the call sees.

    Args:
        call: the operator and its arguments.
        reaches: what each tensor among the arguments sees, in their order.
        shapes: the shapes of these tensors.
        results: the shapes of the tensors that came out.
    """
    if not reaches:
        return [Reach((None,) * len(result)) for result in results]
    if join := JOIN_RULES.get(call.op) or AS_A_WHOLE.get(call.op):
        return [join(call, reaches, shapes, result) for result in results]
    if _is_elementwise(call):
        return [broadcast(reaches, shapes, result) for result in results]
    reach, shape = reaches[0], shapes[0]
    if call.op in REPEATING:
        return [broadcast([reach], [shape], result) for result in results]
    if call.op in MIXING:
        return [mixed_all(reaches, len(result)) for result in results]
    if any(other.axes or other.context for other in reaches[1:]) or not is_described(call):
        return [lost(reaches, len(result)) for result in results]
    if call.op in SPLITTING:
        return shape_rules.split(call, reach, shape, results)
    return [MAP_RULES[call.op](call, reach, shape, result) for result in results]


def _is_elementwise(call: Call) -> bool:
    """Whether a value of the result depends on the operands' values in the same place alone."""
    return call.is_pointwise or call.op in ELEMENTWISE
