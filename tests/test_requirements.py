"""What is shipped needs only what is shipped: the oracles of the tests stay with the tests."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_heatmaps_are_computed_without_captum_and_matplotlib() -> None:
    code = (
        "import sys, torch; sys.modules['captum'] = sys.modules['matplotlib'] = None\n"
        "from cnnviz.heatmaps import METHODS; from cnnviz.models import pretrained\n"
        "network = pretrained('lenet-mnist'); batch = torch.rand(1, 1, 32, 32)\n"
        "layer = {'layer': 'feature_extractor.4'}\n"
        "for method in METHODS.values():\n"
        "    method(network.model, batch, 1, **layer if method.needs_layer else {})\n"
        "print(len(METHODS))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 9
