"""The forecast on its pages: stored figures, calls entered in place, sums only for who may see every amount in them."""

import csv
import io
import re
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.queries.forecast import owed
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Renewal, Team, Workspace
from signals.actions.forecast.sweep import tend_forecast
from signals.models import CurrentCall, ForecastCall, ForecastRun, ForecastScenario
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_member, make_world

ROLES = ("cs_manager", "renewal_manager", "sales", "finance", "product_viewer")
PAGES = ("/forecast/", "/forecast/calls/", "/forecast/scenarios/", "/forecast/ledger/")
HTMX = {"HTTP_HX_REQUEST": "true"}


def draw(world: World) -> None:
    by = world.actor
    tend_forecast(workspace_id=world.workspace.id, by=by, now=world.now, clock=lambda: world.now)


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    made = make_world(workspace, now=clock, accounts=6, roles=ROLES)
    draw(made)
    return made


@pytest.fixture
def finance(world: World, client: Client) -> Client:
    client.force_login(world.people["finance"])
    return client


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.requirement(77)
def test_title_says_the_finding_and_the_quarters_add_up_to_what_is_due(finance: Client, world: World) -> None:
    html = html_of(finance, "/forecast/")
    rows = rows_of(html, "Forecast by quarter")
    with in_workspace(world.workspace.id, by=world.actor):
        due = Renewal.objects.filter(closed_on__isnull=True).count()
    assert sum(int(row[1]) for row in rows) == due
    chosen = next(row for row in rows if int(row[1]))
    year, quarter = chosen[0].split()[1], chosen[0].split()[0]
    title = re.search(r"<h1>(.*?)</h1>", html_of(finance, f"/forecast/?quarter={year}-{quarter}"))
    assert title is not None
    assert re.match(rf"{quarter} {year} will come to \$.* of what is due: likely \$.* to \$", words_of(title[1]))
    assert "chances of scorecard 1" in html
    assert "drawn just now" in html


def test_roll_up_says_what_each_line_contains_in_both_ways(finance: Client) -> None:
    both = [rows_of(html_of(finance, f"/forecast/{way}"), "Calls by category") for way in ("", "?rollup=single")]
    assert [row[:2] for row in both[0]] == [
        ["Signed", "signed"],
        ["Commit forecast", "commit + signed"],
        ["Best-case forecast", "best case + commit + signed"],
        ["Open pipeline", "pipeline + best case + commit"],
        ["Omitted", "omitted"],
    ]
    assert [row[1] for row in both[1]] == ["signed", "commit", "best case", "pipeline", "omitted"]


@pytest.mark.requirement(78)
def test_sums_are_of_the_renewals_whose_amounts_a_person_may_see(world: World, client: Client) -> None:
    seen = {}
    for role in ("finance", "csm", "sales", "product_viewer"):
        client.force_login(world.people[role])
        answer = client.get("/forecast/?owner=999999")
        page = answer.content.decode()
        number = re.search(r'<span class="muted" role="status">(.*?)</span>', page)
        seen[role] = (answer.status_code, "renewals you own" in page, bool(number and number[1] != "0 renewals"))
    assert seen == {
        "finance": (200, False, False),
        "csm": (200, True, seen["csm"][2]),
        "sales": (200, True, False),
        "product_viewer": (403, False, False),
    }


@pytest.mark.requirement(77)
def test_every_open_renewal_shows_its_dates_likelihood_and_expansion_potential(csm: Client, world: World) -> None:
    lines = re.findall(r'<tr id="call-.*?</tr>', html_of(csm, "/forecast/calls/"), re.DOTALL)
    with in_workspace(world.workspace.id, by=world.actor):
        assert len(lines) == Renewal.objects.filter(closed_on__isnull=True).count() == 6
    for line in lines:
        _, due, _, expansion, _, _, model, _ = (words_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line, re.S))
        assert "notice by" in due
        assert "Expansion potential" in expansion
        assert re.search(r"\d%|Not known", model)


@pytest.mark.requirement(78)
def test_leader_of_a_team_sees_sums_of_the_team_and_of_its_people_alone(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        team = Team.objects.create(workspace_id=world.workspace.id, name="North")
        people = [world.people[role].id for role in ("csm", "cs_manager")]
        Membership.objects.filter(user_id__in=people).update(team=team)
        stranger = world.people["finance"].id
    draw(world)
    client.force_login(world.people["cs_manager"])
    for query in ("", f"?owner={stranger}", "?team=0"):
        assert "renewals of team North" in html_of(client, f"/forecast/{query}")
    assert "renewals of Ana Ruiz" in html_of(client, f"/forecast/?owner={people[0]}")
    assert "Ana Ruiz" in client.get("/forecast/filters/owner/").content.decode()


def test_leader_adjusts_a_group_as_a_whole_beside_the_calls(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    before = html_of(client, "/forecast/?segment=small")
    assert "The group as a whole is not adjusted." in before
    commit = next(row for row in rows_of(before, "Calls by category") if row[0] == "Commit forecast")[4]
    form = {"segment": "small", "amount": "-2000", "reason": "A reorganisation at two of them"}
    assert client.post("/forecast/adjustments/", form | {"reason": ""}).status_code == 422
    assert client.post("/forecast/adjustments/", form).status_code == 302
    after = words_of(html_of(client, "/forecast/?segment=small"))
    wanted = int(re.sub(r"\D", "", commit)) - 2000
    assert (
        f"Commit forecast with −$2,000 for the group as a whole: {'−' if wanted < 0 else ''}${abs(wanted):,}." in after
    )
    assert "A reorganisation at two of them" in after
    assert "The group as a whole is not adjusted." in html_of(client, "/forecast/")
    assert client.post("/forecast/adjustments/", form | {"amount": "0"}).status_code == 302
    assert "The group as a whole is not adjusted." in html_of(client, "/forecast/?segment=small")
    client.force_login(world.people["csm"])
    assert client.post("/forecast/adjustments/", form).status_code == 403


def test_calls_side_by_side_go_out_with_what_each_caller_says(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    assert "sheet=xlsx" in client.get("/forecast/calls/").content.decode()
    answer = client.get("/forecast/calls/?table=calls-side-by-side&sheet=csv")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    with in_workspace(world.workspace.id, by=world.actor):
        due = Renewal.objects.filter(closed_on__isnull=True).values_list("target_amount", flat=True)
        assert sorted(Decimal(line["Target"]) for line in lines) == sorted(due)
    assert {line["Model category"] for line in lines} <= {"Commit", "Best case", "Pipeline", "Omitted", "Not known"}


def test_call_is_entered_in_place_of_its_line(csm: Client, world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.order_by("due_on", "id")[1]
    address = f"/forecast/calls/{row.id}/"
    assert 'name="category"' in csm.get(address, **HTMX).content.decode()
    refused = csm.post(address, {"category": "commit", "amount": "-1"}, **HTMX)
    assert (refused.status_code, "field-error" in refused.content.decode()) == (200, True)
    values = {"category": "commit", "amount": "1234", "chance": "85", "demand": "Single sign-on"}
    kept = csm.post(address, values, **HTMX).content.decode()
    assert "the call is kept" in kept
    assert "1,234" in kept
    assert "<form" not in kept
    with in_workspace(world.workspace.id, by=world.actor):
        call = ForecastCall.objects.get()
        row.refresh_from_db()
    assert (call.caller, call.amount, call.likelihood, call.demand) == ("csm", 1234, 0.85, "Single sign-on")
    assert (row.forecast_category, row.forecast_amount) == ("commit", 1234)
    assert "Single sign-on" in html_of(csm, address)
    stale = csm.post(address, values | {"seen_at": "2020-01-01T00:00:00Z"}, **HTMX).content.decode()
    assert "Somebody changed this renewal" in stale


def test_leader_adjusts_with_a_reason_beside_the_call(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.order_by("due_on", "id")[2]
    address = f"/forecast/calls/{row.id}/"
    assert client.post(address, {"category": "omitted", "amount": "0"}).status_code == 422
    values = {"category": "omitted", "amount": "0", "reason": "They told me"}
    assert client.post(address, values)["Location"] == "/forecast/calls/"
    with in_workspace(world.workspace.id, by=world.actor):
        assert CurrentCall.objects.get(renewal_id=row.id).caller == "leader"
        row.refresh_from_db()
    assert row.forecast_category == "pipeline"
    html = html_of(client, "/forecast/calls/")
    assert "They told me" in html
    client.force_login(world.people["sales"])
    assert client.post(address, values).status_code == 404


@pytest.mark.requirement(35)
def test_owner_confirms_what_is_due_and_who_owes_is_listed(csm: Client, world: World) -> None:
    owed = rows_of(html_of(csm, "/forecast/calls/"), "Calls owed and given, by owner")
    assert [row[0] for row in owed] == ["Ana Ruiz"]
    assert int(owed[0][5]) > 0
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.order_by("due_on", "id")[0]
    csm.post(f"/forecast/calls/{row.id}/", {"category": "commit", "amount": "1"})
    after = rows_of(html_of(csm, "/forecast/calls/"), "Calls owed and given, by owner")
    assert int(after[0][5]) == int(owed[0][5]) - 1
    assert csm.post("/forecast/confirmation/")["Location"] == "/forecast/calls/"


@pytest.mark.requirement(35)
def test_button_counts_the_calls_it_confirms_and_stops_where_it_says(
    world: World, csm: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        rows = list(
            Renewal.objects.filter(closed_on__isnull=True).order_by("due_on", "id").values_list("id", flat=True)
        )
    assert "Confirm my" not in html_of(csm, "/forecast/calls/")
    for key in rows[:2]:
        csm.post(f"/forecast/calls/{key}/", {"category": "commit", "amount": "1"})
    assert "Confirm my" not in html_of(csm, "/forecast/calls/")
    with in_workspace(world.workspace.id, by=world.actor):
        CurrentCall.objects.update(made_at=world.now - timedelta(days=40))
    assert "Confirm my 2 calls unchanged" in html_of(csm, "/forecast/calls/")
    monkeypatch.setattr(owed, "MOST", 1)
    assert "Confirm my 1+ calls unchanged" in html_of(csm, "/forecast/calls/")
    assert csm.post("/forecast/confirmation/").status_code == 302
    assert "Confirm my" not in html_of(csm, "/forecast/calls/")


def test_scenario_is_asked_drawn_and_put_away(world: World, client: Client, csm: Client) -> None:
    assert "Scenarios speak of the whole book" in html_of(csm, "/forecast/scenarios/")
    assert csm.post("/forecast/scenarios/order/", {"name": "x"}).status_code == 403
    client.force_login(world.people["renewal_manager"])
    assert client.post("/forecast/scenarios/order/", {"name": "Nothing"}).status_code == 422
    client.post("/forecast/scenarios/order/", {"name": "Dearer by 5 %", "price_uplift": "5"})
    assert "A worker draws it now" in html_of(client, "/forecast/scenarios/")
    draw(world)
    html = html_of(client, "/forecast/scenarios/")
    assert "Dearer by 5 %" in html
    assert "assumption" in html
    with in_workspace(world.workspace.id, by=world.actor):
        asked = ForecastScenario.objects.get()
    assert asked.levers == {"price_uplift": 0.05}
    client.post(f"/forecast/scenarios/{asked.id}/removal/")
    assert "Dearer by 5 %" not in html_of(client, "/forecast/scenarios/")


@pytest.mark.parametrize("query", ["quarter=²", "quarter=2026-Q9", "owner=²", "team=x", "segment=%00", "rollup=x"])
def test_address_that_makes_no_sense_shows_a_page(query: str, finance: Client) -> None:
    assert finance.get(f"/forecast/?{query}").status_code == 200


@pytest.mark.parametrize("name", ["quarter", "segment", "owner", "team"])
def test_filter_offers_its_choices(name: str, finance: Client) -> None:
    assert finance.get(f"/forecast/filters/{name}/").status_code == 200


@pytest.mark.parametrize("form", ["csv", "svg"])
def test_bands_go_out_as_a_file(form: str, finance: Client) -> None:
    answer = finance.get(f"/forecast/chart.{form}")
    assert (answer.status_code, f".{form}" in answer["Content-Disposition"]) == (200, True)


@pytest.mark.parametrize("page", PAGES)
def test_workspace_without_anything_is_told_so(
    page: str, other_workspace: Workspace, clock: datetime, client: Client
) -> None:
    world = make_world(other_workspace, now=clock, accounts=0, roles=("finance",))
    client.force_login(world.people["finance"])
    assert 'class="empty' in html_of(client, page)


def test_forecast_that_is_being_drawn_says_how_far_it_is(world: World, finance: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        ForecastRun.objects.update(state="running", done=40)
    part = finance.get("/forecast/", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="forecast-part").content.decode()
    assert 'value="40"' in part
    assert "<html" not in part
    with in_workspace(world.workspace.id, by=world.actor):
        ForecastRun.objects.update(state="failed", error="ValueError: broken")
    assert "ValueError: broken" in html_of(finance, "/forecast/")


@pytest.mark.parametrize("accounts", [1, 3])
def test_pages_ask_the_same_number_of_queries_for_one_and_three(
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    world = make_world(other_workspace, now=clock, accounts=accounts, roles=("finance",))
    draw(world)
    with in_workspace(other_workspace.id, by=world.actor):
        lead = make_member(other_workspace, "renewal_manager")
        rows = list(Renewal.objects.order_by("id").values_list("id", flat=True))
    client.force_login(lead)
    for key in rows:
        values = {"category": "omitted", "amount": str(Decimal(0)), "reason": "No budget"}
        client.post(f"/forecast/calls/{key}/", values)
    for page, number in zip(PAGES, (15, 16, 11, 12), strict=True):
        client.get(page)
        with django_assert_num_queries(number):
            client.get(page)
