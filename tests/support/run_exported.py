"""Run exported files without this project: each must take the weights and give the outputs saved.

    python -I run_exported.py folder

The folder holds number.py, number.safetensors with the weights, and number.json with the name of
the class and the shape of the input. The outputs are written to number.out.safetensors.
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

warnings.filterwarnings("ignore")
torch.set_num_threads(1)
for source in sorted(Path(sys.argv[1]).glob("*.py")):
    facts = json.loads(source.with_suffix(".json").read_text())
    namespace: dict = {"__name__": "exported"}
    exec(compile(source.read_text(), source.name, "exec"), namespace)
    model = namespace[facts["class"]]().eval()
    weights = load_file(source.with_suffix(".safetensors"))
    assert list(model.state_dict()) == facts["keys"], source
    model.load_state_dict(weights, strict=True)
    pixels = torch.arange(2 * torch.Size(facts["input_shape"]).numel(), dtype=torch.float32)
    batch = torch.sin(pixels).reshape(2, *facts["input_shape"])
    with torch.inference_mode():
        save_file({"output": model(batch).contiguous()}, source.with_suffix(".out.safetensors"))
assert not any(name.startswith("cnnviz") for name in sys.modules)
