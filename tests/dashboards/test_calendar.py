"""The calendar: what is ahead by day, whose it is, what is not firm, and work against capacity."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dashboards.core.calendar import next_quarter, span_of, weeks_of
from playbooks.models import ProjectedTouch
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Renewal, User, Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("cs_manager", "sales", "product_viewer", "renewal_manager")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=4, roles=ROLES)


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def add(world: World, on: date, name: str = "Call them", *, owner: User | None = None, **changes: object) -> None:
    """One projected task of the first renewal."""
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        values = {
            "workspace": world.workspace,
            "renewal": renewal,
            "account_id": renewal.account_id,
            "owner": owner or world.people["csm"],
            "playbook_key": "strategic",
            "step_key": name.lower().replace(" ", "_"),
            "name": name,
            "intended_outcome": "It is settled",
            "kind": "task",
            "effect": "task",
            "at": datetime.combine(on, time(9), tzinfo=world.now.tzinfo),
            "local_on": on,
            "local_at": time(9),
            "zone": "Europe/Berlin",
            "zone_of": "account",
            "is_firm": True,
        }
        ProjectedTouch.objects.create(**values | changes)


@pytest.mark.requirement(110)
def test_agenda_shows_time_owner_outcome_and_what_is_not_firm(csm: Client, world: World, clock: datetime) -> None:
    add(world, clock.date() + timedelta(days=2), is_firm=False, loose=[{"code": "loose_follows"}])
    words = words_of(csm.get("/calendar/?view=agenda").content.decode())
    assert "09:00 Europe/Berlin Call them" in words
    assert "to the end that: It is settled" in words
    assert "not firm" in words
    assert "It counts from the day the step before it acts." in words


@pytest.mark.parametrize("view", ["month", "week"])
def test_grid_shows_milestones_and_leaves_room_for_more(csm: Client, world: World, clock: datetime, view: str) -> None:
    """A day shows a bounded number of lines and leads to the others."""
    for number in range(14):
        add(world, clock.date(), f"Call {number:02}")
    add(world, clock.date(), kind="notice", effect="milestone", name="", local_at=None, at=clock - timedelta(days=1))
    html = csm.get(f"/calendar/?view={view}").content.decode()
    lines = {"month": 3, "week": 12}[view]
    assert html.count("data-list-item") == lines
    assert "Last day to give notice" in html
    assert f"{15 - lines} more" in html


@pytest.mark.requirement(110)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Call them", "Write to them"]),
        ("owner={csm}", ["Call them"]),
        ("owner={renewal_manager}", ["Write to them"]),
        ("effect=message", ["Write to them"]),
        ("firm=no", ["Write to them"]),
        ("effect=skip", ["Never mind"]),
        ("account=999999", []),
        ("team=999999", []),
    ],
)
def test_filter_in_the_address_leaves_its_lines(
    csm: Client, world: World, clock: datetime, query: str, expected: list[str]
) -> None:
    on = clock.date() + timedelta(days=1)
    add(world, on)
    add(world, on, "Write to them", owner=world.people["renewal_manager"], effect="message", is_firm=False)
    add(world, on, "Never mind", effect="skip")
    ids = {role: person.id for role, person in world.people.items()}
    html = csm.get(f"/calendar/?view=agenda&{query.format(**ids)}").content.decode()
    assert [name for name in ("Call them", "Write to them", "Never mind") if f" {name}</a>" in html] == expected


@pytest.mark.parametrize("query", ["view=year", "on=yesterday", "on=9999-12-31", "owner=²", "after=x~²", "after=~"])
def test_address_that_makes_no_sense_shows_a_page(csm: Client, query: str) -> None:
    assert csm.get(f"/calendar/?{query}").status_code == 200
    assert csm.get(f"/calendar/?view=agenda&{query}").status_code == 200


def test_calendar_without_anything_says_why_and_where_to_look(csm: Client) -> None:
    html = csm.get("/calendar/").content.decode()
    assert "Nothing is planned yet" in html
    assert 'href="/playbooks/missing/"' in html


def test_person_sees_only_days_of_renewals_within_reach(client: Client, world: World, clock: datetime) -> None:
    add(world, clock.date())
    client.force_login(world.people["sales"])
    assert "Call them" not in client.get("/calendar/").content.decode()
    client.force_login(world.people["product_viewer"])
    assert client.get("/calendar/").status_code == 403


@pytest.mark.parametrize("view", ["month", "week", "agenda"])
def test_statements_do_not_grow_with_the_book(csm: Client, world: World, clock: datetime, view: str) -> None:
    """The cost of a page: the same number of statements with one line and with two hundred."""
    add(world, clock.date())
    csm.get("/calendar/")
    with CaptureQueriesContext(connection) as one:
        csm.get(f"/calendar/?view={view}")
    for number in range(200):
        add(world, clock.date() + timedelta(days=number % 28), f"Call {number}")
    with CaptureQueriesContext(connection) as many:
        html = csm.get(f"/calendar/?view={view}").content.decode()
    assert len(many) == len(one) <= 30
    assert html.count("data-list-item") <= 126


@pytest.mark.requirement(110)
def test_workload_of_next_quarter_counts_against_capacity_strategic_first(
    client: Client, world: World, clock: datetime
) -> None:
    quarter = next_quarter(today=clock.date())
    monday = weeks_of(quarter)[2]
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["csm"]).update(daily_capacity=1)
    for number in range(7):
        add(world, monday + timedelta(days=number % 5), f"Call {number}")
    add(world, monday, "Write", effect="message")
    client.force_login(world.people["renewal_manager"])
    words = words_of(client.get("/calendar/workload/").content.decode())
    assert f"7 pieces of human work in {quarter.label}" in words
    assert "2 too many" in words


def test_day_over_capacity_is_named(csm: Client, world: World, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["csm"]).update(daily_capacity=1)
    add(world, clock.date())
    assert "over somebody" not in csm.get("/calendar/").content.decode()
    add(world, clock.date(), "Call again")
    words = words_of(csm.get("/calendar/").content.decode())
    assert "1 day over somebody" in words
    assert "2 of 1" in words


def test_month_shows_whole_weeks_and_its_neighbours() -> None:
    span = span_of("month", date(2026, 3, 15))
    assert (span.first, span.last, span.title) == (date(2026, 2, 23), date(2026, 4, 5), "March 2026")
    assert (span.back_on, span.on_on) == (date(2026, 2, 28), date(2026, 4, 1))
    assert len(span.days) % 7 == 0


def test_month_marks_days_of_its_neighbours(csm: Client) -> None:
    html = csm.get("/calendar/?on=2026-03-15&account=1").content.decode()
    assert len(re.findall(r'<td class="is-outside', html)) == 11


def test_account_is_found_by_typing_and_filters_the_calendar(csm: Client, world: World, clock: datetime) -> None:
    """The menu opens with a field; what is typed leaves the accounts that have it in their name."""
    on = clock.date() + timedelta(days=1)
    with in_workspace(world.workspace.id, by=world.actor):
        first, second = Renewal.objects.select_related("account").order_by("id")[:2]
    add(world, on)
    add(world, on, "Write them", renewal=second, account_id=second.account_id)
    path, part = "/calendar/filters/account/", {"HTTP_HX_REQUEST": "true"}
    opened = csm.get(f"{path}?view=agenda", **part).content.decode()
    assert 'hx-trigger="input changed delay:200ms"' in opened
    assert '<input type="hidden" name="view" value="agenda">' in opened
    found = csm.get(f"{path}?view=agenda&q={first.account.name[:6].lower()}", **part).content.decode()
    assert first.account.name in found
    assert second.account.name not in found
    assert "<input" not in found
    assert f"account={first.account_id}" in found
    assert "Nothing is called “nobody” here." in csm.get(f"{path}?q=nobody", **part).content.decode()
    assert "Write them" not in words_of(csm.get(f"/calendar/?view=agenda&account={first.account_id}").content.decode())
    assert csm.get(path).status_code == 200
