"""Which networks can be followed without values: what is refused is said before it is tried."""

from __future__ import annotations

import inspect
import re
import traceback

import torch
from torch import Tensor, nn

NEEDS_VALUES = re.compile(
    r"\bmeta\b.*\btensors?\b|unallocated storage|passed to Tensor.__format__"
    r"|'meta' backend|register_meta|fake impl",
    re.IGNORECASE,
)
# What a forward raises where shapes do not fit; anything else is a fault of its code.
MISFITS = (RuntimeError, ValueError, IndexError, AssertionError)
MOST_WORDS = 160  # characters of torch's own words in a sentence

# They take a picture without a batch, too; BatchNorm2d refuses it in torch's own words.
OF_PICTURES = (nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d)


def check_taken(model: nn.Module, shape: tuple[int, ...]) -> None:
    """Look at what a network is, and at the shape of its input, before a pass.

    Raises:
        ValueError: it is no module, has no forward or one that takes another number of inputs, is
            TorchScript, has quantised layers, or takes pictures and the shape has no batch.
    """
    _check_module(model)
    _check_batch(model, shape)
    for module in not_compiled(model).modules():
        if ".quantized" in type(module).__module__:
            raise ValueError(
                f"{type(module).__name__} is quantised: give the network as it was before that"
            )
    check_followed(model)


def check_followed(model: nn.Module) -> None:
    """Look at what a network is, before a pass of it is followed with or without values.

    Raises:
        ValueError: it is no module, has no forward or one that takes another number of inputs, is
            TorchScript, or has a lazy layer that has no shape yet.
    """
    _check_module(model)
    model = not_compiled(model)
    kind = type(model).__name__
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule):
            what = f"{name} in {kind}" if name else kind
            raise ValueError(f"{what} is TorchScript: give the nn.Module that it was made from")
        if any(map(nn.parameter.is_lazy, module._parameters.values())):
            raise ValueError("a lazy layer has no shape yet: run the network once before")
    if type(model).forward is nn.Module.forward:
        raise ValueError(f"{kind} has no forward of its own: give the network that uses it")
    if len(needed := _needed(model)) > 1:
        raise ValueError(
            f"the forward of {kind} needs {', '.join(needed)}: one tensor of pictures is followed"
        )
    if not _takes_one(model):
        raise ValueError(f"the forward of {kind} takes no tensor of pictures by its place")


def _check_module(model: object) -> None:
    if not isinstance(model, nn.Module):
        name = getattr(model, "__name__", repr(model))
        hint = f": give {name}(…)" if isinstance(model, type) else ""
        raise ValueError(f"{name} is no nn.Module{hint}")


def _check_batch(model: nn.Module, shape: tuple[int, ...]) -> None:
    """torch takes a picture without a batch, and then nobody knows which axes are which."""
    if len(shape) == 3 and any(isinstance(module, OF_PICTURES) for module in model.modules()):
        raise ValueError(
            f"input_shape is {shape}: a picture's has four numbers, batch, channels, height, "
            f"width: {(1, *shape)}"
        )


def _needed(model: nn.Module) -> list[str]:
    """The arguments without which forward cannot be called."""
    parameters = inspect.signature(model.forward).parameters.values()
    return [
        parameter.name
        for parameter in parameters
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]


def _takes_one(model: nn.Module) -> bool:
    """Whether forward can be called with one argument."""
    try:
        inspect.signature(model.forward).bind(None)
    except TypeError:
        return False
    return True


def not_compiled(model: nn.Module) -> nn.Module:
    """The network that `torch.compile` was given, or the network itself."""
    return getattr(model, "_orig_mod", model)


def words_of(error: Exception) -> str:
    """What an error says; of an assert without words, the line that it stands in."""
    if str(error) or not isinstance(error, AssertionError):
        return str(error)
    line = traceback.extract_tb(error.__traceback__)[-1].line
    return f"its own check does not hold: {line}"


def told(model: nn.Module, error: Exception, batch: Tensor) -> ValueError:
    """What the forward of a network ended in, as one sentence.

    Args:
        model: that was run.
        error: that it raised.
        batch: that it was given.
    """
    model = not_compiled(model)
    kind, words = type(model).__name__, cut(words_of(error))
    if not batch.is_meta and any(parameter.is_meta for parameter in model.parameters()):
        return ValueError(f"the weights of {kind} are on torch's meta device and have no numbers")
    if words and isinstance(error, MISFITS) and not isinstance(error, NotImplementedError):
        return ValueError(f"{kind} does not take a batch of shape {tuple(batch.shape)}: {words}")
    return ended(model, error)


def ended(model: nn.Module, error: Exception) -> ValueError:
    """That the code of a forward is at fault, as one sentence."""
    words = cut(words_of(error))
    says = f"{type(error).__name__}{words and f': {words}'}"
    return ValueError(f"the forward of {type(not_compiled(model)).__name__} ends in {says}")


def needs_values(message: str) -> bool:
    """Whether torch says that it cannot go on without the numbers of a tensor."""
    return bool(NEEDS_VALUES.search(message))


def cut(message: str) -> str:
    """The first sentence of torch's words, or what they mean."""
    if by_value := re.search(r"register_meta function for (torch\.\w+)", message):
        return f"the size of what {by_value[1]} gives depends on the numbers"
    return message.partition("\n")[0].partition(". ")[0][:MOST_WORDS]
