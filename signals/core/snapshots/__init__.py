"""What a renewal looked like at a moment, and how it ended: moments, features, labels. Nothing here reads a row."""
