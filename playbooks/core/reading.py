"""How definitions are read: as `renewals.core.reading` does for every app."""

from renewals.core.reading import (
    MISSING,
    STRAY,
    UNKNOWN,
    WRONG,
    Choice,
    Reader,
)

__all__ = [
    "MISSING",
    "STRAY",
    "UNKNOWN",
    "WRONG",
    "Choice",
    "Reader",
]
