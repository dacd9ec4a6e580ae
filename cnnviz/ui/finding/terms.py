"""The terms of the field: what each means, and where it can be touched.

One source: the help of a control and of a number (`meaning`), the glossary and the search say the
same words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """A term, and where it can be touched.

    Attributes:
        name: its key in `TERMS`, and in the glossary's address.
        title: as people write it.
        meaning: one to three sentences.
        touched: addresses in the app, each a page's name and a query.
        also: other words that people look for.
    """

    name: str
    title: str
    meaning: str
    touched: tuple[str, ...]
    also: str = ""


LAYERS = (
    Term(
        "convolution",
        "Convolution",
        "A small set of weights, the kernel, slides over the input; at each place it multiplies "
        "what lies beneath and adds it up. torch.nn.Conv2d.",
        ("convolution", "mlp?view=matrix", "convolution?view=picture"),
        "conv2d cross-correlation filter layer cnn convnet neural network convolutional sliding "
        "window connectivity conv",
    ),
    Term(
        "kernel",
        "Kernel",
        "The weights that slide over the input.",
        ("convolution?view=filters", "feature_maps?view=filters"),
        "filter weights mask feature detector edge detection operator template number of "
        "kernels",
    ),
    Term(
        "kernel_size",
        "Kernel size",
        "How many input cells the kernel reads along an axis, F. Each has a weight.",
        ("convolution?kernel_size=5", "pooling?kernel_size=3", "mlp?view=matrix&kernel_size=5"),
        "filter size window spatial extent f",
    ),
    Term(
        "stride",
        "Stride",
        "How many cells the kernel moves from one output to the next, S.",
        ("convolution?stride=2", "pooling?stride=1", "mlp?view=matrix&stride=2"),
        "step s spatial distance downsample",
    ),
    Term(
        "padding",
        "Padding",
        "How many cells are added around the input before the kernel slides, P.",
        ("convolution?padding=2", "mlp?view=matrix&padding=1"),
        "border same valid zeros zero zero-padding p full",
    ),
    Term(
        "padding_mode",
        "Padding mode",
        "What the added cells hold: zeros, the mirrored input, its edge repeated, or the "
        "opposite side.",
        ("convolution?padding_mode=reflect", "convolution?padding_mode=circular"),
        "reflect replicate circular border",
    ),
    Term(
        "dilation",
        "Dilation",
        "The distance between the cells the kernel reads, D. 1 leaves no holes.",
        ("convolution?dilation=2", "pooling?view=cost&levels=3"),
        "atrous holes dilated spacing à trous d",
    ),
    Term(
        "kernel_span",
        "Kernel span",
        "D·(F − 1) + 1: cells from first to last read.",
        ("convolution?dilation=2&height=9&width=9",),
        "effective kernel size",
    ),
    Term(
        "groups",
        "Groups",
        "The channels are split into this many groups that do not see each other. As many "
        "groups as input channels is a depthwise convolution.",
        ("convolution?view=channels&in_channels=4&out_channels=4&groups=2",),
        "grouped convolution",
    ),
    Term(
        "depthwise",
        "Depthwise convolution",
        "As many groups as channels: each channel has a kernel of its own, and no sum runs over "
        "the channels. With a 1 × 1 convolution behind it, it is called separable.",
        ("convolution?view=channels&in_channels=3&out_channels=3&groups=3",
         "zoo?view=compare&compare=resnet18,mobilenet_v2"),
        "separable mobilenet",
    ),
    Term(
        "pointwise",
        "1 × 1 convolution",
        "A kernel of one cell: it mixes the channels of each place and looks at no neighbour.",
        ("convolution?view=channels&kernel_size=1&padding=0&in_channels=2&out_channels=3",
         "fully_convolutional?view=surgery&linear=2"),
        "pointwise bottleneck",
    ),
    Term(
        "bias",
        "Bias",
        "One number per output channel, added to every sum.",
        ("convolution?bias=false", "mlp?bias=1"),
        "b intercept offset",
    ),
    Term(
        "channels",
        "Channels",
        "The maps of one volume: three in a colour picture, as many as kernels behind a "
        "convolution. Each kernel reads all channels and gives one map.",
        ("convolution?view=channels&in_channels=2&out_channels=3",),
        "depth rgb maps in out depth-slice slice grey gray colour color image number",
    ),
    Term(
        "volume",
        "Volume",
        "What a convolutional layer reads and what it gives: channels × height × width.",
        ("build?view=volumes", "convolution?view=channels&in_channels=2&out_channels=3"),
        "3d tensor depth slice column cube block dimensions",
    ),
    Term(
        "hyperparameter",
        "Hyperparameter",
        "A number of a layer that is chosen, not learned: how many kernels, their size, stride, "
        "padding and dilation.",
        ("convolution", "pooling"),
        "setting",
    ),
    Term(
        "feature_map",
        "Feature map",
        "What one kernel gives over the whole picture: one number a place says how well what lies "
        "there fits the kernel.",
        ("feature_maps", "convolution?view=picture"),
        "activation map channel response feature maps activations hierarchy hierarchical "
        "features visualisation visualization",
    ),
    Term(
        "cross_correlation",
        "Cross-correlation",
        "torch slides the kernel as it stands (cross-correlation); mathematics turns it by 180° "
        "first (convolution). Symmetric kernels give the same.",
        ("convolution?flip=true",),
        "flip true convolution",
    ),
    Term(
        "transposed_convolution",
        "Transposed convolution",
        "Each input cell writes the kernel, times its value, onto a larger output: the way back "
        "from output size to input size.",
        ("convolution?transposed=true&height=3&width=3&stride=2",),
        "deconvolution upsampling convtranspose2d checkerboard deconv upconv decoder generator "
        "unpooling fractionally strided",
    ),
    Term(
        "output_padding",
        "Output padding",
        "Rows and columns added at the end of a transposed convolution's output: several input "
        "sizes have the same output size, and this says which one to go back to.",
        ("convolution?transposed=true&height=3&width=3&stride=2&output_padding=1",),
    ),
    Term(
        "pooling",
        "Pooling",
        "Each window of each channel becomes one number: its largest, its mean, or its p-norm. "
        "Nothing is learned.",
        ("pooling", "pooling?view=picture"),
        "subsampling downsampling downsample pool2d subsample reduce",
    ),
    Term(
        "max_pooling",
        "Max pooling",
        "The largest number of each window: was something there at all?",
        ("pooling?operation=max", "pooling?view=shift"),
        "maxpool2d",
    ),
    Term(
        "average_pooling",
        "Average pooling",
        "The mean of each window: how much of something was there?",
        ("pooling?operation=avg",),
        "avgpool2d mean adaptive global",
    ),
    Term(
        "p_norm",
        "p-norm pooling",
        "The p of the norm (Σ xᵖ)^(1/p): 1 is the sum, 2 the root of the sum of squares, and the "
        "larger it is, the nearer to the maximum.",
        ("pooling?operation=lp", "pooling?operation=lp&p=16"),
        "lppool2d power",
    ),
    Term(
        "ceil_mode",
        "Rounding up (ceil_mode)",
        "Let a last window hang over the end, where otherwise cells would be left unread.",
        ("pooling?height=5&width=5&ceil_mode=true",),
    ),
    Term(
        "count_include_pad",
        "Padding counts (count_include_pad)",
        "Whether the zeros of the padding are numbers of the average like others.",
        ("pooling?operation=avg&height=6&width=6&kernel_size=3&padding=1",),
    ),
    Term(
        "relu",
        "ReLU",
        "After ReLU, negative responses are 0: max(0, x).",
        ("convolution?view=picture&relu=true", "mlp?activation=relu"),
        "rectifier rectified",
    ),
    Term(
        "activation",
        "Activation function",
        "What a neuron does with its sum. Without one (identity) any number of layers is one "
        "linear layer.",
        ("mlp?activation=relu", "mlp?part=network&activation=identity",
         "residual?view=gradients&activation=tanh"),
        "relu tanh sigmoid nonlinearity non-linearity phi identity",
    ),
    Term(
        "dense_layer",
        "Dense layer",
        "Every neuron reads every number that comes in, each with a weight of its own. "
        "torch.nn.Linear; also called fully connected.",
        ("mlp?part=layer", "mlp?view=size"),
        "linear fully connected fc fully-connected every",
    ),
    Term(
        "flatten",
        "Flatten",
        "Lays all maps behind one another in one row, which a Linear layer reads: from here on the "
        "size of the picture is fixed.",
        ("build?layer=7", "fully_convolutional?view=surgery"),
        "view reshape unroll vectorise vectorize vector",
    ),
    Term(
        "batch_norm",
        "Batch normalisation",
        "Shifts and scales each channel to mean 0 and variance 1 over the batch, then by two "
        "learned numbers. In eval() it uses averages kept from training.",
        ("training?network=lenet-batch-norm", "residual?view=gradients&batch_norm=with"),
        "batchnorm2d normalization bn normalisation layer norm",
    ),
)  # fmt: skip

SIZES = (
    Term(
        "output_shape",
        "Output shape",
        "(pictures, channels, height, width)",
        ("convolution?stride=2", "build"),
        "size formula nchw tensor image dimension dimensions output volume",
    ),
    Term(
        "kernel_tensor",
        "Kernel tensor",
        "Shape of torch's weight: (output channels, input channels ÷ groups, height, width).",
        ("convolution?in_channels=3&out_channels=10&height=32&width=32",),
        "weight shape",
    ),
    Term(
        "parameters",
        "Parameters",
        "Weights and biases that are learned.",
        ("build", "mlp?view=size", "zoo"),
        "weights size of a network count number trainable learnable memory",
    ),
    Term(
        "multiply_adds",
        "Multiply-adds",
        "A product that is added to a sum is one. For one picture; FLOPs are twice as many.",
        ("convolution?height=32&width=32&out_channels=10", "zoo", "pooling?view=cost"),
        "macs flops cost operations gflops compute computation speed time expensive",
    ),
    Term(
        "receptive_field",
        "Receptive field",
        "The pixels of the picture that a cell of a map can see.",
        ("pooling?view=field", "feature_maps?view=microscope", "build?columns=sees,jump"),
        "field of view sees context see",
    ),
    Term(
        "jump",
        "Jump",
        "How far apart neighbouring cells of a map look, in pixels of the picture: the product "
        "of the strides so far.",
        ("pooling?view=field", "build?columns=sees,jump"),
        "effective stride",
    ),
    Term(
        "activation_memory",
        "Memory of a layer",
        "What a layer computes for one picture, four bytes a number: training keeps all of it for "
        "the way back.",
        ("build?columns=params,memory",),
        "activations bytes size megabytes",
    ),
    Term(
        "upsampling",
        "Upsampling",
        "Makes a map larger: by repeating cells, between them by a straight line, or by a "
        "transposed convolution that is learned.",
        ("convolution?transposed=true&height=3&width=3&stride=2",),
        "interpolate resize nearest bilinear u-net decoder enlarge autoencoder",
    ),
)  # fmt: skip

NETWORKS = (
    Term(
        "neuron",
        "Neuron",
        "Multiplies every number that comes in by a weight of its own, adds them up with a bias, "
        "and puts an activation over the sum.",
        ("mlp",),
        "perceptron unit single sum",
    ),
    Term(
        "mlp",
        "Multilayer perceptron",
        "Dense layers behind one another with an activation between them.",
        ("mlp?part=network", "mlp?view=depth", "mlp?view=shift"),
        "mlp feed-forward network neural deep learning feedforward mlps vanilla hidden layer",
    ),
    Term(
        "universal_approximation",
        "Universal approximation",
        "With one hidden layer that is wide enough an MLP comes as near as one likes to any "
        "continuous function (Cybenko, 1989); how many neurons that takes is not said.",
        ("mlp?view=depth&data=sine&points=40&steps=3000",),
        "theorem cybenko approximator any function",
    ),
    Term(
        "decision_boundary",
        "Decision boundary",
        "Where two classes are equally probable: the line that a network has learnt to draw "
        "between the points.",
        ("mlp?view=depth", "mlp?view=depth&data=xor", "mlp?view=depth&data=circle",
         "mlp?view=depth&data=spirals"),
        "playground points toy xor circle moons spirals gaussians separable border",
    ),
    Term(
        "shift_equivariance",
        "Shift equivariance",
        "Move the picture, and the map of a convolution moves along, unchanged. A dense layer "
        "meets other weights instead.",
        ("mlp?view=shift&dx=4&dy=-4", "pooling?view=shift"),
        "translation invariance translation-invariant sensitivity translate",
    ),
    Term(
        "weight_sharing",
        "Weight sharing",
        "A kernel has the same weights at every place, so its number of parameters does not know "
        "how large the picture is.",
        ("mlp?view=matrix", "mlp?view=size"),
        "shared weights local connectivity",
    ),
    Term(
        "fully_convolutional",
        "Fully convolutional network",
        "No Linear layer is left: each has become the convolution that it is, and a larger "
        "picture gives a map of answers.",
        ("fully_convolutional", "fully_convolutional?view=surgery"),
        "fcn any size segmentation sliding window spatial classification map semantic object "
        "detection localisation localization",
    ),
    Term(
        "residual_block",
        "Residual block",
        "Two convolutions compute a change F(x), and it is added to what came in: F(x) + x.",
        ("residual?view=block", "build"),
        "resnet skip mapping resnetblock main path delta",
    ),
    Term(
        "shortcut",
        "Skip connection",
        "The way around a block: what came in is added to what the block computed. Where shapes "
        "differ it is a 1 × 1 convolution. Also called shortcut.",
        ("residual?view=identity", "residual?view=block&block=group1.0"),
        "shortcut identity residual",
    ),
    Term(
        "vanishing_gradient",
        "Vanishing and exploding gradients",
        "A gradient on its way back is multiplied by every layer it passes; over many layers it "
        "dies or blows up.",
        ("residual?view=gradients",),
        "deep convergence flow backwards",
    ),
    Term(
        "degradation",
        "Degradation",
        "Plain networks get worse with depth on the very pictures that they are trained with: "
        "SGD does not find the weights.",
        ("residual?view=degradation",),
        "deeper worse is better plain network optimization difficult",
    ),
    Term(
        "loss_landscape",
        "Loss landscape",
        "The loss around the trained weights, along two random directions.",
        ("residual?view=landscape",),
        "surface valley",
    ),
    Term(
        "top1",
        "Top-1 accuracy",
        "Share of the pictures whose class gets the highest score.",
        ("zoo",),
        "accuracy imagenet top-5 benchmark leaderboard error",
    ),
    Term(
        "attention",
        "Attention",
        "Every place of a picture is compared with every other, instead of with its neighbours "
        "as in a convolution.",
        ("zoo?families=ViT,Swin&years=2020,2022",),
        "transformer vit swin",
    ),
    Term(
        "logits",
        "Scores (logits)",
        "The numbers of the last layer, one for each class: any size and sign.",
        ("fully_convolutional?as_scores=true", "mlp?part=network"),
        "logit output class scores raw",
    ),
    Term(
        "softmax",
        "Softmax",
        "Scores can be negative and need not add up to one; softmax makes probabilities of them.",
        ("mlp?part=network", "fully_convolutional?as_scores=true"),
        "probability probabilities confidence classification",
    ),
)  # fmt: skip

TRAINING = (
    Term(
        "loss",
        "Loss",
        "What training makes smaller: how wrong the answers are, as one number.",
        ("mlp?part=network", "training"),
        "cost objective error criterion function wrong",
    ),
    Term(
        "cross_entropy",
        "Cross-entropy",
        "The loss of classification: minus the logarithm of the probability that the network "
        "gives to the right class.",
        ("mlp?part=network&target=3",),
        "log loss nll classification",
    ),
    Term(
        "squared_error",
        "Squared error",
        "The loss of regression: the square of the difference between the answer and the right "
        "number.",
        ("mlp?part=network&task=regression&wanted=2",),
        "quadratic loss mse regression",
    ),
    Term(
        "gradient",
        "Gradient",
        "How much the loss would change with each weight.",
        ("residual?view=gradients", "training"),
        "derivative backward backpropagation autograd backprop back-propagation chain rule",
    ),
    Term(
        "optimizer",
        "Optimiser",
        "How a step is made from the gradient of the loss.",
        ("training?optimizer=sgd&learning_rate=0.03", "mlp?view=depth"),
        "optimizer sgd adam adamw momentum gradient descent stochastic optimization "
        "optimisation step rmsprop",
    ),
    Term(
        "learning_rate",
        "Learning rate",
        "How far a step goes. Too high and the network gives one answer for everything.",
        ("training?learning_rate=0.1", "mlp?view=depth&learning_rate=0.1"),
        "step size lr alpha eta speed",
    ),
    Term(
        "epochs",
        "Epochs",
        "How often each picture is learnt from.",
        ("training?epochs=16",),
        "epoch",
    ),
    Term(
        "batch_size",
        "Batch",
        "Pictures of one step.",
        ("training?batch_size=8&epochs=2",),
        "batch size mini-batch",
    ),
    Term(
        "schedule",
        "Schedule",
        "How the learning rate goes on: constant, falling to a tenth after each third, falling "
        "along half a cosine, or rising first (one cycle).",
        ("training?schedule=one-cycle&learning_rate=0.01",),
        "cosine one cycle decay",
    ),
    Term(
        "weight_decay",
        "Weight decay",
        "How much every step shrinks the weights.",
        ("training?weight_decay=0.1", "mlp?view=depth&weight_decay=1&steps=1500"),
        "l2 regularisation regularization ridge",
    ),
    Term(
        "dropout",
        "Dropout",
        "Share of the numbers before the last layer that each step sets to zero.",
        ("training?dropout=0.5",),
        "regularisation regularization drop",
    ),
    Term(
        "augmentation",
        "Augmentation",
        "How each picture is changed by chance before it is learnt from.",
        ("training?augmentation=shift-rotate&epochs=16",),
        "shift rotate flip data rotation crop jitter",
    ),
    Term(
        "seed",
        "Seed",
        "The number that all chance follows from: the same seed gives the same run.",
        ("training?seed=1", "mlp?view=depth&seed=1"),
        "random generator",
    ),
    Term(
        "initialisation",
        "Initialisation",
        "How the first weights are drawn: so that activations keep their size from layer to layer.",
        ("residual?view=gradients&initialisation=he",),
        "he xavier kaiming initialization init start random weights he’s hes",
    ),
    Term(
        "overfitting",
        "Overfitting",
        "The loss on the training points goes on falling while the loss on points that were kept "
        "turns up.",
        ("mlp?view=depth&steps=1500",),
        "generalisation validation test early stopping overfit underfitting generalization "
        "memorise memorize",
    ),
    Term(
        "validation",
        "Validation",
        "Pictures that are never learnt from, only asked.",
        ("training",),
        "test set held out accuracy split train",
    ),
    Term(
        "snapshot",
        "Snapshot",
        "The weights of one step of a run, kept: a whole network, which can be asked again.",
        ("training?view=rewind",),
        "checkpoint rewind save history",
    ),
    Term(
        "confusion_matrix",
        "Confusion matrix",
        "Counts every pair of true class and answer.",
        ("training?view=mistakes",),
        "mistakes errors wrong misclassified precision recall",
    ),
    Term(
        "transfer_learning",
        "Transfer learning",
        "The network stays as it is (frozen); only a linear layer behind its last maps, the head, "
        "is learned anew.",
        ("teach",),
        "frozen head fine-tuning few-shot linear probe finetuning fine tune pretrained custom "
        "classes own",
    ),
)  # fmt: skip

INSIDE = (
    Term(
        "dead_map",
        "Dead map",
        "No cell is above zero on this picture.",
        ("feature_maps?layer=group3.1&show=dead",),
        "dying relu",
    ),
    Term(
        "saturated_map",
        "Saturated map",
        "Every cell is at a limit of the activation function.",
        ("feature_maps?show=saturated",),
    ),
    Term(
        "ablation",
        "Switching maps off",
        "A map that is switched off is set to zero before the next layer reads it.",
        ("feature_maps?view=off", "residual?view=identity"),
        "ablation",
    ),
    Term(
        "feature_visualisation",
        "What a map wants",
        "A picture made by gradient ascent from noise, so that one map, cell or class answers as "
        "strongly as it can.",
        ("feature_maps?view=wants&model=squeezenet1.1&layer=features.11&map=491",),
        "feature visualization deep dream activation maximization gradient ascent visualise "
        "dreaming neuron wants",
    ),
    Term(
        "heatmap",
        "Heatmap",
        "How much each place of the picture speaks for a class, by one of several methods.",
        ("heatmaps", "heatmaps?view=large"),
        "attribution explanation saliency class activation explainability interpretability "
        "explainable interpretable xai explain interpret why black box trust map",
    ),
    Term(
        "class_activation",
        "Class activation map",
        "The maps of one layer, added up with a weight for each that says how much it speaks for "
        "the class.",
        ("heatmaps?view=large&method=grad_cam",),
        "cam grad-cam gradcam grad-cam++ gradient-weighted",
    ),
    Term(
        "deletion",
        "Deletion and insertion",
        "Pixels are taken away, or put back, in the order of a heatmap: how quickly does the score "
        "fall, or rise?",
        ("heatmaps?view=belief&test=curves",),
        "faithfulness curves auc",
    ),
    Term(
        "randomisation_test",
        "Randomisation test",
        "The network's weights are shuffled layer by layer: a map that stays the same does not "
        "look at the network.",
        ("heatmaps?view=belief&test=random&model=lenet-mnist&image=digit_7&method=guided_backprop",),
        "sanity check adebayo",
    ),
    Term(
        "completeness",
        "Completeness",
        "The parts of a map add up to the difference of the score that they explain.",
        ("heatmaps?view=belief&test=sum&model=lenet-mnist&image=digit_7",),
        "sum integrated gradients axioms",
    ),
    Term(
        "planted_truth",
        "Planted truth",
        "One place alone decides the answer, because it was made so: does a map point there?",
        ("heatmaps?view=belief&test=planted&model=lenet-mnist&image=digit_7",
         "training?data=planted"),
        "pointing game ground truth",
    ),
    Term(
        "adversarial",
        "Adversarial picture",
        "Each value of each pixel is moved a little along the gradient: hardly to be seen, and "
        "the answer is another.",
        ("heatmaps?view=change&change=adversarial",),
        "fgsm attack epsilon example fool robustness",
    ),
)  # fmt: skip

TOPICS = {
    "Layers": LAYERS,
    "Sizes and cost": SIZES,
    "Networks": NETWORKS,
    "Training": TRAINING,
    "Inside a network": INSIDE,
}
TERMS = {term.name: term for terms in TOPICS.values() for term in terms}


def meaning(name: str) -> str:
    """What a term means: the help of the controls and numbers that are called so.

    Raises:
        KeyError: there is no such term.
    """
    return TERMS[name].meaning
