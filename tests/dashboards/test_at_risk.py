"""ARR at risk: every sum is that of its rows, for every split and filter, kept or not; files have the same rows."""

import csv
import io
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import python_calamine
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.pipeline import sum_pipeline
from playbooks.models import AtRiskSum, PipelineMark, QueueEntry
from renewals.actions.scope import in_workspace
from renewals.models import Renewal, Workspace
from tests.dashboards.test_pipeline import amount, rows_of
from tests.dashboards.world import World, make_world

ROLES = ("cs_manager", "sales", "finance", "executive", "product_viewer", "admin")
LIST = "Open renewals by ARR at risk"
SPLITS = {
    "quarter": "ARR at risk by due quarter",
    "risk": "ARR at risk by band",
    "reason": "ARR at risk by main reason",
    "segment": "ARR at risk by segment",
    "action": "ARR at risk by what can be done",
}


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Six renewals, no two of the same kind: bands, reasons, one without a score, one without a rate."""
    world = make_world(workspace, now=clock, accounts=6, roles=ROLES)
    with in_workspace(workspace.id, by=world.actor):
        marks = (
            {"risk_band": "high", "risk_reason": "usage_depth", "is_actionable": True, "is_swing": True},
            {"risk_band": "high", "risk_reason": "payment_timeliness", "is_actionable": False, "is_swing": False},
            {"risk_band": "elevated", "risk_reason": "usage_depth", "is_actionable": True, "is_swing": True},
            {"risk_band": "low", "risk_reason": "", "is_actionable": None, "is_swing": False},
            {"risk_band": "", "risk_reason": "", "is_actionable": None, "is_swing": False},
            {"risk_band": "low", "at_risk_amount": None, "reporting_amount": None, "is_swing": False},
        )
        for entry, mark in zip(QueueEntry.objects.order_by("id"), marks, strict=True):
            QueueEntry.objects.filter(id=entry.id).update(**mark)
    return world


@pytest.fixture
def finance(world: World, client: Client) -> Client:
    client.force_login(world.people["finance"])
    return client


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.requirement(77)
@pytest.mark.parametrize("is_kept", [True, False])
def test_every_sum_opens_its_rows_and_equals_them(world: World, finance: Client, *, is_kept: bool) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        if is_kept:
            sum_pipeline(workspace_id=world.workspace.id, now=world.now)
            PipelineMark.objects.update(summed_at=world.now)
    whole = seen(finance, "/at-risk/")
    opened = 0
    for caption in SPLITS.values():
        *parts, totals = rows_of(whole, caption)
        at_risk = len(totals) - 2
        assert all(sum(amount(row[n]) for row in parts) == amount(totals[n]) for n in range(1, len(totals)))
        after = whole.split(f">{caption}</caption>")[1]
        for row in parts:
            href = re.search(rf'href="(/at-risk/\?[^"]+)">{re.escape(row[0])}</a>', after)
            assert href is not None, row[0]
            *rows, sums = rows_of(seen(finance, href.group(1).replace("&amp;", "&")), LIST)
            assert (len(rows), sums[0]) == (int(row[1]), f"All {row[1]}")
            assert amount(sums[5]) == sum(amount(each[5]) for each in rows) == amount(row[at_risk])
            assert amount(sums[3]) == sum(amount(each[3]) for each in rows)
            assert caption != SPLITS["quarter"] or amount(sums[3]) == amount(row[2])
            opened += 1
    assert opened >= 12
    *rows, sums = rows_of(whole, LIST)
    with in_workspace(world.workspace.id, by=world.actor):
        entries = list(QueueEntry.objects.all())
        assert AtRiskSum.objects.exists() is is_kept
    assert amount(sums[5]) == sum(entry.at_risk_amount or 0 for entry in entries)
    swing = sum(entry.at_risk_amount for entry in entries if entry.is_swing)
    assert amount(rows_of(whole, SPLITS["risk"])[-1][3]) == swing
    assert rows_of(seen(finance, "/at-risk/?action=swing"), LIST)[-1][0] == "All 2"


@pytest.mark.requirement(77)
def test_total_is_the_one_of_the_pipeline_and_the_same_for_three_roles(world: World, client: Client) -> None:
    found = set()
    for role in ("finance", "executive", "admin"):
        client.force_login(world.people[role])
        found.add(rows_of(seen(client, "/at-risk/"), SPLITS["quarter"])[-1][3])
        found.add(rows_of(seen(client, "/pipeline/"), "Renewals by due quarter")[-1][3])
    assert len(found) == 1


@pytest.mark.requirement(36)
def test_row_says_its_factors_reasons_and_what_is_not_being_done(finance: Client, world: World) -> None:
    html = seen(finance, "/at-risk/?risk=high")
    rows = rows_of(html, LIST)[:-1]
    assert all(row[7].startswith("No open playbook") for row in rows)
    assert "2 renewals at high risk have no open playbook" in html
    assert 'href="/renewals/' in html
    assert '#comments">' in html
    unscored = rows_of(seen(finance, "/at-risk/?risk=not_scored"), LIST)[0]
    assert (unscored[6], "base rate" in unscored[4]) == ("Not scored: too little is known", True)
    with in_workspace(world.workspace.id, by=world.actor):
        first = QueueEntry.objects.filter(risk_band="high").order_by("-at_risk_amount")[0]
    product = Decimal(first.reporting_amount) * Decimal(f"{first.loss_probability:.6f}")
    assert abs(amount(rows[0][5]) - product) <= Decimal("0.005")


def test_who_may_not_see_amounts_gets_none_nor_their_order(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        other = Renewal.objects.order_by("id")[0]
        Renewal.objects.filter(id=other.id).update(negotiator=world.people["sales"])
    client.force_login(world.people["sales"])
    html = seen(client, "/at-risk/")
    assert len(rows_of(html, LIST)[:-1]) == 1
    client.force_login(world.people["product_viewer"])
    assert client.get("/at-risk/").status_code == 403


@pytest.mark.parametrize(
    "query",
    ["quarter=2026-Q9", "owner=²", "after=zzz", "after=nan~1", "after=none~x", "action=odd", "risk=odd", "reason=none"],
)
def test_address_that_makes_no_sense_shows_a_page(query: str, finance: Client) -> None:
    assert finance.get(f"/at-risk/?{query}").status_code == 200


@pytest.mark.parametrize("name", ["quarter", "segment", "risk", "reason", "action", "playbook", "owner"])
def test_choices_of_a_filter_count_every_renewal(name: str, finance: Client) -> None:
    counts = [int(each) for each in re.findall(r'row-end muted">(\d+)<', seen(finance, f"/at-risk/filters/{name}/"))]
    assert sum(counts) == {"action": 8, "reason": 5}.get(name, 6)


def test_unknown_filter_does_not_exist(finance: Client) -> None:
    assert finance.get("/at-risk/filters/odd/").status_code == 404
    assert finance.get("/at-risk/chart.odd").status_code == 404


def sheet(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_file_has_all_rows_under_the_filters_however_many_pages(
    finance: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.gathering.ROWS_A_TURN", 2)
    monkeypatch.setattr("dashboards.queries.at_risk.page.ROWS_A_PAGE", 2)
    html = seen(finance, "/at-risk/?columns=amount,at_risk")
    href = re.search(r'href="(/at-risk/\?[^"]*table=open-renewals-by-arr-at-risk&amp;sheet=csv)"', html)
    assert href is not None
    heads, *rows = sheet(finance, href.group(1).replace("&amp;", "&"))
    assert heads == ["Account", "Amount, USD", "At risk, USD"]
    with in_workspace(world.workspace.id, by=world.actor):
        entries = list(QueueEntry.objects.order_by("account_name"))
    assert sorted((row[0], row[2]) for row in rows) == [
        (entry.account_name, "Not known" if entry.at_risk_amount is None else f"{entry.at_risk_amount:.2f}")
        for entry in entries
    ]


def test_workbook_is_the_same_table_with_numbers(finance: Client) -> None:
    answer = finance.get("/at-risk/?table=arr-at-risk-by-segment&sheet=xlsx")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    heads, *rows = book.get_sheet_by_index(0).to_python()
    assert (heads[0], heads[1]) == ("Segment", "Renewals")
    assert sum(row[1] for row in rows) == 6
    assert answer["Content-Disposition"].endswith('.xlsx"')


def test_file_needs_the_right_and_a_table(world: World, finance: Client, client: Client) -> None:
    assert finance.get("/at-risk/?table=odd&sheet=csv").status_code == 404
    client.force_login(world.people["csm"])
    answer = client.get("/at-risk/?table=open-renewals-by-arr-at-risk&sheet=csv")
    is_offered = "sheet=csv" in seen(client, "/at-risk/")
    assert answer.status_code == (200 if is_offered else 403)


@pytest.mark.parametrize("accounts", [1, 3])
def test_page_asks_the_same_number_of_queries_for_one_and_three(
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(make_world(other_workspace, now=clock, accounts=accounts).people["csm"])
    client.get("/at-risk/")
    with django_assert_num_queries(17):
        client.get("/at-risk/")


def test_old_sums_are_not_used(world: World, finance: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        sum_pipeline(workspace_id=world.workspace.id, now=world.now)
        AtRiskSum.objects.update(number=1000)
        PipelineMark.objects.update(summed_at=world.now - timedelta(hours=1))
    assert rows_of(seen(finance, "/at-risk/"), SPLITS["quarter"])[-1][1] == "6"
