"""What a simulation comes to: groups, counts, hours and money of its rows. Adds up what it is given; asks nobody."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.money import count_words
from dashboards.core.parts import Progress

AUTO, REFUSED, UNJUDGED, ASKED = "auto", "refused", "none", "ask:"
AT_ONCE = frozenset({"inside", "carried", "own_limit"})
STATES: Mapping[str, tuple[str, str]] = {
    "running": ("Running", "accent"),
    "done": ("Done", "good"),
    "failed": ("Stopped", "bad"),
    "cancelled": ("Cancelled", ""),
}
WHYS: Mapping[str, str] = {
    "basis_not_kept": "It was kept before the facts of a price were kept with it.",
    "policy_not_readable": "The policy it was judged by cannot be read any more.",
    "no_policy_price": "This policy has no price for one of its lines, so nobody could have proposed it.",
    "role_not_kept": "Whose own limit it was is not recorded.",
    "other_price": "The price comes out otherwise today: the way of calculating has changed since.",
    "other_verdict": "The verdict comes out otherwise: the rules for reading a policy have changed since.",
    "other_values_before": "The version approved before had other values than the request says.",
    "other_way": "By policy and facts of then another level would have been asked.",
    "lines_not_known": "Its lines before or after the closing are not known.",
    "lines_do_not_add_up": "The lines of the next term do not add up to the closing price.",
    "term_without_end": "The next term has no end, so it has no term to be judged.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One decision as it counts. Amounts are a year's worth at home, None without a rate; hours None: nobody knows."""

    before: str
    after: str
    is_last: bool
    arr: Decimal | None
    before_given: Decimal | None
    after_given: Decimal | None
    before_hours: float | None
    after_hours: float | None
    before_asked: tuple[str, ...]
    after_asked: tuple[str, ...]
    is_unknown: bool
    is_reproduced: bool

    @property
    def is_other(self) -> bool:
        """Answer whether it would have been decided otherwise."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The same figure before and after."""

    before: Decimal | int | float
    after: Decimal | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The headlines. `hours` are those of decisions whose clock is known on both sides, the others are `timeless`.

    `given` and `unseen_given` are of the last version of each renewal; `unseen` is what nobody would have looked at.
    """

    decisions: int
    at_once: Sides
    asked: Sides
    refused: Sides
    unjudged: int
    hours: Sides
    timeless: int
    given: Sides
    unseen_given: Sides
    other: int
    other_arr: Decimal
    unknown: int
    reproduced: int


def group_of(way: str, level: str) -> str:
    """Return the group a way counts in: approved at once, asked of a level, refused, or not judged."""
    if way in AT_ONCE:
        return AUTO
    if way == "ask":
        return f"{ASKED}{level}"
    return REFUSED if way == "refused" else UNJUDGED


def group_words(group: str) -> tuple[str, str]:
    """Return a group in words, and its tone."""
    if group.startswith(ASKED):
        return group.removeprefix(ASKED), "watch"
    return {AUTO: ("At once", "good"), REFUSED: ("Refused", "bad")}.get(group, ("Not judged", "none"))


def sums_of(lines: Sequence[DecisionLine]) -> Sums:
    """Return the headlines of these decisions."""
    timed = [line for line in lines if line.before_hours is not None and line.after_hours is not None]
    last = [line for line in lines if line.is_last]
    other = [line for line in lines if line.is_other]
    return Sums(
        decisions=len(lines),
        at_once=_counts(lines, lambda group: group == AUTO),
        asked=_counts(lines, lambda group: group.startswith(ASKED)),
        refused=_counts(lines, lambda group: group == REFUSED),
        unjudged=sum(line.after == UNJUDGED for line in lines),
        hours=Sides(
            before=sum(line.before_hours or 0.0 for line in timed),
            after=sum(line.after_hours or 0.0 for line in timed),
        ),
        timeless=len(lines) - len(timed),
        given=_given(last),
        unseen_given=Sides(
            before=_total(line.before_given for line in last if line.before == AUTO),
            after=_total(line.after_given for line in last if line.after == AUTO),
        ),
        other=len(other),
        other_arr=_total(line.arr for line in other if line.is_last),
        unknown=sum(line.is_unknown for line in lines),
        reproduced=sum(line.is_reproduced for line in lines),
    )


def moves_of(lines: Iterable[DecisionLine]) -> tuple[tuple[str, str, int, Decimal], ...]:
    """Return (before, after, decisions, ARR of the last of each renewal) of every move, the most frequent first."""
    moves: dict[tuple[str, str], list[DecisionLine]] = defaultdict(list)
    for line in lines:
        moves[(line.before, line.after)].append(line)
    ordered = sorted(moves.items(), key=lambda move: (-len(move[1]), move[0]))
    return tuple((*move, len(found), _total(line.arr for line in found if line.is_last)) for move, found in ordered)


def asked_of(lines: Iterable[DecisionLine]) -> Mapping[str, Sides]:
    """Return how often each queue was asked and would have been, the busiest first."""
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for line in lines:
        before.update(line.before_asked)
        after.update(line.after_asked)
    queues = sorted({*before, *after}, key=lambda queue: (-after[queue], queue))
    return {queue: Sides(before=before[queue], after=after[queue]) for queue in queues}


def finding(state: str, sums: Sums, *, is_unchanged: bool) -> str:
    """Return the title of a simulation: what it found, in one line."""
    if state in ("failed", "running"):
        return "The simulation stopped" if state == "failed" else "Judging past prices again"
    if is_unchanged:
        left = sums.decisions - sums.reproduced
        return "What happened comes again" if not left else f"{count_words(left, 'decision')} did not come again"
    if not sums.other:
        return "Nothing would have been decided otherwise"
    return f"{count_words(sums.other, 'decision')} of {sums.decisions:,} would have gone another way"


def progress(*, done: int, total: int, has_begun: bool, is_over: bool) -> Progress:
    """Return how far a simulation is."""
    if not has_begun and not is_over:
        return Progress(title="Judging again", percent=None, words="Waiting for a worker")
    percent = min(100, 100 * done // total) if total else 100
    words = f"{done:,} of {count_words(total, 'renewal')}"
    return Progress(title="Judging again", percent=percent, words=words, is_done=is_over)


def hours_words(hours: float) -> str:
    """Return hours as "6.5 h", or in days from two days on."""
    return f"{hours / 24:,.1f} days" if hours >= 48 else f"{hours:,.1f} h"


def queue_words(queue: str) -> str:
    """Return who is asked, as "Finance" or "CS manager or renewal manager"."""
    words = queue.replace("_", " ").replace("cs manager", "CS manager")
    return words[:1].upper() + words[1:]


def _counts(lines: Sequence[DecisionLine], holds: Callable[[str], bool]) -> Sides:
    return Sides(
        before=sum(holds(line.before) for line in lines),
        after=sum(holds(line.after) for line in lines),
    )


def _given(lines: Sequence[DecisionLine]) -> Sides:
    return Sides(before=_total(line.before_given for line in lines), after=_total(line.after_given for line in lines))


def _total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
