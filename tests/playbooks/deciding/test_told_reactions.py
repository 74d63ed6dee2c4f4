"""What an account does by itself and a source tells acts once, on every playbook, as its kind of reaction does."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from playbooks.actions.pump import Pump, pump
from playbooks.actions.reactions import record_reaction
from playbooks.actions.told_reactions import react_to_signals
from playbooks.models import Message, Reaction, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Touchpoint, Workspace
from signals.actions.intake import ensure_source, record_signals
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, email_step, task_step

pytestmark = pytest.mark.usefixtures("inside")
SOON = timedelta(minutes=1)
DRIFTS = {"anchor": {"from": "after_previous", "days": 20, "roll": "next_business_day"}}


def tell(world: World, by: Actor, at: datetime, kind: str, **more: Any) -> None:
    """A source tells what happened a minute ago, and the sweep hears it."""
    item = {
        "kind": kind,
        "external_id": f"{kind}-{at}",
        "account": world.account.external_id,
        "occurred_at": (at - timedelta(minutes=1)).isoformat(),
    }
    with in_workspace(by.workspace_id, by=by, now=at):
        ensure_source(workspace_id=by.workspace_id, key="crm", kind="api", by=by, now=at)
        record_signals(workspace_id=by.workspace_id, source_key="crm", items=[item | more], by=by, now=at)


@pytest.mark.requirement(26)
@pytest.mark.parametrize("kind", ["marketing.pricing_viewed", "relationship.seats_requested"])
def test_prices_looked_at_or_seats_asked_for_bring_a_drifting_step_forward_and_a_person_to_call(
    enrol: Enrol, actor: Actor, now: datetime, kind: str
) -> None:
    world, _ = enrol(email_step("hello", -100, **DRIFTS), due_in=170)
    assert react_to_signals(by=actor, now=now) == 0
    at = now + timedelta(hours=2)
    tell(world, actor, at, kind)
    assert react_to_signals(by=actor, now=at) == 1
    assert StepRun.objects.get(state="scheduled").due_at == at
    assert Task.objects.get().title == "Talk to them: they look at buying"
    reaction = Reaction.objects.get()
    assert (reaction.kind, reaction.evidence["said"]) == ("buying_signal", kind)


@pytest.mark.requirement(26)
def test_contract_date_stays_where_it_is_however_much_they_want_to_buy(
    enrol: Enrol, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(email_step("hello", -60), due_in=170)
    react_to_signals(by=actor, now=now)
    before = StepRun.objects.get().due_at
    tell(world, actor, now + SOON, "marketing.pricing_viewed")
    assert react_to_signals(by=actor, now=now + SOON) == 1
    assert StepRun.objects.get().due_at == before


@pytest.mark.requirement(26, 87)
def test_meeting_booked_elsewhere_holds_messages_until_the_day_after_it_and_no_task(
    enrol: Enrol, actor: Actor, now: datetime, inside: Workspace
) -> None:
    """The meeting is on Wednesday; a message is due on Tuesday, a task on Wednesday."""
    world, _ = enrol(email_step("hello", -99), task_step("call", -98), due_in=100)
    react_to_signals(by=actor, now=now)
    meets_on = (now + timedelta(days=2)).date()
    tell(world, actor, now + SOON, "relationship.meeting_booked", subject=meets_on.isoformat())
    assert react_to_signals(by=actor, now=now + SOON) == 1
    channel, left = KeptChannel(), []
    for days in range(1, 5):
        pump(Pump(clock=now + timedelta(days=days), channel=channel))
        left.append(len(channel.calls))
    assert left == [0, 0, 1, 1]
    assert Message.objects.get().sent_at.date() == meets_on + timedelta(days=1)
    assert Task.objects.filter(step_run__step_key="call").count() == 1


@pytest.mark.requirement(26, 87)
def test_reply_that_a_source_tells_hushes_every_playbook_of_the_account_and_asks_a_person_to_answer(
    enrol: Enrol, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(email_step("hello", -99), task_step("call", -98), due_in=100)
    react_to_signals(by=actor, now=now)
    at = now + timedelta(hours=2)
    tell(world, actor, at, "relationship.reply", subject="Re: hello")
    assert [react_to_signals(by=actor, now=at + each * SOON) for each in (0, 1)] == [1, 0]
    channel = KeptChannel()
    for days in range(1, 5):
        pump(Pump(clock=now + timedelta(days=days), channel=channel))
    assert channel.calls == []
    assert Task.objects.filter(title="Answer their reply", state="open").count() == 1
    assert Task.objects.filter(step_run__step_key="call").count() == 1
    touch = Touchpoint.objects.get(direction="inbound")
    assert (touch.subject, touch.occurred_at) == ("Re: hello", at - SOON)


def by_mail(world: World, actor: Actor, at: datetime, *, key: str = "mail-1") -> bool:
    """A reply comes to the mailbox; whether it acts."""
    recorded = record_reaction(
        by=actor,
        now=at,
        account_id=world.account.id,
        contact_id=world.contact.id,
        kind="reply",
        occurred_at=at,
        evidence={"key": key},
    )
    return not recorded.is_repeat


def by_source(world: World, actor: Actor, at: datetime) -> bool:
    """A source tells of a reply, and the sweep hears it twice; whether it acts."""
    tell(world, actor, at, "relationship.reply", occurred_at=at.isoformat())
    found, again = (react_to_signals(by=actor, now=at) for _ in range(2))
    assert again == 0
    return found == 1


@pytest.mark.parametrize("order", [(by_mail, by_source), (by_source, by_mail)])
@pytest.mark.parametrize(("apart", "acts_again"), [(timedelta(minutes=50), False), (timedelta(hours=2), True)])
def test_reply_that_came_by_mail_and_is_told_by_a_source_as_well_acts_once(
    enrol: Enrol, actor: Actor, now: datetime, order: tuple, apart: timedelta, acts_again: bool
) -> None:
    """Whichever comes first; what is hours apart is another reply. Both are kept."""
    world, _ = enrol(email_step("hello", -99), due_in=100)
    react_to_signals(by=actor, now=now)
    first, second = order
    at = now + SOON
    assert (first(world, actor, at), second(world, actor, at + apart)) == (True, acts_again)
    assert Touchpoint.objects.filter(direction="inbound").count() == 1 + acts_again
    assert Reaction.objects.filter(applied_at__isnull=False).count() == 2


@pytest.mark.parametrize("order", ["mmss", "ssmm", "msms", "smms"])
def test_two_replies_of_one_hour_act_twice_however_they_are_told(
    enrol: Enrol, actor: Actor, now: datetime, order: str
) -> None:
    """One mail stands for one telling: a second reply is not swallowed by the first."""
    world, _ = enrol(email_step("hello", -99), due_in=100)
    react_to_signals(by=actor, now=now)
    acts = []
    for turn, way in enumerate(order):
        at = now + (turn + 1) * timedelta(minutes=5)
        acts.append(by_mail(world, actor, at, key=f"mail-{turn}") if way == "m" else by_source(world, actor, at))
    assert sum(acts) == 2


@pytest.mark.requirement(19)
def test_sweep_that_is_repeated_acts_once_and_old_news_not_at_all(enrol: Enrol, actor: Actor, now: datetime) -> None:
    world, _ = enrol(email_step("hello", -100, **DRIFTS), due_in=170)
    react_to_signals(by=actor, now=now)
    tell(world, actor, now + SOON, "marketing.pricing_viewed")
    long_ago = (now - timedelta(days=8)).isoformat()
    tell(world, actor, now + SOON, "relationship.seats_requested", occurred_at=long_ago)
    assert [react_to_signals(by=actor, now=now + each * SOON) for each in range(1, 4)] == [1, 0, 0]
    assert (Reaction.objects.count(), Task.objects.count()) == (1, 1)
