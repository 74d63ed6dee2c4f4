"""Celery's entrances. Each reads the clock once and calls the sweeps; none carries data, none is needed for safety."""

from celery import shared_task

from playbooks.actions.pump import Pump, pump_safely
from playbooks.actions.sending import ServerWatch
from playbooks.actions.sweeps import (
    sweep_books,
    sweep_channels,
    sweep_contracts,
    sweep_enrolments,
    sweep_indicators,
    sweep_metrics,
    sweep_notices,
    sweep_ownership,
    sweep_projections,
    sweep_queue,
    sweep_replays,
    sweep_reviews,
    sweep_seals,
)
from playbooks.wake import wake
from renewals.queries.clock import database_now

MOST_ROUNDS = 20
FULL_TURN = 1000
WATCH = ServerWatch()


@shared_task(name="playbooks.look_now", ignore_result=True, expires=5)
def look_now() -> None:
    """Do what is due now: steps, then messages. A worker that meets a new server looks at the watermark first (I21)."""
    WATCH.look()
    pump_safely(Pump(watch=WATCH), most_rounds=MOST_ROUNDS)


@shared_task(name="playbooks.enrol_due", ignore_result=True, expires=5)
def enrol_due() -> None:
    """Enrol, stop what has closed, plan moved contracts again; what is ahead of them is projected anew at once."""
    swept = sweep_enrolments(now=database_now())
    if swept.enrolled or swept.stopped or swept.moved:
        wake("playbooks.project_ahead")


@shared_task(name="playbooks.refresh_queue", ignore_result=True, expires=5)
def refresh_queue() -> None:
    """Rewrite the lines of the queue whose facts changed."""
    sweep_queue(now=database_now())


@shared_task(name="playbooks.tend_notices", ignore_result=True, expires=5)
def tend_notices() -> None:
    """Plan, advance and escalate contractual notices."""
    sweep_notices(now=database_now())


@shared_task(name="playbooks.tend_ownership", ignore_result=True, expires=5)
def tend_ownership() -> None:
    """Open and close the gaps of ownership, climb the ladders of playbooks."""
    sweep_ownership(now=database_now())


@shared_task(name="playbooks.tend_reviews", ignore_result=True, expires=5)
def tend_reviews() -> None:
    """Open the reviews whose agenda is to be made, settle decisions whose task ended."""
    sweep_reviews(now=database_now())


@shared_task(name="playbooks.tend_channels", ignore_result=True, expires=5)
def tend_channels() -> None:
    """Settle what came back through channels, post to the outside, send test messages."""
    sweep_channels(now=database_now())


@shared_task(name="playbooks.project_ahead", ignore_result=True, expires=5)
def project_ahead() -> None:
    """Project anew what is ahead of renewals whose plan changed."""
    sweep_projections(now=database_now())


@shared_task(name="playbooks.tend_contracts", ignore_result=True, expires=5)
def tend_contracts() -> None:
    """Apply price revisions, carry out ends of contracts, ask for reviews; a full turn wakes the next one itself."""
    if sweep_contracts(now=database_now()) >= FULL_TURN:
        wake("playbooks.tend_contracts")


@shared_task(name="playbooks.check_books", ignore_result=True, expires=5)
def check_books() -> None:
    """Ask whether the books of the engine balance, and say it where they do not."""
    sweep_books(now=database_now())


@shared_task(name="playbooks.tend_seals", ignore_result=True, expires=5)
def tend_seals() -> None:
    """Seal what was added to history and ledgers, and verify it once a day."""
    sweep_seals(now=database_now())


@shared_task(name="playbooks.tally_months", ignore_result=True, expires=5)
def tally_months() -> None:
    """Add up the months of the indicators that are due."""
    sweep_indicators(now=database_now())


@shared_task(name="playbooks.tend_metrics", ignore_result=True, expires=5)
def tend_metrics() -> None:
    """Bring the figures of retention up to the contracts; a first count that goes on wakes the next turn itself."""
    if sweep_metrics(now=database_now()):
        wake("playbooks.tend_metrics")


@shared_task(name="playbooks.replay_history", ignore_result=True, expires=5)
def replay_history() -> None:
    """Work on the replays that were ordered; more than one turn's work wakes the next turn itself."""
    if sweep_replays(now=database_now()):
        wake("playbooks.replay_history")
