"""Two connections at once: a send or an execution and what must be ordered against it, both ways round."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from playbooks.actions.claim import claim_steps
from playbooks.actions.execute import execute_steps
from playbooks.actions.limits import EngineLimits
from playbooks.actions.messages import cancel_message
from playbooks.actions.pump import Pump, pump, pump_safely
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.models import Enrolment, Message, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor, system_actor
from renewals.models import Renewal
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, broken_in, email_step, enrol_account, task_step
from tests.plugins.database import make_workspace

LIMITS = EngineLimits()
Act = Callable[[World, Enrolment, Actor, datetime], object]


def close_renewal(world: World, _enrolment: Enrolment, _by: Actor, now: datetime) -> None:
    """What closing a renewal does to its row."""
    row = Renewal.objects.select_for_update().get(id=world.renewal.id)
    row.stage, row.forecast_category, row.closed_on, row.final_amount = "closed", "closed", now.date(), Decimal(0)
    row.save()


AGAINST_SENDING: dict[str, Act] = {
    "stop": lambda _w, e, by, now: stop_enrolment(enrolment_id=e.id, reason="asked", by=by, now=now),
    "unsubscribe": lambda w, _e, by, now: unsubscribe(contact_id=w.contact.id, by=by, now=now),
    "suppress": lambda w, _e, by, now: add_suppression(contact_id=w.contact.id, origin="hard_bounce", by=by, now=now),
    "pause": lambda _w, _e, by, now: pause_sending(reason="asked", by=by, now=now),
    "call off": lambda _w, _e, by, now: cancel_message(message_id=Message.objects.get().id, by=by, now=now),
    "close": close_renewal,
}


@pytest.fixture
def world(committed: None, now: datetime) -> Iterator[tuple[World, Enrolment, Actor, datetime]]:
    """A committed workspace whose message waits to be sent."""
    workspace = make_workspace("race")
    by = system_actor(workspace.id, "race")
    made, enrolment = enrol_account(workspace, by, now, email_step("hello", -90), task_step("call", -60))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=by, now=later):
        execute_steps(claim_steps(workspace_id=workspace.id, worker="w", limits=LIMITS), limits=LIMITS)
    yield made, enrolment, by, later


def elsewhere(work: Callable[[], object]) -> object:
    """Do something on a connection of its own and wait for it."""

    def _alone() -> object:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(_alone).result(timeout=30)


@pytest.mark.parametrize("name", list(AGAINST_SENDING))
def test_send_waits_for_whoever_holds_the_row_and_then_obeys(
    world: tuple[World, Enrolment, Actor, datetime], name: str
) -> None:
    """I9, I10: an act that has begun but not committed keeps the message; committed, it never leaves."""
    made, enrolment, by, later = world
    channel = KeptChannel()
    with in_workspace(made.workspace.id, by=by, now=later):
        AGAINST_SENDING[name](made, enrolment, by, later)
        elsewhere(lambda: pump(Pump(clock=later, channel=channel)))
        assert channel.calls == []
    pump(Pump(clock=later, channel=channel))
    assert channel.calls == []


@pytest.mark.parametrize("name", ["stop", "unsubscribe", "pause", "close"])
def test_act_after_the_mark_lets_the_message_in_flight_arrive(
    world: tuple[World, Enrolment, Actor, datetime], name: str
) -> None:
    """The other order: the message was marked first, so the act commits at once and one message arrives."""
    made, enrolment, by, later = world

    def act(_message: object) -> None:
        def _inside() -> None:
            with in_workspace(made.workspace.id, by=by, now=later):
                AGAINST_SENDING[name](made, enrolment, by, later)

        elsewhere(_inside)

    channel = KeptChannel(before_answer=act)
    pump(Pump(clock=later, channel=channel), most_rounds=1)
    channel.before_answer = None
    pump(Pump(clock=later, channel=channel))
    with in_workspace(made.workspace.id, by=by):
        assert (len(channel.calls), Message.objects.get().state) == (1, "sent")


def test_call_off_of_a_message_in_flight_is_refused(world: tuple[World, Enrolment, Actor, datetime]) -> None:
    """What has left cannot be called off, and the refusal says so."""
    made, _, by, later = world
    said: list[str] = []

    def call_off(_message: object) -> None:
        def _inside() -> None:
            with in_workspace(made.workspace.id, by=by, now=later):
                try:
                    cancel_message(message_id=Message.objects.get().id, by=by, now=later)
                except Exception as error:  # the refusal is what the test reads
                    said.append(type(error).__name__)

        elsewhere(_inside)

    pump(Pump(clock=later, channel=KeptChannel(before_answer=call_off)), most_rounds=1)
    assert said == ["MessageGone"]


def test_stop_during_execution_wins_or_loses_whole(committed: None, now: datetime) -> None:
    """A stop holding the enrolment keeps the claimed step waiting; then the step is skipped, with no effect."""
    workspace = make_workspace("race")
    by = system_actor(workspace.id, "race")
    _, enrolment = enrol_account(workspace, by, now, task_step("call", -90))
    later = now + timedelta(days=11)
    with in_workspace(workspace.id, by=by, now=later):
        claimed = claim_steps(workspace_id=workspace.id, worker="one", limits=LIMITS)

    def run() -> object:
        with in_workspace(workspace.id, by=by, now=later):
            return execute_steps(claimed, limits=LIMITS)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with in_workspace(workspace.id, by=by, now=later):
            stop_enrolment(enrolment_id=enrolment.id, reason="asked", by=by, now=later)
            waiting = pool.submit(run)
        assert waiting.result(timeout=30).fenced == 1
        pool.submit(connections.close_all).result()
    with in_workspace(workspace.id, by=by):
        assert (StepRun.objects.get().state, Task.objects.count()) == ("skipped", 0)
    assert broken_in(workspace) == ()


def test_four_pumps_at_once_do_each_step_once(committed: None, now: datetime) -> None:
    """Sixty steps and thirty messages, four pumps, one effect each."""
    workspace = make_workspace("race")
    by = system_actor(workspace.id, "race")
    for number in range(30):
        enrol_account(workspace, by, now, email_step("hello", -90), task_step("call", -89), key=f"A-{number}")
    later = now + timedelta(days=11)
    channels = [KeptChannel() for _ in range(4)]
    small = EngineLimits(steps_per_claim=3, messages_per_claim=3)

    def work(channel: KeptChannel) -> None:
        try:
            pump(Pump(clock=later, channel=channel, limits=small))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(work, channels))
    pump(Pump(clock=later, channel=channels[0]))
    keys = [call.idem_key for channel in channels for call in channel.calls]
    assert (len(keys), len(set(keys))) == (30, 30)
    with in_workspace(workspace.id, by=by):
        assert Task.objects.count() == 30
        assert set(StepRun.objects.values_list("state", flat=True)) == {"done"}
    assert broken_in(workspace) == ()


def test_connection_that_was_cut_is_opened_anew_and_nothing_is_done_twice(
    world: tuple[World, Enrolment, Actor, datetime],
) -> None:
    """A failover ends every kept connection, here between the departure of a message and our note of it."""
    made, _, _, later = world

    def cut(_message: object) -> None:
        with connection.cursor() as own:
            own.execute("SELECT pg_backend_pid()")
            number = own.fetchone()[0]

        def end() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [number])

        elsewhere(end)

    channel = KeptChannel(before_answer=cut)
    assert pump_safely(Pump(clock=later, channel=channel)) is None
    channel.before_answer = None
    with in_workspace(made.workspace.id, by=system_actor(made.workspace.id, "race")):
        assert Message.objects.get().state == "sending"
        Message.objects.update(lease_until=later - timedelta(days=400))
    for hours in range(3):
        pump_safely(Pump(clock=later + timedelta(hours=hours), channel=channel))
    assert len({call.idem_key for call in channel.calls}) == 1
    with in_workspace(made.workspace.id, by=system_actor(made.workspace.id, "race")):
        assert Message.objects.get().state == "sent"
    assert broken_in(made.workspace) == ()


def test_clock_that_jumps_hours_both_ways_repeats_nothing(world: tuple[World, Enrolment, Actor, datetime]) -> None:
    """The server's clock goes back, then far ahead, then right again: leases move with it, effects stay single."""
    made, _, by, later = world
    channel = KeptChannel()
    for hours in (-9, 0, -5, 7, -7, 0, 7):
        with in_workspace(made.workspace.id, by=by, now=later):
            StepRun.objects.filter(state="claimed").update(lease_until=later - timedelta(days=400))
        pump(Pump(clock=later + timedelta(hours=hours), channel=channel))
        assert broken_in(made.workspace) == ()
    pump(Pump(clock=later + timedelta(days=40), channel=channel))
    with in_workspace(made.workspace.id, by=by):
        assert list(Message.objects.values_list("state", flat=True)) == ["sent"]
        assert Task.objects.filter(step_run__isnull=False).count() == 1
    assert len(channel.calls) == 1


def test_lock_order_is_the_same_everywhere(world: tuple[World, Enrolment, Actor, datetime]) -> None:
    """A stop while the step's execution holds the enrolment waits and then finds nothing to send: no deadlock."""
    made, enrolment, by, later = world
    with ThreadPoolExecutor(max_workers=1) as pool:
        with in_workspace(made.workspace.id, by=by, now=later), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM playbooks_enrolment WHERE id = %s FOR NO KEY UPDATE", [enrolment.id])

            def stop() -> None:
                with in_workspace(made.workspace.id, by=by, now=later):
                    stop_enrolment(enrolment_id=enrolment.id, reason="asked", by=by, now=later)
                connections.close_all()

            waiting = pool.submit(stop)
            cursor.execute("UPDATE playbooks_message SET reasons = '[]'")
        waiting.result(timeout=30)
    with in_workspace(made.workspace.id, by=by):
        assert Message.objects.get().state == "cancelled"
