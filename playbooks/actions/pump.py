"""Look for due work and do it. Anybody may pump at any time: a Celery task, a plain process, a command, a test.

Safe by construction: leases, fences and unique keys decide, so it needs no leader and no message broker.
"""

import logging
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from playbooks.actions.claim import ClaimedStep, bound_transaction, claim_steps
from playbooks.actions.evidence import beat, count
from playbooks.actions.execute import execute_steps
from playbooks.actions.fail import fail_step
from playbooks.actions.failpoints import pass_point
from playbooks.actions.jitter import jitter
from playbooks.actions.limits import EngineLimits, engine_limits
from playbooks.actions.send import Sender, send_messages
from playbooks.actions.sending import ServerWatch
from playbooks.channels.base import BARE, Channel
from playbooks.queries.channels import ChosenChannel, chosen_channel
from playbooks.queries.due import due_workspaces
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor

log = logging.getLogger(__name__)
TRIES_ON_CONFLICT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pump:
    """Who pumps, through which channel, within which limits. `clock` moves what is due; `only` one workspace.

    Without a `channel` each workspace's own is used. A `watch` looks at the server before anything leaves.
    """

    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}"[:80])
    channel: Channel | None = None
    limits: EngineLimits = field(default_factory=engine_limits)
    clock: datetime | None = None
    only: int | None = None
    watch: ServerWatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pumped:
    """What one call did: steps ended or put off, messages looked at, rounds over the workspaces."""

    steps: int
    messages: int
    rounds: int


def pump(machine: Pump, *, most_rounds: int = 1000) -> Pumped:
    """Work until nothing is due or `most_rounds` are over, one chunk per workspace in turn so that none starves."""
    steps = messages = rounds = 0
    while rounds < most_rounds:
        rounds += 1
        done = [_round(machine, each) for each in due_workspaces(clock=machine.clock) if machine.only in (None, each)]
        steps += sum(each[0] for each in done)
        messages += sum(each[1] for each in done)
        beat(socket.gethostname()[:80], steps=sum(each[0] for each in done))
        if not any(each != (0, 0) for each in done):
            break
    return Pumped(steps=steps, messages=messages, rounds=rounds)


def _round(machine: Pump, workspace_id: int) -> tuple[int, int]:
    by = system_actor(workspace_id, "cadence")
    steps = _run_chunk(machine, by, suspects=False) + _run_chunk(machine, by, suspects=True)
    return steps, _send_some(machine, by)


def _send_some(machine: Pump, by: Actor) -> int:
    """Send a workspace's share of this round; returns how many messages were looked at."""
    chosen = _chosen(machine, by)
    sender = Sender(
        worker=machine.worker,
        channel=chosen.channel,
        limits=machine.limits,
        by=by,
        clock=machine.clock,
        envelope=chosen.envelope,
    )
    looked_at = 0
    for _ in range(machine.limits.sends_per_round):
        if machine.watch is not None:
            machine.watch.look()
        sent = send_messages(sender)
        count((("reclaimed_send", sent.taken_over), ("fenced_send", sent.fenced)))
        looked_at += sent.looked_at
        if not sent.looked_at:
            break
    return looked_at


def _chosen(machine: Pump, by: Actor) -> ChosenChannel:
    if machine.channel is not None:
        return ChosenChannel(channel=machine.channel, envelope=BARE)
    with in_workspace(by.workspace_id, by=by, why="channel", now=machine.clock):
        return chosen_channel(by.workspace_id)


def _run_chunk(machine: Pump, by: Actor, *, suspects: bool) -> int:
    with in_workspace(by.workspace_id, by=by, why="claim", now=machine.clock):
        bound_transaction(machine.limits)
        claimed = claim_steps(
            workspace_id=by.workspace_id, worker=machine.worker, limits=machine.limits, suspects=suspects
        )
    if not claimed:
        return 0
    count((("reclaimed_step", sum(step.was_taken_over for step in claimed)),))
    pass_point("step_claimed")
    try:
        _execute_patiently(machine, by, claimed)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("A chunk of steps failed and is done one by one.", extra={"steps": len(claimed)})
        for step in claimed:
            _execute_alone(machine, by, step)
    return len(claimed)


def _execute_patiently(machine: Pump, by: Actor, claimed: Sequence[ClaimedStep]) -> None:
    """A deadlock or a lock that took too long is tried again, three times in all; then the lease ends by itself."""
    for _ in range(TRIES_ON_CONFLICT - 1):
        try:
            return _execute(machine, by, claimed)
        except OperationalError:
            if not connection.is_usable():
                raise
            time.sleep(jitter() / 5)
    return _execute(machine, by, claimed)


def _execute(machine: Pump, by: Actor, claimed: Sequence[ClaimedStep]) -> None:
    with in_workspace(by.workspace_id, by=by, why="step due", now=machine.clock):
        executed = execute_steps(claimed, limits=machine.limits)
    count((("fenced_step", executed.fenced), ("repeated_next", executed.repeated)))


def _execute_alone(machine: Pump, by: Actor, step: ClaimedStep) -> None:
    """One bad step never stops a sweep: it alone is put off, and set aside for a person after repeated failures."""
    try:
        _execute(machine, by, (step,))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("A step failed.", extra={"step_run": step.step_run_id})
        with in_workspace(by.workspace_id, by=by, why="step failed", now=machine.clock):
            fail_step(step=step, error=error, fraction=jitter(), by=by)


def pump_safely(machine: Pump, *, most_rounds: int = 1000) -> Pumped | None:
    """Pump, and survive a database that is away or busy: None then, and the connection is opened anew next time."""
    try:
        return pump(machine, most_rounds=most_rounds)
    except (DatabaseError, InterfaceError) as error:
        log.warning("The database did not answer; the leases end by themselves: %s", error)
        connection.close()
        return None
