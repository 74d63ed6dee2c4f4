"""What differs between two ways one renewal went: touch by touch, and what it meant for a loss or a retention."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from playbooks.core.replay.acts import ENTER, Act, are_equal

LOST = "churned"


class Change(StrEnum):
    """How a touch differs; `quiet` ones are decisions that nobody notices on either side."""

    SAME = "same"
    ADDED = "added"
    GONE = "gone"
    MOVED = "moved"
    OTHER = "other"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One decision before and after; None on a side where it does not happen."""

    before: Act | None
    after: Act | None

    @property
    def told(self) -> Act:
        """Return the side that says what it is about."""
        found = self.after or self.before
        if found is None:
            raise ValueError("A comparison has at least one side.")
        return found

    @property
    def change(self) -> Change:
        """Return how the touch differs."""
        was, is_ = (each is not None and (each.is_touch or each.effect == ENTER) for each in (self.before, self.after))
        if self.before is None or self.after is None or not (was and is_):
            return Change.ADDED if is_ else Change.GONE if was else Change.QUIET
        if self.before.effect != self.after.effect:
            return Change.OTHER
        return Change.SAME if self.before.at == self.after.at else Change.MOVED

    @property
    def days(self) -> int | None:
        """Return how many days later it happens, negative when earlier; None unless it happens on both sides."""
        if self.before is None or self.after is None:
            return None
        return (self.after.at.date() - self.before.at.date()).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Unequal:
    """A recorded decision that the unchanged replay does not give again, or one that it makes up; and why."""

    recorded: Act | None
    replayed: Act | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one renewal went on one side: its acts, and the first day in the worst band of health or risk."""

    acts: tuple[Act, ...]
    red_at: datetime | None = None

    @property
    def human_at(self) -> datetime | None:
        """Return when a person was first asked to do something about it; None when nobody was."""
        return min((act.at for act in self.acts if act.is_human), default=None)

    @property
    def alarm_at(self) -> datetime | None:
        """Return the earlier of the first human touch and the first red day; None without either."""
        return min((at for at in (self.human_at, self.red_at) if at is not None), default=None)

    @property
    def touches(self) -> int:
        """Return how many touches there were."""
        return sum(act.is_touch for act in self.acts)

    @property
    def human(self) -> int:
        """Return how many of them cost a person time."""
        return sum(act.is_human for act in self.acts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How long before a loss was known there was an alarm; days are None without one by then."""

    before_days: int | None
    after_days: int | None

    @property
    def is_caught(self) -> bool:
        """Answer whether there was an alarm only after the change, or an earlier one."""
        return self.after_days is not None and (self.before_days is None or self.after_days > self.before_days)

    @property
    def is_missed(self) -> bool:
        """Answer whether there was an alarm only before the change, or a later one since."""
        return self.before_days is not None and (self.after_days is None or self.after_days < self.before_days)


def compare(before: Iterable[Act], after: Iterable[Act]) -> tuple[Compared, ...]:
    """Return every decision of either side, by the time it happens first."""
    was, would = {act.key: act for act in before}, {act.key: act for act in after}
    found = [Compared(before=was.get(key), after=would.get(key)) for key in was.keys() | would.keys()]
    return tuple(sorted(found, key=lambda item: (min(_times(item)), item.told.key)))


def unequal(recorded: Sequence[Act], replayed: Sequence[Act]) -> tuple[tuple[Act | None, Act | None], ...]:
    """Return the decisions that differ between the record and its replay, by time; none when history comes again."""
    pairs = ((item.before, item.after) for item in compare(recorded, replayed))
    return tuple((was, is_) for was, is_ in pairs if was is None or is_ is None or not are_equal(was, is_))


def lead_of(before: Side, after: Side, *, lost_on: date) -> Lead:
    """Return how early each side would have raised an alarm about a renewal that was lost on a day."""
    return Lead(before_days=_days(before.alarm_at, lost_on), after_days=_days(after.alarm_at, lost_on))


def _days(alarm_at: datetime | None, lost_on: date) -> int | None:
    if alarm_at is None or alarm_at.date() > lost_on:
        return None
    return (lost_on - alarm_at.date()).days


def _times(item: Compared) -> list[datetime]:
    return [act.at for act in (item.before, item.after) if act is not None]
