"""Put the pack of a review together from its rows: as it stands now, which closing keeps."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from playbooks.core.reviews.life import DecisionFact, DecisionState, Keeping, Presence, keeping
from playbooks.core.reviews.pack import Pack, PackDecision, PackItem, day_text
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import QueueEntry, Review, ReviewAttendance, ReviewDecision, ReviewItem, ReviewSeries
from playbooks.queries.reviews.changes import changes_since
from playbooks.queries.reviews.figures import book_figures, last_quarter, target_changes, target_figures, targets_of
from renewals.core.dates import local_date, start_of_day
from renewals.core.metrics.periods import quarter
from renewals.models import MetricTarget, Workspace
from renewals.queries.library import metric_book

YEAR_DAYS = 365


def pack_of(review: Review, *, now: datetime) -> Pack:
    """Return the pack as of `now`; ten queries at most, however long the agenda."""
    series = review.series
    today = local_date(now, series.zone)
    people = _people(review)
    before = last_closed(review)
    earlier = before.pack if before is not None else {}
    return Pack(
        series=series.name,
        kind=series.kind,
        held_on=review.held_on.isoformat(),
        as_of=now.isoformat(),
        zone=series.zone,
        scope=scope_words(review),
        rules=review.rule_version,
        currency=Workspace.objects.values_list("currency", flat=True).first() or "",
        owner=str(review.owner),
        present=people[Presence.PRESENT],
        absent=people[Presence.ABSENT],
        unsaid=people[Presence.UNKNOWN],
        figures=_texts(asdict(book_figures(series, today=today))),
        before=earlier.get("figures", {}),
        before_on=earlier.get("held_on", ""),
        kept=_kept(keeping_of(review, now=now)),
        items=_items(review),
        left_out=review.left_out,
        minutes=review.minutes,
        **(_of_the_quarter(series, today) if series.kind == ReviewKind.QUARTERLY else {}),
    )


def _of_the_quarter(series: ReviewSeries, today: date) -> dict[str, tuple[Mapping[str, Any], ...]]:
    """Return figures against target, targets that were changed, and what was published since the quarter began."""
    day = last_quarter(today=today)
    of = targets_of(series, day, today=today)
    began = start_of_day(quarter(day, today=today).starts_on, "UTC")
    return {
        "targets": tuple(_texts(asdict(each)) for each in target_figures(day, today=today, of=of)),
        "target_changes": tuple(_target_change(row) for row in target_changes(day, today=today, of=of)),
        "learnings": tuple(
            {"label": each.label, "on": each.changed_at.date().isoformat(), "by": each.changed_by}
            for each in changes_since(began, account_id=None)
        ),
    }


def _target_change(row: MetricTarget) -> dict[str, Any]:
    return {
        "name": metric_book().metric(row.metric).name,
        "target": None if row.amount is None else str(row.amount),
        "unit": metric_book().metric(row.metric).way(row.way).unit.value,
        "currency": row.currency,
        "on": row.recorded_at.date().isoformat(),
        "by": row.recorded_by,
        "reason": row.reason,
    }


def last_closed(review: Review) -> Review | None:
    """Return the review of the series that was closed before this one was held, None for the first."""
    rows = Review.objects.filter(series_id=review.series_id, state="closed", held_on__lt=review.held_on)
    return rows.order_by("-held_on").first()


def keeping_of(review: Review, *, now: datetime) -> Keeping:
    """Return how the decisions of the year before this review were kept."""
    year = (review.held_on - timedelta(days=YEAR_DAYS), review.held_on - timedelta(days=1))
    rows = ReviewDecision.objects.filter(review__series_id=review.series_id, review__held_on__range=year)
    facts = (
        DecisionFact(state=DecisionState(state), due_on=due_on, done_on=ended_on)
        for state, due_on, ended_on in rows.values_list("state", "due_on", "ended_on")
    )
    return keeping(facts, today=local_date(now, review.series.zone))


def scope_words(review: Review) -> str:
    """Return which part of the book the review looks at."""
    parts = [f"Team {review.series.team.name}" if review.series.team else "", review.series.segment.replace("_", " ")]
    return ", ".join(part for part in parts if part) or "The whole book"


def _people(review: Review) -> Mapping[Presence, tuple[str, ...]]:
    rows = ReviewAttendance.objects.filter(review=review).select_related("person").order_by("person__name", "id")
    names: dict[Presence, tuple[str, ...]] = dict.fromkeys(Presence, ())
    for row in rows:
        names[Presence(row.presence)] += (str(row.person),)
    return names


def _items(review: Review) -> tuple[PackItem, ...]:
    rows = list(ReviewItem.objects.filter(review=review).select_related("renewal").order_by("place", "id"))
    decided: dict[int, list[ReviewDecision]] = {}
    for each in ReviewDecision.objects.filter(review=review).select_related("owner").order_by("id"):
        decided.setdefault(each.item_id, []).append(each)
    entries = {entry.renewal_id: entry for entry in QueueEntry.objects.filter(renewal_id__in=_renewals(rows))}
    return tuple(_item(row, entries.get(row.renewal_id), decided.get(row.id, ())) for row in rows)


def _renewals(rows: Iterable[ReviewItem]) -> list[int]:
    return [row.renewal_id for row in rows if row.renewal_id is not None]


def _item(row: ReviewItem, entry: QueueEntry | None, decided: Iterable[ReviewDecision]) -> PackItem:
    return PackItem(
        id=row.id,
        about=row.about,
        title=row.title,
        account_id=row.account_id,
        renewal_id=row.renewal_id,
        amount=None if entry is None or entry.reporting_amount is None else str(entry.reporting_amount),
        at_risk_amount=None if row.weight_amount is None else str(row.weight_amount),
        due_on=day_text(row.renewal.due_on if row.renewal else None),
        notice_on=day_text(row.renewal.notice_on if row.renewal else None),
        risk_band=(entry.risk_band or "") if entry else "",
        why=tuple(row.why),
        age=row.age,
        first_on=row.first_on.isoformat(),
        state=row.state,
        note=row.note,
        decisions=tuple(
            PackDecision(
                id=each.id, words=each.words, owner=str(each.owner), due_on=each.due_on.isoformat(), state=each.state
            )
            for each in decided
        ),
    )


def _texts(figures: Mapping[str, Any]) -> dict[str, str]:
    """Truths and words stay as they are."""
    return {name: str(value) if type(value) in (Decimal, int) else value for name, value in figures.items()}


def _kept(kept: Keeping) -> dict[str, int]:
    return {"made": kept.made, "done": kept.done, "in_time": kept.in_time, "overdue": kept.overdue}
