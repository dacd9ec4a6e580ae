"""A network as one row for each size of its maps: the picture of a U-Net."""
