"""The figures of a replay, counted from its rows within reach: every one leads to the rows it was counted from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum

from dashboards.core.filters import address
from dashboards.core.replay_words import earlier_words
from playbooks.core.replay.acts import HUMAN
from playbooks.models import ReplayedAct, ReplayedRenewal
from renewals.models import User

KEPT = ("contracted", "flat", "expanded")
LOST = "churned"
BAR, WEEK = 4, 10
"""Widths in the picture of weeks: a bar, and a week with its two bars and the space to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with what it counts, and where its rows stand."""

    value: str
    words: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """A person's touches before and after, and the fullest week of each side."""

    person_id: int
    name: str
    before: int
    after: int
    peak_before: int
    peak_after: int
    peak_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """Human touches of a week, of everybody; `share` are percent of the fullest week."""

    on: date
    before: int
    after: int
    before_share: int
    after_share: int
    place: int

    @property
    def before_top(self) -> int:
        """Return where the bar of before begins, counted from above."""
        return 100 - self.before_share

    @property
    def after_top(self) -> int:
        """Return where the bar of after begins, counted from above."""
        return 100 - self.after_share

    @property
    def after_place(self) -> int:
        """Return where the bar of after stands, beside that of before."""
        return self.place + BAR

    @property
    def ends_at(self) -> int:
        """Return where the next week would begin: the width of the picture, for the last one."""
        return self.place + WEEK


def change_counts(acts: QuerySet[ReplayedAct]) -> Mapping[str, int]:
    """Return how many decisions there are of each change."""
    return dict(acts.order_by().values_list("change").annotate(n=Count("id")))


def check_counts(renewals: QuerySet[ReplayedRenewal]) -> tuple[int, int]:
    """Return (decisions, those that the unchanged replay gave again)."""
    found = renewals.aggregate(all=Sum("decisions"), equal=Sum("equal_decisions"))
    return found["all"] or 0, found["equal"] or 0


def lost(renewals: QuerySet[ReplayedRenewal]) -> QuerySet[ReplayedRenewal]:
    """Return the lost renewals."""
    return renewals.filter(outcome=LOST)


def caught(renewals: QuerySet[ReplayedRenewal]) -> QuerySet[ReplayedRenewal]:
    """Return the lost renewals that would have raised an alarm at all, or an earlier one."""
    sooner = Q(lead_before_days__isnull=True) | Q(lead_after_days__gt=F("lead_before_days"))
    return lost(renewals).filter(sooner, lead_after_days__isnull=False)


def missed(renewals: QuerySet[ReplayedRenewal]) -> QuerySet[ReplayedRenewal]:
    """Return the lost renewals whose alarm would have come later, or not at all."""
    later = Q(lead_after_days__isnull=True) | Q(lead_after_days__lt=F("lead_before_days"))
    return lost(renewals).filter(later, lead_before_days__isnull=False)


def bothered(renewals: QuerySet[ReplayedRenewal]) -> QuerySet[ReplayedRenewal]:
    """Return the renewals that were kept and would have been touched more often."""
    return renewals.filter(outcome__in=KEPT, touches_after__gt=F("touches_before"))


def figures_of(
    path: str, counts: Mapping[str, int], renewals: QuerySet[ReplayedRenewal], *, is_unchanged: bool
) -> tuple[Figure, ...]:
    """Return the figures at the head of a replay; an unchanged one has none but its check."""
    if is_unchanged:
        return ()
    touches = (("added", "touches added"), ("gone", "touches gone"), ("moved", "touches moved"))
    return (
        *(
            Figure(value=f"{counts.get(key, 0):,}", words=words, href=address(path, {"part": "touches", "change": key}))
            for key, words in touches
        ),
        *_people_figures(path, renewals),
        *_outcome_figures(path, renewals),
    )


def _people_figures(path: str, renewals: QuerySet[ReplayedRenewal]) -> tuple[Figure, ...]:
    sums = renewals.aggregate(was=Sum("human_before"), would=Sum("human_after"))
    was, would = sums["was"] or 0, sums["would"] or 0
    entered = renewals.filter(was_enrolled=False, is_enrolled=True).count()
    left = renewals.filter(was_enrolled=True, is_enrolled=False).count()
    return (
        Figure(
            value=f"{would:,}", words="touches by people", note=f"{was:,} before", href=address(path, {"part": "work"})
        ),
        Figure(
            value=f"{entered:,}",
            words="renewals enrolled that never were",
            note=f"{left:,} not enrolled any more",
            href=address(path, {"part": "touches", "effect": "enter"}),
        ),
    )


def _outcome_figures(path: str, renewals: QuerySet[ReplayedRenewal]) -> tuple[Figure, ...]:
    return (
        Figure(
            value=f"{caught(renewals).count():,}",
            words=f"of {lost(renewals).count():,} lost seen earlier",
            note=f"{missed(renewals).count():,} later or never",
            href=address(path, {"part": "losses"}),
        ),
        Figure(
            value=f"{bothered(renewals).count():,}",
            words="kept renewals touched more often",
            href=address(path, {"part": "kept"}),
        ),
    )


def weekly(acts: QuerySet[ReplayedAct]) -> tuple[Mapping[tuple[int, date], int], Mapping[tuple[int, date], int]]:
    """Return human touches by person and week (its Monday, UTC), before and after."""
    acts = acts.exclude(change="unequal")  # of these the check tells
    return tuple(
        _by_week(
            acts.filter(**{f"{side}_effect__in": HUMAN, f"{side}_owner_id__isnull": False}).values_list(
                f"{side}_owner_id", f"{side}_at__date"
            )
        )
        for side in ("before", "after")
    )  # type: ignore[return-value]  # two sides, two mappings


def loads_of(before: Mapping[tuple[int, date], int], after: Mapping[tuple[int, date], int]) -> tuple[Load, ...]:
    """Return the work of each person, whoever has most afterwards first."""
    people = {person for person, _ in (*before, *after)}
    names = dict(User.objects.filter(id__in=people).values_list("id", "name"))
    found = [_load(person, names.get(person, "Somebody"), before, after) for person in people]
    return tuple(sorted(found, key=lambda load: (-load.after, -load.before, load.name)))


def weeks_of(before: Mapping[tuple[int, date], int], after: Mapping[tuple[int, date], int]) -> tuple[Week, ...]:
    """Return the work of every week, of all people together."""
    was, would = _totals(before), _totals(after)
    most = max([*was.values(), *would.values()], default=0) or 1
    days = sorted({*was, *would})
    return tuple(
        Week(
            on=on,
            before=was.get(on, 0),
            after=would.get(on, 0),
            before_share=round(100 * was.get(on, 0) / most),
            after_share=round(100 * would.get(on, 0) / most),
            place=place * WEEK,
        )
        for place, on in enumerate(_every_week(days))
    )


def lead_words(row: ReplayedRenewal) -> tuple[str, str]:
    """Return how much earlier the alarm would have come, with the colour of it."""
    return earlier_words(row.lead_before_days, row.lead_after_days)


def _every_week(days: list[date]) -> Iterable[date]:
    if not days:
        return ()
    return (days[0] + timedelta(weeks=n) for n in range((days[-1] - days[0]).days // 7 + 1))


def _totals(counts: Mapping[tuple[int, date], int]) -> Mapping[date, int]:
    found: dict[date, int] = defaultdict(int)
    for (_, on), number in counts.items():
        found[on] += number
    return found


def _by_week(rows: Iterable[tuple[int, date]]) -> Mapping[tuple[int, date], int]:
    found: dict[tuple[int, date], int] = defaultdict(int)
    for person, on in rows:
        found[person, on - timedelta(days=on.weekday())] += 1
    return found


def _load(
    person: int, name: str, before: Mapping[tuple[int, date], int], after: Mapping[tuple[int, date], int]
) -> Load:
    was = {on: number for (who, on), number in before.items() if who == person}
    would = {on: number for (who, on), number in after.items() if who == person}
    peak_on = max(would, key=lambda on: (would[on], -on.toordinal()), default=None)
    return Load(
        person_id=person,
        name=name,
        before=sum(was.values()),
        after=sum(would.values()),
        peak_before=max(was.values(), default=0),
        peak_after=max(would.values(), default=0),
        peak_on=peak_on,
    )
