"""The names that torch has, for slips of the pen: which of them is nearest to what was written."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# Modules of torch.nn that networks of pictures are made of, beside those of the builder.
OTHERS = (
    "AdaptiveAvgPool1d", "AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AlphaDropout", "AvgPool1d",
    "AvgPool3d", "BatchNorm3d", "Bilinear", "CELU", "ChannelShuffle", "ConstantPad2d", "Conv1d",
    "Conv3d", "ConvTranspose1d", "ConvTranspose3d", "Dropout1d", "Dropout3d", "Embedding",
    "FeatureAlphaDropout", "Fold", "GLU", "GRU", "Hardshrink", "Hardtanh", "InstanceNorm1d",
    "InstanceNorm2d", "InstanceNorm3d", "LSTM", "LayerNorm", "LazyConv2d", "LazyLinear",
    "LocalResponseNorm", "LogSigmoid", "MaxPool1d", "MaxPool3d", "MaxUnpool2d", "Module",
    "ModuleDict", "ModuleList", "MultiheadAttention", "ParameterList", "PixelShuffle",
    "PixelUnshuffle", "RMSNorm", "RNN", "RReLU", "ReflectionPad2d", "ReplicationPad2d", "SELU",
    "Sequential", "Softmax2d", "Softmin", "Softshrink", "Softsign", "SyncBatchNorm", "Tanhshrink",
    "Threshold", "TransformerEncoder", "TransformerEncoderLayer", "Unflatten", "Unfold",
    "UpsamplingBilinear2d", "UpsamplingNearest2d", "ZeroPad2d", "CrossEntropyLoss", "MSELoss",
    "Parameter",
)  # fmt: skip
# Functions of torch that do something to a tensor, beside those that are read.
OTHER_FUNCTIONS = (
    "abs", "adaptive_avg_pool1d", "adaptive_max_pool1d", "adaptive_max_pool2d", "affine_grid",
    "amin", "argmax", "avg_pool1d", "batch_norm", "bmm", "celu", "channel_shuffle", "clamp", "clip",
    "conv1d", "conv2d", "conv3d", "conv_transpose2d", "cos", "einsum", "embedding", "exp", "fold",
    "fractional_max_pool2d", "gather", "glu", "grid_sample", "group_norm", "gumbel_softmax",
    "hardshrink", "hardtanh", "instance_norm", "layer_norm", "linear", "local_response_norm", "log",
    "logsigmoid", "masked_fill", "matmul", "max_pool1d", "max_unpool2d", "maximum", "min",
    "minimum", "multi_head_attention_forward", "norm", "one_hot", "pixel_shuffle",
    "pixel_unshuffle", "pow", "prelu", "prod", "rms_norm", "round", "rrelu",
    "scaled_dot_product_attention", "selu", "sign", "sin", "softmin", "softshrink", "softsign",
    "sqrt", "square", "std", "tanhshrink", "threshold", "topk", "unfold", "var", "where",
)  # fmt: skip
SEQUENCES = (
    "Embedding", "GRU", "LSTM", "MultiheadAttention", "RNN", "TransformerEncoder",
    "TransformerEncoderLayer",
)  # fmt: skip
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
