"""A network that was built, run on a picture.

A pass and what each layer made (`passes`), weights that are there only while they are needed
(`drawn`), what a pass costs (`cost`), trained weights for a network that is one of the shipped
(`trained`), and what each layer sees of the picture (`seen`).
"""
