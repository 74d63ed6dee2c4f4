"""A file read through the child process: its head, then its rows in chunks. The parent never parses the file."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO

from renewals.core.imports.mapping import Reading
from renewals.core.imports.problems import BrokenFile, Problem, broken
from renewals.queries.imports.limits import Limits

_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """The header and how the file was read; `sheets` is filled instead when a sheet must be chosen."""

    header: tuple[str, ...] = ()
    encoding: str = ""
    separator: str = ""
    notes: tuple[Problem, ...] = ()
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChunk:
    """Rows as wide as the header with their numbers, and rows that could not be cut into cells."""

    rows: tuple[list[str], ...]
    numbers: tuple[int, ...]
    bad: tuple[tuple[Problem, list[str]], ...]


class FileReader:
    """One pass over a file; use as a context manager, read `head`, then iterate. Raises BrokenFile."""

    def __init__(self, stream: BinaryIO, *, name: str, limits: Limits, reading: Reading) -> None:
        """Start the child on the stream, which must be a real file."""
        orders = {
            "name": name,
            "limits": asdict(limits),
            "encoding": reading.encoding,
            "separator": reading.separator,
            "sheet": reading.sheet,
        }
        stream.seek(0)
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "renewals.queries.imports.child", json.dumps(orders)],
            stdin=stream,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            text=True,
            encoding="utf-8",
        )
        self._lines = self._messages()

    def __enter__(self) -> "FileReader":
        """Return the reader."""
        return self

    def __exit__(self, *error: object) -> None:
        """End the child, whatever it was doing."""
        self._child.kill()
        self._pipe.close()
        self._child.wait()

    def head(self) -> FileHead:
        """Return the header, or the sheets to choose from."""
        message = next(self._lines)
        notes = tuple(Problem(code=code, text=text) for code, text in message.get("notes", ()))
        return FileHead(
            header=tuple(message.get("head", ())),
            encoding=message.get("encoding", ""),
            separator=message.get("separator", ""),
            notes=notes,
            sheets=tuple(message.get("sheets", ())),
        )

    def __iter__(self) -> Iterator[FileChunk]:
        """Yield the rows in chunks, to the end of the file."""
        for message in self._lines:
            if "end" in message:
                return
            yield FileChunk(
                rows=tuple(message["rows"]),
                numbers=tuple(message["numbers"]),
                bad=tuple((Problem(code=code, text=text, row=row), cells) for row, code, text, cells in message["bad"]),
            )

    @property
    def _pipe(self) -> IO[str]:
        if self._child.stdout is None:
            raise RuntimeError("The child has no output.")
        return self._child.stdout

    def _messages(self) -> Iterator[dict[str, Any]]:
        for line in self._pipe:
            message = json.loads(line)
            if "broken" in message:
                code, text, row = message["broken"]
                raise BrokenFile(Problem(code=code, text=text, row=row))
            yield message
            if "end" in message or "sheets" in message:
                return
        if self._child.wait() != 0:
            raise broken("E-FILE-05", "The file needs more memory or time than a file may; split it or re-save it.")
        raise broken("E-FILE-09", "The file could not be read to its end.")


def read_head(stream: BinaryIO, *, name: str, limits: Limits, reading: Reading, sample: int = 2_000) -> "FileSample":
    """Return the head with the first rows; raises BrokenFile."""
    chunks: list[FileChunk] = []
    is_whole = False
    with FileReader(stream, name=name, limits=limits, reading=reading) as reader:
        head = reader.head()
        for chunk in () if head.sheets else reader:
            chunks.append(chunk)
            if sum(len(each.rows) for each in chunks) >= sample:
                break
        else:
            is_whole = True
    return FileSample(head=head, chunks=tuple(chunks), is_whole=is_whole, size=sample)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSample:
    """The head of a file and its first chunks; a small file is in them whole, and need not be read again."""

    head: FileHead
    chunks: tuple[FileChunk, ...]
    is_whole: bool
    size: int

    @property
    def rows(self) -> tuple[list[str], ...]:
        """The first rows, as many as were asked for."""
        return tuple(islice((row for chunk in self.chunks for row in chunk.rows), self.size))
