"""Feeds for calendar programs: RFC 5545, whose days, what they never say, moves and cancellations, revoking, limits."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dashboards.core.ics import Event, calendar_text, escaped, folded
from playbooks.actions.foresight.feeds import MOST_AN_HOUR
from playbooks.models import CalendarFeed, CalendarFeedUse
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Workspace
from tests.dashboards.test_calendar import add
from tests.dashboards.world import World, make_world

AT = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=2, roles=("renewal_manager",))


def made(client: Client, scope: str = "own") -> str:
    """The path of a feed just made."""
    html = client.post("/calendar/feeds/", {"scope": scope}).content.decode()
    return re.search(r"(/calendar/[^/<]+\.ics)", html)[1]


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


@pytest.mark.requirement(110)
def test_feed_shows_own_days_in_utc_without_contact_data(csm: Client, world: World, clock: datetime) -> None:
    add(world, clock.date() + timedelta(days=2), at=clock + timedelta(days=2), is_firm=False, moves=3)
    add(world, clock.date() + timedelta(days=3), "Not mine", owner=world.people["renewal_manager"])
    path = made(csm)
    answer = Client().get(path)
    text = unfolded(answer.content.decode())
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"DTSTART:{clock + timedelta(days=2):%Y%m%dT%H%M%SZ}" in text
    assert ("SEQUENCE:3" in text, "Call them" in text, "Not mine" in text) == (True, True, False)
    assert "@example" not in text


@pytest.mark.requirement(110)
def test_same_step_of_two_playbooks_on_one_renewal_is_two_entries(csm: Client, world: World, clock: datetime) -> None:
    """With one UID, a calendar program would keep whichever it read last."""
    first, second = (clock + timedelta(days=days) for days in (2, 5))
    add(world, first.date(), at=first, playbook_key="mid_market")
    add(world, second.date(), at=second, playbook_key="winback")
    lines = unfolded(Client().get(made(csm)).content.decode()).split("\r\n")
    uids = [line for line in lines if line.startswith("UID:")]
    assert (len(uids), len(set(uids))) == (2, 2)


def test_feed_of_the_team_shows_its_people(csm: Client, world: World, clock: datetime) -> None:
    """Without a team, a feed of the team is one's own days."""
    add(world, clock.date(), "Not mine", owner=world.people["renewal_manager"])
    assert "Not mine" not in Client().get(made(csm, "team")).content.decode()


def test_token_is_kept_as_a_hash_and_revoked_at_once(csm: Client, world: World) -> None:
    path = made(csm)
    with in_workspace(world.workspace.id, by=world.actor):
        feed = CalendarFeed.objects.get()
    assert path.removeprefix("/calendar/").removesuffix(".ics") not in str(vars(feed))
    assert Client().get(path).status_code == 200
    assert csm.post(f"/calendar/feeds/{feed.id}/revocation/").status_code == 302
    assert Client().get(path).status_code == 404


def test_feed_of_somebody_else_cannot_be_revoked_and_one_who_left_gets_nothing(
    csm: Client, world: World, client: Client
) -> None:
    path = made(csm)
    other = Client()
    other.force_login(world.people["renewal_manager"])
    with in_workspace(world.workspace.id, by=world.actor):
        feed = CalendarFeed.objects.get()
    other.post(f"/calendar/feeds/{feed.id}/revocation/")
    assert Client().get(path).status_code == 200
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["csm"]).update(is_active=False)
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "1-", "-x", "99999999999999999999999-x", "²-x", "1-guess"])
def test_token_nobody_made_is_not_found(db: None, token: str) -> None:
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_feed_is_cached_until_it_says_something_else(csm: Client, world: World, clock: datetime) -> None:
    path = made(csm)
    stamp = Client().get(path)["ETag"]
    assert Client().get(path, headers={"If-None-Match": stamp}).status_code == 304
    add(world, clock.date() + timedelta(days=1), at=clock + timedelta(days=1))
    assert Client().get(path, headers={"If-None-Match": stamp}).status_code == 200


def test_feed_asked_for_too_often_is_told_to_wait(csm: Client, world: World) -> None:
    path = made(csm)
    Client().get(path)
    with in_workspace(world.workspace.id, by=world.actor):
        CalendarFeedUse.objects.update(asked=MOST_AN_HOUR)
    answer = Client().get(path)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")


def test_scope_that_does_not_exist_makes_no_feed(csm: Client, world: World) -> None:
    csm.post("/calendar/feeds/", {"scope": "all"})
    with in_workspace(world.workspace.id, by=world.actor):
        assert CalendarFeed.objects.count() == 0


def test_event_is_written_as_the_standard_wants() -> None:
    event = Event(
        uid="1-2-call@perennial",
        on=date(2026, 3, 29),
        at=AT,
        summary="Call; then, write \\ back",
        description="First\nsecond",
        url="https://perennial.example/renewals/2/",
        moves=1,
        stamped_at=AT,
        is_cancelled=True,
    )
    lines = calendar_text("Acme", [event]).split("\r\n")
    assert lines[7:-3] == [
        "BEGIN:VEVENT",
        "UID:1-2-call@perennial",
        "SEQUENCE:1",
        "DTSTAMP:20260329T013000Z",
        "DTSTART:20260329T013000Z",
        "DTEND:20260329T014500Z",
        "SUMMARY:Call\\; then\\, write \\\\ back",
        "DESCRIPTION:First\\nsecond",
        "URL:https://perennial.example/renewals/2/",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
    ]
    assert (lines[0], lines[-3:]) == ("BEGIN:VCALENDAR", ["END:VEVENT", "END:VCALENDAR", ""])


@given(text=st.text())
def test_folded_line_is_short_and_comes_back_whole(text: str) -> None:
    line = f"SUMMARY:{escaped(text)}"
    parts = list(folded(line))
    assert all(len(part.encode()) <= 75 for part in parts)
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == line
    assert not re.search(r"[\r\n]", line)
