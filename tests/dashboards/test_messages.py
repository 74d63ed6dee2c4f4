"""The messages: what was sent and why, counted by state, and what a person decides about one."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.pump import Pump, pump
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Message
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from renewals.queries.clock import database_now
from tests.dashboards.outbox import STATES, make_messages
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world
from tests.playbooks.stories import KeptChannel, email_step, enrol_account

ROLES = ("cs_manager", "sales", "auditor", "finance", "admin")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=ROLES)


@pytest.fixture
def outbox(world: World) -> dict[str, int]:
    return make_messages(world)


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def reload(world: World, message_id: int) -> Message:
    with in_workspace(world.workspace.id, by=world.actor):
        return Message.objects.get(id=message_id)


def test_no_message_yet_says_why_and_leads_to_the_queue(csm: Client) -> None:
    html = csm.get("/messages/").content.decode()
    assert "Nothing has been written yet" in html
    assert 'class="button button-primary" href="/queue/"' in html


def test_tabs_count_the_rows_they_lead_to(csm: Client, outbox: dict[str, int]) -> None:
    html = csm.get("/messages/").content.decode()
    found = re.findall(r'<a class="tab" href="([^"]+)"[^>]*>([^<]+)<span class="tag">([^<]+)</span>', html)
    assert [(words, count) for _, words, count in found] == [
        ("All", "7"),
        ("Waiting for you", "3"),
        ("Waiting for somebody", "3"),
        ("On the way", "1"),
        ("Sent", "1"),
        ("Did not leave", "2"),
    ]
    for href, _, count in found:
        rows = csm.get(href).content.decode().split("<tbody>")[1].count("<tr>")
        assert rows == int(count)
    assert "3 messages wait for you" in words_of(html)


def test_message_is_shown_in_full_with_its_reasons(csm: Client, outbox: dict[str, int]) -> None:
    said = words_of(csm.get(f"/messages/{outbox['sent']}/").content.decode())
    for part in (
        "About your renewal, sent",
        "shall we talk on Tuesday?",
        "Ines Kovač",
        "ines0@customer.example",
        "Strategic renewals, version 1",
    ):
        assert part in said
    assert "Send this message" not in said


@pytest.mark.parametrize(
    ("before", "noun", "after"),
    [
        ("draft", "approval", "queued"),
        ("parked", "approval", "queued"),
        ("draft", "cancellation", "cancelled"),
        ("queued", "cancellation", "cancelled"),
        ("in_doubt", "loss", "cancelled"),
    ],
)
def test_decision_changes_the_state_once(
    before: str, noun: str, after: str, csm: Client, world: World, outbox: dict[str, int]
) -> None:
    address = f"/messages/{outbox[before]}/{noun}/"
    assert csm.post(address)["Location"] == f"/messages/{outbox[before]}/"
    once = reload(world, outbox[before])
    assert once.state == after
    csm.post(address)
    twice = reload(world, outbox[before])
    assert (twice.state, twice.reasons, twice.next_at) == (once.state, once.reasons, once.next_at)


def test_calling_off_what_may_have_left_leaves_it_in_doubt_and_says_so(
    workspace: Workspace, actor: Actor, now: datetime, client: Client
) -> None:
    made, _ = enrol_account(workspace, actor, now, email_step("hello", -90), key="Z-1")
    lost = KeptChannel(answers=[SendResult(receipt=Receipt.UNKNOWN, reason="connection dropped")])
    pump(Pump(clock=now + timedelta(days=10, hours=1), channel=lost))
    with in_workspace(workspace.id, by=actor):
        number = Message.objects.get(account=made.account).id
    client.force_login(made.owner)
    said = words_of(client.post(f"/messages/{number}/cancellation/", follow=True).content.decode())
    assert "It is not tried again. An earlier attempt may have reached them" in said
    assert "It will not be sent." not in said
    with in_workspace(workspace.id, by=actor):
        assert Message.objects.get(id=number).state == "in_doubt"


def test_message_in_doubt_that_arrived_counts_as_sent(csm: Client, world: World, outbox: dict[str, int]) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        Message.objects.filter(id=outbox["in_doubt"]).update(first_sending_at=world.now)
    csm.post(f"/messages/{outbox['in_doubt']}/arrival/")
    assert reload(world, outbox["in_doubt"]).state == "sent"


@pytest.mark.parametrize(("state", "noun"), [("sent", "cancellation"), ("sent", "approval"), ("failed", "approval")])
def test_decision_that_comes_too_late_is_refused_in_words(
    state: str, noun: str, csm: Client, world: World, outbox: dict[str, int]
) -> None:
    answer = csm.post(f"/messages/{outbox[state]}/{noun}/", follow=True)
    assert f"The message is {state}." in words_of(answer.content.decode())
    assert reload(world, outbox[state]).state == state


def test_decision_takes_a_post(csm: Client, world: World, outbox: dict[str, int]) -> None:
    assert csm.get(f"/messages/{outbox['draft']}/approval/")["Location"] == f"/messages/{outbox['draft']}/"
    assert reload(world, outbox["draft"]).state == "draft"


@pytest.mark.requirement(78)
def test_auditor_reads_messages_without_addresses_and_decides_nothing(
    world: World, outbox: dict[str, int], client: Client
) -> None:
    client.force_login(world.people["auditor"])
    html = client.get("/messages/").content.decode() + client.get(f"/messages/{outbox['draft']}/").content.decode()
    assert "About your renewal, draft" in html
    assert "customer.example" not in html
    assert "Send this message" not in html
    assert client.post(f"/messages/{outbox['draft']}/approval/").status_code == 403


def test_colleague_who_does_not_own_the_account_sees_nothing_of_it(
    world: World, outbox: dict[str, int], client: Client
) -> None:
    client.force_login(world.people["sales"])
    assert "About your renewal" not in client.get("/messages/").content.decode()
    assert client.get(f"/messages/{outbox['draft']}/").status_code == 404


def test_role_without_the_right_is_refused(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    assert client.get("/messages/").status_code == 403


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    for page in ("/messages/", "/messages/1/"):
        assert client.get(page)["Location"].startswith("/accounts/login/")


def test_message_of_another_workspace_does_not_exist(
    outbox: dict[str, int], world: World, other_workspace: Workspace, clock: datetime, client: Client
) -> None:
    client.force_login(make_world(other_workspace, now=clock, accounts=1).people["csm"])
    answers = [client.get(f"/messages/{outbox['draft']}/"), client.get("/messages/")]
    answers += [client.post(f"/messages/{outbox['draft']}/{noun}/") for noun in ("approval", "cancellation", "arrival")]
    assert [answer.status_code for answer in answers] == [404, 200, 404, 404, 404]
    assert not [answer for answer in answers if b"About your renewal" in answer.content]
    assert reload(world, outbox["draft"]).state == "draft"


@pytest.mark.parametrize("number", [1, 3])
# The page of one message asks three more tables since channels came: what providers told, what came back, and edits.
@pytest.mark.parametrize(("page", "queries"), [("/messages/", 12), ("/messages/{}/", 15)])
def test_page_asks_the_same_number_of_queries_for_one_and_three(
    page: str, queries: int, number: int, world: World, csm: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = make_messages(world, STATES[:number])
    address = page.format(made["draft"])
    csm.get(address)
    with django_assert_num_queries(queries):
        csm.get(address)


def veto(world: World, message_id: int, *, hours: int) -> None:
    """Give a queued message a veto window that ends so many hours from now."""
    until = database_now() + timedelta(hours=hours)
    with in_workspace(world.workspace.id, by=world.actor):
        Message.objects.filter(id=message_id).update(veto_until_at=until, next_at=until)


@pytest.mark.requirement(12)
def test_message_in_its_veto_window_tells_the_end_and_takes_an_edit(
    csm: Client, world: World, outbox: dict[str, int]
) -> None:
    place = outbox["queued"]
    veto(world, place, hours=5)
    html = csm.get(f"/messages/{place}/").content.decode()
    assert ("It leaves by itself unless somebody objects" in html, "Send it now" in html) == (True, True)
    before = reload(world, place)
    text = f"{before.text_body}\nAnd a line more."
    assert csm.post(f"/messages/{place}/words/", {"subject": before.subject, "text": text}).status_code == 302
    after = reload(world, place)
    assert "And a line more." in after.text_body
    assert (after.state, after.veto_until_at, after.next_at) == ("queued", before.veto_until_at, before.next_at)
    assert "<ins>And a line more.</ins>" in csm.get(f"/messages/{place}/").content.decode()


@pytest.mark.requirement(12)
def test_message_whose_veto_window_is_over_takes_no_edit(csm: Client, world: World, outbox: dict[str, int]) -> None:
    place = outbox["queued"]
    veto(world, place, hours=-1)
    before = reload(world, place).text_body
    assert csm.post(f"/messages/{place}/words/", {"subject": "New", "text": "New words"}).status_code == 422
    assert reload(world, place).text_body == before
