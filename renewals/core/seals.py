"""The chain of seals over history and ledgers: what a seal says, its hash, and which rows differ from it.

Every seal hashes the one before it, so that none can be changed, left out or put in between afterwards. A line is what
it keeps of a row: the id (8 bytes) and the SHA-256 of its canonical content (32 bytes). Content stands in no seal.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

DIGEST = 32
LINE = 8 + DIGEST
GONE = bytes(DIGEST)
"""The digest of a row that was lawfully deleted."""
FIRST = bytes(DIGEST)
"""What the first seal of a workspace has in place of a former hash."""


class SealKind(StrEnum):
    """What a seal puts on record."""

    ROWS = "rows"
    REDACTED = "redacted"
    ANEW = "anew"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The rows of a table with ids above `low` up to and with `high`; `rows` of them were there."""

    table: str
    low: int
    high: int
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SealBody:
    """What is hashed. `shapes` names the columns of a table where they differ from those of the seals before."""

    workspace_id: int
    number: int
    kind: SealKind
    sealed_at: datetime
    spans: tuple[Span, ...] = ()
    shapes: Mapping[str, Sequence[str]]
    lines: bytes = b""
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One place where rows and seals disagree; `table` is '' and `row_id` None where the chain itself is broken."""

    seal: int
    table: str
    row_id: int | None
    found: str

    def __str__(self) -> str:
        """Return where and what in one line."""
        row = "" if self.row_id is None else f" row {self.row_id}"
        place = f", {self.table}{row}" if self.table else ""
        return f"seal {self.seal}{place}: {self.found}"


def seal_hash(former: bytes, body: SealBody) -> bytes:
    """Return the hash of a seal: SHA-256 of the former one, of what the seal says, and of its lines."""
    said = {
        "workspace": body.workspace_id,
        "number": body.number,
        "kind": str(body.kind),
        "sealed_at": body.sealed_at.astimezone(UTC).isoformat(),
        "spans": [[span.table, span.low, span.high, span.rows] for span in body.spans],
        "shapes": {table: list(columns) for table, columns in body.shapes.items()},
        "by": body.by,
        "why": body.why,
    }
    written = json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(former + len(written).to_bytes(8, "big") + written + body.lines).digest()


def line(row_id: int, digest: bytes) -> bytes:
    """Return what a seal keeps of one row."""
    return row_id.to_bytes(8, "big") + digest


def read_lines(lines: bytes) -> dict[int, bytes]:
    """Return the digest of each row by its id."""
    starts = range(0, len(lines), LINE)
    return {int.from_bytes(lines[at : at + 8], "big"): lines[at + 8 : at + LINE] for at in starts}


def parts(spans: Sequence[Span], lines: bytes) -> tuple[tuple[Span, bytes], ...]:
    """Return each span with its own lines: they stand in a seal one span after the other."""
    found, at = [], 0
    for span in spans:
        end = at + LINE * span.rows
        found.append((span, lines[at:end]))
        at = end
    return tuple(found)


def differences(sealed: Mapping[int, bytes], found: Mapping[int, bytes]) -> tuple[tuple[int, str], ...]:
    """Return the ids at which the rows that are there differ from those that were sealed, with what happened."""
    ids = sorted(sealed.keys() | found.keys())
    told = ((row_id, _difference(sealed.get(row_id, GONE), found.get(row_id, GONE))) for row_id in ids)
    return tuple((row_id, what) for row_id, what in told if what)


def _difference(sealed: bytes, found: bytes) -> str:
    if sealed == found:
        return ""
    if found == GONE:
        return "the row is missing"
    return "the row was put in after the seal" if sealed == GONE else "the row was changed"
