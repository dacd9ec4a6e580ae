"""The page `fully_convolutional` with a network for photos: a class map over a whole photo."""
