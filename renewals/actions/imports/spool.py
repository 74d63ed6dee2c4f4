"""Standard input kept in a nameless file, because a file is read more than once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO


@contextmanager
def spooled(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Yield a real file with everything the stream gives."""
    with tempfile.TemporaryFile(prefix="import-") as kept:
        shutil.copyfileobj(stream, kept, 1 << 20)
        kept.seek(0)
        yield kept
