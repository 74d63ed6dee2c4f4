"""The clock was hours ahead and is put back: nothing waits for hours, and nothing is sent twice for it."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F

from playbooks.actions import execute, sending
from playbooks.actions.channels.circuits import is_shut, note_answer
from playbooks.actions.claim import claim_steps
from playbooks.actions.evidence import jumps_known
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.pump import Pump, pump
from playbooks.actions.sending import ServerWatch, resume_after_check
from playbooks.actions.told_reactions import MARK, react_to_signals
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Enrolment, Message, StepRun, TriggerMark
from playbooks.queries.cases import load_step_cases
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step, task_step

AHEAD = timedelta(hours=9)
LIMITS = EngineLimits()


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> None:
    """A watermark of its own."""
    settings.PERENNIAL_HOME = tmp_path


@pytest.fixture
def due(now: datetime) -> datetime:
    """When the step of these stories is due."""
    return now + timedelta(days=11)


def pause(workspace: Workspace, actor: Actor, *, at: datetime) -> None:
    with in_workspace(workspace.id, by=actor, now=at):
        pause_sending(reason="the clock jumped", by=actor, now=at)


def resume(workspace: Workspace, actor: Actor, *, at: datetime) -> None:
    with in_workspace(workspace.id, by=actor, now=at):
        resume_after_check(by=actor, now=at)


def put_back_and_resumed(workspace: Workspace, actor: Actor, channel: KeptChannel, *, at: datetime) -> int:
    """How many attempts there were once the clock is right, a person has resumed, and everybody has looked."""
    pause(workspace, actor, at=at)
    resume(workspace, actor, at=at)
    pump(Pump(clock=at, channel=channel))
    return len(channel.calls)


def test_retry_that_was_planned_ahead_leaves_when_a_person_resumes(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel
) -> None:
    enrol(email_step("hello", -90))
    channel.answers = [SendResult(receipt=Receipt.TRY_LATER, reason="busy")]
    pump(Pump(clock=due + AHEAD, channel=channel))
    pump(Pump(clock=due, channel=channel))
    assert len(channel.calls) == 1
    assert put_back_and_resumed(workspace, actor, channel, at=due) == 2


@pytest.mark.parametrize("is_paused", [True, False])
def test_step_that_was_put_off_ahead_is_looked_at_when_a_person_resumes(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel, is_paused: bool
) -> None:
    """For the pause of sending, or for its playbook's, which ended meanwhile."""
    enrol(email_step("hello", -90))
    with in_workspace(workspace.id, by=actor):
        Enrolment.objects.update(state="active" if is_paused else "paused")
    if is_paused:
        pause(workspace, actor, at=due + AHEAD)
    pump(Pump(clock=due + AHEAD, channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert StepRun.objects.get().due_at > due + AHEAD
        Enrolment.objects.update(state="active")
    assert put_back_and_resumed(workspace, actor, channel, at=due) == 1


def test_what_a_person_may_object_to_keeps_its_time(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel
) -> None:
    enrol(email_step("hello", -90, automation="veto_window", veto_hours=24, operator="csm"))
    pump(Pump(clock=due, channel=channel))
    assert put_back_and_resumed(workspace, actor, channel, at=due + timedelta(hours=1)) == 0
    pump(Pump(clock=due + timedelta(days=3, hours=1), channel=channel))
    assert len(channel.calls) == 1


def test_breaker_that_opened_ahead_lets_a_probe_through_when_a_person_resumes(
    workspace: Workspace, actor: Actor, due: datetime
) -> None:
    fault = SendResult(receipt=Receipt.TRY_LATER, reason="503", retry_after_seconds=60)
    with in_workspace(workspace.id, by=actor):
        note_answer(name="mail:kept", result=fault, by=actor, now=due + AHEAD)
        assert is_shut("mail:kept", now=due)
        resume_after_check(by=actor, now=due)
        assert not is_shut("mail:kept", now=due)


@pytest.mark.parametrize("kind", ["step", "message"])
def test_lease_of_a_machine_whose_clock_was_put_back_holds_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel, kind: str
) -> None:
    """A lease is told by the machine's clock; one that ends in nine hours was never given."""
    enrol(email_step("hello", -90))
    with in_workspace(workspace.id, by=actor, now=due):
        claimed = claim_steps(workspace_id=workspace.id, worker="dead", limits=LIMITS)
        if kind == "message":
            execute_steps(claimed, limits=LIMITS)
            Message.objects.update(
                state="sending", fence=1, attempts=1, sending_at=due, first_sending_at=due, lease_until=due
            )
        with connection.cursor() as cursor:
            for table, held in (("steprun", "claimed"), ("message", "sending")):
                cursor.execute(
                    f"UPDATE playbooks_{table} SET lease_until = clock_timestamp() + %s WHERE state = %s", [AHEAD, held]
                )
    pump(Pump(clock=due, channel=channel))
    pump(Pump(clock=due + timedelta(minutes=1), channel=channel))
    assert len(channel.calls) == 1


def test_lease_longer_than_any_may_be_is_refused() -> None:
    with pytest.raises(ValueError, match="longer than 600"):
        EngineLimits(lease_seconds=601)


@pytest.mark.parametrize("hours", [-1, 21])
def test_message_that_may_have_left_is_not_tried_again_once_its_key_may_be_forgotten(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel, hours: int
) -> None:
    """I12: whatever held it back, a pause too; a first attempt that lies ahead is as unsure as one long ago."""
    enrol(email_step("hello", -90))
    channel.answers = [SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")]
    pump(Pump(clock=due, channel=channel))
    assert put_back_and_resumed(workspace, actor, channel, at=due + timedelta(hours=hours)) == 1
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.get().state == "in_doubt"


def test_first_attempt_stays_as_long_ago_as_it_was_when_the_clock_goes_back(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, channel: KeptChannel
) -> None:
    enrol(email_step("hello", -90))
    channel.answers = [SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")]
    pump(Pump(clock=due, channel=channel))
    jumped(watch := looked(), by=-AHEAD)
    watch.look()
    with in_workspace(workspace.id, by=actor):
        first = Message.objects.get().first_sending_at
    assert round((due - first).total_seconds()) == AHEAD.total_seconds()


def looked() -> ServerWatch:
    """A program that has looked at its server."""
    watch = ServerWatch()
    watch.look()
    return watch


def jumped(*watches: ServerWatch, by: timedelta) -> None:
    """Let the clock jump, as these programs see it."""
    for watch in watches:
        watch.last = replace(watch.last, said=watch.last.said - by)


@pytest.mark.parametrize("by", [timedelta(seconds=75), timedelta(seconds=-90), AHEAD])
def test_program_that_looks_late_does_not_pause_again_what_a_person_resumed(
    workspace: Workspace, actor: Actor, now: datetime, by: timedelta
) -> None:
    """One program saw the jump and paused, a person resumed; the second looks only now, and then the clock jumps on."""
    first, second = looked(), looked()
    jumped(first, second, by=by)
    first.look()
    assert is_paused(workspace, actor)
    resume(workspace, actor, at=now)
    for watch in (second, first, second):
        watch.look()
        assert not is_paused(workspace, actor)
    jumped(second, by=by)
    second.look()
    assert is_paused(workspace, actor)


def test_second_jump_is_seen_by_whoever_wrote_the_first_one_down(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    first, second = looked(), looked()
    jumped(first, second, by=timedelta(seconds=75))
    first.look()
    resume(workspace, actor, at=now)
    jumped(first, second, by=timedelta(seconds=-90))
    second.look()
    first.look()
    assert is_paused(workspace, actor)


def test_jump_seen_by_two_at_once_is_written_down_once(
    workspace: Workspace, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second had read the number and the clock when the first wrote, and a person resumed: it is too late."""
    before = jumps_known()
    slow, quick = looked(), looked()
    jumped(slow, quick, by=timedelta(seconds=75))
    real = sending.add_jump

    def overtaken(*, known: int) -> bool:
        monkeypatch.setattr(sending, "add_jump", real)
        quick.look()
        resume(workspace, actor, at=now)
        return real(known=known)

    monkeypatch.setattr(sending, "add_jump", overtaken)
    slow.look()
    slow.look()
    assert (jumps_known() - before, is_paused(workspace, actor)) == (1, False)


def test_program_that_begins_between_a_jump_and_its_being_written_down_pauses_nothing(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """Its first look has the new clock and the old number."""
    first = looked()
    jumped(first, by=timedelta(seconds=75))
    late = looked()
    first.look()
    resume(workspace, actor, at=now)
    late.look()
    assert not is_paused(workspace, actor)


def is_paused(workspace: Workspace, actor: Actor) -> bool:
    """Whether sending is paused."""
    with in_workspace(workspace.id, by=actor):
        return Workspace.objects.get().sending_paused_at is not None


def test_step_whose_facts_are_read_while_a_person_resumes_is_not_put_off(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read as paused and written after the resumption would be found by nobody for an hour."""
    enrol(email_step("hello", -90))
    pause(workspace, actor, at=due)
    reads = []

    def read(step_run_ids, *, now):  # the signature of the real one
        cases = load_step_cases(step_run_ids, now=now)
        if not reads:
            resume_after_check(by=actor, now=due)
        reads.append(now)
        return cases

    monkeypatch.setattr(execute, "load_step_cases", read)
    with in_workspace(workspace.id, by=actor, now=due):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
        assert (StepRun.objects.get().state, len(reads)) == ("done", 2)


def test_reader_of_signals_whose_mark_lies_ahead_reads_on(workspace: Workspace, actor: Actor, due: datetime) -> None:
    with in_workspace(workspace.id, by=actor, now=due):
        react_to_signals(by=actor, now=due + AHEAD)
        react_to_signals(by=actor, now=due)
        assert TriggerMark.objects.get(name=MARK).seen_until_at < due


def test_pulse_of_a_dead_worker_that_lies_ahead_proves_no_progress(
    enrol: Enrol, workspace: Workspace, actor: Actor, due: datetime
) -> None:
    """A stall of everybody after the clock was put back costs no attempt."""
    enrol(task_step("call", -90))
    with in_workspace(workspace.id, by=actor, now=due), connection.cursor() as cursor:
        cursor.execute("INSERT INTO playbooks_enginepulse VALUES ('gone', clock_timestamp() + interval '9 hours', 1)")
        claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS)
        StepRun.objects.update(lease_until=F("claimed_at"))
        claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS, suspects=True)
        assert StepRun.objects.get().claims == 1
