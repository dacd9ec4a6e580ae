"""Reading a network from pasted code or a printed model, without running any of it."""
