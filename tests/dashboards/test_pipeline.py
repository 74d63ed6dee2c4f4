"""The pipeline: the figures are the sums of its rows, under every filter and for every role."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.pipeline import sum_pipeline
from playbooks.models import PipelineMark, PipelineSum, QueueEntry
from renewals.actions.scope import in_workspace
from renewals.models import Renewal, Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_member, make_world

ROLES = ("cs_manager", "sales", "finance", "executive", "product_viewer", "auditor", "admin")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=6, roles=ROLES)


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def rows_of(html: str, caption: str) -> list[list[str]]:
    """Return the words of the cells of a table, its totals last."""
    table = next(part for part in html.split("<table") if f">{caption}</caption>" in part)
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("</thead>")[1], re.DOTALL)
    return [
        [
            words_of(re.sub(r'<span class="tip-box">.*?</span>', "", cell))
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def amount(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text.split(" ")[0]) or "0")


@pytest.mark.requirement(77)
def test_totals_are_the_sums_of_the_rows(csm: Client, world: World) -> None:
    html = csm.get("/pipeline/").content.decode()
    rows = rows_of(html, "Open renewals by due date")
    *quarters, totals = rows_of(html, "Renewals by due quarter")
    assert len(rows) == 6
    assert totals[1] == "6"
    assert sum(int(row[1]) for row in quarters) == 6
    assert amount(totals[2]) == sum(amount(row[5]) for row in rows) == sum(amount(row[2]) for row in quarters)
    with in_workspace(world.workspace.id, by=world.actor):
        entries = list(QueueEntry.objects.all())
    assert amount(totals[2]) == sum(entry.reporting_amount for entry in entries)
    at_risk = sum(entry.reporting_amount * Decimal(str(entry.loss_probability)) for entry in entries)
    assert abs(amount(totals[3]) - at_risk) <= len(quarters)


@pytest.mark.requirement(77)
def test_rows_are_ordered_by_due_date_and_say_what_matters(csm: Client) -> None:
    html = csm.get("/pipeline/").content.decode()
    assert [row[0] for row in rows_of(html, "Open renewals by due date")][:2] == [
        "Northwind Freight",
        "Halcyon Diagnostics",
    ]
    assert "4 renewals due in 90 days: $342\xa0k, of which" in html


def test_filter_leaves_its_rows_and_their_sums(csm: Client) -> None:
    html = csm.get("/pipeline/?segment=small").content.decode()
    rows = rows_of(html, "Open renewals by due date")
    totals = rows_of(html, "Renewals by due quarter")[-1]
    assert len(rows) == 2
    assert (totals[1], amount(totals[2])) == ("2", sum(amount(row[5]) for row in rows))


def test_quarter_of_the_picture_leads_to_its_rows(csm: Client) -> None:
    first = rows_of(csm.get("/pipeline/").content.decode(), "Renewals by due quarter")[0]
    href = re.search(rf'href="(/pipeline/\?quarter=[^"]+)">{first[0]}<', csm.get("/pipeline/").content.decode())[1]
    rows = rows_of(csm.get(href).content.decode(), "Open renewals by due date")
    assert len(rows) == int(first[1])


@pytest.mark.parametrize(
    "query",
    [
        "quarter=nonsense",
        "owner=abc",
        "after=zzz",
        "quarter=2026-Q9",
        "after=nonsense~1",
        "after=²",
        "owner=²",
        "quarter=²-Q²",
        "quarter=0-Q0",
        "quarter=9999999-Q9",
        "due=²",
    ],
)
@pytest.mark.parametrize("page", ["/pipeline/?", "/pipeline/?view=board&", "/queue/?", "/at-risk/?"])
def test_address_that_makes_no_sense_shows_a_page(page: str, query: str, csm: Client) -> None:
    assert csm.get(f"{page}{query}").status_code == 200


def test_filter_without_rows_offers_the_way_back(csm: Client) -> None:
    html = csm.get("/pipeline/?stage=closed").content.decode()
    assert "No renewal fits" in html
    assert 'href="/pipeline/"' in html


def test_no_renewal_leads_to_imports(other_workspace: Workspace, clock: datetime, client: Client) -> None:
    world = make_world(other_workspace, now=clock, accounts=0)
    client.force_login(world.people["csm"])
    html = client.get("/pipeline/").content.decode()
    assert "No renewal is open" in html
    assert 'href="/imports/"' in html


@pytest.mark.requirement(78)
def test_same_renewals_show_each_role_its_fields(world: World, client: Client) -> None:
    seen = {}
    for role in ("finance", "executive", "sales", "product_viewer"):
        client.force_login(world.people[role])
        answer = client.get("/pipeline/")
        html = answer.content.decode()
        seen[role] = (answer.status_code, "Northwind Freight" in html, "96,000" in html)
    assert seen == {
        "finance": (200, True, True),
        "executive": (200, True, True),
        "sales": (200, False, False),
        "product_viewer": (403, False, False),
    }


@pytest.mark.requirement(78)
def test_colleague_sees_own_renewals_alone(world: World, client: Client, csm: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        other = make_member(world.workspace, "renewal_manager")
        renewal = Renewal.objects.order_by("id")[0]
    assert renewal.owner_id == world.people["csm"].id
    client.force_login(other)
    assert len(rows_of(client.get("/pipeline/").content.decode(), "Open renewals by due date")) == 6


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/pipeline/")["Location"].startswith("/accounts/login/")


def test_renewals_of_another_workspace_do_not_exist(
    world: World, other_workspace: Workspace, clock: datetime, client: Client
) -> None:
    client.force_login(make_world(other_workspace, now=clock, accounts=0).people["csm"])
    html = client.get(f"/pipeline/?owner={world.people['csm'].id}").content.decode()
    assert "Northwind" not in html
    assert "Ana Ruiz" not in re.sub(r"<header.*?</header>", "", html, flags=re.DOTALL) or "No renewal fits" in html


@pytest.mark.parametrize("accounts", [1, 3])
def test_page_asks_the_same_number_of_queries_for_one_and_three(
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(make_world(other_workspace, now=clock, accounts=accounts).people["csm"])
    client.get("/pipeline/")
    with django_assert_num_queries(13):
        client.get("/pipeline/")


def figures(client: Client, address: str) -> tuple[str, list[list[str]], list[list[str]]]:
    """Return the finding, the quarters and the rows of the pipeline."""
    html = client.get(address).content.decode()
    found = re.search(r"<h1>(.*?)</h1>", html)
    assert found is not None
    if "Renewals by due quarter" not in html:
        return found.group(1), [], []
    return found.group(1), rows_of(html, "Renewals by due quarter"), rows_of(html, "Open renewals by due date")


def add_up(world: World, *, at: datetime) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return sum_pipeline(workspace_id=world.workspace.id, now=at)


@pytest.mark.requirement(77)
def test_kept_sums_show_the_same_figures_under_every_filter(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    with in_workspace(world.workspace.id, by=world.actor):
        Renewal.objects.filter(target_amount=89_000).update(forecast_category="commit", stage="negotiating")
        QueueEntry.objects.filter(renewal_amount=82_000).update(reporting_amount=None)
        due_on = Renewal.objects.order_by("id").values_list("due_on", flat=True)[0]
    quarter = f"{due_on.year}-Q{(due_on.month + 2) // 3}"
    owner = world.people["csm"].id
    choices = ("", "?segment=small", "?category=commit", "?stage=negotiating", f"?owner={owner}", f"?quarter={quarter}")
    choices = (*choices, f"?segment=small&owner={owner}", "?owner=999999", f"?quarter={quarter}&category=pipeline")
    now = [figures(client, f"/pipeline/{choice}") for choice in choices]
    assert add_up(world, at=world.now) > 0
    with in_workspace(world.workspace.id, by=world.actor):
        assert PipelineSum.objects.count() > 0
    assert [figures(client, f"/pipeline/{choice}") for choice in choices] == now
    assert "added up" in client.get("/pipeline/").content.decode()


@pytest.mark.parametrize(("age", "is_used"), [(0, True), (59, True), (61, False), (-5, False)])
def test_kept_sums_older_than_a_minute_are_not_shown(age: int, is_used: bool, world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    shown = figures(client, "/pipeline/")
    add_up(world, at=world.now)
    with in_workspace(world.workspace.id, by=world.actor):
        PipelineSum.objects.update(number=1000)
        PipelineMark.objects.update(summed_at=world.now - timedelta(seconds=age))
    assert (figures(client, "/pipeline/") != shown) is is_used


def test_kept_sums_of_another_day_are_not_shown(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    shown = figures(client, "/pipeline/")
    add_up(world, at=world.now)
    with in_workspace(world.workspace.id, by=world.actor):
        PipelineSum.objects.update(number=1000)
        PipelineMark.objects.update(near_on=world.now.date())
    assert figures(client, "/pipeline/") == shown


@pytest.mark.requirement(78)
def test_kept_sums_never_serve_who_sees_some_renewals_alone(world: World, csm: Client) -> None:
    shown = figures(csm, "/pipeline/")
    add_up(world, at=world.now)
    with in_workspace(world.workspace.id, by=world.actor):
        PipelineSum.objects.update(number=1000)
    assert figures(csm, "/pipeline/") == shown


@pytest.mark.parametrize("accounts", [1, 3])
def test_page_with_kept_sums_asks_the_same_number_of_queries_for_one_and_three(
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    world = make_world(other_workspace, now=clock, accounts=accounts, roles=("finance",))
    client.force_login(world.people["finance"])
    add_up(world, at=clock)
    client.get("/pipeline/")
    with django_assert_num_queries(13):
        client.get("/pipeline/")
