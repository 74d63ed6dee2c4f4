"""Let the people of a drawn world call their renewals as time goes by, freeze what is due, and draw the forecast."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from playbooks.core.world.calls import WorldCall, call_of, is_called
from playbooks.core.world.draw import World
from playbooks.core.world.rows import Span
from playbooks.queries.world import OpenCycle, longest_there, open_cycles
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from signals.actions.forecast.calls import NewCall, make_call, record_calls
from signals.actions.forecast.freeze import freeze_calls
from signals.actions.forecast.scenarios import ask_scenario
from signals.actions.forecast.sweep import tend_forecast
from signals.core.forecast.book import next_quarter, quarter_start

REACH = timedelta(days=180)
MONTH, WEEK = 28, 7
LESS = Decimal("0.88")
SLOW_OWNER = 2
SCENARIOS = (
    ("Prices rise by 5 %", {"price_uplift": 0.05}),
    ("One sponsor in ten leaves, and an incident hits a quarter", {"sponsor_change": 0.1, "incident": 0.25}),
)


@dataclass(frozen=True, slots=True)
class Callers:
    """The world, and the owners who share its book."""

    world: World
    owners: tuple[int, ...]


def call_renewals(*, callers: Callers, span: Span, by: Actor, now: datetime) -> int:
    """Make the calls of one step of the clock, freeze what is over, and return how many calls were made.

    In the last two weeks everybody calls what is due, but for one owner who is slow.
    """
    days = MONTH if len(span) > WEEK else WEEK
    is_end = (callers.world.today - span.until).days < 2 * WEEK
    chances = _chances(callers.world)
    said = [
        (cycle, _call(cycle, callers, chances, now))
        for cycle in open_cycles(due_until=now.date() + REACH + timedelta(days=MONTH))
        if (cycle.contract, cycle.term_number) in chances and _calls(cycle, callers, now, days, is_end=is_end)
    ]
    record_calls(calls=[_new(cycle.renewal_id, call) for cycle, call in said], by=by, now=now)
    _adjust([(cycle, call) for cycle, call in said if call.doubt], by, now)
    freeze_calls(by=by, now=now)
    return len(said)


def draw_forecast(*, callers: Callers, span: Span, by: Actor, now: datetime) -> bool:
    """Draw the forecast where a quarter begins before the next step, and at the end, then with scenarios."""
    is_last = span.until == callers.world.today
    if is_last:
        with in_workspace(by.workspace_id, by=by, why="Scenarios of the demo world", now=now):
            _ask(by, now)
    begins = next_quarter(quarter_start(span.until))
    if not is_last and (len(span) < MONTH or (begins - span.until).days > MONTH):
        return False
    return tend_forecast(workspace_id=by.workspace_id, by=by, now=now, clock=lambda: now)


def _calls(cycle: OpenCycle, callers: Callers, now: datetime, days: int, *, is_end: bool) -> bool:
    today = now.date()
    if is_end:
        is_slow = _place(cycle.owner_id, callers.owners) == SLOW_OWNER and cycle.renewal_id % 3 > 0
        return cycle.due_on <= today + REACH and not is_slow
    return is_called(account=cycle.contract, due_on=cycle.due_on, today=today, days=days)


def _call(cycle: OpenCycle, callers: Callers, chances: Mapping[tuple[str, int], float], now: datetime) -> WorldCall:
    return call_of(
        account=cycle.contract,
        owner=_place(cycle.owner_id, callers.owners),
        today=now.date(),
        churn_probability=chances[(cycle.contract, cycle.term_number)],
        amount=cycle.target_amount,
    )


def _chances(world: World) -> dict[tuple[str, int], float]:
    return {
        (f"C-{life.account.external_id}", term.number): min(max(term.churn_probability, 0.001), 0.999)
        for life in world.lives
        for term in life.terms
    }


def _place(owner_id: int, owners: Sequence[int]) -> int:
    return owners.index(owner_id) if owner_id in owners else 0


def _new(renewal_id: int, call: WorldCall, **changes: str) -> NewCall:
    return NewCall(
        renewal_id=renewal_id,
        category=call.category,
        amount=call.amount,
        likelihood=call.likelihood,
        expansion_amount=call.expansion_amount,
        demand=call.demand,
        reason=changes.get("reason", ""),
    )


def _adjust(doubted: Iterable[tuple[OpenCycle, WorldCall]], by: Actor, now: datetime) -> None:
    leader = longest_there("cs_manager")
    if leader is None:
        return
    person = person_actor(by.workspace_id, leader.id, str(leader))
    for cycle, call in doubted:
        less = NewCall(
            renewal_id=cycle.renewal_id,
            category=call.category,
            amount=(call.amount * LESS).quantize(Decimal(1)),
            likelihood=round(call.likelihood * float(LESS), 2),
            reason=call.doubt,
        )
        make_call(new=less, by=person, now=now)


def _ask(by: Actor, now: datetime) -> None:
    person = longest_there("renewal_manager")
    if person is None:
        return
    for name, levers in SCENARIOS:
        asker = person_actor(by.workspace_id, person.id, str(person))
        ask_scenario(name=name, levers=levers, by=asker, now=now)
