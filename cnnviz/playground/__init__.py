"""Small networks on small sets of points: made, trained step by step, and looked at everywhere."""
