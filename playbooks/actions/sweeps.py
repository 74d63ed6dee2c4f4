"""The regular sweeps over all workspaces, each in its own transaction: one bad workspace never stops the others."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from django.db import DatabaseError, connection

from offers.actions.end_actions import tend_end_actions
from offers.actions.revisions.apply import apply_part
from offers.actions.shipped import publish_shipped_if_none
from playbooks.actions.approvals import tend_approvals
from playbooks.actions.books import check_books
from playbooks.actions.channels.digests import tell_digests
from playbooks.actions.channels.events import settle_events
from playbooks.actions.channels.inbound import settle_inbound
from playbooks.actions.channels.page_mails import send_page_mails
from playbooks.actions.channels.posts import post_due
from playbooks.actions.channels.trials import send_trials
from playbooks.actions.contract_tasks import tend_contract_tasks
from playbooks.actions.enrol import enrol_due
from playbooks.actions.escalations import tend_escalations
from playbooks.actions.foresight.keep import refresh_projections
from playbooks.actions.foresight.runs import forget_old_replays, work_replay
from playbooks.actions.indicators import tally_months
from playbooks.actions.meetings import call_off_stale
from playbooks.actions.notices import tend_workspace_notices
from playbooks.actions.ownership import tend_ownership
from playbooks.actions.pipeline import sum_pipeline
from playbooks.actions.proposal_reminders import remind_of_proposals
from playbooks.actions.publish import publish_if_none
from playbooks.actions.pump import Pump, Pumped, pump
from playbooks.actions.queue import refresh_queue
from playbooks.actions.reactions import apply_waiting_reactions
from playbooks.actions.replan import replan_moved
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.sending import raise_watermarks
from playbooks.actions.stop import stop_closed
from playbooks.actions.tasks import close_vetoes, wake_due_tasks
from playbooks.actions.told_reactions import react_to_signals
from playbooks.actions.triggers import sweep_triggers
from playbooks.actions.woken import wake_informed
from playbooks.actions.workload import tend_workload
from renewals.actions.metrics.fill import fill_lot
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.scope import in_workspace
from renewals.actions.seals import tend_seals
from renewals.core.actors import Actor, system_actor
from renewals.core.dates import local_date
from renewals.queries.metrics.figures import is_counted
from renewals.queries.workspaces import active_workspace_ids, workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep over the workspaces did."""

    enrolled: int = 0
    stopped: int = 0
    moved: int = 0
    steps: int = 0
    messages: int = 0
    refreshed: int = 0


def sweep_enrolments(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> Swept:
    """Stop what has closed, plan moved contracts again, then enrol; judged at `now`.

    A new workspace gets the shipped playbooks first.
    """
    _everywhere("publish", lambda by: publish_if_none(by=by, now=now), clock=clock, only=only)
    _everywhere("offers", lambda by: publish_shipped_if_none(by=by, now=now), clock=clock, only=only)
    stopped = _everywhere("stop", lambda by: stop_closed(by=by, now=now), clock=clock, only=only)
    _everywhere("meetings", lambda by: call_off_stale(by=by, now=now), clock=clock, only=only)
    _everywhere("told", lambda by: react_to_signals(by=by, now=now), clock=clock, only=only)
    _everywhere("reactions", lambda by: apply_waiting_reactions(by=by, now=now), clock=clock, only=only)
    moved = _everywhere("replan", lambda by: replan_moved(by=by, now=now), clock=clock, only=only)
    _everywhere("triggers", lambda by: sweep_triggers(by=by, now=now), clock=clock, only=only)
    enrolled = _everywhere("enrol", lambda by: enrol_due(by=by, now=now).enrolled, clock=clock, only=only)
    return Swept(enrolled=enrolled, stopped=stopped, moved=moved)


def sweep_notices(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Plan, advance and escalate the contractual notices of every workspace; returns how much changed."""
    return _everywhere("notices", lambda by: tend_workspace_notices(by=by, now=now), clock=clock, only=only)


def sweep_ownership(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Open and close the gaps of ownership, climb the ladders of playbooks and approvals; returns how much changed."""
    changed = _everywhere("ownership", lambda by: tend_ownership(by=by, now=now), clock=clock, only=only)
    changed += _everywhere("approvals", lambda by: tend_approvals(by=by, now=now), clock=clock, only=only)
    return changed + _everywhere("ladders", lambda by: tend_escalations(by=by, now=now), clock=clock, only=only)


def sweep_reviews(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Open the next review of each series and settle decisions whose task ended; returns how much changed."""
    return _everywhere("reviews", lambda by: tend_reviews(by=by, now=now), clock=clock, only=only)


def sweep_queue(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> Swept:
    """Wake tasks whose day has come and steps that know now what they waited for; rewrite changed queue lines."""
    _everywhere("wake", lambda by: wake_due_tasks(now=now), clock=clock, only=only)
    _everywhere("informed", lambda by: wake_informed(by=by, now=now), clock=clock, only=only)
    _everywhere("workload", lambda by: tend_workload(by=by, now=now), clock=clock, only=only)
    _everywhere("vetoes", lambda by: close_vetoes(now=now), clock=clock, only=only)
    _everywhere("digests", lambda by: tell_digests(by=by, now=now), clock=clock, only=only)
    refreshed = _everywhere(
        "queue", lambda by: refresh_queue(workspace_id=by.workspace_id, now=now), clock=clock, only=only
    )
    _everywhere("pipeline", lambda by: sum_pipeline(workspace_id=by.workspace_id, now=now), clock=clock, only=only)
    raise_watermarks()
    return Swept(refreshed=refreshed)


def sweep_channels(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Settle what came back through channels, post to targets outside and send test messages; returns how many."""
    works = {"delivery events": settle_events, "inbound mail": settle_inbound, "posts": post_due, "tests": send_trials}
    works["mails of pages"] = send_page_mails
    done = 0
    for name, work in works.items():
        for workspace_id in active_workspace_ids() if only is None else (only,):
            done += _tend(name, partial(work, now=now, clock=clock), workspace_id)
    return done


def _tend(name: str, work: Callable[..., int], workspace_id: int) -> int:
    """These open their own transactions, because they call the outside between them."""
    try:
        return work(by=system_actor(workspace_id, f"sweep: {name}"))
    except Exception as error:  # one workspace that breaks stops no other
        if isinstance(error, DatabaseError):
            connection.close()
        log.exception("A sweep failed in one workspace.", extra={"sweep": name, "workspace": workspace_id})
        return 0


def sweep_projections(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Project anew what has changed since it was projected; returns how many renewals."""
    return _everywhere(
        "project", lambda by: refresh_projections(workspace_id=by.workspace_id, now=now), clock=clock, only=only
    )


def sweep_contracts(*, now: datetime, clock: datetime | None = None, only: int | None = None, parts: int = 20) -> int:
    """Apply approved price revisions, carry out what contracts say of their end, write the tasks they ask for.

    Unanswered proposals are among them.

    Each part of a revision is a transaction of its own, so that a killed worker loses one part at most. Returns how
    many terms, ends and tasks changed.
    """
    done: list[int] = []
    for _ in range(parts):
        if not _everywhere("revisions", lambda by: _revise_part(done, by=by, now=now), clock=clock, only=only):
            break
    ends = _everywhere(
        "ends", lambda by: tend_end_actions(today=_today(by, now), by=by, now=now), clock=clock, only=only
    )
    tasks = _everywhere(
        "contract tasks", lambda by: tend_contract_tasks(today=_today(by, now), by=by, now=now), clock=clock, only=only
    )
    reminded = _everywhere(
        "proposals", lambda by: remind_of_proposals(today=_today(by, now), now=now), clock=clock, only=only
    )
    return sum(done) + ends + tasks + reminded


def sweep_metrics(*, now: datetime, clock: datetime | None = None, only: int | None = None, lots: int = 20) -> int:
    """Bring the figures of retention up to the contracts as they are now; returns how many first counts go on.

    A first count is done lot by lot, each a transaction of its own, so that a killed worker loses one at most.
    """
    going_on = 0
    for _ in range(lots):
        going_on = _everywhere("first count", lambda by: _fill_lot(by, now), clock=clock, only=only)
        if not going_on:
            break
    _everywhere("metrics", lambda by: _refresh_if_counted(by, now), clock=clock, only=only)
    return going_on


def _fill_lot(by: Actor, now: datetime) -> bool:
    return fill_lot(by=by, now=now, today=_today(by, now)) is not None


def _refresh_if_counted(by: Actor, now: datetime) -> int:
    return refresh_movements(by=by, now=now, today=_today(by, now)).written if is_counted() else 0


def _revise_part(done: list[int], *, by: Actor, now: datetime) -> bool:
    worked = apply_part(today=_today(by, now), by=by, now=now)
    done.append(worked.terms)
    return not worked.is_over


def _today(by: Actor, now: datetime) -> date:
    return local_date(now, workspace(by.workspace_id).timezone)


def sweep_indicators(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Add up the months of the indicators that are due; returns how many."""
    return _everywhere(
        "indicators", lambda by: tally_months(workspace_id=by.workspace_id, now=now), clock=clock, only=only
    )


def sweep_books(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Ask in every workspace whether the books of the engine balance; returns how many enrolments do not."""
    return _everywhere("books", lambda by: check_books(workspace_id=by.workspace_id), clock=clock, only=only)


def sweep_seals(*, now: datetime, clock: datetime | None = None, only: int | None = None) -> int:
    """Seal what was added to history and ledgers, and verify it once a day; returns how many rows were sealed."""
    workspaces = active_workspace_ids() if only is None else (only,)
    return sum(_tend("seals", partial(tend_seals, now=now, clock=clock), each) for each in workspaces)


def sweep_replays(*, now: datetime, clock: datetime | None = None, only: int | None = None, parts: int = 20) -> int:
    """Work on the replays that were ordered, some accounts at a time; returns how many accounts were replayed.

    Each part is a transaction of its own, so that a killed worker loses one part at most.
    """
    _everywhere("old replays", lambda by: forget_old_replays(now=now), clock=clock, only=only)
    done: list[int] = []

    for _ in range(parts):
        if not _everywhere("replay", lambda by: _replay_part(done, by=by, now=now), clock=clock, only=only):
            break
    return sum(done)


def _replay_part(done: list[int], *, by: Actor, now: datetime) -> bool:
    """Note how many accounts one part replayed; answers whether there may be more."""
    worked = work_replay(by=by, now=now)
    done.append(worked.rows)
    return not worked.is_over


def sweep_all(machine: Pump, *, now: datetime, only: int | None = None) -> Swept:
    """Everything once, in the order of the work: enrolments, notices, ownership, due steps and messages, the queue."""
    first = sweep_enrolments(now=now, clock=machine.clock, only=only)
    sweep_notices(now=now, clock=machine.clock, only=only)
    sweep_ownership(now=now, clock=machine.clock, only=only)
    done: Pumped = pump(machine)
    last = sweep_queue(now=now, clock=machine.clock, only=only)
    return Swept(
        enrolled=first.enrolled,
        stopped=first.stopped,
        moved=first.moved,
        steps=done.steps,
        messages=done.messages,
        refreshed=last.refreshed,
    )


def _everywhere(name: str, work: Callable[[Actor], int], *, clock: datetime | None, only: int | None) -> int:
    total = 0
    for workspace_id in active_workspace_ids() if only is None else (only,):
        by = system_actor(workspace_id, f"sweep: {name}")
        try:
            with in_workspace(workspace_id, by=by, why=name, now=clock):
                total += work(by)
        except Exception as error:  # one workspace that breaks stops no other; asked for alone, it says what broke
            if isinstance(error, DatabaseError):
                connection.close()
            elif only is not None:
                raise
            log.exception("A sweep failed in one workspace.", extra={"sweep": name, "workspace": workspace_id})
    return total
