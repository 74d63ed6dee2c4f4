"""What is not wanted any more: cancelled where it certainly has not left, in doubt for a person where it may have."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest

from playbooks.actions.messages import cancel_message, object_to_message
from playbooks.actions.pump import Pump, pump
from playbooks.actions.reactions import record_reaction
from playbooks.actions.stop import stop_enrolment
from playbooks.actions.suppressed import suppress_addresses
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Message, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, broken_in, email_step, task_step

Way = Callable[[Message, Actor, datetime], object]
LOST = SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")
REFUSED_FOR_NOW = SendResult(receipt=Receipt.TRY_LATER, reason="busy")


def reacted(kind: str) -> Way:
    numbers = count()
    return lambda message, by, now: record_reaction(
        by=by,
        now=now,
        account_id=message.account_id,
        contact_id=message.contact_id,
        kind=kind,
        occurred_at=now,
        evidence={"key": f"{kind}-{next(numbers)}"},
    )


WAYS: dict[str, Way] = {
    "the playbook ends": lambda message, by, now: stop_enrolment(
        enrolment_id=message.enrolment_id, reason="owner_asked", by=by, now=now
    ),
    "they unsubscribe": lambda message, by, now: unsubscribe(contact_id=message.contact_id, by=by, now=now),
    "their address is shut": lambda message, by, now: suppress_addresses(
        addresses=[message.to_address], message_class="relationship", why=("manual", "They asked."), by=by, now=now
    ),
    "their address is dead": reacted("bounce_hard"),
    "a reply hushes it": reacted("reply"),
    "a complaint hushes it": reacted("complaint"),
    "a person calls it off": lambda message, by, now: cancel_message(message_id=message.id, by=by, now=now),
    "a person objects": lambda message, by, now: object_to_message(message_id=message.id, why="No", by=by, now=now),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("answer", "state"), [(LOST, "in_doubt"), (REFUSED_FOR_NOW, "cancelled")])
def test_message_that_is_not_wanted_is_cancelled_only_if_it_certainly_has_not_left(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, way: str, answer: SendResult, state: str
) -> None:
    """I12: it waits for its next try and is called off before it, twice. It is never tried again."""
    enrol(email_step("hello", -90), task_step("call", -60))
    channel = KeptChannel(answers=[answer])
    later = now + timedelta(days=10, hours=1)
    pump(Pump(clock=later, channel=channel))
    with in_workspace(workspace.id, by=actor, now=later):
        message = Message.objects.get()
        assert (message.state, message.may_have_left) == ("queued", answer is LOST)
        WAYS[way](message, actor, later)
    with in_workspace(workspace.id, by=actor, now=later):
        assert Message.objects.get().state == state
        asked = Task.objects.filter(message=message, state="open").values_list("title", flat=True)
        assert [title.split("?")[0] for title in asked] == (["Did it arrive"] if state == "in_doubt" else [])
    assert broken_in(workspace) == ()
    pump(Pump(clock=later + timedelta(hours=1), channel=channel))
    assert len(channel.calls) == 1
    assert broken_in(workspace) == ()
