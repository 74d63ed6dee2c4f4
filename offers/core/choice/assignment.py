"""Which offer to make to which account: the most value within budget, tasks, approvals, and one offer an account.

Solved exactly (branch and cut of HiGHS, through SciPy); greedy only where that finds nothing in its time; it says so.
Money is in cents and tasks are whole, so limits are kept exactly, not to a tolerance.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from signals.core.learning.late import Late

NUMPY = Late("numpy")
OPTIMIZE = Late("scipy.optimize")
SPARSE = Late("scipy.sparse")
SECONDS = 20.0
LEAST_GAIN = 0.5
SLICE = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An offer that could be made to an account. Amounts in cents; `week` is the last in which its tasks make sense.

    `level` is the level it would have to be asked of, "" for none.
    """

    account: int
    offer: str
    value: int
    spend: int
    tasks: int
    owner: int
    week: int
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a plan may use. `budget` in cents, None for no limit; `tasks` by owner, a number for each week.

    An owner without tasks has none left. `approvals` is how many may be asked of each level, unlimited where missing.
    """

    budget: int | None = None
    tasks: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    has_tasks: bool = True
    approvals: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to offer whom: places in what was given. `gap` is how far the best could be away, 0 when it is this."""

    chosen: tuple[int, ...]
    value: int
    spend: int
    method: str
    gap: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One limit over some offers: the sum of their weights is at most `most`."""

    family: str
    weights: Mapping[int, int]
    most: int


def solve(offers: Sequence[Proposed], limits: Limits, *, seconds: float = SECONDS) -> Plan:
    """Return the plan with the most value; nothing is chosen that is worth nothing. Never worse than the greedy one."""
    greedy = greedy_plan(offers, limits)
    useful = [place for place, each in enumerate(offers) if each.value > 0]
    if not useful:
        return replace(greedy, method="optimal")
    rows = rows_of(offers, limits)
    found = _solved(offers, useful, rows, seconds)
    if found is None:
        return greedy
    chosen = _within(offers, found[0], rows)
    plan = _plan(offers, chosen, "optimal" if found[1] <= 0 else "near", gap=found[1])
    return plan if plan.value >= greedy.value else replace(greedy, gap=found[1])


def greedy_plan(offers: Sequence[Proposed], limits: Limits) -> Plan:
    """Return the better plan of taking the most value first, or the most for its money, while limits are kept.

    A fallback: it loses up to a fifth of what can be reached.
    """
    rows = rows_of(offers, limits)
    useful = [place for place, each in enumerate(offers) if each.value > 0]
    orders = (lambda place: -offers[place].value, lambda place: -offers[place].value / (1 + offers[place].spend))
    plans = [_plan(offers, tuple(sorted(_fitting(sorted(useful, key=order), rows))), "greedy") for order in orders]
    return max(plans, key=lambda plan: plan.value)


def next_slice(offers: Sequence[Proposed], limits: Limits, plan: Plan) -> tuple[int, int] | None:
    """Return what a tenth more budget costs and adds, in cents; None without a budget."""
    if limits.budget is None:
        return None
    more = int(limits.budget * SLICE)
    found = solve(offers, replace(limits, budget=more))
    return more - limits.budget, max(0, found.value - plan.value)


def binding(offers: Sequence[Proposed], limits: Limits, plan: Plan) -> Mapping[str, int]:
    """Return how much value each family of limits costs: what its absence would add, in cents, the dearest first."""
    without = {
        "budget": replace(limits, budget=None),
        "tasks": replace(limits, has_tasks=False),
        "approvals": replace(limits, approvals={}),
    }
    families = {row.family for row in rows_of(offers, limits)}
    gains = {family: solve(offers, freed).value - plan.value for family, freed in without.items() if family in families}
    return {family: gain for family, gain in sorted(gains.items(), key=lambda each: -each[1]) if gain > LEAST_GAIN}


def rows_of(offers: Sequence[Proposed], limits: Limits) -> tuple[Row, ...]:
    """Return every limit. Tasks may be done in an earlier week, so those of all weeks up to one count together."""
    rows = [Row(family="account", weights=places, most=1) for places in _by_account(offers)]
    if limits.budget is not None:
        spent = {place: each.spend for place, each in enumerate(offers)}
        rows.append(Row(family="budget", weights=spent, most=limits.budget))
    for level, most in sorted(limits.approvals.items()):
        asked = {place: 1 for place, each in enumerate(offers) if each.level == level}
        rows.append(Row(family="approvals", weights=asked, most=most))
    return (*rows, *_task_rows(offers, limits)) if limits.has_tasks else tuple(rows)


def _by_account(offers: Sequence[Proposed]) -> Iterable[Mapping[int, int]]:
    groups: dict[int, dict[int, int]] = defaultdict(dict)
    for place, each in enumerate(offers):
        groups[each.account][place] = 1
    return groups.values()


def _task_rows(offers: Sequence[Proposed], limits: Limits) -> Iterable[Row]:
    by_owner: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(offers):
        by_owner[each.owner].append(place)
    for owner, places in sorted(by_owner.items()):
        room, weeks = limits.tasks.get(owner, ()), sorted({offers[place].week for place in places})
        for week in weeks:
            weights = {place: offers[place].tasks for place in places if offers[place].week <= week}
            yield Row(family="tasks", weights=weights, most=sum(room[: week + 1]))


def _fitting(places: Iterable[int], rows: Sequence[Row]) -> list[int]:
    """Take each place, in their order, that breaks no limit together with those taken before."""
    of_place: dict[int, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for place in row.weights:
            of_place[place].append(number)
    left = [row.most for row in rows]
    chosen = []
    for place in places:
        if all(rows[number].weights[place] <= left[number] for number in of_place[place]):
            chosen.append(place)
            for number in of_place[place]:
                left[number] -= rows[number].weights[place]
    return chosen


def _within(offers: Sequence[Proposed], chosen: Iterable[int], rows: Sequence[Row]) -> tuple[int, ...]:
    """The solver keeps limits to a tolerance; a plan keeps them to the cent, the dearest to lose first."""
    ordered = sorted(chosen, key=lambda place: (-offers[place].value, place))
    return tuple(sorted(_fitting(ordered, rows)))


def _plan(offers: Sequence[Proposed], chosen: tuple[int, ...], method: str, *, gap: float = 0.0) -> Plan:
    return Plan(
        chosen=chosen,
        value=sum(offers[place].value for place in chosen),
        spend=sum(offers[place].spend for place in chosen),
        method=method,
        gap=gap,
    )


def _solved(
    offers: Sequence[Proposed], useful: Sequence[int], rows: Sequence[Row], seconds: float
) -> tuple[list[int], float] | None:
    """Return what the solver chose and its gap, None when it found nothing in its time."""
    column = {place: number for number, place in enumerate(useful)}
    cells = [
        (number, column[place], weight / max(1, row.most))
        for number, row in enumerate(rows)
        for place, weight in row.weights.items()
        if place in column
    ]
    matrix = SPARSE.csr_array(
        ([cell[2] for cell in cells], ([cell[0] for cell in cells], [cell[1] for cell in cells])),
        shape=(len(rows), len(useful)),
    )
    most = NUMPY.array([min(1.0, float(row.most)) for row in rows])
    found = OPTIMIZE.milp(
        c=-NUMPY.array([float(offers[place].value) for place in useful]),
        constraints=OPTIMIZE.LinearConstraint(matrix, ub=most),
        integrality=NUMPY.ones(len(useful)),
        bounds=OPTIMIZE.Bounds(0, 1),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        return None
    gap = float(found.mip_gap) if found.mip_gap is not None and NUMPY.isfinite(found.mip_gap) else 0.0
    return [place for place, share in zip(useful, found.x, strict=True) if share > 0.5], gap if gap > 1e-9 else 0.0
