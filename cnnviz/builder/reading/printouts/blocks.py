"""The layers of a printed model: what a printout leaves unsaid is known for a few classes only."""

from __future__ import annotations

from dataclasses import dataclass, field

from cnnviz.builder.reading.errors import CodeError
from cnnviz.builder.reading.flows import block_of
from cnnviz.builder.reading.machine import MAX_STEPS, TooMuchError
from cnnviz.builder.reading.printouts.lines import Printed
from cnnviz.builder.reading.vocabulary import ROWS
from cnnviz.models.specs import MAX_LAYERS, Activation, AvgPool2d, Identity, Layer, Residual

# torchvision's blocks: the layers of the main path, each followed by the same ReLU but the last.
BASIC_BLOCK = ("conv1", "bn1", "relu", "conv2", "bn2")
BOTTLENECK = ("conv1", "bn1", "relu", "conv2", "bn2", "relu", "conv3", "bn3")
NOT_PRINTED = "A printout shows no ceil_mode and count_include_pad of AvgPool2d: torch's are taken."
IN_TURN = (*ROWS, "Conv2dNormActivation", "ConvNormActivation")
# Their forward is no row of layers: branches, concatenations, attention.
BRANCHED = (
    "_Dense", "Inception", "InvertedResidual", "MBConv", "FusedMBConv", "Fire", "CNBlock",
    "SqueezeExcitation", "Transformer", "Encoder", "Swin", "ResBottleneckBlock", "Multihead",
    "BasicConv2d",
)  # fmt: skip


@dataclass
class _Walk:
    """What is noted on the way through a printed model, and how long the way is."""

    notes: dict[str, None] = field(default_factory=dict)
    steps: int = 0

    def spend(self, module: Printed) -> None:
        """Count one module: copies of copies of nothing are no layers, and take their time."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            reason = f"reading takes more than {MAX_STEPS:,} steps up to here."
            raise TooMuchError(reason, module.line)


def layers_of(root: Printed) -> tuple[tuple[Layer, ...], tuple[str, ...]]:
    """The layers of a printed model, and what had to be guessed of its forward.

    Raises:
        CodeError: it has blocks whose forward is no row of layers.
    """
    walk = _Walk()
    layers = _in_turn(root, walk) if root.layer is None else _layers(root, walk)
    return layers, tuple(walk.notes)


def _in_turn(module: Printed, walk: _Walk) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for _, child in module.children:
        layers += _layers(child, walk)
        if len(layers) > MAX_LAYERS:
            raise CodeError(f"there are more than {MAX_LAYERS} layers here.", child.line)
    return tuple(layers)


def _layers(module: Printed, walk: _Walk) -> tuple[Layer, ...]:
    walk.spend(module)
    if isinstance(module.layer, AvgPool2d):
        walk.notes[NOT_PRINTED] = None
    if module.layer is not None:
        return (module.layer,)
    if module.kind.startswith(BRANCHED):
        raise CodeError(
            f"{module.kind} is no row of layers, and the builder has none.", module.line
        )
    names = set(module.by_name)
    if {"main_path", "shortcut_path"} <= names:
        return (_tutorial_block(module, walk),)
    if {*BOTTLENECK} <= names:
        return (_torchvision_block(module, BOTTLENECK, walk),)
    if {*BASIC_BLOCK} <= names:
        return (_torchvision_block(module, BASIC_BLOCK, walk),)
    if module.kind not in IN_TURN:
        note = "are read one after the other: a printout does not show its forward."
        walk.notes[f"The parts of {module.kind} {note}"] = None
    return _in_turn(module, walk)


def _tutorial_block(module: Printed, walk: _Walk) -> Residual:
    parts = module.by_name
    main, shortcut = (_in_turn(parts[name], walk) for name in ("main_path", "shortcut_path"))
    activation = "ReLU"
    if "activation" in parts:
        layer = parts["activation"].layer
        activation = "none" if isinstance(layer, Identity) else _name_of(layer, module)
    else:
        walk.notes[f"A ReLU is taken to follow the sum in {module.kind}."] = None
    return _block(module, main, shortcut, activation)


def _torchvision_block(module: Printed, order: tuple[str, ...], walk: _Walk) -> Residual:
    parts = module.by_name
    main = tuple(layer for name in order for layer in _layers(parts[name], walk))
    shortcut = _layers(parts["downsample"], walk) if "downsample" in parts else ()
    return _block(module, main, shortcut, "ReLU")


def _block(
    module: Printed, main: tuple[Layer, ...], shortcut: tuple[Layer, ...], activation: str
) -> Residual:
    try:
        block = block_of(main, shortcut, activation)
    except ValueError as error:
        raise CodeError(f"{error}.", module.line) from error
    if block is None:
        raise CodeError(
            "a shortcut is read as the identity or a 1×1 convolution only.", module.line
        )
    return block


def _name_of(layer: Layer | None, module: Printed) -> str:
    if not isinstance(layer, Activation):
        raise CodeError("the activation of a block is not read.", module.line)
    return layer.kind
