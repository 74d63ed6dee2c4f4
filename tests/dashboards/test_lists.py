"""What the lists can do: columns of one's own, many accounts handed over, charts as files, earlier scores."""

import csv
import io
import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from playbooks.actions.queue import rebuild_queue
from renewals.actions.scope import in_workspace
from renewals.models import Account, FxRate, Renewal, SavedView, Workspace
from renewals.queries.clock import database_now
from signals.models import CurrentScore
from tests.dashboards.whole import parts_of
from tests.dashboards.world import World, make_world

HTMX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    roles = ("cs_manager", "renewal_manager", "executive", "product_viewer")
    return make_world(workspace, now=database_now(), accounts=3, roles=roles)


def enter(client: Client, world: World, role: str = "renewal_manager") -> Client:
    client.force_login(world.people[role])
    return client


def heads(html: str) -> list[str]:
    head = html[html.index("<thead>") : html.index("</thead>")]
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in re.findall(r"<th.*?</th>", head, re.DOTALL)]


def account_ids(world: World) -> list[int]:
    with in_workspace(world.workspace.id, by=world.actor):
        return list(Account.objects.order_by("id").values_list("id", flat=True))


def owners(world: World) -> set[int | None]:
    with in_workspace(world.workspace.id, by=world.actor):
        return set(Account.objects.values_list("owner_id", flat=True))


def test_columns_are_chosen_kept_for_the_person_and_part_of_a_view(world: World, client: Client) -> None:
    page = enter(client, world)
    assert heads(page.get("/accounts/").content.decode())[:2] == ["Account", "Health"]
    answer = page.post("/views/columns/", {"page": "accounts", "query": "segment=small", "column": ["owner", "arr"]})
    assert answer["Location"] == "/accounts/?segment=small&columns=owner%2Carr"
    assert heads(page.get(answer["Location"]).content.decode()) == ["Account", "ARR, USD", "Owner"]
    assert heads(page.get("/accounts/").content.decode()) == ["Account", "ARR, USD", "Owner"]
    page.post("/views/", {"page": "accounts", "name": "Lean", "query": "columns=owner"})
    assert "Lean" in page.get("/accounts/").content.decode()
    other = enter(client, world, "executive")
    assert len(heads(other.get("/accounts/").content.decode())) == 9
    with in_workspace(world.workspace.id, by=world.actor):
        assert sorted(SavedView.objects.values_list("name", flat=True)) == ["", "Lean"]


def test_columns_of_an_unknown_page_or_word_change_nothing(world: World, client: Client) -> None:
    page = enter(client, world)
    assert page.post("/views/columns/", {"page": "nowhere", "column": ["x"]}).status_code == 404
    assert len(heads(page.get("/accounts/?columns=nonsense").content.decode())) == 9


@pytest.mark.requirement(105)
def test_accounts_are_handed_over_and_back(world: World, client: Client) -> None:
    page = enter(client, world)
    manager = world.people["cs_manager"]
    chosen = {"account": account_ids(world), "owner": manager.id}
    html = page.post("/accounts/changes/", chosen, headers=HTMX).content.decode()
    assert "3 accounts handed over" in html
    assert owners(world) == {manager.id}
    undo = unescape(re.search(r'hx-post="(/accounts/changes/undo/[^"]+)"', html).group(1))
    assert enter(client, world, "cs_manager").post(undo, headers=HTMX).status_code == 422
    assert owners(world) == {manager.id}
    with in_workspace(world.workspace.id, by=world.actor):
        Account.objects.filter(id=account_ids(world)[0]).update(owner=world.people["executive"])
    html = enter(client, world).post(undo, headers=HTMX).content.decode()
    assert ("2 changes taken back, 1 refused" in html, "given to somebody else since" in html) == (True, True)
    assert owners(world) == {world.people["csm"].id, world.people["executive"].id}


def test_accounts_handed_over_are_all_taken_back(world: World, client: Client) -> None:
    chosen = {"account": account_ids(world), "owner": world.people["cs_manager"].id}
    html = enter(client, world).post("/accounts/changes/", chosen, headers=HTMX).content.decode()
    undo = unescape(re.search(r'hx-post="(/accounts/changes/undo/[^"]+)"', html).group(1))
    assert "3 changes taken back" in enter(client, world).post(undo, headers=HTMX).content.decode()
    assert owners(world) == {world.people["csm"].id}


def test_accounts_of_others_and_strangers_are_refused(world: World, client: Client) -> None:
    ids = account_ids(world)
    html = enter(client, world, "cs_manager").post("/accounts/changes/", {"account": ids, "owner": 1}, headers=HTMX)
    assert "0 accounts handed over, 3 refused" in html.content.decode()
    html = enter(client, world).post("/accounts/changes/", {"account": ids, "owner": 0}, headers=HTMX)
    assert "is not a member of this workspace" in html.content.decode()
    assert enter(client, world).post("/accounts/changes/", {"owner": 1}).status_code == 422
    assert enter(client, world, "executive").post("/accounts/changes/", {"account": ids, "owner": 1}).status_code == 403
    assert owners(world) == {world.people["csm"].id}
    assert 'form="many"' not in enter(client, world, "executive").get("/accounts/").content.decode()


def test_chart_is_handed_out_as_picture_and_figures(world: World, client: Client) -> None:
    page = enter(client, world)
    assert '<a href="/pipeline/chart.png?segment=small"' in page.get("/pipeline/?segment=small").content.decode()
    svg = page.get("/pipeline/chart.svg").content.decode()
    assert svg.startswith("<svg")
    assert "var(--" not in svg
    assert page.get("/pipeline/chart.png").content.startswith(b"\x89PNG")
    answer = page.get("/pipeline/chart.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["Quarter", "Category", "Renewals", "Due, USD", "At risk, USD"]
    assert sum(int(row[2]) for row in rows[1:]) == 3
    assert sum(float(row[3]) for row in rows[1:]) == 96_000 + 89_000 + 82_000
    assert page.get("/pipeline/chart.pdf").status_code == 404


@pytest.mark.requirement(78)
def test_chart_files_hold_no_amounts_that_are_hidden(world: World, client: Client) -> None:
    assert enter(client, world, "product_viewer").get("/pipeline/chart.csv").status_code == 403
    with in_workspace(world.workspace.id, by=world.actor):
        first = Renewal.objects.order_by("id").first()
        Renewal.objects.filter(id=first.id).update(finaliser=world.people["csm"])
        Account.objects.update(owner=world.people["cs_manager"])
    csm = enter(client, world, "cs_manager")
    rows = list(csv.reader(io.StringIO(csm.get("/pipeline/chart.csv").content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Quarter", "Category", "Renewals"]


def test_account_that_is_not_scored_now_shows_its_last_score(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        row = CurrentScore.objects.order_by("account_id").first()
        before = round(row.value)
        CurrentScore.objects.filter(id=row.id).update(value=None, state="not_scored", band="")
    page = enter(client, world)
    for address in ("/accounts/", "/queue/"):
        html = page.get(address).content.decode()
        assert f"was {before}" in html and "last scored" in html, address
        assert "Not scored" in html


def test_amount_in_another_currency_tells_what_it_is_at_home(world: World, client: Client) -> None:
    today = world.now.date()
    with in_workspace(world.workspace.id, by=world.actor):
        FxRate.objects.create(
            workspace=world.workspace, currency="EUR", rate_on=today - timedelta(days=1), rate="1.25", origin="test"
        )
        Renewal.objects.filter(target_amount=96_000).update(currency="EUR")
        rebuild_queue(workspace_id=world.workspace.id, now=world.now)
    page = enter(client, world)
    assert "€96,000 at 1.25 USD for 1 EUR" in page.get("/pipeline/").content.decode()
    renewal = account_ids(world)[0]
    assert "$120,000" in page.get("/pipeline/").content.decode()
    (brief,) = parts_of(page.get("/queue/").content.decode())
    assert "$120,000 at 1.25 USD for 1 EUR" in page.get(brief).content.decode()
    assert "$120,000 at 1.25 USD for 1 EUR" in page.get(f"/accounts/{renewal}/").content.decode()
