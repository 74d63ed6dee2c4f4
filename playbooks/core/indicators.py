"""What leads to a renewal and how well the work is done, month by month: the rules as data, and which months are due.

A figure is `hits` of `base`, with a `total` where an average is shown. It counts; it claims no cause.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from renewals.core.problems import Problem
from renewals.core.reading import Reader

MONTHS_A_YEAR = 12
YES_FROM = 0.5
"""A yes-or-no measure says yes from here on; a sponsor confirmed after another one left counts a half at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessMetric:
    """What a segment is judged by: a measure, and the share it is to reach, or not to pass when `is_most`."""

    measure: str
    share: float
    is_most: bool = False

    def is_met(self, share: float) -> bool:
        """Answer whether a share fulfils it."""
        return share <= self.share if self.is_most else share >= self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentSuccess:
    """A segment with what it is judged by, and the roles that are asked one after the other."""

    key: str
    metrics: tuple[SuccessMetric, ...]
    escalation: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRules:
    """The numbers of the indicators, see `playbooks/library/indicators.toml`."""

    version: int
    present_rest: timedelta
    past_rest: timedelta
    months: int
    proactive_days: int
    early_days: int
    answer_days: int
    segments: tuple[SegmentSuccess, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Middle:
    """The middle value of a measure over the accounts of which it is known, and the share with at least YES_FROM.

    Both are None where it is known of none.
    """

    middle: float | None
    yes: float | None
    known: int


def middle_of(values: Sequence[float]) -> Middle:
    """Return the middle of some values."""
    if not values:
        return Middle(middle=None, yes=None, known=0)
    yes = sum(value >= YES_FROM for value in values) / len(values)
    return Middle(middle=median(values), yes=yes, known=len(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """`hits` of `base`; `total` is what an average is made from: days or hours of the hits."""

    hits: int = 0
    base: int = 0
    total: float = 0.0

    @property
    def share(self) -> float | None:
        """Return hits of base; None for a base of nothing."""
        return self.hits / self.base if self.base else None

    @property
    def average(self) -> float | None:
        """Return the total for each hit; None without hits."""
        return self.total / self.hits if self.hits else None

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(hits=self.hits + other.hits, base=self.base + other.base, total=self.total + other.total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One measure in one month, of one subject (a playbook, a step, or "") and one segment."""

    month_on: date
    measure: str
    subject: str
    segment: str
    counted: Counted


def months_back(count: int, *, today: date) -> tuple[date, ...]:
    """Return the first days of the present month and those before it, the newest first."""
    whole = today.year * MONTHS_A_YEAR + today.month - 1
    return tuple(date(at // MONTHS_A_YEAR, at % MONTHS_A_YEAR + 1, 1) for at in range(whole, whole - count, -1))


def month_after(month_on: date) -> date:
    """Return the first day of the month that follows."""
    return date(month_on.year + month_on.month // MONTHS_A_YEAR, month_on.month % MONTHS_A_YEAR + 1, 1)


def due_months(rules: IndicatorRules, made: Mapping[date, datetime], *, today: date, now: datetime) -> tuple[date, ...]:
    """Return the months to add up now: those never made, the present one after its rest, the others after theirs.

    Marks ahead of `now` are of a clock that was moved back and count as never made.
    """
    present, *past = months_back(rules.months, today=today)
    rests = {present: rules.present_rest} | dict.fromkeys(past, rules.past_rest)
    return tuple(month for month, rest in rests.items() if not _is_fresh(made.get(month), rest, now))


def _is_fresh(made_at: datetime | None, rest: timedelta, now: datetime) -> bool:
    return made_at is not None and made_at <= now < made_at + rest


def added(tallies: Iterable[Tally]) -> Counted:
    """Return the tallies added up."""
    return sum((each.counted for each in tallies), Counted())


def parse_indicators(table: Mapping[str, object]) -> tuple[IndicatorRules, tuple[Problem, ...]]:
    """Return the rules in a TOML mapping and every problem of reading them."""
    problems: list[Problem] = []
    reader = Reader(table, "indicators", problems)
    rules = IndicatorRules(
        version=reader.whole("version", least=1),
        present_rest=timedelta(minutes=reader.whole("present_rest_minutes", least=1)),
        past_rest=timedelta(hours=reader.whole("past_rest_hours", least=1)),
        months=reader.whole("months", least=2),
        proactive_days=reader.whole("proactive_days", least=0),
        early_days=reader.whole("early_days", least=0),
        answer_days=reader.whole("answer_days", least=1),
        segments=tuple(_segment(item) for item in reader.children("segments", "segment")),
    )
    reader.finish()
    return rules, tuple(problems)


def _segment(reader: Reader) -> SegmentSuccess:
    metrics = tuple(_metric(item) for item in reader.children("metrics", "metric"))
    found = SegmentSuccess(key=reader.text("key"), metrics=metrics, escalation=reader.texts("escalation"))
    reader.finish()
    return found


def _metric(reader: Reader) -> SuccessMetric:
    is_most = reader.has("at_most")
    share = float(reader.number("at_most" if is_most else "at_least"))
    found = SuccessMetric(measure=reader.text("measure"), share=share, is_most=is_most)
    reader.finish()
    return found
