"""Training in a process of its own, which is watched, paused, stopped, and leaves nothing behind.

run = Run(Job(network, material, Plan()))
run.pause(), run.go_on(), run.stop()
run.steps, run.snapshots, run.end        # what it has told so far
"""

from cnnviz.training.apart.job import End, Job
from cnnviz.training.apart.run import Run

__all__ = ["End", "Job", "Run"]
