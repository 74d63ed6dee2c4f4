"""Retention: one number for every role, rows down to contract lines that add up, notes, targets, files."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.core.dates import day_words
from renewals.actions.accounts import record_accounts
from renewals.actions.contracts import record_contract, record_contracts
from renewals.actions.metrics.fill import fill_lot
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.metrics.targets import TargetOrder, set_target
from renewals.actions.scope import in_workspace
from renewals.actions.settings import record_fx_rates
from renewals.core.actors import person_actor, system_actor
from renewals.core.errors import InvalidInput, NotPermitted, RequiredValueMissing
from renewals.core.metrics import Period, TargetOf, periods_until
from renewals.core.metrics.periods import quarter, quarter_key
from renewals.core.records import AccountRow, ContractRow, LineRow, TermRow
from renewals.models import Account, Membership, MetricMark, MetricTarget, Product, Team, User, Workspace
from renewals.queries.library import metric_book
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.whole import whole_page
from tests.dashboards.world import make_member

ROLES = ("csm", "renewal_manager", "finance", "executive", "sales", "product_viewer", "admin")
DAY = timedelta(days=1)
PLAN = "/retention/targets/"


def term(number: int, first: date, last: date | None, amount: str, product: str = "") -> TermRow:
    line = LineRow(external_id="seats", arr_amount=Decimal(amount), product_external_id=product)
    return TermRow(number=number, starts_on=first, ends_on=last, lines=(line,))


@pytest.fixture(scope="module")
def year(clock: datetime) -> Period:
    return next(
        period for period in periods_until(today=clock.date(), quarters=1) if period.is_year and not period.is_running
    )


@pytest.fixture(scope="module")
def people(workspace: Workspace, actor, clock: datetime, year: Period) -> dict[str, User]:
    """Five accounts: kept, shrunk, left, new, and one in euros; the CSM owns the first two."""
    with in_workspace(workspace.id, by=actor, why="a book"):
        people = {role: make_member(workspace, role) for role in ROLES}
        Product.objects.create(workspace=workspace, external_id="P1", name="Radar")
        record_fx_rates(rates={("EUR", date(2020, 1, 1)): Decimal("1.5")}, origin="test", by=actor, now=clock)
        owners = ("csm", "csm", "sales", "sales", "sales")
        rows = [
            AccountRow(external_id=f"A{n}", name=f"Account {n}", owner_id=people[owner].id)
            for n, owner in enumerate(owners, start=1)
        ]
        record_accounts(rows=rows, by=actor, now=clock)
        first, turn, last = year.starts_on - 100 * DAY, year.starts_on + 100 * DAY, year.ends_on + 400 * DAY
        books = (
            ("USD", term(1, first, last, "1000", "P1")),
            ("USD", term(1, first, turn, "800"), term(2, turn + DAY, last, "600")),
            ("USD", term(1, first, turn, "500", "P1")),
            ("USD", term(1, turn, last, "300")),
            ("EUR", term(1, first, last, "200")),
        )
        contracts = [
            ContractRow(external_id=f"C{n}", account_external_id=f"A{n}", currency=currency, terms=tuple(terms))
            for n, (currency, *terms) in enumerate(books, start=1)
        ]
        record_contracts(rows=contracts, by=actor, now=clock)
        refresh_movements(by=actor, now=clock, today=clock.date())
    return people


def page(client: Client, user: User, path: str = "/retention/", **query: str) -> str:
    client.force_login(user)
    answer = client.get(path, query)
    assert answer.status_code == 200, path
    return answer.content.decode()


def figures(html: str) -> dict[str, list[str]]:
    """Return the figures table by its first cell."""
    caption = html.split('<caption class="unseen">Figures, ')[1].split("<")[0]
    return {row[0]: row[1:] for row in rows_of(html, f"Figures, {caption}")}


@pytest.mark.requirement(92)
def test_roles_who_see_everything_see_the_same_numbers_and_the_csm_is_told_whose_these_are(
    client: Client, people: dict[str, User]
) -> None:
    pages = [page(client, people[role]) for role in ("finance", "executive", "renewal_manager")]
    titles = {html.split("<h1>")[1].split("<")[0] for html in pages}
    assert titles == {"Net retention 73.1%, gross 73.1%: $700 of $2.6\xa0k lost"}
    assert len({str(figures(html)) for html in pages}) == 1
    own = page(client, people["csm"])
    assert "<h1>Net retention 88.9%, gross 88.9%: $200 of $1.8\xa0k lost</h1>" in own
    assert "Your accounts only" in own
    client.force_login(people["product_viewer"])
    assert client.get("/retention/").status_code == 403


@pytest.mark.requirement(6, 59, 92)
def test_every_figure_opens_its_contract_and_its_rows(client: Client, people: dict[str, User]) -> None:
    for metric in metric_book().metrics:
        html = page(client, people["finance"], f"/retention/{metric.key}/", way=metric.ways[-1].key)
        assert "What this figure promises" in html
        assert f'href="/glossary/#{metric.term}"' in html
    rows = rows_of(page(client, people["finance"], "/retention/grr/"), "Rows of GRR")
    assert [row[0] for row in rows] == ["Account 3", "Account 2", "Account 5", "Account 1", "All rows"] or [
        row[0] for row in rows
    ] == ["Account 3", "Account 2", "Account 1", "Account 5", "All rows"]
    assert rows[-1][-2:] == ["$1,900", "$2,600"]


def test_unknown_metric_and_way_are_not_found(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["finance"])
    assert [client.get(f"/retention/{path}").status_code for path in ("luck/", "grr/?way=luck", "accounts/0/")] == [
        404
    ] * 3


@pytest.mark.requirement(92)
def test_account_shows_its_lines_with_the_rate_and_they_add_up(client: Client, people: dict[str, User], inside) -> None:
    found = Account.objects.get(external_id="A5")
    html = page(client, people["finance"], f"/retention/accounts/{found.id}/")
    assert "The lines add up to $300 at the opening and $300 at the closing" in html
    assert "1.5 of 2020-01-01" in html


@pytest.mark.requirement(92)
def test_files_have_every_line_behind_the_figures(client: Client, people: dict[str, User]) -> None:
    client.force_login(people["finance"])
    text = client.get("/retention/lines.csv").content.decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    sums = {end: sum(Decimal(x["home_amount"]) for x in lines if x["end"] == end) for end in ("opening", "closing")}
    assert sums == {"opening": 2600, "closing": 2200}
    rows = list(csv.reader(io.StringIO(client.get("/retention/grr/rows.csv").content.decode("utf-8-sig"))))
    assert sum(Decimal(row[4]) for row in rows[1:]) == 1900
    assert rows[0] == ["account", "account_name", "row", "what", "kept", "opening", "currency"]
    alone = list(csv.reader(io.StringIO(client.get("/retention/arr/rows.csv").content.decode("utf-8-sig"))))
    assert {tuple(row[4:]) for row in alone[:1]} == {("closing", "currency")}
    assert {len(row) for row in alone} == {6}


def test_page_by_product_and_segment_and_cohort_keeps_to_the_rows(client: Client, people: dict[str, User]) -> None:
    html = page(client, people["finance"], "/retention/groups/", by="product")
    assert [row[:3] for row in rows_of(html, "Retention by product")] == [["Radar", "2", "$1,500"]]
    assert (
        rows_of(page(client, people["finance"], "/retention/groups/", by="owner"), "Retention by owner")[-1][2]
        == "$2,600"
    )
    for by in ("segment", "cohort"):
        assert "Retention by" in page(client, people["finance"], "/retention/groups/", by=by)
    for name in ("segment", "owner", "product"):
        assert page(client, people["finance"], f"/retention/filters/{name}/")


def test_page_reads_no_more_for_more_accounts(
    client: Client, people: dict[str, User], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(people["finance"])
    client.get("/retention/")
    with django_assert_max_num_queries(34):
        assert client.get("/retention/").status_code == 200


@pytest.mark.requirement(92)
def test_correction_is_told_with_its_reason(
    client: Client, people: dict[str, User], workspace, actor, clock, year
) -> None:
    with in_workspace(workspace.id, by=actor, why="a correction"):
        first, last = year.starts_on - 100 * DAY, year.ends_on + 400 * DAY
        fixed = ContractRow(
            external_id="C1",
            account_external_id="A1",
            terms=(TermRow(**{**term_fields(term(1, first, last, "900", "P1")), "change_reason": "Typing error"}),),
        )
        record_contract(row=fixed, by=actor, now=clock)
        refresh_movements(by=actor, now=clock, today=clock.date())
    html = page(client, people["finance"])
    assert "opening −$100, closing −$100 in 1 account, because: C1: Typing error" in html
    assert rows_of(page(client, people["finance"], "/retention/restated/"), "Restatements, the latest first")[0][
        2:6
    ] == [
        "$1,000",
        "$900",
        "$1,000",
        "$900",
    ]

    before, after = (figure for figure in (clock.date() - DAY, clock.date()))
    html = page(client, people["finance"], "/retention/restated/", on=before.isoformat())
    assert rows_of(html, f"As known on {day_words(before)}, and now")[0] == ["Opening ARR", "$2,600", "$2,500", "−$100"]
    moved = rows_of(html, "Restatements, the latest first")
    assert (moved[-1][0], moved[-1][3], moved[-1][5]) == ("All changes", "−$100", "−$100")
    html = page(client, people["finance"], "/retention/restated/", on=after.isoformat())
    assert rows_of(html, f"As known on {day_words(after)}, and now")[6] == ["Closing ARR", "$2,100", "$2,100", "±$0"]
    sheet = client.get("/retention/restated/?table=restatements-the-latest-first&sheet=csv")
    assert b"".join(sheet.streaming_content).decode().count("Typing error") == len(moved) - 1
    running = page(client, people["finance"], "/retention/restated/", period=quarter_key(clock.date()))
    assert "can be asked of a period that is over" in running


@pytest.mark.requirement(92)
def test_start_quarters_keep_shares_that_tie_to_their_rows(client: Client, people: dict[str, User]) -> None:
    html = page(client, people["finance"], "/retention/cohorts/", way="logos")
    rows = {row[0]: row[1:] for row in rows_of(html, "Start quarters by age, Accounts")}
    first = next(iter(rows.values()))
    assert first[0] == "4"
    assert first[1] == "100%"
    assert first[1:].count("75%") >= 1
    assert 'class="amount heat heat-5"' in html
    assert "$" in page(client, people["finance"], "/retention/cohorts/")


def term_fields(row: TermRow) -> dict[str, object]:
    """Return the fields of a term to change one of them."""
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


@pytest.mark.requirement(37, 62)
def test_targets_are_set_by_a_person_and_told_both_ways_beside_the_booked_amount(
    client: Client, people: dict[str, User], year: Period
) -> None:
    client.force_login(people["finance"])
    for figure, amount in (("grr.opening", "75"), ("multi_year_arr.amount", "1000"), ("booked.final", "0")):
        form = {"figure": figure, "period": year.key, "of": "", "amount": amount, "reason": "The plan"}
        assert client.post("/retention/targets/new/", form).status_code == 302
    rows = rows_of(page(client, people["finance"], "/retention/targets/", period=year.key), f"Targets, {words(year)}")
    assert [(row[0].split(" ")[0], *row[1:4], row[5]) for row in rows] == [
        ("GRR", "All accounts", "Long-term value", "75.0%", "97.4% of it, 1.9 points under"),
        ("Multi-year", "All accounts", "Long-term value", "$1,000", "220.0% of it, $1,200 over"),
        ("Booked", "All accounts", "Booked", "$0", "nothing to compare yet"),
    ]
    assert "97.4% of it, 1.9 points under" in page(client, people["executive"], period=year.key)
    assert "No target of yours" in page(client, people["csm"], "/retention/targets/", period=year.key)
    client.force_login(people["csm"])
    assert client.post("/retention/targets/new/", {}).status_code == 403
    client.force_login(people["finance"])
    assert client.post("/retention/targets/new/", {"figure": "grr.opening"}).status_code == 422


@pytest.mark.requirement(62)
def test_targets_of_a_person_team_and_segment_are_held_against_their_own_rows(
    client: Client, people: dict[str, User], workspace: Workspace, actor, year: Period
) -> None:
    with in_workspace(workspace.id, by=actor, why="a team"):
        team = Team.objects.create(workspace=workspace, name="North")
        Membership.objects.filter(user=people["csm"]).update(team=team)
    caption = f"Targets, {words(year)}"
    client.force_login(people["finance"])
    for of, amount in (("", "75"), (f"person.{people['csm'].id}", "85"), (f"team.{team.id}", "95")):
        form = {"figure": "grr.opening", "period": year.key, "of": of, "amount": amount, "reason": "The plan"}
        assert client.post("/retention/targets/new/", form).status_code == 302
    found = {row[1]: row[4:6] for row in rows_of(page(client, people["finance"], PLAN, period=year.key), caption)}
    csm = str(people["csm"])
    assert found[csm] == ["88.9%", "104.6% of it, 3.9 points over"]
    assert found["North"] == ["88.9%", "93.6% of it, 6.1 points under"]
    assert found["All accounts"][0] == "73.1%"
    assert [
        row[1] for row in rows_of(page(client, people["finance"], PLAN, period=year.key, of="people"), caption)
    ] == [csm]
    html = page(client, people["finance"], period=year.key, owner=str(people["csm"].id))
    assert "104.6% of it, 3.9 points over" in html
    assert "renewal figures the renewals they own now" in html


@pytest.mark.requirement(62, 100)
def test_home_holds_the_person_against_their_own_target_and_others_against_the_plan(
    client: Client, people: dict[str, User], workspace: Workspace, actor, clock: datetime
) -> None:
    key = quarter(clock.date(), today=clock.date()).key
    client.force_login(people["finance"])
    for of, amount in (("", "90"), (f"person.{people['csm'].id}", "80")):
        form = {"figure": "grr.opening", "period": key, "of": of, "amount": amount, "reason": "The plan"}
        assert client.post("/retention/targets/new/", form).status_code == 302
    for role, told in (("csm", "of 80.0% this quarter, yours"), ("executive", "of 90.0% this quarter<")):
        client.force_login(people[role])
        assert told in whole_page(client, "/")


@pytest.mark.requirement(62)
def test_a_person_sees_their_own_target_and_no_colleague_s(
    client: Client, people: dict[str, User], year: Period
) -> None:
    client.force_login(people["finance"])
    for role in ("csm", "sales"):
        of = f"person.{people[role].id}"
        form = {"figure": "nrr.opening", "period": year.key, "of": of, "amount": "90", "reason": f"Plan of the {role}"}
        assert client.post("/retention/targets/new/", form).status_code == 302
    html = page(client, people["csm"], PLAN, period=year.key)
    assert "Plan of the csm" in html
    assert "Plan of the sales" not in html
    own = page(client, people["csm"], period=year.key, owner=str(people["csm"].id))
    assert "98.8% of it, 1.1 points under" in own
    client.force_login(people["finance"])
    wrong = {"figure": "nrr.opening", "period": year.key, "of": "person.0", "amount": "90", "reason": "Nobody"}
    assert client.post("/retention/targets/new/", wrong).status_code == 422


def words(period: Period) -> str:
    """Return a period as the page words it."""
    from_key = period.quarter_key.partition("-")
    return f"the year to {from_key[2]} {from_key[0]}"


@pytest.mark.requirement(62)
def test_target_is_versioned_and_refuses_what_makes_no_sense(people: dict[str, User], workspace, inside, clock) -> None:
    by = person_actor(workspace.id, people["finance"].id, "Finance")
    order = TargetOrder(metric="grr", period="2030-Q1", amount=Decimal("0.9"), reason="Plan")
    first = set_target(order=order, by=by, now=clock)
    assert set_target(order=order, by=by, now=clock).id == first.id
    lower = TargetOrder(metric="grr", period="2030-Q1", amount=Decimal("0.8"), reason="Plan cut")
    assert set_target(order=lower, by=by, now=clock).version == 2
    gone = TargetOrder(metric="grr", period="2030-Q1", amount=None, reason="No plan")
    assert set_target(order=gone, by=by, now=clock).amount is None
    assert list(MetricTarget.objects.filter(period="2030-Q1").order_by("version").values_list("reason", flat=True)) == [
        "Plan",
        "Plan cut",
        "No plan",
    ]
    with pytest.raises(RequiredValueMissing):
        set_target(order=TargetOrder(metric="grr", period="2030-Q1", amount=None, reason=" "), by=by, now=clock)
    with pytest.raises(InvalidInput):
        set_target(order=TargetOrder(metric="grr", period="2030-Q1", amount=Decimal(90), reason="x"), by=by, now=clock)
    for of, word in (
        (TargetOf(segment="enterprise", owner_id=people["csm"].id), "one segment, one team or one person"),
        (TargetOf(segment="giants"), "no segment giants"),
        (TargetOf(team_id=9_999_999), "team is not in the workspace"),
        (TargetOf(owner_id=9_999_999), "not an active member"),
    ):
        with pytest.raises(InvalidInput, match=word):
            set_target(order=replace(order, of=of), by=by, now=clock)
    with pytest.raises(NotPermitted):
        set_target(order=order, by=system_actor(workspace.id, "x"), now=clock)


@pytest.mark.requirement(59)
def test_page_says_how_far_the_first_count_has_come_and_shows_no_figure_of_a_part(
    client: Client, people: dict[str, User], workspace: Workspace, actor, clock: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, why="the first count goes on"):
        MetricMark.objects.all().delete()
        assert "not counted yet" in page(client, people["finance"])
        for _ in range(2):
            fill_lot(by=actor, now=clock, today=clock.date())
    html = page(client, people["finance"])
    assert "<h1>The figures are being counted for the first time</h1>" in html
    assert "5 accounts counted, now being added up. A part of them would be a wrong figure" in html
    assert "$" not in html.split("<h1>")[1].split("</main>")[0]
    assert "no row is told before all are in" in page(client, people["finance"], "/retention/grr/")
    with in_workspace(workspace.id, by=actor, why="and ends"):
        refresh_movements(by=actor, now=clock, today=clock.date())
    assert "<h1>Net retention 73.1%" in page(client, people["finance"])
