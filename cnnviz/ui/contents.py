"""The map of the app: its pages in the order of the tutorial. Only pages that exist are listed."""

from __future__ import annotations

from dataclasses import dataclass

from cnnviz.places import PAGES


@dataclass(frozen=True)
class Entry:
    """One page: its file and address, its name in the menu, and the question it answers."""

    name: str
    title: str
    icon: str
    question: str
    story: str
    also: str = ""  # other words that people look for

    @property
    def exists(self) -> bool:
        """True if the page's file is there."""
        return (PAGES / f"{self.name}.py").exists()


_OWN_PICTURE = "upload camera photo own picture"  # a page into which one can be given
_PLANNED = {
    "": [
        Entry("home", "Home", ":material/home:", "What can I explore, and in which order?", ""),
    ],
    "Building blocks": [
        Entry(
            "mlp",
            "From neurons",
            ":material/hub:",
            "Why not just connect every pixel to every neuron?",
            "784 weights for each neuron on a digit, three million on a photo: count them, then "
            "shift the picture and see what the network makes of it.",
            f"{_OWN_PICTURE} mlp perceptron playground",
        ),
        Entry(
            "convolution",
            "Convolution",
            ":material/grid_on:",
            "What do kernel size, stride, padding and dilation do?",
            "Slide a kernel over numbers and over pictures. Every output cell shows the sum behind "
            "it, every setting its formula.",
            f"{_OWN_PICTURE} conv2d animation",
        ),
        Entry(
            "pooling",
            "Pooling",
            ":material/compress:",
            "How does a network come to see the whole picture?",
            "Halve the maps, double the field of view: maximum, average and p-norm side by side.",
            _OWN_PICTURE,
        ),
    ],
    "Networks": [
        Entry(
            "build",
            "Build a network",
            ":material/construction:",
            "How do layers become LeNet, ResNet18, or my own network?",
            "Put layers together and see shapes, parameters and cost at once. Where numbers clash, "
            "the page says which, and mends it with a click.",
            "upload file own network weights onnx safetensors code export inspect architecture "
            "design summary torchsummary",
        ),
        Entry(
            "fully_convolutional",
            "Fully convolutional",
            ":material/zoom_out_map:",
            "Can I use the network on a picture of any size?",
            "LeNet fails at 64×64. Turn its Linear layers into convolutions and it draws a map of "
            "classes instead.",
            _OWN_PICTURE,
        ),
        Entry(
            "residual",
            "Residual networks",
            ":material/alt_route:",
            "Why do skip connections let networks be deep?",
            "Follow the gradient back through 56 layers, with and without the shortcut, and take "
            "blocks out of a trained ResNet18.",
            _OWN_PICTURE,
        ),
        Entry(
            "zoo",
            "Model zoo",
            ":material/scatter_plot:",
            "What did ten years of architectures buy, and at what cost?",
            "Every classification network of torchvision by accuracy, cost and size.",
            "compare models architectures benchmark imagenet history inception googlenet",
        ),
    ],
    "Inside a network": [
        Entry(
            "feature_maps",
            "Feature maps",
            ":material/layers:",
            "What does each layer see?",
            "All maps of any layer of a trained network, what each cell looked at, and the sum "
            "that made it.",
            _OWN_PICTURE,
        ),
        Entry(
            "heatmaps",
            "Heatmaps",
            ":material/local_fire_department:",
            "Which pixels speak for a class, and can I believe the picture?",
            "Grad-CAM and nine others side by side, and tests that show which of them look at the "
            "network at all.",
            f"{_OWN_PICTURE} explainability interpretability xai",
        ),
        Entry(
            "training",
            "Training",
            ":material/trending_down:",
            "How do the filters get there?",
            "Train LeNet and watch its filters form.",
            "upload zip own pictures",
        ),
        Entry(
            "teach",
            "Teach it",
            ":material/school:",
            "Can it learn from a few pictures of mine?",
            "Two to five classes of your own on a frozen network: it answers at once, and says how "
            "far to trust it.",
            _OWN_PICTURE,
        ),
    ],
}

SECTIONS: dict[str, list[Entry]] = {
    section: existing
    for section, entries in _PLANNED.items()
    if (existing := [entry for entry in entries if entry.exists])
}

READING = [entry for entries in SECTIONS.values() for entry in entries if entry.name != "home"]


def number_of(name: str) -> int:
    """The place of a page in the order of the tutorial, from 1; 0 for home."""
    return next((place for place, one in enumerate(READING, 1) if one.name == name), 0)


def page_after(name: str) -> Entry | None:
    """The page that follows in the tutorial; the first one behind home, none behind the last."""
    place = number_of(name)
    return READING[place] if place < len(READING) else None
