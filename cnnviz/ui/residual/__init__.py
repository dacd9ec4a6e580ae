"""The page `residual`: why skip connections let networks be deep."""
