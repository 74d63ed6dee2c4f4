"""Which table a model was trained on: one hash over every key, value and outcome."""

import hashlib

import numpy as np

from signals.core.learning.frame import NUMBER, Array, Frame

SEPARATOR = b"\x1f"


def frame_hash(frame: Frame) -> str:
    """Return the SHA-256 of the table as 64 hexadecimal digits; equal tables in equal order have equal hashes."""
    digest = hashlib.sha256()
    _words(digest, np.array(frame.keys, dtype=object))
    _words(digest, frame.groups)
    _words(digest, frame.segments)
    for numbers in (frame.outcome, frame.days_to_renewal, frame.amounts):
        digest.update(b"-" if numbers is None else np.ascontiguousarray(numbers, dtype=np.float64).tobytes())
    digest.update(b"-" if frame.decided_on is None else frame.decided_on.astype("datetime64[D]").tobytes())
    for column in frame.columns:
        digest.update(f"{column.name}\x1f{column.kind}\x1f{column.meaning}\x1e".encode())
        if column.kind == NUMBER:
            digest.update(np.ascontiguousarray(column.values, dtype=np.float64).tobytes())
        else:
            _words(digest, column.values)
    return digest.hexdigest()


def _words(digest: "hashlib._Hash", words: Array) -> None:
    digest.update(SEPARATOR.join(b"\x00" if word is None else str(word).encode() for word in words) + b"\x1e")
