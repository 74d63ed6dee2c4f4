"""The rules of the house, each with its checker and without an ignore list."""
