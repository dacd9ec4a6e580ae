"""What can be taken home of a run: the script that repeats it, and its weights with their card."""

from cnnviz.training.export.mistaken import mistaken
from cnnviz.training.export.opened import opened, taken
from cnnviz.training.export.saved import saved
from cnnviz.training.export.script import beside, script

__all__ = ["beside", "mistaken", "opened", "saved", "script", "taken"]
