"""Run scripts of trainings without this project and write down what each of them prints.

    python -I run_training_scripts.py folder

The folder holds number.py and the files that they read; what is printed goes to number.txt.
"""

import contextlib
import os
import sys
from pathlib import Path

import torch

torch.set_num_threads(1)
os.chdir(sys.argv[1])
for source in sorted(Path().glob("*.py")):
    with source.with_suffix(".txt").open("w") as told, contextlib.redirect_stdout(told):
        exec(compile(source.read_text(encoding="utf-8"), source.name, "exec"), {})
assert not any(name.startswith("cnnviz") for name in sys.modules)
