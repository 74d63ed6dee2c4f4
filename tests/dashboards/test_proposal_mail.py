"""The message that brings a proposal: once, to the person it is for, under the rules of every message."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from offers.actions.closing import close_as_approved
from offers.actions.links import extend_link, withdraw_link
from offers.core.errors import ProposalNotSent
from offers.models import ProposalLink
from playbooks.actions.proposal_mail import send_proposal
from playbooks.actions.proposal_reminders import remind_of_proposals
from playbooks.actions.publish import publish_if_none
from playbooks.actions.pump import Pump, pump
from playbooks.actions.stop import stop_closed
from playbooks.models import Enrolment, Message, Task
from playbooks.queries.invariants import broken_invariants
from playbooks.queries.library import shipped_playbooks
from playbooks.queries.proposal_mail import proposal_mail
from renewals.actions.closing import ClosingOrder
from renewals.actions.win_backs import WinBackAnswer, WinBackPlan, answer_win_back, plan_win_back
from renewals.core.records import OutcomeRow
from renewals.models import Contact, LossReview, Renewal, Suppression, Touchpoint
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


@pytest.fixture
def back(world: World) -> ProposalLink:
    """The link of a proposal to an account that left a while ago, whose win-back another person has."""
    with inside(world):
        row = Renewal.objects.get()
        said = {"final_amount": Decimal(0), "primary_reason": "price", "is_lost": True}
        order = ClosingOrder(outcome=OutcomeRow(renewal_id=row.id, decided_on=world.now.date(), **said))
        review = close_as_approved(order=order, by=world.actor, now=world.now).review
        plan = WinBackPlan(owner_id=world.people["renewal_manager"].id, win_back_on=world.now.date())
        plan_win_back(review_id=review.id, plan=plan, by=world.actor, now=world.now)
    present(world)
    with inside(world):
        return ProposalLink.objects.get()


@pytest.mark.requirement(52)
def test_win_back_is_sent_once_by_who_asks_them_and_leaves_a_touch(
    world: World, back: ProposalLink, client: Client
) -> None:
    client.force_login(world.people["renewal_manager"])
    with inside(world):
        place = f"/renewals/{Renewal.objects.get().id}/proposal/"
    assert "Send it by mail" in words_of(client.get(place).content.decode())
    for _ in range(2):
        assert client.post(f"{place}link/message/").status_code == 302
    with inside(world):
        assert stop_closed(by=world.actor, now=world.now) == 0
    texts = pumped(world)
    assert (len(texts), "glad to work with you again" in texts[0], "/proposal/" in texts[0]) == (1, True, True)
    assert str(world.people["renewal_manager"].name) in texts[0]
    with inside(world):
        message = Message.objects.get(id=proposal_mail(back.id, renewal_id=back.proposal.renewal_id).message_id)
        touch = Touchpoint.objects.get(subject=message.subject, renewal_id=back.proposal.renewal_id)
        assert (message.state, message.contact_id, touch.contact_id) == ("sent", back.contact_id, back.contact_id)
        assert broken_invariants() == ()
    assert "Send it again" in words_of(client.get(place).content.decode())


def test_win_back_that_is_answered_before_its_mail_left_sends_nothing(world: World, back: ProposalLink) -> None:
    run = send(world, back)
    with inside(world):
        said = WinBackAnswer(result="declined", asked_on=world.now.date())
        answer_win_back(review_id=LossReview.objects.get().id, answer=said, by=world.actor, now=world.now)
        assert [stop_closed(by=world.actor, now=world.now) for _ in range(2)] == [1, 0]
    assert pumped(world) == []
    with inside(world):
        run.refresh_from_db()
        assert (run.state, run.ended_reason) == ("exited", "renewal_closed")


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
