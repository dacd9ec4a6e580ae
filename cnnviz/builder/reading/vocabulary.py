"""The names of torch that are read, and the layers that they stand for."""

from __future__ import annotations

import inspect
from typing import Any

from torch import nn

from cnnviz.models.specs import LAYER_CLASSES, Layer, Residual, arguments_of

KINDS = {kind: layer for kind, layer in LAYER_CLASSES.items() if layer is not Residual}
ROWS = ("Sequential", "ModuleList")

# What names stand for in code that is pasted without its imports.
USUAL_NAMES = {
    "nn": "torch.nn", "F": "torch.nn.functional", "torch": "torch", "math": "math",
    "OrderedDict": "OrderedDict",
    **{name: f"torch.nn.{name}" for name in (*KINDS, *ROWS, "Module")},
}  # fmt: skip

# Functions of torch.nn.functional and torch that are layers without weights.
FUNCTIONS = {
    "relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "leaky_relu": "LeakyReLU", "elu": "ELU",
    "gelu": "GELU", "silu": "SiLU", "mish": "Mish", "sigmoid": "Sigmoid", "tanh": "Tanh",
    "hardswish": "Hardswish", "hardsigmoid": "Hardsigmoid", "softplus": "Softplus",
    "softmax": "Softmax", "log_softmax": "LogSoftmax", "max_pool2d": "MaxPool2d",
    "avg_pool2d": "AvgPool2d", "lp_pool2d": "LPPool2d", "dropout": "Dropout",
    "adaptive_avg_pool2d": "AdaptiveAvgPool2d", "dropout2d": "Dropout2d",
}  # fmt: skip
# Where a function has its arguments in another order than the layer.
FUNCTION_ARGUMENTS = {
    "max_pool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"),
    "softmax": ("dim",),
    "log_softmax": ("dim",),
    "dropout": ("p", "training", "inplace"),
    "dropout2d": ("p", "training", "inplace"),
}
NO_MATTER = ("inplace", "training")  # they change how a number is computed, not which


def layer_named(kind: str, args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """The layer that a call of an nn class makes.

    Raises:
        ValueError: the builder has no such layer, or the layer no such argument or value.
    """
    if kind not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise ValueError(f"nn.{kind[:40]} is no layer of the builder, which has {known}")
    parameters = inspect.signature(getattr(nn, kind).__init__).parameters
    names = [
        name
        for name, parameter in parameters.items()
        if name != "self" and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    ]
    return _layer(kind, names, {name: p.default for name, p in parameters.items()}, args, kwargs)


def layer_of_function(function: str, args: list[Any], kwargs: dict[str, Any]) -> Layer:
    """The layer that does what a function of torch.nn.functional does, its input left out.

    Raises:
        ValueError: there is no such layer, argument or value.
    """
    kind = FUNCTIONS[function]
    parameters = inspect.signature(getattr(nn, kind).__init__).parameters
    names = FUNCTION_ARGUMENTS.get(function)
    if names is None:
        names = tuple(name for name in parameters if name not in ("self", "args", "kwargs"))
    defaults = {name: p.default for name, p in parameters.items()}
    kwargs = {name: value for name, value in kwargs.items() if name not in ("_stacklevel", "dtype")}
    return _layer(kind, list(names), defaults, args, kwargs)


def _layer(
    kind: str, names: list[str], defaults: dict[str, Any], args: list[Any], kwargs: dict[str, Any]
) -> Layer:
    if len(args) > len(names) and kind != "Identity":
        raise ValueError(f"{kind} takes at most {len(names)} arguments, and has {len(args)}")
    values = {} if kind == "Identity" else dict(zip(names, args, strict=False)) | kwargs
    known = arguments_of(KINDS[kind])
    if "dim" in known and values.get("dim") is None:
        values["dim"] = 1  # torch's own choice for a batch of pictures or of rows
    if "affine" in known and values.get("bias") == values.get("affine", True):
        del values["bias"]  # a newer argument of torch's, which prints it beside affine
    for name, value in list(values.items()):
        if name not in known:
            _check_left_out(kind, name, value, defaults)
            del values[name]
    for name, argument in known.items():
        if argument.is_required and name not in values:
            raise ValueError(f"{kind} lacks {name}")
    return KINDS[kind](**values)


def _check_left_out(kind: str, name: str, value: Any, defaults: dict[str, Any]) -> None:
    """An argument that the builder does not have may only be given what torch gives it anyway."""
    if name in NO_MATTER:
        return
    if name not in defaults:
        raise ValueError(f"{kind} has no argument {name[:40]}")
    if value != defaults[name]:
        raise ValueError(f"{kind} is read without {name}, which is {str(value)[:40]} here")
