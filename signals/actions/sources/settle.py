"""Read the messages that wait: map each event, hand the signals to the intake, note what became of every message.

A message that breaks is tried again a few times and then set aside; it never holds up another.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q

from renewals.core.actors import Actor
from renewals.core.errors import NamedError
from signals.actions.intake.batch import MOST_ITEMS, record_signals
from signals.core.sources.mapping import EventFate, map_document, read_body
from signals.core.sources.shapes import Shape
from signals.core.verdicts import ItemVerdict
from signals.models import Delivery, Source
from signals.queries.hooks import shape_of

log = logging.getLogger(__name__)
MOST_AT_ONCE = 500
MOST_ATTEMPTS = 5
MOST_VERDICTS = 20
MOST_TYPES = 300
INCOMPLETE = ("refused", "unknown", "broken")
RETRY = timedelta(minutes=1)
# What reading somebody else's document may end in; whatever it is, it is said of that message alone.
UNREADABLE = (ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RecursionError)

NOTE_UNKNOWN = """
INSERT INTO signals_unknownevent AS u (workspace_id, source_id, event_type, events_count, first_at, last_at)
SELECT %(workspace)s, %(source)s, t.event_type, t.n, %(now)s, %(now)s
FROM unnest(%(types)s::text[], %(counts)s::int[]) AS t(event_type, n)
WHERE (SELECT count(*) FROM signals_unknownevent WHERE workspace_id = %(workspace)s AND source_id = %(source)s)
      < %(most)s ORDER BY 3
ON CONFLICT (workspace_id, source_id, event_type)
DO UPDATE SET events_count = u.events_count + excluded.events_count, last_at = excluded.last_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A message with the fates of its events."""

    delivery: Delivery
    fates: tuple[EventFate, ...]

    def items(self) -> Iterator[tuple[EventFate, Mapping[str, Any]]]:
        """Yield every signal with the event it comes from."""
        for fate in self.fates:
            yield from ((fate, item) for item in fate.items)


@transaction.atomic
def settle_deliveries(*, workspace_id: int, by: Actor, now: datetime, most: int = MOST_AT_ONCE) -> int:
    """Read what waits, oldest first, `most` messages; return how many were taken up. Several workers share them."""
    waiting = Delivery.objects.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now), state=Delivery.State.WAITING)
    claimed = list(waiting.select_for_update(skip_locked=True).order_by("id")[:most])
    by_source: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in claimed:
        by_source[delivery.source_id].append(delivery)
    for source_id, deliveries in by_source.items():
        source = Source.objects.get(id=source_id)
        shape = shape_of(source_id)
        for group in _groups(_read(each, shape) for each in deliveries):
            _settle_group(source, group, by, now)
    return len(claimed)


def _read(delivery: Delivery, shape: Shape) -> Read:
    """Return the fates of a message's events; a body that cannot be read is one broken event."""
    try:
        document = read_body(delivery.body)
        fates = map_document(
            document, shape=shape, message_id=delivery.message_id, received_at=delivery.received_at.isoformat()
        )
    except UNREADABLE as error:
        fates = (EventFate(position=0, event_type="", fate="broken", why=str(error)[:200] or "It is not JSON."),)
    return Read(delivery=delivery, fates=fates)


def _groups(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """Yield messages in their order, as many at a time as one batch of the intake takes."""
    group: list[Read] = []
    size = 0
    for each in reads:
        count = sum(len(fate.items) for fate in each.fates)
        if group and size + count > MOST_ITEMS:
            yield group
            group, size = [], 0
        group.append(each)
        size += count
    if group:
        yield group


def _settle_group(source: Source, group: Sequence[Read], by: Actor, now: datetime) -> None:
    """Settle all at once; when that breaks, one by one, so that one bad message costs itself alone."""
    try:
        with transaction.atomic():
            _settle(source, group, by, now)
    except (NamedError, DatabaseError, *UNREADABLE) as error:
        if len(group) == 1:
            _put_off(group[0].delivery, error, now)
            return
        for each in group:
            _settle_group(source, [each], by, now)


def _settle(source: Source, group: Sequence[Read], by: Actor, now: datetime) -> None:
    items = [(each.delivery.id, fate, item) for each in group for fate, item in each.items()]
    verdicts: dict[int, list[tuple[EventFate, ItemVerdict]]] = defaultdict(list)
    if items:
        sent = [dict(item) for _, _, item in items]
        result = record_signals(workspace_id=source.workspace_id, source_key=source.key, items=sent, by=by, now=now)
        for (delivery_id, fate, _), verdict in zip(items, result.verdicts(), strict=True):
            verdicts[delivery_id].append((fate, verdict))
    for each in group:
        _note(each, verdicts[each.delivery.id], now)
    _note_unknown(source, group, now)


def _note(read: Read, verdicts: Sequence[tuple[EventFate, ItemVerdict]], now: datetime) -> None:
    counts: Counter[str] = Counter(verdict.verdict for _, verdict in verdicts)
    counts.update(fate.fate for fate in read.fates if fate.fate != "signal")
    told = [_told(fate, verdict) for fate, verdict in verdicts if verdict.code]
    told += [
        {"event": fate.position, "type": fate.event_type, "verdict": fate.fate, "what": fate.why}
        for fate in read.fates
        if fate.fate != "signal"
    ]
    delivery = read.delivery
    delivery.state, delivery.settled_at, delivery.retry_at = Delivery.State.DONE, now, None
    delivery.events_count, delivery.counts = len(read.fates), dict(counts)
    delivery.verdicts = told[:MOST_VERDICTS]
    delivery.is_incomplete = any(counts[name] for name in INCOMPLETE)
    delivery.save()


def _told(fate: EventFate, verdict: ItemVerdict) -> dict[str, Any]:
    said = {"code": verdict.code, "where": verdict.where, "what": verdict.what, "remedy": verdict.remedy}
    return {"event": fate.position, "type": fate.event_type, "verdict": verdict.verdict, **said}


def _note_unknown(source: Source, group: Sequence[Read], now: datetime) -> None:
    counts = Counter(fate.event_type for each in group for fate in each.fates if fate.fate == "unknown")
    if not counts:
        return
    values = {"workspace": source.workspace_id, "source": source.id, "now": now, "most": MOST_TYPES}
    with connection.cursor() as cursor:
        cursor.execute(NOTE_UNKNOWN, {**values, "types": list(counts), "counts": list(counts.values())})


def _put_off(delivery: Delivery, error: Exception, now: datetime) -> None:
    """Try again later, a few times; then set the message aside with the reason."""
    log.warning("Message %s of source %s could not be read: %s", delivery.id, delivery.source_id, error)
    delivery.attempts += 1
    is_over = delivery.attempts >= MOST_ATTEMPTS
    delivery.state = Delivery.State.FAILED if is_over else Delivery.State.WAITING
    delivery.retry_at = None if is_over else now + RETRY * 2**delivery.attempts
    what = str(error)[:200] if isinstance(error, NamedError) else "It could not be kept; see the log."
    delivery.verdicts = [{"event": 0, "type": "", "verdict": "broken", "what": what}]
    delivery.save()
