"""The message that brings a proposal: once, to the person it is for, under the rules of every message."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from offers.actions.links import extend_link, withdraw_link
from offers.core.errors import ProposalNotSent
from offers.models import ProposalLink
from playbooks.actions.proposal_mail import send_proposal
from playbooks.actions.proposal_reminders import remind_of_proposals
from playbooks.actions.publish import publish_if_none
from playbooks.actions.pump import Pump, pump
from playbooks.models import Enrolment, Message, Task
from playbooks.queries.invariants import broken_invariants
from playbooks.queries.library import shipped_playbooks
from playbooks.queries.proposal_mail import proposal_mail
from renewals.models import Contact, Renewal, Suppression
from tests.dashboards.test_paper import inside, present, world
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World
from tests.playbooks.stories import KeptChannel

__all__ = ["world"]


def pumped(world: World) -> list[str]:
    """Return the texts that leave within a week, the rest of the world's messages left out."""
    channel = KeptChannel()
    for hours in range(8, 24 * 6, 12):
        pump(Pump(clock=world.now + timedelta(hours=hours), channel=channel))
    return [each.text_body for each in channel.calls if "valid until" in each.subject]


@pytest.fixture
def link(world: World) -> ProposalLink:
    present(world)
    with inside(world):
        return ProposalLink.objects.get()


def send(world: World, link: ProposalLink, *, now: datetime | None = None) -> Enrolment:
    with inside(world):
        return send_proposal(link_id=link.id, by=world.actor, now=now or world.now)


def test_proposal_is_sent_once_however_often_it_is_asked_for(world: World, link: ProposalLink, client: Client) -> None:
    assert send(world, link).id == send(world, link).id
    texts = pumped(world)
    assert (len(texts), "/proposal/" in texts[0]) == (1, True)
    with inside(world):
        mail = proposal_mail(link.id, renewal_id=Renewal.objects.get().id)
        assert broken_invariants() == ()
        assert (mail.state, Message.objects.get(id=mail.message_id).contact_id) == ("sent", link.contact_id)
        place = f"/renewals/{Renewal.objects.get().id}/proposal/"
    client.force_login(world.people["csm"])
    assert "Send it again" in words_of(client.get(place).content.decode())
    assert send(world, link, now=world.now + timedelta(days=8)).round == 2
    with inside(world):
        assert publish_if_none(by=world.actor, now=world.now) == len(shipped_playbooks())


def test_withdrawn_link_is_never_sent(world: World, link: ProposalLink) -> None:
    send(world, link)
    with inside(world):
        withdraw_link(link_id=link.id, reason="Wrong.", today=world.now.date(), by=world.actor, now=world.now)
    assert pumped(world) == []
    with pytest.raises(ProposalNotSent):
        send(world, link)


def test_person_who_wants_no_such_messages_gets_none_and_the_page_says_so(
    world: World, link: ProposalLink, client: Client
) -> None:
    with inside(world):
        Suppression.objects.create(
            workspace=world.workspace,
            contact=Contact.objects.get(id=link.contact_id),
            message_class="all",
            reason="unsubscribed",
            since_at=world.now,
        )
    send(world, link)
    assert pumped(world) == []
    client.force_login(world.people["csm"])
    with inside(world):
        place = f"/renewals/{Renewal.objects.get().id}/proposal/"
    assert "Not sent" in words_of(client.get(place).content.decode())


def test_proposal_that_runs_out_unanswered_is_one_task_until_it_is_extended(world: World, link: ProposalLink) -> None:
    last = link.valid_until_on

    def reminded(days: int) -> tuple[int, list[tuple[str, str]]]:
        with inside(world):
            changed = remind_of_proposals(today=last - timedelta(days=days), now=world.now)
            tasks = Task.objects.filter(origin_key__startswith="proposal-unanswered:").order_by("id")
            return changed, list(tasks.values_list("state", "due_on"))

    assert reminded(4) == (0, [])
    assert reminded(3) == (1, [("open", last)])
    assert reminded(0) == (0, [("open", last)])
    later = last + timedelta(days=20)
    with inside(world):
        extend_link(link_id=link.id, valid_until=later, today=last, by=world.actor, now=world.now)
    assert reminded(0) == (1, [("cancelled", last)])
    assert reminded(-30) == (1, [("cancelled", last), ("open", later)])
