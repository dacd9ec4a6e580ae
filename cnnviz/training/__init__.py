"""Training of the shipped networks, and the loop behind the training page."""
