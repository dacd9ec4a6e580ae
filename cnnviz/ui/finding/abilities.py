"""What one can do here: how it is done, and where.

One source, as for the terms: the toolbar's tips (`how`), the glossary and the search say the same
words.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.ui.contents import READING
from cnnviz.ui.finding.terms import Term


@dataclass(frozen=True)
class Ability(Term):
    """Something that one can do.

    Attributes:
        here: a CSS selector of what does it, where the page that is open has it.
    """

    here: str = ""


_ALL = (
    Ability(
        "undo",
        "Undo",
        "Takes back the last change of the page (Ctrl Z): a slider, a preset, Reset, one after the "
        "other.",
        (),
        "go take back revert redo mistake ctrl z history previous",
        ".toolbar .undo",
    ),
    Ability(
        "reset",
        "Reset",
        "The page as it opens. Undo takes it back.",
        (),
        "start over clear restart default defaults original",
        ".toolbar .reset",
    ),
    Ability(
        "projector",
        "Projector",
        "Larger, and without the menu. Esc leads back, + and − make it larger and smaller.",
        (),
        "beamer wall present presentation fullscreen full screen large larger bigger zoom lecture "
        "teacher slides font size",
        ".toolbar .wall",
    ),
    Ability(
        "save",
        "Save",
        "Every picture, map and table of the page as a file: PNG, SVG, CSV or npz. The key S saves "
        "the one that was pointed at last; the arrow beside the button lists all.",
        (),
        "download export file take along png svg csv npz screenshot print figure",
        ".split .now",
    ),
    Ability(
        "copy_link",
        "Copy link",
        "The address of a page is its view, with all settings: whoever opens it sees the same. "
        "Pictures of your own are not part of it.",
        (),
        "share url address bookmark send permalink embed link",
        ".toolbar .copy",
    ),
    Ability(
        "presets",
        "Presets",
        "Views that are worth a look: in the menu at the top of a page, and below it under “Things "
        "to try”.",
        (),
        "example examples ideas demo exercise exercises things to try",
        ".toolbar .menu summary",
    ),
    Ability(
        "script",
        "The same in PyTorch",
        "At the end of a page stands the script that gives its numbers, in any Python prompt or "
        "notebook.",
        ("convolution", "build"),
        "code python pytorch script notebook jupyter colab copy source program",
        "[data-testid=stCode] pre",
    ),
    Ability(
        "own_picture",
        "A picture of your own",
        "Behind “Upload or camera”, beside the pictures that a page offers. It stays with your "
        "visit and is in no link.",
        ("heatmaps?model=efficientnet-lite0", "feature_maps?model=efficientnet-lite0",
         "convolution?view=picture", "pooling?view=picture", "teach?source=upload"),
        "upload photo image picture own file drop jpg jpeg png heic phone load",
        "[class*=_image_own] summary",
    ),
    Ability(
        "camera",
        "Camera",
        "A picture taken here: behind “Upload or camera”, and on “Teach it” beside the samples.",
        ("teach?source=camera", "heatmaps?model=efficientnet-lite0"),
        "webcam take selfie",
        "[data-testid=stCameraInput], [class*=_image_own] summary",
    ),
    Ability(
        "draw",
        "Draw a digit",
        "With a pen, a finger or the arrow keys: a network answers while you draw.",
        ("heatmaps?model=lenet-mnist", "feature_maps?model=lenet-mnist", "mlp?view=shift",
         "teach?source=pad"),
        "pad ink pen paint sketch handwriting handwritten drawing number",
        ".pad canvas",
    ),
    Ability(
        "own_network",
        "A network of your own",
        "Its file, its code or what it prints: opened without being run, counted layer by layer, "
        "and mended where shapes clash.",
        ("build?inspect=file", "build"),
        "upload model import open load paste keras onnx safetensors checkpoint weights code",
    ),
    Ability(
        "take_network",
        "Take a network along",
        "What was built, as Python, a notebook, weights or a table.",
        ("build",),
        "export download python safetensors weights latex markdown csv code",
    ),
    Ability(
        "train_here",
        "Train a network",
        "On digits, on pictures of your own as a zip, or on a network that you built: live, and "
        "kept to be rewound.",
        ("training", "training?data=zip", "mlp?view=depth"),
        "fit run learn gpu dataset data",
    ),
    Ability(
        "way_through",
        "Where to begin",
        f"{len(READING)} pages in the tutorial's order: home numbers them, and each ends with the "
        "next.",
        ("mlp",),
        "start here first steps tutorial course lesson order next guide how to use help tour menu "
        "contents",
        "[class*=the_way_on] a",
    ),
    Ability(
        "keys",
        "Keys",
        "/ finds anything, Tab walks, the arrow keys move sliders, cells and pictures, Enter "
        "chooses, S saves, Ctrl Z takes back, Esc closes.",
        (),
        "keyboard shortcut shortcuts hotkey hotkeys accessibility screen reader keybindings",
    ),
    Ability(
        "light_and_dark",
        "Light and dark",
        "The pages are as your device is: where its windows are dark, so are they.",
        (),
        "dark mode night theme colour color scheme black contrast appearance",
    ),
    Ability(
        "private",
        "What stays with you",
        "There is no account. Pictures, drawings and networks of your own last as long as a visit: "
        "nobody else sees them, and no link carries them.",
        (),
        "privacy private account login sign in password data cookies stored tracking gdpr",
    ),
)  # fmt: skip
ABILITIES = {one.name: one for one in _ALL}


def how(name: str) -> str:
    """How something is done: the tip of the button that does it.

    Raises:
        KeyError: there is no such ability.
    """
    return ABILITIES[name].meaning
