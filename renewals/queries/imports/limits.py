"""How much of a file is read before it is refused: one set for uploads, a wide one for the command line."""

from dataclasses import dataclass

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may hold; the child process that reads it may use so much memory and processor time."""

    wire_bytes: int
    unpacked_bytes: int
    rows: int
    columns: int = 200
    cell_bytes: int = 32_768
    entries: int = 200
    ratio: int = 100
    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 30


UPLOAD = Limits(wire_bytes=20 * MEGABYTE, unpacked_bytes=200 * MEGABYTE, rows=200_000)
COMMAND_LINE = Limits(
    wire_bytes=4_000 * MEGABYTE, unpacked_bytes=40_000 * MEGABYTE, rows=100_000_000, cpu_seconds=3_600
)
