"""The names of torch that are read, and the layers that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cnnviz.builder.reading.torch_names import OTHERS, SEQUENCES, nearest
from cnnviz.models.spec_arguments import MAX_CHANNELS, MAX_FEATURES, shown
from cnnviz.models.specs import (
    LAYER_CLASSES,
    Join,
    Layer,
    Operation,
    Padding,
    ReflectionPad2d,
    ReplicationPad2d,
    Residual,
    ZeroPad2d,
    arguments_of,
)

KINDS = {kind: layer for kind, layer in LAYER_CLASSES.items()
         if layer not in (Residual, Join) and not issubclass(layer, Operation)}  # fmt: skip
OPERATIONS = {kind for kind, layer in LAYER_CLASSES.items() if issubclass(layer, Operation)}
ROWS = ("Sequential", "ModuleList")

# What names stand for in code that is pasted without its imports.
USUAL_NAMES = {
    "nn": "torch.nn", "F": "torch.nn.functional", "torch": "torch", "math": "math",
    "OrderedDict": "OrderedDict",
    "partial": "functools.partial", "reduce": "functools.reduce", "np": "numpy",
    **{name: f"torch.nn.{name}" for name in (*KINDS, *ROWS, "Module", "ModuleDict")},
}  # fmt: skip

# Functions of torch.nn.functional and torch that are layers without weights.
FUNCTIONS = {
    "relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "elu": "ELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "sigmoid": "Sigmoid", "tanh": "Tanh",
    "hardswish": "Hardswish", "hardsigmoid": "Hardsigmoid", "softplus": "Softplus",
    "softmax": "Softmax", "log_softmax": "LogSoftmax", "max_pool2d": "MaxPool2d",
    "avg_pool2d": "AvgPool2d", "lp_pool2d": "LPPool2d", "dropout": "Dropout",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d", "dropout2d": "Dropout2d",
    "adaptive_max_pool2d": "AdaptiveMaxPool2d", "selu": "SELU",
    "local_response_norm": "LocalResponseNorm", "pixel_shuffle": "PixelShuffle",
    "pixel_unshuffle": "PixelUnshuffle", "channel_shuffle": "ChannelShuffle",
    "native_channel_shuffle": "ChannelShuffle", "glu": "GLU", "hardtanh": "Hardtanh",
    "softsign": "Softsign", "logsigmoid": "LogSigmoid",
}  # fmt: skip
# Where a function has its arguments in another order than the layer.
FUNCTION_ARGUMENTS = {
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"),
    "softmax": ("dim",),
    "log_softmax": ("dim",),
    "dropout": ("p", "training", "inplace"),
    "dropout2d": ("p", "training", "inplace"),
}
# Arguments that Keras's layers have and torch's have not.
OF_KERAS = {
    "activation": "in torch an activation is a layer of its own, nn.ReLU() behind it",
    "input_shape": "torch's layers take the number of channels that arrive, in_channels",
    "input_dim": "torch's layers take the number of numbers that arrive, in_features",
    "data_format": "in torch channels come before height and width",
    "kernel_initializer": "in torch weights are set behind, with nn.init",
    "kernel_regularizer": "in torch the optimiser has weight_decay",
}  # fmt: skip
NO_MATTER = ("inplace", "training")  # they change how a number is computed, not which

# What torch's layers take behind the arguments that the builder has, and torch's defaults.
MADE_WHERE = ("device", "dtype")
NOT_BUILT = {
    "Conv2d": MADE_WHERE, "ConvTranspose2d": ("padding_mode", *MADE_WHERE),
    "MaxPool2d": ("return_indices",), "AvgPool2d": ("divisor_override",), "ReLU": ("inplace",),
    "ReLU6": ("inplace",), "LeakyReLU": ("inplace",), "PReLU": ("init", *MADE_WHERE),
    "ELU": ("inplace",), "SiLU": ("inplace",), "Mish": ("inplace",), "Hardswish": ("inplace",),
    "Hardsigmoid": ("inplace",), "Softplus": ("beta", "threshold"), "BatchNorm2d": MADE_WHERE,
    "BatchNorm1d": MADE_WHERE, "GroupNorm": MADE_WHERE, "Dropout": ("inplace",),
    "Dropout2d": ("inplace",), "Flatten": ("start_dim", "end_dim"), "Linear": MADE_WHERE,
    "Upsample": ("recompute_scale_factor",), "AdaptiveMaxPool2d": ("return_indices",),
    "SELU": ("inplace",), "Hardtanh": ("inplace", "min_value", "max_value"),
    "InstanceNorm2d": MADE_WHERE, "LayerNorm": MADE_WHERE,
}  # fmt: skip
NOT_BUILT_DEFAULTS = {
    "device": None, "dtype": None, "padding_mode": "zeros", "return_indices": False,
    "divisor_override": None, "inplace": False, "init": 0.25, "beta": 1.0, "threshold": 20.0,
    "start_dim": 1, "end_dim": -1, "recompute_scale_factor": None, "min_value": None,
    "max_value": None,
}  # fmt: skip
BY_NAME_ONLY = dict.fromkeys(
    ("BatchNorm2d", "BatchNorm1d", "GroupNorm", "InstanceNorm2d"), ("bias",)
)
# torch has return_indices before ceil_mode, and the builder has none.
OTHER_ORDER = {
    "MaxPool2d": ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"),
    "Upsample": ("size", "scale_factor", "mode", "align_corners", "recompute_scale_factor"),
}


# Layers of torch that are others with some arguments set, and those.
SPECIAL_CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "UpsamplingNearest2d": ("Upsample", {"mode": "nearest"}),
    "UpsamplingBilinear2d": ("Upsample", {"mode": "bilinear", "align_corners": True}),
    "Softmax2d": ("Softmax", {"dim": 1}),
}
# Layers whose first number torch takes from the first picture: what they become, and its name.
LAZY = {
    "LazyLinear": ("Linear", "in_features"), "LazyConv2d": ("Conv2d", "in_channels"),
    "LazyConvTranspose2d": ("ConvTranspose2d", "in_channels"),
    "LazyBatchNorm2d": ("BatchNorm2d", "num_features"),
    "LazyBatchNorm1d": ("BatchNorm1d", "num_features"),
    "LazyInstanceNorm2d": ("InstanceNorm2d", "num_features"),
}  # fmt: skip
# What stands for such a number until the size of the picture is known: more than any network has.
LEFT_TO_THE_INPUT = {
    "in_features": MAX_FEATURES, "in_channels": MAX_CHANNELS, "num_features": MAX_CHANNELS,
}  # fmt: skip
PADDINGS: dict[str, type[Padding]] = {
    "constant": ZeroPad2d, "reflect": ReflectionPad2d, "replicate": ReplicationPad2d,
}  # fmt: skip
WITH_A_DIM = {"Softmax": 1, "LogSoftmax": 1, "GLU": -1}  # and torch's own choice of it


@dataclass(frozen=True)
class FromTheEnd(Layer):
    """A softmax along a dimension counted from the end: which, the numbers that arrive decide."""

    of: str = "Softmax"
    from_end: int = -1

    @property
    def kind(self) -> str:
        """The name of the layer in torch.nn."""
        return self.of

    def at_rank(self, rank: int) -> Layer:
        """The layer where so many dimensions arrive, the batch counted.

        Raises:
            ValueError: the batch is meant.
        """
        values: dict[str, Any] = {"dim": rank + self.from_end}
        return KINDS[self.of](**values)


def layer_named(kind: str, args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """The layer that a call of an nn class makes.

    Raises:
        ValueError: the builder has no such layer, or the layer no such argument or value.
    """
    if kind in LAZY:
        kind, first = LAZY[kind]
        kwargs = kwargs | dict(zip(positional(kind)[1:], args, strict=False))
        kwargs[first] = LEFT_TO_THE_INPUT[first]
        return _layer(kind, positional(kind), [], kwargs)
    if kind in SPECIAL_CASES:
        kind, settings = SPECIAL_CASES[kind]
        return _layer(kind, positional(kind), args, kwargs | settings)
    if kind == "ConstantPad2d":
        return _zero_padding(args, kwargs)
    if kind in OTHERS:
        if kind in SEQUENCES:
            reason = "it reads sequences, and the layers here read pictures"
        else:
            reason = "a network that has it can be brought as a file (ONNX)"
        raise ValueError(f"nn.{kind} is torch's, but no layer of the builder: {reason}")
    if kind not in KINDS:
        near = nearest(kind, (*KINDS, *OTHERS))
        hint = f": do you mean nn.{near}?" if near else ""
        raise ValueError(f"torch.nn has no {kind[:40]}{hint}")
    return _layer(kind, positional(kind), args, kwargs)


def operation_named(kind: str, args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """The layer that a call of a class of exported code makes, which torch.nn lacks.

    Raises:
        ValueError: it has no such argument or value.
    """
    made = LAYER_CLASSES[kind]
    values = dict(zip(arguments_of(made), args, strict=False)) | kwargs
    if kind == "LayerNorm2d":  # as torch prints it
        values |= dict(
            zip(("normalized_shape",), _listed(values.get("normalized_shape")), strict=False)
        )
        if values.get("bias", True) is values.get("elementwise_affine", True):
            values.pop("bias", None)
    if unknown := values.keys() - arguments_of(made).keys():
        raise ValueError(f"{kind} has no argument {min(unknown)[:40]}")
    for name, argument in arguments_of(made).items():
        if argument.is_required and name not in values:
            raise ValueError(f"{kind} lacks {name}")
    return made(**values)


def padding_of(sizes: Any, mode: Any, value: Any) -> Layer:
    """The layer that does what `F.pad` does to the last two axes.

    Raises:
        ValueError: no layer does it.
    """
    if mode not in PADDINGS:
        raise ValueError(f"padding with mode {shown(mode)} is not read: no layer does it")
    if value not in (None, 0):
        raise ValueError(f"padding is read with zeros, and not with {shown(value)}")
    if isinstance(sizes, tuple | list) and len(sizes) == 2:
        sizes = (*sizes, 0, 0)
    return PADDINGS[mode](padding=sizes)


def _zero_padding(args: list[Any], kwargs: dict[str, Any]) -> Layer:
    values = dict(zip(("padding", "value"), args, strict=False)) | kwargs
    if set(values) != {"padding", "value"}:
        raise ValueError("ConstantPad2d takes a padding and a value")
    return padding_of(values["padding"], "constant", values["value"])


def positional(kind: str) -> tuple[str, ...]:
    """The arguments of a layer of torch that can be given without their names, in their order."""
    return OTHER_ORDER.get(kind, (*arguments_of(KINDS[kind]), *NOT_BUILT.get(kind, ())))


def layer_of_function(function: str, args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """The layer that does what a function of torch.nn.functional does, its input left out.

    Raises:
        ValueError: there is no such layer, argument or value.
    """
    kind = FUNCTIONS[function]
    names = FUNCTION_ARGUMENTS.get(function) or positional(kind)
    kwargs = {name: value for name, value in kwargs.items() if name not in ("_stacklevel", "dtype")}
    return _layer(kind, names, args, kwargs)


def _layer(kind: str, names: tuple[str, ...], args: list[Any], kwargs: dict[str, Any]) -> Layer:
    if len(args) > len(names) and kind != "Identity":
        raise ValueError(f"{kind} takes at most {len(names)} arguments, and has {len(args)}")
    values = {} if kind == "Identity" else dict(zip(names, args, strict=False)) | kwargs
    known = arguments_of(KINDS[kind])
    if kind in WITH_A_DIM and values.get("dim") is None:
        values["dim"] = WITH_A_DIM[kind]  # for a batch of pictures or of rows
    if kind in WITH_A_DIM and isinstance(values["dim"], int) and -3 <= values["dim"] < 0:
        return FromTheEnd(kind, values["dim"])
    if kind == "Unflatten" and -1 in _listed(values.get("unflattened_size")):
        raise ValueError("Unflatten is read with all its sizes: one of them is -1 here")
    if kind == "Upsample":
        _check_corners(values)
        _check_size(values)
    if "affine" in known and values.get("bias") is values.get("affine", True):
        del values["bias"]  # a newer argument of torch's, which prints it beside affine
    for name, value in list(values.items()):
        if name not in known:
            _check_left_out(kind, name, value)
            del values[name]
    for name, argument in known.items():
        if argument.is_required and name not in values:
            raise ValueError(f"{kind} lacks {name}")
    return KINDS[kind](**values)


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, tuple | list) else ()


def _check_corners(values: dict[str, Any]) -> None:
    """An align_corners of None is torch's False; with nearest torch takes none."""
    corners = values.get("align_corners")
    if corners is not None and values.get("mode", "nearest") == "nearest":
        raise ValueError(
            "align_corners is given to an Upsample of mode nearest, which torch refuses"
        )
    if corners is None:
        values.pop("align_corners", None)


def _check_size(values: dict[str, Any]) -> None:
    """An Upsample is told either its size or how many times as large it makes maps."""
    if values.get("size") is None:
        return
    if values.get("scale_factor") is not None:
        raise ValueError("Upsample takes a size or a scale_factor, not both")
    values["scale_factor"] = 1.0  # which nobody reads


def _check_left_out(kind: str, name: str, value: Any) -> None:
    """An argument that the builder does not have may only be given what torch gives it anyway."""
    if name in NO_MATTER:
        return
    if name in OF_KERAS:
        raise ValueError(f"{kind} has no argument {name}: {OF_KERAS[name]}")
    if name not in (*NOT_BUILT.get(kind, ()), *BY_NAME_ONLY.get(kind, ())):
        near = nearest(name, (*arguments_of(KINDS[kind]), *NOT_BUILT.get(kind, ())))
        hint = f": do you mean {near}?" if near else ""
        raise ValueError(f"{kind} has no argument {name[:40]}{hint}")
    if value != NOT_BUILT_DEFAULTS.get(name, True):
        raise ValueError(f"{kind} is read without {name}, which is {shown(value)} here")
