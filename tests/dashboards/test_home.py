"""The home page: each number equals the rows of the list it leads to, for every role, in few queries."""

import re
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.core.home import SECTIONS, sections_for
from dashboards.queries.accounts import accounts_page
from dashboards.queries.asker import Asker
from dashboards.queries.beside_queue import beside_page
from dashboards.queries.forecast.calls import calls_page
from dashboards.queries.home import lines
from dashboards.queries.home.lines import LISTS, counted_lines, statement
from dashboards.queries.home.page import HomePage, home_page
from dashboards.queries.losses import losses_page
from dashboards.queries.messages import messages_page
from dashboards.queries.notices import notices_page
from dashboards.queries.offers.approvals import approvals_page
from dashboards.queries.ownership import ownership_page
from dashboards.queries.pipeline import pipeline_page
from dashboards.queries.queue import queue_page
from dashboards.queries.reviews.lists import reviews_page
from dashboards.queries.sources.unmatched import unmatched_page
from offers.actions.revisions.drafts import RevisionWish, start_revision, submit_revision
from offers.core.revisions import Book, Revision, RevisionMethod, RevisionRule
from playbooks.actions.queue import refresh_entries
from playbooks.models import QueueEntry
from renewals.actions.scope import in_workspace
from renewals.core.roles import Role
from renewals.models import Account, Membership, Renewal, Workspace
from renewals.queries.clock import database_now
from renewals.queries.people import member_facts
from signals.models import CurrentExpansion, CurrentScore, Source, Unmatched
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = tuple(role.value for role in Role if role is not Role.CSM)
# What each list shows, counted in its own rows.
SHOWN: Mapping[str, Callable[[Asker, dict[str, str]], int]] = {
    "/queue/": lambda asker, chosen: sum(len(group.rows) for group in queue_page(asker, chosen, open_id=None).groups),
    "/queue/beside/": lambda asker, chosen: len(beside_page(asker, "").tasks),
    "/accounts/": lambda asker, chosen: len(accounts_page(asker, chosen).ids),
    "/forecast/calls/": lambda asker, chosen: len(calls_page(asker, chosen).rows),
    "/pipeline/": lambda asker, chosen: len(pipeline_page(asker, chosen).table.rows),
    "/notices/": lambda asker, chosen: len(notices_page(asker, chosen).table.rows),
    "/messages/": lambda asker, chosen: len(messages_page(asker, chosen).table.rows),
    "/reviews/": lambda asker, chosen: len(reviews_page(asker, chosen.get("show", "")).table.rows),
    "/reviews/losses/": lambda asker, chosen: len(losses_page(asker, "").table.rows),
    "/ownership/": lambda asker, chosen: len(ownership_page(asker, chosen).gaps.rows),
    "/signals/unmatched/": lambda asker, chosen: len(unmatched_page(asker, chosen).rows),
    "/approvals/": lambda asker, chosen: len(approvals_page(asker, "").table.rows),
}


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    """Four accounts with one of each thing the page counts, as far as one can be told without a story."""
    made = make_world(workspace, now=database_now(), accounts=4, roles=ROLES)
    today = made.now.date()
    with in_workspace(workspace.id, by=made.actor):
        first, second, third, _ = Renewal.objects.order_by("id")[:4]
        Renewal.objects.filter(id=first.id).update(
            due_on=today + timedelta(days=50), notice_on=today + timedelta(days=20)
        )
        Renewal.objects.filter(id=second.id).update(due_on=today - timedelta(days=2), notice_on=None)
        Renewal.objects.filter(id=third.id).update(due_on=today + timedelta(days=10), notice_on=None)
        refresh_entries(renewal_ids=[first.id, second.id, third.id], now=made.now)
        QueueEntry.objects.update(risk_band="low")
        CurrentScore.objects.update(band="green")
        CurrentExpansion.objects.update(band="low")
        QueueEntry.objects.filter(renewal=first).update(risk_band="high")
        CurrentScore.objects.filter(account=first.account).update(band="red")
        CurrentExpansion.objects.filter(account=second.account).update(band="high")
        Account.objects.filter(id=third.account_id).update(owner=None)
        hold(made)
        ask_for_a_revision(made)
    return made


def ask_for_a_revision(world: World) -> None:
    """A price revision by nobody of the workspace, which waits for a second person."""
    rule = RevisionRule(method=RevisionMethod.PERCENT, percent=Decimal(1))
    today = world.now.date()
    book = Book(ends_from=today, ends_until=today + timedelta(days=2000))
    wish = RevisionWish(name="Spring", reason="Costs rose", revision=Revision(book=book, rule=rule))
    made = start_revision(wish=wish, today=today, by=world.actor, now=world.now)
    submit_revision(revision_id=made.id, seen=1, by=world.actor, now=world.now)


def hold(world: World) -> None:
    """Three signals of two names that nobody knows."""
    for name in ("Nowhere Ltd", "Nowhere Ltd", "Elsewhere"):
        Unmatched.objects.create(
            workspace=world.workspace,
            source=Source.objects.get(key="product"),
            external_key=uuid4(),
            account_key=name,
            kind="usage.active_users",
            occurred_at=world.now,
            received_at=world.now,
        )


def asker_of(world: World, role: str) -> Asker:
    membership = Membership.objects.select_related("user").get(user=world.people[role])
    return Asker(
        member=member_facts(membership),
        membership=membership,
        workspace=world.workspace,
        now=world.now,
        today=world.now.date(),
    )


def lines_of(page: HomePage) -> dict[str, int]:
    return {line.href: int(line.number.replace(",", "")) for part in page.parts for line in part.lines}


@pytest.mark.requirement(100)
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_number_is_the_length_of_the_list_it_leads_to(world: World, role: Role) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        asker = asker_of(world, role.value)
        for href, number in lines_of(home_page(asker)).items():
            parts = urlsplit(href)
            chosen = {name: values[0] for name, values in parse_qs(parts.query).items()}
            assert SHOWN[parts.path](asker, chosen) == number, href


@pytest.mark.requirement(100)
def test_risks_dates_openings_and_disorder_stand_on_the_page_by_themselves(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        found = lines_of(home_page(asker_of(world, "renewal_manager")))
    assert (
        found
        | {
            "/queue/?risk=high": 1,
            "/accounts/?health=red": 1,
            "/accounts/?expansion=high": 1,
            "/accounts/?owner=nobody": 1,
            "/pipeline/?notice=30": 1,
            "/pipeline/?due=passed": 1,
            "/signals/unmatched/": 2,
            "/approvals/": 1,
        }
        == found
    )


def test_number_that_is_too_much_stops_and_says_so_in_its_line_and_in_the_title(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement.cache_clear()
    monkeypatch.setattr(lines, "MOST", 1)
    with in_workspace(world.workspace.id, by=world.actor):
        QueueEntry.objects.update(group="overdue")
        page = home_page(asker_of(world, "csm"))
    statement.cache_clear()
    numbers = {line.href.partition("?")[2]: line.number for part in page.parts for line in part.lines}
    assert [number for choice, number in numbers.items() if "group=overdue" in choice] == ["1+"]
    assert page.title == "1+ thing is urgent today"


def test_every_role_has_its_order_and_every_line_its_list() -> None:
    assert {rule.key for section in SECTIONS.values() for rule in section.lines} - set(LISTS) == {"approvals"}
    assert set(LISTS) - {rule.key for section in SECTIONS.values() for rule in section.lines} == {"any_account"}
    for role in Role:
        assert len(set(sections_for(role))) == len(sections_for(role)) >= 4


def test_statement_of_the_numbers_is_written_down_once_for_a_person_and_day(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        asker = asker_of(world, "csm")
        before = counted_lines(asker, ["overdue", "risk_high"])
        compiled = statement.cache_info().misses
        later = replace(asker, now=asker.now + timedelta(minutes=1), workspace=copy(asker.workspace))
        QueueEntry.objects.filter(risk_band="low").update(risk_band="high")
        with django_assert_num_queries(1):
            after = counted_lines(later, ["overdue", "risk_high"])
        QueueEntry.objects.exclude(renewal_id=Renewal.objects.order_by("id")[0].id).update(risk_band="low")
        assert statement.cache_info().misses == compiled
        assert (before["risk_high"][0], after["risk_high"][0]) == (1, 4)
        assert after["overdue"] == before["overdue"]
        counted_lines(replace(asker, today=asker.today + timedelta(days=1)), ["overdue", "risk_high"])
        counted_lines(asker_of(world, "cs_manager"), ["overdue", "risk_high"])
        assert statement.cache_info().misses == compiled + 2


@pytest.mark.parametrize("role", ["csm", "cs_manager"])
def test_who_is_near_is_asked_once_for_all_lists_of_a_page(world: World, role: str) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        asker = asker_of(world, role)
        keys = tuple(rule.key for each in SECTIONS.values() for rule in each.lines if rule.key in LISTS)
        allowed = tuple(key for key in keys if key not in ("unmatched", "messages"))
        sql, values, _ = statement(asker.reach, allowed)
        alone = {key: counted_lines(asker, [key])[key][0] for key in allowed}
        assert {key: number for key, (number, _) in counted_lines(asker, allowed).items()} == alone
    assert sql.count("finaliser_id") <= 3
    assert sql.count("%s") == len(values)


def test_home_takes_few_queries_and_says_what_each_number_counts(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.people["renewal_manager"])
    client.get("/")
    # Eight of them because a price revision waits: whom it asks follows from its terms.
    with django_assert_max_num_queries(32):
        html = client.get("/").content.decode()
    assert "Open renewals whose risk band is high." in words_of(html)
    assert re.search(r'<a class="nav-link"\s+href="/"[^>]*aria-current="page"', html)
    client.force_login(world.people["executive"])
    assert client.get("/").status_code == 200


def test_home_of_a_new_workspace_says_what_to_do_first(other_workspace: Workspace, client: Client) -> None:
    made = make_world(other_workspace, now=database_now(), accounts=0, roles=("admin",))
    client.force_login(made.people["admin"])
    html = client.get("/").content.decode()
    assert "There is no account yet" in html
    assert 'href="/imports/"' in html
