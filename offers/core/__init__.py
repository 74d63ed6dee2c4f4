"""What may be offered, at which price, and who may allow it: decided from facts alone."""
