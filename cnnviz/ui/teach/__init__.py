"""The page teach: classes of one's own on a frozen network."""
