"""Makes the files that torch's newer exporter writes: four seconds each, so tests read them.

pip install onnxscript==0.7.2
python -m tests.support.onnx_files.make_by_dynamo
"""

from pathlib import Path

import onnx

from tests.support.onnx_networks import TORCHVISION, exported, lively, picture

NAMES = ("shufflenet_v2", "efficientnet_v2")
SCOPES = "pkg.torch.onnx.name_scopes"


def without_traces(data: bytes) -> bytes:
    """The file without the paths of the machine that wrote it."""
    model = onnx.load_from_string(data)
    for node in model.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key == SCOPES]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    del model.graph.metadata_props[:]
    return model.SerializeToString()


if __name__ == "__main__":
    for name in NAMES:
        data = exported(lively(TORCHVISION[name]()), picture(), by_dynamo=True)
        (Path(__file__).parent / f"{name}_dynamo.onnx").write_bytes(without_traces(data))
