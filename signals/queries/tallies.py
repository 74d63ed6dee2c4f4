"""Read the signals of many accounts as columns, folded into tallies; and the signals behind some of them again.

Kinds and subjects travel as 64-bit numbers of their texts: rows of one width need no parsing. Two subjects of one
account with the same number would count as one; among a thousand the chance is one in thirty million million.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import BigIntegerField, Case, F, Func, Q, Value, When

from renewals.queries.any_of import id_array
from signals.core.features import Tallies
from signals.core.features.fold import KindName, Rows, fold, joined, part_of
from signals.core.kinds import Grain
from signals.models import Signal
from signals.queries.library import catalogue

LOOKBACK = timedelta(days=1095)
FLOW_DAYS = 190
# The same weeks of last year, for the season of use: what lies between is not read.
SEASON_DAYS = (364, 462)
# A sender's clock may be ahead: what was received by a moment counts for it when it says up to ten minutes later.
# What was received afterwards has to have occurred by the moment itself, so that nothing later can enter.
CLOCK_SKEW = timedelta(minutes=10)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECONDS_A_DAY = 86_400_000_000
FIRST_SLICE, ROWS_A_SLICE = 1_000, 400_000
# Accounts whose ids lie close together are read by the range: a plan for thousands of ids in each month takes longer
# than reading a few accounts too many.
ONE_BY_ONE, BY_RANGE = "account_id = ANY(%(accounts)s::bigint[])", "account_id BETWEEN %(first)s AND %(last)s"
FEWEST_FOR_A_RANGE, WIDEST_RANGE = 100, 2

# A message whose tone a person has corrected stands there twice, the word of the person from when it was said: before
# that the tone counts that was read, and only that.
SIGNALS = """
COPY (
  SELECT account_id, source_id, hashtextextended(kind, 0),
         CASE WHEN subject = '' THEN 0 ELSE hashtextextended(subject, 0) END, occurred_at, coalesce(value, 'NaN')
  FROM signals_signal
  WHERE workspace_id = %(workspace)s AND {accounts}
    AND occurred_at > %(since)s AND occurred_at <= %(until)s AND received_at <= %(known_at)s
    AND least(occurred_at, received_at) <= %(as_of)s
    AND (received_at <= %(as_of)s OR attributes ->> 'tone_of' IS NULL)
    AND (expires_at IS NULL OR expires_at > %(as_of)s)
    AND (kind = ANY(%(scored)s) OR kind LIKE 'usage.%%' OR kind LIKE 'marketing.%%' OR kind LIKE 'health.%%')
    AND (occurred_at > %(flow_since)s OR kind = ANY(%(kept_long)s) OR kind LIKE 'health.%%'
         OR (kind LIKE 'usage.%%' AND occurred_at > %(season_since)s AND occurred_at <= %(season_until)s))
) TO STDOUT (FORMAT binary)
"""
NAMES = "SELECT name, hashtextextended(name, 0) FROM unnest(%s::text[]) AS name"
UNLISTED = """
SELECT DISTINCT kind, hashtextextended(kind, 0) FROM signals_signal
WHERE workspace_id = %s AND account_id = ANY(%s::bigint[]) AND hashtextextended(kind, 0) = ANY(%s::bigint[])
"""
COLUMNS = ("account", "source", "kind", "subject", "moment", "value")
ROW = np.dtype(
    [("fields", ">i2")]
    + [field for name in COLUMNS for field in ((f"{name}_length", ">i4"), (name, ">f8" if name == "value" else ">i8"))]
)
HEADER, TRAILER = 19, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """As of when (in the world), what was known when (to us), and whose kinds count as fed: None means all sources'."""

    as_of: datetime
    known_at: datetime
    sources: tuple[int, ...] | None = None

    @property
    def day(self) -> date:
        """Return the UTC day that ages are counted from."""
        return self.as_of.astimezone(UTC).date()

    @property
    def end(self) -> datetime:
        """Return the last microsecond of that day."""
        return datetime.combine(self.day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)


def read_tallies(
    workspace_id: int, account_ids: Sequence[int], moment: Moment, silence_days: Mapping[str, int]
) -> Tallies:
    """Return the tallies of these accounts, whose ids are ascending; a tally's row is the place of its account.

    Accounts are read in slices of some hundred thousand signals, so that memory follows the tallies alone.
    """
    ids = np.array(account_ids, dtype=np.int64)
    parts: list[Tallies] = []
    at, size = 0, FIRST_SLICE
    while at < len(ids) or not parts:
        records = _read(workspace_id, account_ids[at : at + size], moment)
        rows = _rows(records, ids, moment)
        names = _names(workspace_id, rows, ids)
        parts.append(fold(rows, names=names, silence_days=silence_days))
        at, size = at + size, max(ROWS_A_SLICE * size // (len(records) + 1), 1)
    return joined(parts)


def signals_in(tallies: Tallies, places: Sequence[int], *, account_id: int, moment: Moment) -> list[Signal]:
    """Return the signals of one account that were summed up into these tallies, the newest first, with sources."""
    if not len(places):
        return []
    oldest = moment.end - timedelta(days=int(tallies.first_age[places].max()) + 1)
    kinds = {tallies.kinds[code] for code in tallies.kind[places].tolist()}
    keys = {_key(tallies, place) for place in places}
    subject = Case(When(subject="", then=0), default=_number_of("subject"), output_field=BigIntegerField())
    found = Signal.objects.filter(account_id=account_id, kind__in=kinds, occurred_at__gt=oldest)
    found = found.filter(occurred_at__lte=moment.as_of + CLOCK_SKEW, received_at__lte=moment.known_at)
    found = found.filter(Q(occurred_at__lte=moment.as_of) | Q(received_at__lte=moment.as_of))
    found = found.filter(Q(received_at__lte=moment.as_of) | Q(attributes__tone_of__isnull=True))
    found = found.exclude(expires_at__lte=moment.as_of).annotate(subject_number=subject)
    rows = found.select_related("source").order_by("-occurred_at", "-id")
    return [each for each in rows if _key_of(each, moment) in keys]


def _key(tallies: Tallies, place: int) -> tuple[str, int, tuple[int, int]]:
    kind = tallies.kinds[tallies.kind[place]]
    part = part_of(_grain(kind), subject=int(tallies.subject[place]), age=int(tallies.age[place]))
    return kind, int(tallies.source_id[place]), part


def _key_of(signal: Signal, moment: Moment) -> tuple[str, int, tuple[int, int]]:
    age = max((moment.day - signal.occurred_at.astimezone(UTC).date()).days, 0)
    part = part_of(_grain(signal.kind), subject=signal.subject_number, age=age)
    return signal.kind, signal.source_id, part


def _read(workspace_id: int, account_ids: Sequence[int], moment: Moment) -> np.ndarray:
    """Return the signals of these accounts, which are ascending, as records of the binary COPY format."""
    count = len(account_ids)
    is_dense = count >= FEWEST_FOR_A_RANGE and account_ids[-1] - account_ids[0] < WIDEST_RANGE * count
    chosen = BY_RANGE if is_dense else ONE_BY_ONE
    among = {"first": account_ids[0], "last": account_ids[-1]} if is_dense else {"accounts": id_array(account_ids)}
    parameters = {
        "workspace": workspace_id,
        **among,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "since": moment.as_of - LOOKBACK,
        "until": moment.as_of + CLOCK_SKEW,
        "flow_since": moment.end - timedelta(days=FLOW_DAYS),
        "season_since": moment.end - timedelta(days=SEASON_DAYS[1]),
        "season_until": moment.end - timedelta(days=SEASON_DAYS[0]),
        **counted_kinds(),
    }
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        statement = cursor.mogrify(SIGNALS.replace("{accounts}", chosen), parameters)
        with page_by_page(cursor) if is_dense else nullcontext():
            cursor.copy_expert(statement, buffer)
    records = np.frombuffer(buffer.getbuffer()[HEADER:-TRAILER], dtype=ROW)
    return records if chosen is ONE_BY_ONE else _of_accounts(records, account_ids)


@contextmanager
def page_by_page(cursor: Any) -> Iterator[None]:
    """Let statements read each page of a table once: signals lie as they came, those of an account on many pages.

    The planner expects a few rows of a month and would follow its key, with a page for each row. The memory holds the
    pages of a whole slice; of pages that do not fit every row would be asked again.
    """
    cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL work_mem = '64MB'")
    yield
    cursor.execute("SET LOCAL enable_indexscan TO DEFAULT; SET LOCAL work_mem TO DEFAULT")


def _of_accounts(records: np.ndarray, account_ids: Sequence[int]) -> np.ndarray:
    """Return the records of these accounts, which are ascending, out of those of a whole range."""
    if account_ids[-1] - account_ids[0] + 1 == len(account_ids):
        return records
    wanted = np.zeros(account_ids[-1] - account_ids[0] + 1, dtype=np.bool_)
    wanted[np.array(account_ids, dtype=np.int64) - account_ids[0]] = True
    is_wanted = wanted[records["account"].astype(np.int64) - account_ids[0]]
    return records if is_wanted.all() else records[is_wanted]


def _rows(records: np.ndarray, ids: np.ndarray, moment: Moment) -> Rows:
    def whole(name: str) -> np.ndarray:
        return records[name].astype(np.int64)

    end = (moment.end - EPOCH) // timedelta(microseconds=1)
    return Rows(
        row=np.searchsorted(ids, whole("account")),
        kind=whole("kind"),
        source_id=whole("source"),
        subject=whole("subject"),
        age=np.maximum((end - whole("moment")) // MICROSECONDS_A_DAY, 0),
        value=records["value"].astype(np.float64),
    )


def _names(workspace_id: int, rows: Rows, ids: np.ndarray) -> Mapping[int, KindName]:
    """Return the kinds by their numbers; those that the catalogue does not list are looked up in the rows."""
    listed = _listed()
    unlisted = [number for number in np.unique(rows.kind).tolist() if number not in listed]
    if not unlisted:
        return listed
    accounts = {int(ids[rows.row[np.argmax(rows.kind == number)]]) for number in unlisted}
    with connection.cursor() as cursor:
        cursor.execute(UNLISTED, [workspace_id, sorted(accounts), unlisted])
        return {**listed, **{number: KindName(name=name, grain=_grain(name)) for name, number in cursor.fetchall()}}


@cache
def _listed() -> Mapping[int, KindName]:
    with connection.cursor() as cursor:
        cursor.execute(NAMES, [sorted(catalogue().kinds)])
        return {number: KindName(name=name, grain=_grain(name)) for name, number in cursor.fetchall()}


def _grain(kind: str) -> Grain:
    """Return how the signals of a kind are summed up."""
    spec = catalogue().spec(kind)
    return spec.grain if spec else "week"


def _number_of(field: str) -> Func:
    return Func(F(field), Value(0, output_field=BigIntegerField()), function="hashtextextended")


@cache
def counted_kinds() -> dict[str, list[str]]:
    """Return the kinds that measures read ("scored") and those read beyond the days of flows ("kept_long")."""
    known = catalogue()
    surveys = ["relationship.nps", "relationship.politics", "relationship.competing_priority", "relationship.budget"]
    return {
        "scored": sorted(key for key, spec in known.kinds.items() if spec.measures),
        "kept_long": [*known.keys_of_grain("subject"), *known.keys_of_grain("day"), *surveys],
    }
