"""Where networks come from beside the shipped ones: downloads, and what a visitor trained here."""
