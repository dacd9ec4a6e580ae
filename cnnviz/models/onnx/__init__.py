"""Any trained network from an ONNX file, as a network of torch's own modules.

    net = load_onnx(Path("mine.onnx").read_bytes())
    net(torch.rand(1, 3, 224, 224))

`file` reads the bytes into plain data (bounded by `limits`, counted by `wire` before), `folding`
works out what depends on numbers of the file alone, `patterns` puts together what was written with
several nodes, `translate` makes a module of each node, and `network` calls them.
"""

from cnnviz.models.onnx.file import Graph, Node, read_graph
from cnnviz.models.onnx.translate import Translation, load_onnx, translated

__all__ = ["Graph", "Node", "Translation", "load_onnx", "read_graph", "translated"]
