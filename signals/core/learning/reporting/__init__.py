"""The honesty report of a training: what was measured, on what, and what it does not say, as plain data."""
