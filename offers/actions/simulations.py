"""Order, work on, cancel and forget simulations of a policy. It writes what they found, and nothing else.

A worker judges some renewals again, writes what came of them and moves the cursor, all in one transaction: killed at
any time, it goes on where it was, and the same run gives the same rows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from offers.actions.simulated_rows import closing_row, decision_rows
from offers.core.policy import Policy
from offers.core.simulation import Clock, SimulationAsked, asked_from, check_asked
from offers.models import PolicySimulation, SimulatedDecision
from offers.queries.cases import home_currency
from offers.queries.library import policy_in_force
from offers.queries.simulations.chosen import (
    answer_clocks,
    chosen_renewals,
    clocks_table,
    frozen_policy,
    policy_of,
    read_clocks,
    span_of,
    waiting_requests,
)
from offers.queries.simulations.closings import closings_of
from offers.queries.simulations.decided import decided_rows
from renewals.actions.ordered_runs import Keeping, Worked, cancel_run, check_room, forget_runs, work_run
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.queries.fx import rate_table

CHUNK = 50
KEEPING = Keeping(days=365, runs=40)
MOST_RUNNING = 3


@transaction.atomic
def order_simulation(*, asked: SimulationAsked, by: Actor, now: datetime) -> PolicySimulation:
    """Begin a simulation for a worker to do. Raises InvalidInput for what cannot be simulated, UnknownReference."""
    check_asked(asked, today=now.date())
    frozen = frozen_policy(asked)
    policy_of(frozen)
    total = chosen_renewals(asked).count()
    if not total:
        raise InvalidInput(
            "No price was decided in these days, and nothing closed.", where="first_on", remedy="Choose more days."
        )
    check_room(PolicySimulation, most=MOST_RUNNING, noun="simulations", where="policy")
    return PolicySimulation.objects.create(
        workspace_id=by.workspace_id,
        asked=asked.table(),
        frozen=frozen,
        clocks=clocks_table(answer_clocks(until=asked.last_on)),
        waiting=waiting_requests(asked),
        ordered_by_id=by.id,
        ordered_at=now,
        total=total,
    )


def cancel_simulation(*, run_id: int, by: Actor, now: datetime) -> PolicySimulation:
    """Stop a simulation, as `cancel_run` does."""
    return cancel_run(model=PolicySimulation, run_id=run_id, noun="simulation", by=by, now=now)


def work_simulation(*, now: datetime, limit: int = CHUNK) -> Worked:
    """Judge the next renewals of the oldest simulation, as `work_run` does."""
    return work_run(PolicySimulation, _judge_next, now=now, limit=limit)


def forget_old_simulations(*, now: datetime) -> int:
    """Drop simulations that ended a year ago, and all but the newest forty; returns how many."""
    return forget_runs(PolicySimulation, [SimulatedDecision], keeping=KEEPING, now=now)


def _judge_next(run: PolicySimulation, limit: int) -> Sequence[int]:
    asked = asked_from(run.asked)
    renewals = chosen_renewals(asked).filter(id__gt=run.cursor).order_by("id")
    ids = list(renewals.values_list("id", flat=True)[:limit])
    other, clocks = policy_of(run.frozen), read_clocks(run.clocks)
    rows = [*_proposed(run, ids, asked, other, clocks), *_closed(run, ids, other, clocks)]
    SimulatedDecision.objects.bulk_create(rows, batch_size=500)
    return ids


def _proposed(
    run: PolicySimulation,
    ids: Sequence[int],
    asked: SimulationAsked,
    other: Policy | None,
    clocks: tuple[Clock, ...],
) -> Iterator[SimulatedDecision]:
    begins, ends = span_of(asked)
    for chain in decided_rows(ids, before=min(ends, run.ordered_at)).values():
        yield from decision_rows(run, chain, other, clocks, since=begins)


def _closed(
    run: PolicySimulation, ids: Sequence[int], other: Policy | None, clocks: tuple[Clock, ...]
) -> Iterator[SimulatedDecision]:
    """Without another policy closings are judged by the one in force: nobody judged them then."""
    policy = other or policy_in_force().policy
    for closing in closings_of(list(ids), home=home_currency(), rates=rate_table()):
        yield closing_row(run, closing, policy, clocks)
