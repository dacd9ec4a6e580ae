"""The names that torch has, for slips of the pen: which of them is nearest to what was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# The modules of torch.nn, beside those of the builder.
OTHERS = (
    "AdaptiveAvgPool1d", "AdaptiveAvgPool3d", "AdaptiveLogSoftmaxWithLoss", "AdaptiveMaxPool1d",
    "AdaptiveMaxPool3d", "AlphaDropout", "AvgPool1d", "AvgPool3d", "BCELoss",
    "BCEWithLogitsLoss", "BatchNorm3d", "Bilinear", "CELU", "CTCLoss",
    "CircularPad1d", "CircularPad2d", "CircularPad3d", "ConstantPad1d", "ConstantPad3d",
    "Container", "Conv1d", "Conv3d", "ConvTranspose1d", "ConvTranspose3d",
    "CosineEmbeddingLoss", "CosineSimilarity", "CrossEntropyLoss", "CrossMapLRN2d",
    "DataParallel", "Dropout1d", "Dropout3d", "Embedding", "EmbeddingBag",
    "FeatureAlphaDropout", "Fold", "FractionalMaxPool2d", "FractionalMaxPool3d", "GRU",
    "GRUCell", "GaussianNLLLoss", "Hardshrink", "HingeEmbeddingLoss", "HuberLoss",
    "InstanceNorm1d", "InstanceNorm3d", "KLDivLoss", "L1Loss", "LPPool1d", "LPPool3d", "LSTM",
    "LSTMCell", "LazyBatchNorm3d", "LazyConv1d", "LazyConv3d", "LazyConvTranspose1d",
    "LazyConvTranspose3d", "LazyInstanceNorm1d", "LazyInstanceNorm3d", "LinearCrossEntropyLoss",
    "MSELoss", "MarginRankingLoss", "MaxPool1d", "MaxPool3d", "MaxUnpool1d",
    "MaxUnpool2d", "MaxUnpool3d", "Module", "ModuleDict", "ModuleList", "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss", "MultiMarginLoss", "MultiheadAttention", "NLLLoss", "NLLLoss2d",
    "PairwiseDistance", "Parameter", "ParameterDict", "ParameterList", "PoissonNLLLoss",
    "RMSNorm", "RNN", "RNNBase", "RNNCell", "RNNCellBase", "RReLU", "ReflectionPad1d",
    "ReflectionPad3d", "ReplicationPad1d", "ReplicationPad3d", "Sequential", "SmoothL1Loss",
    "SoftMarginLoss", "Softmin", "Softshrink", "SyncBatchNorm", "Tanhshrink",
    "Threshold", "Transformer", "TransformerDecoder", "TransformerDecoderLayer",
    "TransformerEncoder", "TransformerEncoderLayer", "TripletMarginLoss",
    "TripletMarginWithDistanceLoss", "Unfold", "ZeroPad1d", "ZeroPad3d",
)  # fmt: skip
# Where torch has what is done to a tensor: in torch (t), in torch.nn.functional (f), as a method of
# a tensor (m). What stands here and is no layer of the builder is torch's all the same.
WHERE = {
    "t": (
        "alpha_dropout_", "cat", "cdist", "concat", "concatenate", "dropout_", "dstack",
        "einsum", "feature_alpha_dropout_", "feature_dropout", "feature_dropout_", "hstack",
        "meshgrid", "stack", "tensordot", "vstack",
    ),
    "f": (
        "adaptive_avg_pool2d", "adaptive_max_pool2d", "affine_grid", "avg_pool2d",
        "dropout2d", "elu", "elu_", "fold", "fractional_max_pool2d", "gelu", "glu",
        "grid_sample", "gumbel_softmax", "hardsigmoid", "hardswish", "hardtanh",
        "hardtanh_", "interpolate", "leaky_relu", "leaky_relu_", "linear",
        "local_response_norm", "logsigmoid", "lp_pool2d", "max_unpool2d", "mish",
        "multi_head_attention_forward", "normalize", "one_hot", "pad", "relu6",
        "scaled_dot_product_attention", "silu", "softmin", "softplus", "softshrink",
        "softsign", "tanhshrink", "upsample",
    ),
    "m": (
        "add_", "addmm_", "baddbmm_", "contiguous", "cumsum_", "dim", "div_", "eq_",
        "expand", "expand_as", "floor_divide_", "ge_", "gt_", "item", "le_", "lerp_", "lt_",
        "masked_fill_", "mul_", "multiply_", "ndimension", "ne_", "pow_", "register_hook",
        "remainder_", "repeat", "sign_", "size", "squeeze_", "sub_", "subtract_",
        "swapaxes_", "swapdims_", "tolist", "transpose_", "true_divide_", "type_as",
        "unsqueeze_", "view",
    ),
    "tf": (
        "adaptive_avg_pool1d", "adaptive_max_pool1d", "alpha_dropout", "avg_pool1d",
        "batch_norm", "celu", "celu_", "channel_shuffle", "conv1d", "conv2d", "conv3d",
        "conv_transpose2d", "dropout", "embedding", "feature_alpha_dropout", "group_norm",
        "instance_norm", "layer_norm", "max_pool1d", "max_pool2d", "native_channel_shuffle",
        "pixel_shuffle", "pixel_unshuffle", "rms_norm", "rrelu", "rrelu_", "selu", "selu_",
        "threshold", "threshold_",
    ),
    "tm": (
        "abs", "abs_", "add", "addmm", "amax", "amin", "argmax", "argsort", "baddbmm",
        "bmm", "ceil", "ceil_", "chunk", "clamp", "clamp_", "clamp_max", "clamp_max_",
        "clamp_min", "clamp_min_", "clip", "clip_", "clone", "cos", "cos_", "cumsum",
        "detach", "detach_", "div", "eq", "erf", "erf_", "exp", "exp_", "flatten", "flip",
        "floor", "floor_", "floor_divide", "gather", "ge", "gt", "index_select", "le",
        "lerp", "log", "log_", "logit", "logit_", "logsumexp", "lt", "masked_fill",
        "masked_select", "matmul", "max", "maximum", "mean", "median", "min", "minimum",
        "movedim", "mul", "multiply", "narrow", "ne", "neg", "neg_", "nonzero", "norm",
        "numel", "permute", "pow", "prod", "reciprocal", "reciprocal_", "remainder",
        "repeat_interleave", "reshape", "roll", "rot90", "round", "round_", "rsqrt",
        "rsqrt_", "sigmoid_", "sign", "sin", "sin_", "sort", "split", "sqrt", "sqrt_",
        "square", "square_", "squeeze", "std", "sub", "subtract", "sum", "swapaxes",
        "swapdims", "tanh_", "tile", "topk", "transpose", "true_divide", "trunc", "trunc_",
        "unbind", "unflatten", "unsqueeze", "var", "where",
    ),
    "fm": (
        "unfold",
    ),
    "tfm": (
        "hardshrink", "log_softmax", "prelu", "relu", "relu_", "sigmoid", "softmax", "tanh",
    ),
}  # fmt: skip
SEQUENCES = (
    "Embedding", "EmbeddingBag", "GRU", "GRUCell", "LSTM", "LSTMCell", "MultiheadAttention",
    "RNN", "RNNCell", "Transformer", "TransformerDecoder", "TransformerDecoderLayer",
    "TransformerEncoder", "TransformerEncoderLayer",
)  # fmt: skip
# What every nn.Module has of its own; an nn.Sequential and an nn.ModuleDict have these besides.
OF_MODULE = (
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children",
    "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward",
    "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu",
    "load_state_dict", "modules", "mtia", "named_buffers", "named_children", "named_modules",
    "named_parameters", "parameters", "register_backward_hook", "register_buffer",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook", "register_module", "register_parameter",
    "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_",
    "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
)  # fmt: skip
OF_SEQUENTIAL = ("append", "extend", "insert", "pop")
OF_MODULE_DICT = ("clear", "items", "keys", "pop", "update", "values")
# What other libraries call what torch has under another name.
ELSEWHERE = {
    "dense": "Linear", "fc": "Linear", "fullyconnected": "Linear", "convolution2d": "Conv2d",
    "conv": "Conv2d", "maxpooling2d": "MaxPool2d", "averagepooling2d": "AvgPool2d",
    "maxpool": "MaxPool2d", "avgpool": "AvgPool2d", "batchnormalization": "BatchNorm2d",
    "batchnorm": "BatchNorm2d", "globalaveragepooling2d": "AdaptiveAvgPool2d",
    "conv2dtranspose": "ConvTranspose2d", "deconv2d": "ConvTranspose2d",
    "filters": "out_channels", "units": "out_features", "strides": "stride", "rate": "p",
    "kernel": "kernel_size", "filter_size": "kernel_size", "pool_size": "kernel_size",
    "input_channels": "in_channels", "output_channels": "out_channels", "use_bias": "bias",
    "in_channel": "in_channels", "out_channel": "out_channels", "dilation_rate": "dilation",
}  # fmt: skip


def is_of_tensors(name: str) -> bool:
    """Whether torch does something of this name to a tensor, wherever it has it."""
    return any(name in names for names in WHERE.values())


def not_there(name: str, asked: str) -> str:
    """Why torch has no such function or method where it is asked for, and where; "" where it has.

    Args:
        name: of a function of tensors; one that torch has nowhere is no matter of this.
        asked: a letter of `WHERE`.
    """
    homes = next((homes for homes, names in WHERE.items() if name in names), asked)
    if asked in homes:
        return ""
    right = {"t": f"torch.{name}(…)", "f": f"F.{name}(…)", "m": f"x.{name}(…)"}[homes[0]]
    where = {"t": "torch has no", "f": "torch.nn.functional has no", "m": "a tensor has no method"}
    return f"{where[asked]} {name}: write {right}."


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that is most likely meant; empty where none is near."""
    names = list(dict.fromkeys(names))
    if (known := ELSEWHERE.get(name.lower())) in names and known:
        return known
    by_letters = {other.lower().replace("_", ""): other for other in reversed(names)}
    if same := by_letters.get(name.lower().replace("_", "")):
        return same
    found = get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else ""
