"""Views of the page worth a link, and why."""

from __future__ import annotations

from functools import partial

from cnnviz.ui.links import view_of
from cnnviz.ui.training.address import ADDRESS

_view = partial(view_of, ADDRESS)

PRESETS = [
    _view("LeNet learns digits", "a few seconds"),
    _view(
        "The best recipe",
        "digits moved about, one cycle",
        learning_rate=0.004,
        schedule="one-cycle",
        batch_size=64,
        augmentation="shift",
        epochs=12,
    ),
    _view("Plain SGD", "slow at first", optimizer="sgd", learning_rate=0.03),
    _view("Too fast", "one answer for everything", learning_rate=0.1),
    _view("Look back", "every snapshot of your run", view="rewind"),
    _view("What it gets wrong", "the surest mistakes, and why", view="mistakes"),
    _view("A small ResNet", "3×3 filters", network="small-resnet"),
    _view("No convolution", "an MLP on the same digits", network="mlp"),
    _view("Shapes among scribbles", "only the shape tells", data="planted", epochs=16),
]

TRY = [
    _view("Another start", "seed 1: other filters, as good", seed=1),
    _view("The rate ten times smaller", "where is it after 8 epochs?", learning_rate=0.0003),
    _view("SGD far too fast", "loss at ln 10 or above", optimizer="sgd", learning_rate=3.0),
    _view("One cycle", "the rate rises, then falls", schedule="one-cycle", learning_rate=0.01),
    _view("Digits moved about", "augmentation", augmentation="shift-rotate", epochs=16),
    _view("With batch norm", "the same rate, sooner there", network="lenet-batch-norm"),
    _view("Dropout", "does half of what the last layer reads do?", dropout=0.5, epochs=16),
    _view("Batches of 8", "noisier steps, more of them", batch_size=8, epochs=2),
]

WHY = {
    "live": (
        "Filters begin as numbers drawn by chance: they see something of every picture, and "
        "nothing in particular. Each step asks for a batch of pictures how the loss would change "
        "with every weight (the **gradient**) and moves each a little downhill. Nobody says what "
        "a filter should look like; edges and strokes come about because the layers behind can "
        "use them. Most happens early: the first tenth of the run changes more answers than all "
        "the rest. **Batch norm** keeps what each convolution puts out on one scale, and the same "
        "rate gets there in fewer steps; **dropout** hides part of what the last layer reads, each "
        "time another part, so that it leans on no single number. Here, four seeds and 16 epochs "
        "each, half left out gained LeNet nothing (98.3\u00a0% of other drawn digits, 98.5\u00a0% "
        "without) and the MLP 1.5 points on MNIST’s, by another hand (81.9\u00a0% after "
        "80.4\u00a0%; `python -m benchmarks.dropout`). The "
        "validation pictures are never learnt from: where the two curves part, the network begins "
        "to know its training pictures by heart."
    ),
    "rewind": (
        "A run keeps its weights at some of its steps, closer together early, where more happens. "
        "Each of these **snapshots** is a whole network: it is asked again here, so its maps, its "
        "heatmap and its answers are as they were. Two moments stand on one scale, so a pale "
        "filter is a weak one. Compare two runs from different seeds: the filters differ, the "
        "accuracy hardly does, because the layers behind can use many sets of filters."
    ),
    "mistakes": (
        "A share right hides which ones are wrong. The matrix counts every pair of true class and "
        "answer; the **surest** mistakes come first, because there the network has learnt "
        "something that is not so. Grad-CAM of the difference of two scores shows what speaks for "
        "the answer and against the true class, here at the first layer, whose maps are as fine "
        "as the picture. A map is a claim: what it points at is wiped and the network asked again, "
        "against as many pixels wiped by chance, scattered or in one place. It fails often, and "
        "then the page says so."
    ),
}
