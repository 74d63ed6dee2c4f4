"""The pages of price revisions, of a split and of losses: each step by its role, prices for who may see them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from offers.models import PriceRevision, RevisedTerm
from playbooks.actions.sweeps import sweep_contracts
from renewals.actions.scope import in_workspace
from renewals.models import Contract, ContractLine, LossReview, Renewal, Succession, TermVersion, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world

ROLES = ("csm", "renewal_manager", "finance", "product_viewer")


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    return make_world(workspace, now=database_now(), accounts=3, roles=ROLES)


def as_role(world: World, role: str) -> Client:
    """Return a client that is logged in."""
    client = Client()
    client.force_login(world.people[role])
    return client


def given(world: World, **changes: Any) -> dict[str, Any]:
    """Return a revision as its form sends it."""
    first = world.now.date()
    fields = {
        "name": "Spring",
        "reason": "Costs rose",
        "method": "percent",
        "percent": "5",
        "lead_days": "0",
        "ends_from": first.isoformat(),
        "ends_until": (first + timedelta(days=2000)).isoformat(),
    }
    return fields | changes


def check_approvals(world: World, href: str) -> None:
    """A revision that waits stands in the list of who is asked, with its count, and of who asked."""
    listed = {
        (role, show)
        for role in ("renewal_manager", "finance")
        for show in ("", "asked", "waiting", "decided")
        if f'href="{href}"' in as_role(world, role).get(f"/approvals/?show={show}").content.decode()
    }
    own = {("renewal_manager", "asked"), ("renewal_manager", "waiting")}
    assert listed == {("finance", ""), ("finance", "waiting"), *own}
    shown = as_role(world, "finance").get("/approvals/").content.decode()
    assert ("1 approval waits for your answer" in shown, 'class="nav-count">1<' in shown) == (True, True)


@pytest.mark.requirement(44)
def test_revision_goes_from_form_to_applied_over_two_people_and_leaves_as_rows(world: World) -> None:
    maker, checker = as_role(world, "renewal_manager"), as_role(world, "finance")
    wrong = maker.post("/offers/revisions/new/", given(world, percent=""))
    assert (wrong.status_code, "The percentage is missing." in wrong.content.decode()) == (422, True)
    made = maker.post("/offers/revisions/new/", given(world))
    href = made["Location"]
    html = maker.get(href).content.decode()
    assert ("Hand it in" in html, "Takes part" in html, "Approve and apply it" in html) == (True, True, False)
    with in_workspace(world.workspace.id, by=world.actor):
        term = RevisedTerm.objects.filter(state="planned").order_by("id").first()
    left = maker.post(f"{href}terms/{term.id}/leaving-out/", {"seen": "1", "reason": "Promised"})
    assert left.status_code == 302
    assert maker.post(f"{href}editing/", given(world, seen="1")).status_code == 409
    assert maker.get(f"{href}editing/").status_code == 200
    assert maker.post(f"{href}submission/", {"seen": "2"}).status_code == 302
    assert maker.post(f"{href}approval/", {}).status_code == 403
    check_approvals(world, href)
    assert checker.post(f"{href}approval/", {}).status_code == 302
    assert f'href="{href}"' in checker.get("/approvals/?show=decided").content.decode()
    assert maker.post(f"{href}stop/", {}).status_code == 302
    assert maker.post(f"{href}resumption/", {}).status_code == 302
    asking = {"HX-Request": "true"}
    assert "Applied term by term" in maker.get(href, headers=asking).content.decode()
    sweep_contracts(now=world.now)
    assert maker.get(href, headers=asking)["HX-Refresh"] == "true"
    with in_workspace(world.workspace.id, by=world.actor):
        assert PriceRevision.objects.get().state == "applied"
        applied = RevisedTerm.objects.filter(state="applied").order_by("id")
        one = applied.first()
        assert RevisedTerm.objects.get(note="Promised").reason == "left_out"
    page = maker.get(f"{href}terms/{one.id}/").content.decode()
    assert ("Take this price back" in page, "Price uplift of the offer" in page) == (True, True)
    assert maker.post(f"{href}announcement/", {"term": str(one.id)}).status_code == 302
    assert maker.post(f"{href}undoing/", {"reason": "Wrong rule"}).status_code == 302
    sheet = checker.get(f"{href}terms.csv").content.decode("utf-8-sig")
    assert sheet.count("Taken back") == 0
    assert ('"applied"' in sheet, '"undone"' in sheet or '"excluded"' in sheet) == (True, True)
    assert maker.get("/offers/revisions/").status_code == maker.get(f"{href}?state=applied").status_code == 200
    assert maker.get(f"{href}nothing/")["Location"] == href
    assert maker.post(f"{href}nothing/").status_code == 404


def test_who_may_not_see_prices_finds_no_term_of_a_revision(world: World) -> None:
    href = as_role(world, "renewal_manager").post("/offers/revisions/new/", given(world))["Location"]
    with in_workspace(world.workspace.id, by=world.actor):
        term = RevisedTerm.objects.order_by("id").first()
    viewer = as_role(world, "product_viewer")
    assert viewer.get(href).status_code == 403
    csm = as_role(world, "csm")
    assert csm.get("/offers/revisions/new/").status_code == 403
    assert csm.post(f"{href}ending/", {"reason": "No"}).status_code == 403
    with in_workspace(world.workspace.id, by=world.actor):
        Contract.objects.get(id=term.contract_id).account.__class__.objects.update(owner=world.people["finance"])
        Renewal.objects.update(
            **dict.fromkeys(("owner", "initiator", "negotiator", "finaliser"), world.people["finance"])
        )
    assert csm.get(f"{href}terms/{term.id}/").status_code == 404
    assert "Takes part" not in csm.get(href).content.decode()


@pytest.mark.requirement(52)
def test_renewal_is_split_as_it_was_seen(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        term = TermVersion.objects.order_by("id").first()
        line = term.lines.first()
        ContractLine.objects.create(
            workspace_id=world.workspace.id,
            contract_id=term.contract_id,
            term=term,
            external_id="storage",
            arr_amount=100,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
        )
    client, href = as_role(world, "renewal_manager"), f"/contracts/{term.contract_id}/split/"
    assert "Split its renewal" in client.get(f"/contracts/{term.contract_id}/").content.decode()
    html = client.get(href).content.decode()
    assert "Show the plan" in html
    chosen = {"new_1": "NEW-2", "new_2": "", "line_0": "stays", "line_1": "1", "decided_on": f"{world.now:%Y-%m-%d}"}
    page = client.get(href, chosen)
    key = page.context["page"].key
    assert (page.status_code, len(key)) == (200, 64)
    assert client.get(href, chosen | {"line_1": "2"}).status_code == 422
    assert client.get(href, chosen | {"line_1": "stays"}).status_code == 422
    assert client.post(href, chosen | {"key": "another"}).status_code == 409
    assert client.post(href, chosen | {"key": key}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert set(Succession.objects.values_list("way", flat=True)) == {"split"}
        assert Contract.objects.filter(external_id="NEW-2").count() == 1
    assert as_role(world, "csm").get(href).status_code == 403


@pytest.mark.requirement(52)
def test_account_that_left_stands_among_the_reviews_until_it_answered(world: World) -> None:
    client = as_role(world, "renewal_manager")
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.order_by("id").first()
    lost = {"ending": "lost", "primary_reason": "price", "decided_on": world.now.date().isoformat()}
    assert client.post(f"/renewals/{row.id}/outcome/", lost).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        review = LossReview.objects.get()
    href, day = f"/reviews/losses/{review.id}/", world.now.date()
    assert f'href="{href}"' in client.get("/reviews/losses/").content.decode()
    plan = {"owner": str(world.people["csm"].id), "win_back_on": (day + timedelta(days=30)).isoformat()}
    plan |= {"stage": "engaged", "amount": "900", "expected_on": ""}
    assert client.post(f"{href}plan/", plan).status_code == 302
    for wrong in (
        {"owner": "0"},
        {"stage": "closed"},
        {"amount": "-1"},
        {"amount": "NaN"},
        {"win_back_on": "2026-02-30"},
    ):
        assert client.post(f"{href}plan/", plan | wrong).status_code == 422
    assert f'href="{href}"' in client.get("/pipeline/win-backs/").content.decode()
    said = {"result": "later", "asked_on": day.isoformat(), "again_on": ""}
    assert "Say on which later day" in client.post(f"{href}answer/", said).content.decode()
    assert client.post(f"{href}answer/", said | {"result": "won"}).status_code == 422
    signed = {"external_id": "BACK-1", "starts_on": row.due_on.isoformat(), "months": "12", "amount": "1e9"}
    for wrong in ({"months": "0"}, {"amount": "-1"}, {"starts_on": "2020-01-01"}):
        assert client.post(f"{href}contract/", signed | wrong).status_code == 422
    assert [client.post(f"{href}contract/", signed).status_code for _ in range(2)] == [302, 422]
    assert "BACK-1" in client.get("/pipeline/win-backs/?show=won").content.decode()
    assert "Came back" in client.get("/reviews/losses/?show=answered").content.decode()
    running = client.get("/pipeline/running-on/")
    assert (running.status_code, "No contract runs on" in running.content.decode()) == (200, True)
    assert "No loss is here" in client.get("/reviews/losses/").content.decode()
    assert client.get("/reviews/losses/999999/").status_code == 404
    assert as_role(world, "product_viewer").post(f"{href}plan/", plan).status_code == 403


@pytest.mark.requirement(52)
def test_title_of_win_backs_counts_those_of_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_role(world, "renewal_manager")
    with in_workspace(world.workspace.id, by=world.actor):
        ids = list(Renewal.objects.filter(closed_on__isnull=True).order_by("id").values_list("id", flat=True)[:2])
    lost = {"ending": "lost", "primary_reason": "price", "decided_on": world.now.date().isoformat()}
    assert [client.post(f"/renewals/{each}/outcome/", lost).status_code for each in ids] == [302, 302]
    monkeypatch.setattr("dashboards.queries.beside_pipeline.MOST", 1)
    first = client.get("/pipeline/win-backs/").context["page"]
    second = client.get(f"{first.pager.next_href}").context["page"]
    assert first.title == second.title
    assert first.title.startswith("2 accounts to win back: ")
    assert [len(each.table.rows) for each in (first, second)] == [1, 1]
    assert (first.pager.shown, second.pager.first_href, second.pager.next_href) == (
        "1 of 2 win-backs",
        "/pipeline/win-backs/",
        "",
    )
    with in_workspace(world.workspace.id, by=world.actor):
        Renewal.objects.filter(id=ids[0]).update(currency="NOK")
    title = client.get("/pipeline/win-backs/").context["page"].title
    assert title.startswith("2 accounts to win back: $")
    assert title.endswith(" a year and amounts in NOK without a rate")
