"""Makes lenet_keras.onnx, the LeNet of Keras that a test reads, in an environment of its own.

python -m venv keras-env
keras-env/bin/pip install keras==3.15.1 tensorflow-cpu==2.21.0 tf2onnx==1.17.0
keras-env/bin/python tests/support/onnx_files/make_lenet_keras.py
"""

from pathlib import Path

import keras
import tensorflow as tf
import tf2onnx
from keras import layers

keras.utils.set_random_seed(0)
lenet = keras.Sequential(
    [
        keras.Input((28, 28, 1), name="digit"),
        layers.Conv2D(6, 5, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ],
    name="lenet",
)


@tf.function(input_signature=[tf.TensorSpec((None, 28, 28, 1), tf.float32, name="digit")])
def scores(digit: tf.Tensor) -> tf.Tensor:
    """What is exported: the network with an open batch."""
    return lenet(digit)


model, _ = tf2onnx.convert.from_function(scores, scores.input_signature, opset=13)
(Path(__file__).parent / "lenet_keras.onnx").write_bytes(model.SerializeToString())
