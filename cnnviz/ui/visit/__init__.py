"""What belongs to one visit, and ends with it."""
