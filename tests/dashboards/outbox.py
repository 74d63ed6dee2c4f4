"""Messages in every state for the tests of the pages that show them."""

from datetime import timedelta

from playbooks.models import Enrolment, Message, Playbook, PlaybookVersion, StepRun
from renewals.actions.scope import in_workspace
from renewals.models import Contact, Renewal
from tests.dashboards.world import World

STATES = ("draft", "queued", "sent", "in_doubt", "parked", "cancelled", "failed")


def make_messages(world: World, states: tuple[str, ...] = STATES) -> dict[str, int]:
    """Write one message per state to the first account's contact; returns their ids by state."""
    with in_workspace(world.workspace.id, by=world.actor, why="an outbox for the tests"):
        renewal = Renewal.objects.select_related("account").order_by("id")[0]
        enrolment = _enrolment(world, renewal)
        contact = Contact.objects.filter(account=renewal.account)[0]
        return {state: _message(world, enrolment, contact, state, place).id for place, state in enumerate(states)}


def _enrolment(world: World, renewal: Renewal) -> Enrolment:
    stamp = {"workspace": world.workspace, "created_at": world.now}
    playbook = Playbook.objects.create(key="strategic", name="Strategic renewals", updated_at=world.now, **stamp)
    version = PlaybookVersion.objects.create(
        workspace=world.workspace, playbook=playbook, number=1, definition={"key": "strategic"}, content_hash="0" * 64
    )
    return Enrolment.objects.create(
        workspace=world.workspace,
        playbook=playbook,
        version=version,
        account=renewal.account,
        renewal=renewal,
        occurrence=renewal.due_on,
        started_at=world.now,
        updated_at=world.now,
    )


def _message(world: World, enrolment: Enrolment, contact: Contact, state: str, place: int) -> Message:
    key = f"{enrolment.id}:{place}"
    step = StepRun.objects.create(
        workspace=world.workspace,
        enrolment=enrolment,
        version=enrolment.version,
        step_key=f"step_{place}",
        occurrence=enrolment.occurrence,
        kind="email",
        state="waiting",
        due_at=world.now,
        planned_at=world.now,
        due_local_on=world.now.date(),
        due_local_at=world.now.time(),
        due_zone="Europe/Berlin",
        created_at=world.now,
    )
    is_sent = state == "sent"
    return Message.objects.create(
        workspace=world.workspace,
        step_run=step,
        enrolment=enrolment,
        account=enrolment.account,
        contact=contact,
        dedup_key=key,
        idem_key=key,
        message_id=f"<{key}@acme.example>",
        message_class="relationship",
        to_address=contact.email,
        to_name=contact.name,
        subject=f"About your renewal, {state}",
        text_body="Dear Ines,\n\nshall we talk on Tuesday?",
        state=state,
        next_at=world.now - timedelta(minutes=5),
        not_after_at=world.now + timedelta(days=5),
        first_sending_at=world.now if is_sent else None,
        sent_at=world.now if is_sent else None,
        reasons=[{"code": "step", "playbook": "strategic v1", "outcome": "A date for the renewal meeting"}],
        created_at=world.now,
    )
