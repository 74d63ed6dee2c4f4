"""Read rows as their seals see them, and verify the chain of a workspace against them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.db.models import QuerySet

from renewals.core.seals import (
    FIRST,
    LINE,
    Break,
    SealBody,
    SealKind,
    Span,
    differences,
    parts,
    read_lines,
    seal_hash,
)
from renewals.models import HistorySeal, SealProgress
from renewals.models.base import is_append_only, workspace_models

ANCHORS = "history-anchors.json"
MOST_BREAKS = 100
# However a session is set, the same row gives the same text.
CANONICAL = (
    "SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle',"
    " 'iso_8601', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)"
)
LINES = """
SELECT count(*), coalesce(max(id), 0), coalesce(
    string_agg(int8send(id) || sha256(convert_to(content, 'UTF8')), ''::bytea ORDER BY id), ''::bytea)
FROM (SELECT x."{key}"::bigint AS id, row_to_json(x)::text AS content FROM (
    SELECT {columns} FROM "{table}" WHERE workspace_id = %(workspace)s AND "{key}" > %(low)s AND "{key}" <= %(high)s
    {only} ORDER BY "{key}" LIMIT %(most)s) AS x) AS y
"""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The newest seal of a workspace as it stands outside the database."""

    number: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A seal that says why sealed rows are others now."""

    seal: int
    kind: str
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying a workspace found: nothing in `breaks` means that no sealed row was touched.

    `breaks` ends after the first hundred.
    """

    workspace_id: int
    seals: int
    rows: int
    is_anchored: bool
    breaks: tuple[Break, ...]
    amendments: tuple[Amendment, ...]


def sealed_tables() -> dict[str, str]:
    """Return the key column of every table whose rows are sealed: all that the application may only add to."""
    found = (model._meta for model in workspace_models() if is_append_only(model) and model is not HistorySeal)
    return {meta.db_table: meta.pk.column for meta in sorted(found, key=lambda meta: meta.db_table)}


def shape_of(table: str) -> list[str]:
    """Return the columns of a table as they are sealed now, by name; none of a table that was dropped."""
    found = (model._meta for model in workspace_models() if model._meta.db_table == table)
    return sorted(each.column for meta in found for each in meta.concrete_fields)


def sealed_ids(workspace_id: int, table: str) -> list[int]:
    """Return the ids of all rows of a table that were ever sealed."""
    seals = HistorySeal.objects.filter(workspace_id=workspace_id, kind=SealKind.ROWS).order_by("number")
    bodies = (body_of(seal) for seal in seals.iterator(chunk_size=10))
    found = (
        read_lines(lines) for body in bodies for span, lines in parts(body.spans, body.lines) if span.table == table
    )
    return sorted(row_id for lines in found for row_id in lines)


def seal_progress() -> SealProgress | None:
    """Return how far the workspace one is in has come; None before it was first looked at."""
    return SealProgress.objects.first()


def anchors() -> dict[int, Anchor]:
    """Return the newest seal of each workspace by the file beside the sending watermark."""
    path = anchor_path()
    kept = json.loads(path.read_text()) if path.exists() else {}
    return {int(key): Anchor(number=each["number"], hash=each["hash"]) for key, each in kept.items()}


def anchor_path() -> Path:
    """Return the file in which anchors are kept outside the database."""
    return Path(settings.PERENNIAL_HOME) / ANCHORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Which rows to read: `ids` of them alone, or all above `low` up to `high`, `most` of them."""

    table: str
    columns: Sequence[str]
    low: int = 0
    high: int = 2**62
    most: int | None = None
    ids: Sequence[int] | None = None


def read_rows(workspace_id: int, rows: Rows, *, using: str = "default") -> tuple[Span, bytes]:
    """Return the span that was read, with its lines. Has to be in a transaction, after `read_canonically`."""
    only = "" if rows.ids is None else 'AND "{key}" = ANY(%(ids)s)'
    key = sealed_tables()[rows.table]
    words = {"table": rows.table, "key": key, "only": only.format(key=key)}
    statement = LINES.format(columns=", ".join(f'"{name}"' for name in rows.columns), **words)
    asked = {"workspace": workspace_id, "low": rows.low, "high": rows.high, "most": rows.most, "ids": rows.ids}
    with connections[using].cursor() as cursor:
        cursor.execute(statement, asked)
        count, last, lines = cursor.fetchone()
    is_cut = rows.most is not None and count == rows.most
    return Span(table=rows.table, low=rows.low, high=last if is_cut else rows.high, rows=count), bytes(lines)


def read_canonically(*, using: str = "default") -> None:
    """Let rows be written as text in one way until the transaction ends."""
    with connections[using].cursor() as cursor:
        cursor.execute(CANONICAL)


def body_of(seal: HistorySeal) -> SealBody:
    """Return what a stored seal says."""
    return SealBody(
        workspace_id=seal.workspace_id,
        number=seal.number,
        kind=SealKind(seal.kind),
        sealed_at=seal.sealed_at,
        spans=tuple(Span(table=table, low=low, high=high, rows=rows) for table, low, high, rows in seal.spans),
        shapes=seal.shapes,
        lines=bytes(seal.lines),
        by=seal.by_label,
        why=seal.why,
    )


def verify_history(workspace_id: int, *, anchor: Anchor | None) -> Verdict:
    """Recompute the chain of the workspace one is in and compare each sealed row. Has to be in a transaction.

    It reads every sealed row: some ten seconds for a million. Nothing is written.
    """
    read_canonically()
    return _Verifier(workspace_id, anchor, present=_present_columns()).verdict()


def _present_columns() -> dict[str, frozenset[str]]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relname = ANY(%s) AND c.relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped"
            " GROUP BY 1",
            [list(sealed_tables())],
        )
        return {table: frozenset(columns) for table, columns in cursor.fetchall()}


@dataclass(slots=True)
class _Verifier:
    """Walks the chain once, with what it says so far: hash, number, last id and columns of each table."""

    workspace_id: int
    anchor: Anchor | None
    present: Mapping[str, frozenset[str]]
    former: bytes = FIRST
    number: int = 0
    rows: int = 0
    highs: dict[str, int] = field(default_factory=dict)
    shapes: dict[str, list[str]] = field(default_factory=dict)
    amended: dict[str, dict[int, tuple[bytes, tuple[str, ...]]]] = field(default_factory=dict)
    amendments: list[Amendment] = field(default_factory=list)
    is_anchored: bool = False
    breaks: list[Break] = field(default_factory=list)

    def verdict(self) -> Verdict:
        for seal in self._seals().exclude(kind=SealKind.ROWS):
            self._take_amendment(seal)
        for seal in self._seals().iterator(chunk_size=10):
            self._walk(seal)
            if len(self.breaks) >= MOST_BREAKS:
                break
        else:
            self._check_anchor()
        return Verdict(
            workspace_id=self.workspace_id,
            seals=self.number,
            rows=self.rows,
            is_anchored=self.is_anchored,
            breaks=tuple(self.breaks[:MOST_BREAKS]),
            amendments=tuple(self.amendments),
        )

    def _seals(self) -> QuerySet[HistorySeal]:
        return HistorySeal.objects.filter(workspace_id=self.workspace_id).order_by("number")

    def _take_amendment(self, seal: HistorySeal) -> None:
        """A later amendment of a row stands for an earlier one. Each names the columns of its tables itself."""
        body = body_of(seal)
        for span, lines in parts(body.spans, body.lines):
            shape = tuple(body.shapes.get(span.table, ()))
            rows = self.amended.setdefault(span.table, {})
            rows |= {key: (digest, shape) for key, digest in read_lines(lines).items()}
        self.amendments.append(
            Amendment(seal=seal.number, kind=seal.kind, at=seal.sealed_at, by=seal.by_label, why=seal.why)
        )

    def _walk(self, seal: HistorySeal) -> None:
        body = body_of(seal)
        if body.number != self.number + 1:
            self._tell(self.number + 1, found=f"missing, up to seal {body.number - 1}")
        elif bytes(seal.former) != self.former:
            self._tell(body.number, found="it does not follow the seal before it")
        if seal_hash(bytes(seal.former), body) != bytes(seal.hash):
            self._tell(body.number, found="the seal was changed")
        self.number, self.former = body.number, bytes(seal.hash)
        if self.anchor and self.anchor.number == body.number:
            self.is_anchored = self.anchor.hash == bytes(seal.hash).hex()
        if body.kind == SealKind.ROWS:
            self.shapes |= {table: list(columns) for table, columns in body.shapes.items()}
            for span, lines in parts(body.spans, body.lines):
                self._compare(body.number, span, lines)

    def _compare(self, number: int, span: Span, lines: bytes) -> None:
        if span.low != self.highs.get(span.table, 0) or len(lines) != LINE * span.rows:
            self._tell(number, span.table, found="its span does not follow the one before it")
        self.highs[span.table] = span.high
        self.rows += span.rows
        columns = self.shapes.get(span.table, [])
        found = self._read(span, columns)
        if found != lines:
            self._tell_rows(number, span, read_lines(lines), found)

    def _tell_rows(self, number: int, span: Span, sealed: dict[int, bytes], found: bytes | None) -> None:
        amended = {key: each for key, each in self.amended.get(span.table, {}).items() if span.low < key <= span.high}
        if found is None and sealed.keys() - amended.keys():
            self._tell(number, span.table, found="a column is gone since; after a migration seal the table anew")
            return
        expected = sealed | {key: digest for key, (digest, _) in amended.items()}
        present = {} if found is None else read_lines(found)
        for row_id, what in differences(expected, self._as_amended(span, present, amended)):
            self._tell(number, span.table, row_id, what)

    def _read(self, span: Span, columns: Sequence[str], ids: Sequence[int] | None = None) -> bytes | None:
        """Return the lines of the rows that are there; None where a migration has taken a column away."""
        if not columns or not set(columns) <= self.present.get(span.table, frozenset()):
            return None
        wanted = Rows(table=span.table, columns=columns, low=span.low, high=span.high, ids=ids)
        return read_rows(self.workspace_id, wanted)[1]

    def _as_amended(
        self, span: Span, found: Mapping[int, bytes], amended: Mapping[int, tuple[bytes, tuple[str, ...]]]
    ) -> dict[int, bytes]:
        """Return what is there now, amended rows by the columns of their amendment."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for key, (_, shape) in amended.items():
            groups.setdefault(shape, []).append(key)
        seen = {key: digest for key, digest in found.items() if key not in amended}
        for shape, ids in groups.items():
            seen |= read_lines(self._read(span, shape, ids) or b"")
        return seen

    def _check_anchor(self) -> None:
        if not self.anchor or self.is_anchored:
            return
        if self.anchor.number > self.number:
            self._tell(self.number + 1, found=f"missing, up to seal {self.anchor.number}, which stands in {ANCHORS}")
        else:
            self._tell(self.anchor.number, found=f"it is not the seal that stands in {ANCHORS}")

    def _tell(self, seal: int, table: str = "", row_id: int | None = None, found: str = "") -> None:
        self.breaks.append(Break(seal=seal, table=table, row_id=row_id, found=found))
