"""Views of the page `mlp` worth a link, and its words."""

from __future__ import annotations

from functools import partial

from cnnviz.ui.links import view_of
from cnnviz.ui.mlp.address import ADDRESS

_view = partial(view_of, ADDRESS)

PRESETS = [
    _view("One neuron", "a sum, a bias, φ"),
    _view("Three layers that classify", "softmax and cross-entropy", part="network"),
    _view("Three layers that guess a number", "squared error", part="network", task="regression"),
    _view("Twenty neurons, forty points", "the losses part", view="depth", steps=1500),
    _view("Three neurons", "on the same points", view="depth", hidden="3", steps=1500),
    _view("Six neurons", "on the same points", view="depth", hidden="6", steps=1500),
    _view("Two layers of three", "depth", view="depth", hidden="3,3", steps=1500),
    _view("Four layers of three", "deeper", view="depth", hidden="3,3,3,3", steps=1500),
    _view("A digit", "28 × 28 → 784 weights a neuron", view="size"),
    _view("A photo", "1000 × 1000 × 3 → three million", view="size", side=1000, channels=3),
    _view("A digit, moved", "4 right, 4 up", view="shift", dx=4, dy=-4),
    _view("A kernel as a matrix", "576 → 144 → 9", view="matrix"),
]

TRY = {
    "neuron": [
        _view("ReLU at rest", "a negative sum gives 0", activation="relu", w1=-0.8),
        _view("A layer is a matrix", "four neurons, the same input", part="layer"),
        _view("No activation", "three layers that are one", part="network", activation="identity"),
        _view("A sure mistake", "another class is right", part="network", target=3,
              activation="relu", seed=5),
        _view("A number", "squared error", part="network", task="regression", wanted=2),
    ],
    "depth": [
        _view("Twenty neurons", "play, then pause", view="depth"),
        _view("More points", "400 instead of 80", view="depth", points=400, steps=1500),
        _view("No noise", "nothing to learn by heart", view="depth", noise=0, steps=1500),
        _view("Weight decay", "the same network, held back", view="depth", weight_decay=1,
              steps=1500),
        _view("Spirals", "two layers of 20, ReLU", view="depth", data="spirals", hidden="20,20",
              activation="relu", noise=0.1, points=300, steps=2000),
        _view("No activation", "however many layers", view="depth", data="circle", noise=0.1,
              hidden="6,6", activation="identity", steps=500),
        _view("A curve", "twenty neurons on a sine", view="depth", data="sine", points=40,
              steps=3000),
        _view("Too large a step", "SGD at 10", view="depth", optimizer="sgd", learning_rate=10,
              hidden="20,20", activation="relu", data="sine", steps=200),
    ],
    "size": [
        _view("MNIST", "28 × 28 × 1", view="size"),
        _view("ImageNet", "224 × 224 × 3", view="size", side=224, channels=3),
        _view("The tutorial's photo", "1000 × 1000 × 3", view="size", side=1000, channels=3),
        _view("A layer of 100", "and 100 kernels", view="size", side=224, channels=3, neurons=100),
        _view("Where are both equal?", "a kernel as large as the picture", view="size", side=5),
    ],
    "shift": [
        _view("As trained", "up to 2 pixels both ways", view="shift", dx=2, dy=2),
        _view("4 right, 4 up", "the MLP sees another digit", view="shift", dx=4, dy=-4),
        _view("One pixel", "which layer is the same, moved along?", view="shift", dx=1),
        _view("This digit everywhere", "computed now", view="shift", digit=3, map="this"),
        _view("Far out", "LeNet fails too", view="shift", dx=9, dy=5, digit=7),
        _view("Turned", "neither was trained for it", view="shift", digit=7, rotation=40),
    ],
    "matrix": [
        _view("Sobel", "six of nine weights are not 0: 96 entries", view="matrix",
              kernel="sobel_x"),
        _view("Stride 2", "three of four rows go", view="matrix", stride=2),
        _view("Padding 1", "as many outputs as pixels", view="matrix", padding=1),
        _view("Dilation 2", "holes between the weights", view="matrix", dilation=2),
        _view("1 × 1", "a diagonal", view="matrix", kernel_size=1),
        _view("A kernel of 5", "two rows of two outputs", view="matrix", kernel_size=5),
    ],
}  # fmt: skip

WHY = {
    "neuron": (
        "A neuron multiplies every number that comes in by a weight of its own, adds them up with "
        "a bias, and puts an activation φ over the sum. Neurons that read the same input are a "
        "**layer**: one matrix times one vector, a row of W for each neuron. Layers behind one "
        "another are a **multilayer perceptron**. Without φ between them a product of matrices "
        "would be left, which is one matrix: however many layers, one linear layer. What the last "
        "numbers mean is decided by the loss: softmax and cross-entropy make them probabilities of "
        "classes, squared error takes them as they are. With one hidden layer that is wide enough "
        "such a network comes as near as one likes to any continuous function (Cybenko, 1989); "
        "that says nothing of how many neurons it takes, nor of what it says between its points."
    ),
    "depth": (
        "Every hidden neuron draws one line through the plane and answers to either side; the last "
        "layer adds their answers up. More neurons, or more layers, fit more shapes, and with few "
        "and noisy points that includes the noise: the training loss goes on falling while the "
        "loss on points that were kept for the test turns up. The step of the **lowest test loss** "
        "is where they part (where early stopping would have stopped). All of it is computed from "
        "this run. A rule such as “three neurons do not overfit” would be too simple: which "
        "network overfits, and when, hangs on the points and on the first weights. Change the seed "
        "and see."
    ),
    "size": (
        "A dense neuron has a weight for each number of the picture. Twice the side is four times "
        "the pixels and four times the weights: **quadratic in the side, linear in the number of "
        "pixels**. The kernel of a convolution is put down everywhere with the same weights, so "
        "its number of parameters does not know how large the picture is. The work does grow with "
        "the pixels in both, and a convolution answers with a whole map for each kernel, where a "
        "dense neuron answers with one number."
    ),
    "shift": (
        "A dense neuron has a weight for each place, so a digit that moves by four pixels meets "
        "other weights: what the MLP learned of a 0 in the middle says nothing of a 0 at the edge. "
        "A convolution answers to the moved digit with **the same map, moved along**: the bars on "
        "the left show, layer by layer, what still differs after moving the map back, "
        "‖moved back − before‖ ÷ ‖before‖. Pooling keeps it at moves by whole strides only (2 "
        "pixels, then 4), and LeNet's own linear layers keep nothing: they have to learn places "
        "too. That is why **LeNet fails far out as well**. Both networks were trained on digits "
        "moved by up to 2 pixels (the dashed frame); at the edge of the map part of the digit has "
        "left the picture, and no network can read what is not there."
    ),
    "matrix": (
        "A convolution is a linear layer in which most weights are **missing**, because an output "
        "reads its window only, and those that are left are **shared**, because all windows use "
        "one kernel. Both are assumptions about pictures: what belongs together lies together, and "
        "what helps at one place helps at another. A dense layer could learn this very matrix, but "
        "it would have to learn every entry from examples, the zeros too."
    ),
}  # fmt: skip
