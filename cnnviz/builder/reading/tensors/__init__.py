"""What is done with a tensor on its way, read as layers."""
