"""Taking along what only the server has: the numbers behind pictures."""
