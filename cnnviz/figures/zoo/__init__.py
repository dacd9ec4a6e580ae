"""The pictures of the model zoo: accuracy against cost and by year, and networks layer by layer."""
