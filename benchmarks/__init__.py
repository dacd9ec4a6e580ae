"""Speed and memory, as programs that print ratios of two sides measured in one run."""
