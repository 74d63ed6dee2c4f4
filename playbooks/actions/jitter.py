"""Chance for waiting times only, so that many workers do not come back at the same instant. It decides nothing."""

import random


def jitter() -> float:
    """Return a fraction from 0 up to 1."""
    return random.random()  # noqa: S311  # spreads retries; nothing secret or reproducible hangs on it
