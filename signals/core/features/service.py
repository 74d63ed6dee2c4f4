"""Measures of support and payments: tone, backlog, timeliness."""

import numpy as np

from signals.core.features.chunk import Chunk, known
from signals.core.features.columns import Flags, Ints, counts, group_of, heads, ratio, sums
from signals.core.features.reading import Readings, newest, reading
from signals.core.features.rules import RuleColumn

MESSAGE, CSAT = "support.message", "support.csat"
OPENED, RESOLVED = "support.ticket_opened", "support.ticket_resolved"
PAID, LATE = "billing.invoice_paid", ("billing.invoice_overdue", "billing.payment_failed")
CSAT_MIDDLE, CSAT_HALF_RANGE = 3.0, 2.0


def support_sentiment(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the mean tone from -1 to 1; a signal's weight halves each half-life. Not known when nothing was said."""
    tallies = chunk.tallies
    used = chunk.valued(chunk.within(chunk.of((MESSAGE, CSAT)), rule.windows))
    rows, valued = tallies.row[used], tallies.valued[used]
    mean = tallies.total[used] / valued
    tone = np.where(_is(chunk, used, (CSAT,)), (mean - CSAT_MIDDLE) / CSAT_HALF_RANGE, mean)
    weight = valued * rule.weights(rows, tallies.age[used])
    value = ratio(sums(rows, weight * tone, chunk.size), sums(rows, weight, chunk.size))
    sample = sums(rows, valued, chunk.size)
    return reading(value, where=known(value), sample=sample, age=newest(chunk, used), used=used)


def backlog_resolution(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the share of tickets open during the window that were resolved; young open ones are left out."""
    tallies = chunk.tallies
    news = _last_of_each(chunk, chunk.of((OPENED, RESOLVED)))
    is_resolved = _is(chunk, news, (RESOLVED,))
    starts = heads(tallies.row[news], tallies.subject[news])
    ticket = group_of(starts, news.size)
    has_end = counts(ticket[is_resolved], starts.size) > 0
    is_closed = is_resolved & (tallies.age[news] < rule.windows[tallies.row[news]])
    grace = rule.settings.get("grace_days", 0.0)
    is_waiting = ~is_resolved & ~has_end[ticket] & (tallies.first_age[news] > grace)
    used = np.sort(news[is_closed | is_waiting])
    closed = counts(tallies.row[news[is_closed]], chunk.size)
    sample = counts(tallies.row[used], chunk.size)
    value = ratio(closed, sample)
    return reading(value, where=known(value), sample=sample, age=newest(chunk, used), used=used)


def payment_timeliness(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the share of invoices without delay; an invoice's weight halves each half-life after its last news."""
    tallies = chunk.tallies
    used = chunk.within(chunk.of(rule.kinds), rule.windows)
    news = used[np.lexsort((tallies.subject[used], tallies.row[used]))]
    starts = heads(tallies.row[news], tallies.subject[news])
    rows = tallies.row[news[starts]]
    age = np.minimum.reduceat(tallies.age[news], starts) if starts.size else tallies.age[news]
    late = counts(group_of(starts, news.size)[_is_late(chunk, news, rule)], starts.size) > 0
    weight = rule.weights(rows, age)
    value = 1.0 - ratio(sums(rows, weight * late, chunk.size), sums(rows, weight, chunk.size))
    sample = counts(rows, chunk.size)
    return reading(value, where=known(value), sample=sample, age=newest(chunk, used), used=used)


def _is_late(chunk: Chunk, places: Ints, rule: RuleColumn) -> Flags:
    tallies = chunk.tallies
    days = ratio(tallies.total[places], tallies.valued[places])
    is_paid_late = _is(chunk, places, (PAID,)) & (np.nan_to_num(days) > rule.settings.get("late_days", 0.0))
    late: Flags = _is(chunk, places, LATE) | (is_paid_late & known(days))
    return late


def _is(chunk: Chunk, places: Ints, kinds: tuple[str, ...]) -> Flags:
    """Return which of these tallies are of one of the kinds."""
    wanted = np.array([kind in kinds for kind in chunk.tallies.kinds] or [False], dtype=np.bool_)
    return wanted[chunk.tallies.kind[places]]


def _last_of_each(chunk: Chunk, places: Ints) -> Ints:
    """Return the last tally of each account, subject and kind, sorted by account and subject."""
    tallies = chunk.tallies
    ordered = places[np.lexsort((tallies.kind[places], tallies.subject[places], tallies.row[places]))]
    starts = heads(tallies.row[ordered], tallies.subject[ordered], tallies.kind[ordered])
    return ordered[np.append(starts[1:], ordered.size) - 1] if starts.size else ordered
