"""A classifier run over a picture of any size.

Its map of classes, what that costs, and scenes of several small pictures to run it on.
"""
