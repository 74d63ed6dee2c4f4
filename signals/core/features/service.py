"""Measures of support and payments: tone, backlog, timeliness."""

import math

from signals.core.features.facts import Reading, Tally, View
from signals.core.scorecard import MeasureRule

CSAT_MIDDLE, CSAT_HALF_RANGE = 3.0, 2.0


def support_sentiment(view: View, rule: MeasureRule) -> Reading | None:
    """Return the mean tone from -1 to 1; a signal's weight halves each half-life. None when nothing was said."""
    used = tuple(
        tally
        for kind in ("support.message", "support.csat")
        for tally in view.of(kind, rule.window_days)
        if tally.valued
    )
    if not used:
        return None
    weights = [tally.valued * decay(tally.age, rule.half_life_days) for tally in used]
    tones = [_tone(tally) for tally in used]
    value = math.fsum(w * t for w, t in zip(weights, tones, strict=True)) / math.fsum(weights)
    count = sum(tally.valued for tally in used)
    return Reading(value=value, sample=float(count), age_days=min(b.age for b in used), tallies=used)


def backlog_resolution(view: View, rule: MeasureRule) -> Reading | None:
    """Return the share of tickets open during the window that were resolved; young open ones are left out."""
    grace = rule.settings.get("grace_days", 0.0)
    opened = {tally.subject: tally for tally in view.by_kind.get("support.ticket_opened", ())}
    resolved = {tally.subject: tally for tally in view.by_kind.get("support.ticket_resolved", ())}
    closed = [b for b in resolved.values() if b.age < rule.window_days]
    waiting = [b for b in opened.values() if b.subject not in resolved and b.first_age > grace]
    used = (*closed, *waiting)
    if not used:
        return None
    evidence = (("resolved", float(len(closed))), ("open", float(len(waiting))))
    newest = min(tally.age for tally in used)
    share = len(closed) / len(used)
    return Reading(value=share, sample=float(len(used)), age_days=newest, tallies=used, evidence=evidence)


def payment_timeliness(view: View, rule: MeasureRule) -> Reading | None:
    """Return the share of invoices without delay; an invoice's weight halves each half-life after its last news."""
    late_days = rule.settings.get("late_days", 0.0)
    invoices: dict[str, list[Tally]] = {}
    for kind in rule.kinds:
        for tally in view.of(kind, rule.window_days):
            invoices.setdefault(tally.subject, []).append(tally)
    if not invoices:
        return None
    weights = {name: decay(min(b.age for b in news), rule.half_life_days) for name, news in invoices.items()}
    late = {name for name, news in invoices.items() if any(_is_late(tally, late_days) for tally in news)}
    value = 1.0 - math.fsum(weights[name] for name in sorted(late)) / math.fsum(weights.values())
    used = tuple(tally for news in invoices.values() for tally in news)
    evidence = (("invoices", float(len(invoices))), ("late", float(len(late))))
    newest = min(tally.age for tally in used)
    return Reading(value=value, sample=float(len(invoices)), age_days=newest, tallies=used, evidence=evidence)


def decay(age_days: int, half_life_days: float) -> float:
    """Return the weight of something so old: 1 today, a half after one half-life."""
    return math.exp2(-age_days / half_life_days)


def _tone(tally: Tally) -> float:
    mean = tally.total / tally.valued
    return (mean - CSAT_MIDDLE) / CSAT_HALF_RANGE if tally.kind == "support.csat" else mean


def _is_late(tally: Tally, late_days: float) -> bool:
    if tally.kind in ("billing.invoice_overdue", "billing.payment_failed"):
        return True
    mean = tally.mean
    return tally.kind == "billing.invoice_paid" and mean is not None and mean > late_days
