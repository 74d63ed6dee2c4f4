"""A problem of a definition, as `renewals.core.problems` has it for every app."""

from renewals.core.problems import (
    Problem,
    did_you_mean,
)

__all__ = [
    "Problem",
    "did_you_mean",
]
