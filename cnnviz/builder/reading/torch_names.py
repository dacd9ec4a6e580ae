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
# Functions of torch that do something to a tensor, beside those that are read.
OTHER_FUNCTIONS = (
    "abs", "adaptive_avg_pool1d", "adaptive_max_pool1d", "affine_grid", "amin", "argmax",
    "avg_pool1d", "batch_norm", "bmm", "celu", "clamp", "clip", "conv1d",
    "conv2d", "conv3d", "conv_transpose2d", "cos", "einsum", "embedding", "exp", "fold",
    "fractional_max_pool2d", "gather", "grid_sample", "group_norm", "gumbel_softmax",
    "hardshrink", "instance_norm", "layer_norm", "linear", "log",
    "masked_fill", "matmul", "max_pool1d", "max_unpool2d", "maximum", "min", "minimum",
    "multi_head_attention_forward", "norm", "one_hot", "pow", "prelu", "prod", "rms_norm",
    "round", "rrelu", "scaled_dot_product_attention", "sign", "sin", "softmin", "softshrink",
    "sqrt", "square", "std", "tanhshrink", "threshold", "topk", "unfold", "var",
    "where",
)  # fmt: skip
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
