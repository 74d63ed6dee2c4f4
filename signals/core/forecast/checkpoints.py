"""When calls are frozen, and by which days they are due. Days come in as arguments; no clock is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from signals.core.forecast.rules import SubmissionRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A day before the due date whose calls are frozen as they stood when it ended."""

    days: int
    on: date

    @property
    def ends_at(self) -> datetime:
        """Return the first moment that does not count any more."""
        return datetime.combine(self.on + timedelta(days=1), time(), tzinfo=UTC)


def checkpoint_of(due_on: date, days: int) -> Checkpoint:
    """Return the checkpoint so many days before a due date."""
    return Checkpoint(days=days, on=due_on - timedelta(days=days))


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days in which a call is given for one due day: after `since`, up to and including `due_on`."""

    since: date
    due_on: date


def periods(rules: SubmissionRules, *, today: date) -> tuple[Period, Period]:
    """Return the period whose due day has passed last, and the one that runs; today is still in time."""
    step = timedelta(days=rules.every_days)
    done = -(-(today - rules.first_on).days // rules.every_days)
    due_on = rules.first_on + done * step
    return Period(since=due_on - 2 * step, due_on=due_on - step), Period(since=due_on - step, due_on=due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What one owner owes: renewals called in time, after the day, and not at all; `days_late` 0 when nothing is."""

    owner_id: int
    due_on: date
    in_time: int
    late: int
    missing: int
    days_late: int

    @property
    def owed(self) -> int:
        """Return how many calls were asked for."""
        return self.in_time + self.late + self.missing


def owed_by(period: Period, counts: Iterable[tuple[int, int, int, int]], *, today: date) -> tuple[Owed, ...]:
    """Return what each owner owes of one period; `counts` are (owner, in time, late, missing).

    Sorted by who is missing most. Before the due day nothing is late.
    """
    over = max(0, (today - period.due_on).days)
    found = (
        Owed(
            owner_id=owner,
            due_on=period.due_on,
            in_time=in_time,
            late=late,
            missing=missing,
            days_late=over if missing else 0,
        )
        for owner, in_time, late, missing in counts
    )
    return tuple(sorted(found, key=lambda each: (-each.missing, -each.late, each.owner_id)))
