"""Order, work on, cancel and forget simulations of a policy. It writes what they found, and nothing else.

A worker judges some renewals again, writes what came of them and moves the cursor, all in one transaction: killed at
any time, it goes on where it was, and the same run gives the same rows.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError, UnknownReference
from renewals.queries.fx import rate_table

log = logging.getLogger(__name__)
CHUNK = 50
KEPT_DAYS = 365
KEPT_RUNS = 40
MOST_RUNNING = 3
State = PolicySimulation.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How many renewals one part of the work judged; `is_over` when nothing waits any more."""

    renewals: int
    is_over: bool


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
    if PolicySimulation.objects.filter(state=State.RUNNING).count() >= MOST_RUNNING:
        raise InvalidInput(f"{MOST_RUNNING} simulations are running.", where="policy", remedy="Wait, or cancel one.")
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


@transaction.atomic
def cancel_simulation(*, run_id: int, by: Actor, now: datetime) -> PolicySimulation:
    """Stop a simulation; what it found so far stays. One that is over stays as it ended. Raises UnknownReference."""
    run = PolicySimulation.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise UnknownReference(f"There is no simulation {run_id} here.", where="simulation")
    if run.state == State.RUNNING:
        run.state, run.finished_at, run.ended_by = State.CANCELLED, now, by.label[:150]
        run.save()
    return run


@transaction.atomic
def work_simulation(*, now: datetime, limit: int = CHUNK) -> Worked:
    """Judge the next renewals of the oldest run; a run that breaks says so and leaves the others alone."""
    waiting = PolicySimulation.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=State.RUNNING)
    run = waiting.order_by("id").first()
    if run is None:
        return Worked(renewals=0, is_over=True)
    ids: Sequence[int] = ()
    try:
        with transaction.atomic():
            ids = _judge_next(run, limit)
    except Exception as problem:  # whatever is wrong is said on the page
        log.exception("A simulation failed.", extra={"run": run.id})
        words = str(problem) if isinstance(problem, NamedError) else f"{type(problem).__name__}: {problem}"
        run.state, run.finished_at, run.error = State.FAILED, now, words[:300]
    else:
        run.done, run.beat_at = run.done + len(ids), now
        run.cursor = ids[-1] if ids else run.cursor
        if len(ids) < limit:
            run.state, run.finished_at, run.total = State.DONE, now, run.done
    run.save()
    return Worked(renewals=len(ids), is_over=False)


@transaction.atomic
def forget_old_simulations(*, now: datetime) -> int:
    """Drop simulations that ended a year ago, and all but the newest forty; returns how many."""
    over = PolicySimulation.objects.exclude(state=State.RUNNING)
    newest = over.order_by("-ordered_at", "-id").values_list("id", flat=True)[:KEPT_RUNS]
    old = over.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)) | over.exclude(id__in=list(newest))
    ids = list(old.values_list("id", flat=True))
    SimulatedDecision.objects.filter(run_id__in=ids).delete()
    PolicySimulation.objects.filter(id__in=ids).delete()
    return len(ids)


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
