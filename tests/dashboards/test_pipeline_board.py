"""The pipeline as a board: columns add up to the pipeline, lead to their rows, and show who is due first."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.queries import pipeline_board
from playbooks.models import PipelineSum
from renewals.actions.scope import in_workspace
from renewals.models import Renewal, Workspace
from tests.dashboards.test_pipeline import add_up, amount, rows_of
from tests.dashboards.world import World, make_world

ROLES = ("finance", "executive", "product_viewer", "auditor")
BOARD = "/pipeline/?view=board"


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    made = make_world(workspace, now=clock, accounts=6, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        first, second = Renewal.objects.order_by("due_on", "id")[:2]
        Renewal.objects.filter(id=first.id).update(forecast_category="commit", stage="negotiating")
        Renewal.objects.filter(id=second.id).update(forecast_category="best_case", stage="engaged")
    return made


@pytest.fixture
def finance(world: World, client: Client) -> Client:
    client.force_login(world.people["finance"])
    return client


def columns_of(html: str) -> dict[str, tuple[str, list[str], str]]:
    """Return by title of the column where it leads to, the names on its cards, and what is said of the rest."""
    found = {}
    for part in html.split('<section class="board-column"')[1:]:
        href, title = re.findall(r'<h2 id="[^"]+"><a href="([^"]+)">([^<]+)</a>', part)[0]
        more = re.findall(r'class="board-more"[^>]*>([^<]+)<', part)
        names = re.findall(r'<a class="strong" href="/renewals/\d+/">([^<]+)</a>', part)
        found[title] = (href.replace("&amp;", "&"), names, more[0] if more else "")
    return found


@pytest.mark.requirement(77)
@pytest.mark.parametrize("by", ["category", "stage", "quarter"])
def test_columns_add_up_to_the_pipeline_and_lead_to_their_rows(by: str, finance: Client) -> None:
    html = finance.get(f"{BOARD}&by={by}").content.decode()
    *columns, total = rows_of(html, f"Renewals by {by}")
    whole = rows_of(finance.get("/pipeline/").content.decode(), "Renewals by due quarter")[-1]
    assert total[1:] == whole[1:]
    assert sum(amount(row[2]) for row in columns) == amount(total[2])
    board = columns_of(html)
    assert list(board) == [row[0] for row in columns]
    for name, number, *_ in columns:
        rows = rows_of(finance.get(board[name][0]).content.decode(), "Open renewals by due date")
        assert (len(rows), board[name][1]) == (int(number), [row[0] for row in rows])


def test_columns_stand_in_the_order_of_the_work(finance: Client) -> None:
    assert list(columns_of(finance.get(BOARD).content.decode())) == ["Commit", "Best case", "Pipeline"]
    stages = columns_of(finance.get(f"{BOARD}&by=stage").content.decode())
    assert list(stages) == ["Upcoming", "Engaged", "Negotiating"]


def test_column_that_is_long_leads_to_the_rest(finance: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = columns_of(finance.get(BOARD).content.decode())["Pipeline"][1]
    monkeypatch.setattr(pipeline_board, "CARDS", 1)
    _, names, more = columns_of(finance.get(BOARD).content.decode())["Pipeline"]
    assert (names, more) == (everybody[:1], f"{len(everybody) - 1} more")


def test_filters_and_the_way_it_is_shown_stay_in_the_address(finance: Client) -> None:
    html = finance.get(f"{BOARD}&by=stage&segment=small").content.decode()
    assert rows_of(html, "Renewals by stage")[-1][1] == "2"
    assert 'href="/pipeline/?segment=small" >Table</a>' in html
    assert 'href="/pipeline/?segment=small&amp;view=board&amp;by=quarter" >Quarter</a>' in html
    choices = finance.get("/pipeline/filters/segment/?view=board&by=stage").content.decode()
    assert "view=board" in choices
    assert "No renewal fits" in finance.get(f"{BOARD}&stage=closed").content.decode()
    assert finance.get(f"{BOARD}&by=nonsense&quarter=x").status_code == 200


@pytest.mark.requirement(77)
def test_kept_sums_show_the_same_columns(world: World, finance: Client) -> None:
    asked = [f"{BOARD}&by={by}{more}" for by in ("category", "stage", "quarter") for more in ("", "&segment=small")]
    now = [rows_of(finance.get(each).content.decode(), f"Renewals by {by_of(each)}") for each in asked]
    add_up(world, at=world.now)
    assert [rows_of(finance.get(each).content.decode(), f"Renewals by {by_of(each)}") for each in asked] == now
    with in_workspace(world.workspace.id, by=world.actor):
        PipelineSum.objects.update(number=1000)
    assert rows_of(finance.get(BOARD).content.decode(), "Renewals by category") != now[0]


def by_of(address: str) -> str:
    return address.partition("by=")[2].partition("&")[0]


def test_board_is_a_table_for_a_sheet(finance: Client) -> None:
    answer = finance.get(f"{BOARD}&sheet=csv&table=renewals-by-category")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Category","Renewals"')
    assert sum(Decimal(line.split(",")[1].strip('"')) for line in lines[1:4]) == 6


@pytest.mark.parametrize("accounts", [1, 3])
def test_board_asks_the_same_number_of_queries_for_one_and_three(
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(make_world(other_workspace, now=clock, accounts=accounts).people["csm"])
    client.get(BOARD)
    with django_assert_num_queries(15):
        client.get(BOARD)
