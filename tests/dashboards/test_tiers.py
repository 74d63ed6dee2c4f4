"""Tiers on the pages: why an account has its tier, setting one with a reason, and the rule with its versions."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from renewals.actions.scope import in_workspace
from renewals.models import Account, Workspace
from renewals.queries.clock import database_now
from signals.actions.scores.tiers import derive_tiers
from signals.models import CurrentExpansion, CurrentRisk, ScorecardVersion, TierPeriod
from tests.dashboards.world import World, make_member, make_world


@pytest.fixture
def clock(db: None) -> datetime:
    return database_now()


@pytest.fixture
def world(workspace: Workspace, clock: datetime) -> World:
    made = make_world(workspace, now=clock, accounts=2, roles=("admin", "cs_manager", "finance"))
    give(made, expansion=71.0, risk=62.0)
    return made


def give(world: World, *, expansion: float | None, risk: float) -> None:
    """Set the scores of the first account as if they had been computed, and derive its tier."""
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.order_by("id").first()
        CurrentExpansion.objects.filter(account=account).delete()
        CurrentRisk.objects.filter(account=account).update(value=risk, state="scored", band="high")
        CurrentExpansion.objects.create(
            workspace=world.workspace,
            account=account,
            score_id=1,
            state="scored" if expansion is not None else "not_scored",
            value=expansion,
            coverage=0.9,
            known_count=5,
            measures_count=6,
            stale_count=0,
            as_of=world.now,
            scored_at=world.now,
            reasons=[],
            input_hash=uuid4(),
        )
        derive_tiers(workspace_id=world.workspace.id, account_ids=[account.id], by=world.actor, now=world.now)


def log_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def words_of(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode()).split())


def account_id(world: World) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return Account.objects.order_by("id").values_list("id", flat=True)[0]


@pytest.mark.requirement(68)
def test_account_shows_how_its_tier_was_derived(world: World, client: Client) -> None:
    html = log_in(client, world, "csm").get(f"/accounts/{account_id(world)}/").content
    assert "Strategic: risk 62 (high) × expansion 71 (high)" in words_of(html)


@pytest.mark.requirement(68)
def test_unknown_score_is_named_beside_the_tier_that_stays(world: World, client: Client) -> None:
    give(world, expansion=None, risk=62.0)
    shown = words_of(log_in(client, world, "csm").get(f"/accounts/{account_id(world)}/").content)
    assert "The tier stays as it is: expansion potential is not scored" in shown


@pytest.mark.requirement(68)
def test_csm_sets_the_tier_with_a_reason_and_gives_it_back(world: World, client: Client) -> None:
    href, csm = f"/accounts/{account_id(world)}/tier/", log_in(client, world, "csm")
    until = (world.now + timedelta(days=30)).date()
    given = {"tier": "basic", "reason": "They asked for quiet", "until_on": until.isoformat()}
    assert csm.post(f"{href}override/", given).status_code == 302
    shown = words_of(csm.get(href).content)
    assert "Basic: set by Ana Ruiz until" in shown
    assert "because: They asked for quiet" in shown
    assert "The scores would say strategic: risk 62 (high) × expansion 71 (high)." in shown
    assert csm.post(f"{href}return/").status_code == 302
    assert "Strategic: risk 62 (high) × expansion 71 (high)" in words_of(csm.get(href).content)


@pytest.mark.requirement(68)
@pytest.mark.parametrize("given", [{"reason": ""}, {"until_on": "2020-01-01"}, {"tier": "gold"}])
def test_override_without_reason_or_day_is_refused_and_keeps_what_was_typed(
    world: World, client: Client, given: dict[str, str]
) -> None:
    until = (world.now + timedelta(days=30)).date().isoformat()
    words = {"tier": "basic", "reason": "They asked for quiet", "until_on": until, **given}
    answer = log_in(client, world, "csm").post(f"/accounts/{account_id(world)}/tier/override/", words)
    assert answer.status_code == 422
    assert words["reason"] in answer.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        assert TierPeriod.objects.filter(origin="override").count() == 0


@pytest.mark.requirement(68)
def test_role_that_only_looks_sees_no_form_and_cannot_post(world: World, client: Client) -> None:
    href, finance = f"/accounts/{account_id(world)}/tier/", log_in(client, world, "finance")
    page = finance.get(href)
    assert (page.status_code, b"Set the tier" in page.content) == (200, False)
    assert finance.post(f"{href}override/", {}).status_code == 403


@pytest.mark.requirement(68)
def test_admin_proposes_another_rule_and_a_second_person_puts_it_in_force(world: World, client: Client) -> None:
    admin = log_in(client, world, "admin")
    page = admin.get("/scores/tiers/")
    shown = words_of(page.content)
    assert "High risk 45 to 100" in shown
    form = page.context["form"]
    given = {name: field.initial for name, field in form.fields.items()} | form.initial
    given |= {"cell-high-high": "growth", "edge-risk-elevated": 50, "reason": "We are too few for strategic care"}
    assert admin.post("/scores/tiers/versions/", given).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        made = ScorecardVersion.objects.get(kind="tiers", state="waiting")
    assert "High risk, high expansion: strategic → growth" in words_of(admin.get("/scores/tiers/").content)
    assert admin.post(reverse("scores_return", args=[made.id])).status_code == 404
    admin.post(f"/scores/tiers/versions/{made.id}/", {"answer": "approve"})
    with in_workspace(world.workspace.id, by=world.actor):
        made.refresh_from_db()
        assert made.state == "waiting"
        second = make_member(world.workspace, "renewal_manager")
        scored = ScorecardVersion.objects.get(kind="health")
    client.force_login(second)
    assert "Put it in force" in client.get("/scores/tiers/").content.decode()
    assert client.post(f"/scores/tiers/versions/{scored.id}/", {"answer": "refuse", "reason": "x"}).status_code == 404
    assert client.post(f"/scores/tiers/versions/{made.id}/", {"answer": "approve"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        made.refresh_from_db()
    cells = {(row["risk"], row["expansion"]): row["tier"] for row in made.definition["cells"]}
    assert (made.state, made.number, made.reason) == ("published", 2, "We are too few for strategic care")
    assert (cells["high", "high"], [row["low"] for row in made.definition["risk_levels"]]) == ("growth", [0, 20, 50])


@pytest.mark.requirement(68)
def test_rule_with_crossed_edges_is_refused_in_words(world: World, client: Client) -> None:
    admin = log_in(client, world, "admin")
    form = admin.get("/scores/tiers/").context["form"]
    given = {name: field.initial for name, field in form.fields.items()} | form.initial
    answer = admin.post("/scores/tiers/versions/", given | {"edge-risk-low": 60, "reason": "x"})
    assert answer.status_code == 422
    assert "ends before it starts" in answer.content.decode()
    csm = Client()
    csm.force_login(world.people["csm"])
    assert csm.post("/scores/tiers/versions/", {}).status_code == 403
