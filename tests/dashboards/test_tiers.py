"""Tiers on the pages: why an account has its tier, setting one with a reason, and the rule with its versions."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.models import Account, Workspace
from signals.actions.scores import publish_scorecard, work_preview
from signals.actions.scores.tiers import derive_tiers
from signals.models import CurrentExpansion, CurrentRisk, Score, ScorecardPreviewRow, ScorecardVersion, TierPeriod
from tests.dashboards.whole import whole_page
from tests.dashboards.world import World, make_member, make_world


@pytest.fixture(scope="module")
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
    html = whole_page(log_in(client, world, "csm"), f"/accounts/{account_id(world)}/")
    assert "Strategic: risk 62 (high) × expansion 71 (high)" in words_of(html.encode())


@pytest.mark.requirement(68)
def test_unknown_score_is_named_beside_the_tier_that_stays(world: World, client: Client) -> None:
    give(world, expansion=None, risk=62.0)
    shown = words_of(whole_page(log_in(client, world, "csm"), f"/accounts/{account_id(world)}/").encode())
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


def start(client: Client, kind: str, reason: str = "We are too few for strategic care") -> str:
    answer = client.post("/scores/drafts/", {"kind": kind, "reason": reason})
    assert answer.status_code == 302
    return answer["Location"]


def given_in(page: Any) -> dict[str, Any]:
    form = page.context["tier_form"]
    return {name: field.initial for name, field in form.fields.items()} | form.initial


@pytest.mark.requirement(68)
def test_tier_rule_is_drafted_previewed_and_put_in_force_by_a_second_person(world: World, client: Client) -> None:
    admin, workspace = log_in(client, world, "admin"), world.workspace
    assert "High risk 45 to 100" in words_of(admin.get("/scores/tiers/").content)
    draft = start(admin, "tiers")
    given = given_in(admin.get(draft)) | {"cell-high-high": "growth", "edge-risk-elevated": 50, "revision": 1}
    assert admin.post(f"{draft}tier-rule/", given).status_code == 302
    shown = words_of(admin.get(draft).content)
    assert "High risk, high expansion Strategic → became Growth" in shown
    assert "Upper edge of elevated risk 45 → became 50" in shown
    assert admin.post(f"{draft}preview/order/").status_code == 302
    with in_workspace(workspace.id, by=world.actor):
        scores = Score.objects.count()
        work_preview(workspace_id=workspace.id, by=world.actor, now=world.now)
        name = Account.objects.get(id=account_id_inside()).name
    seen = words_of(admin.get(f"{draft}preview/").content)
    assert "1 account of " in seen
    assert "would change tier" in seen
    assert re.search(rf"{re.escape(name)} .*Strategic .*Growth", seen)
    assert "On chosen accounts" in seen
    assert f"{name} Strategic → would become Growth" in seen
    assert "Churn risk High 62 High 62 Expansion potential High 71 High 71 Tier by the rule Strategic Growth" in seen
    admin.post(f"{draft}submission/", {"revision": 2})
    admin.post(f"{draft}approval/")
    with in_workspace(workspace.id, by=world.actor):
        made = ScorecardVersion.objects.get(kind="tiers", reason="We are too few for strategic care")
        assert (made.state, Score.objects.count()) == ("waiting", scores)
        second = make_member(workspace, "renewal_manager")
    client.force_login(second)
    assert "waits for a second person" in words_of(client.get("/scores/tiers/").content)
    assert client.post(f"{draft}approval/").status_code == 302
    with in_workspace(workspace.id, by=world.actor):
        made.refresh_from_db()
    cells = {(row["risk"], row["expansion"]): row["tier"] for row in made.definition["cells"]}
    assert (made.state, made.number, made.approved_by) == ("published", 2, second.name)
    assert (cells["high", "high"], [row["low"] for row in made.definition["risk_levels"]]) == ("growth", [0, 20, 50])


@pytest.mark.requirement(68)
def test_chosen_account_without_a_known_score_keeps_its_tier_under_a_draft(world: World, client: Client) -> None:
    give(world, expansion=None, risk=62.0)
    admin = log_in(client, world, "admin")
    draft = start(admin, "tiers")
    with in_workspace(world.workspace.id, by=world.actor):
        names = list(Account.objects.order_by("id").values_list("name", flat=True))
    seen = words_of(admin.get(f"{draft}preview/", {"account": [names[0], "nobody of this name"]}).content)
    assert names[1] not in seen
    assert f"{names[0]} Strategic → would become Strategic" in seen
    assert "Expansion potential Not known Not known" in seen
    assert "The tier stays as it is: expansion potential is not scored" in seen


@pytest.mark.requirement(68)
def test_earlier_tier_rule_comes_back_through_a_second_person(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        first = ScorecardVersion.objects.get(kind="tiers", number=1)
        definition = {**first.definition, "margin_points": 5.0}
        publish_scorecard(
            workspace_id=world.workspace.id,
            kind="tiers",
            definition=definition,
            reason="Calmer",
            by=world.actor,
            now=world.now,
        )
    admin = log_in(client, world, "admin")
    answer = admin.post(f"/scores/versions/{first.id}/comeback/", {"reason": "Too calm"})
    assert "Margin in points 5 → became 3" in words_of(admin.get(answer["Location"]).content)


@pytest.mark.requirement(68)
def test_rule_with_crossed_edges_is_refused_in_words(world: World, client: Client) -> None:
    admin = log_in(client, world, "admin")
    draft = start(admin, "tiers")
    given = given_in(admin.get(draft)) | {"edge-risk-low": 60, "revision": 1}
    answer = admin.post(f"{draft}tier-rule/", given)
    assert answer.status_code == 422
    assert "ends before it starts" in answer.content.decode()
    assert 'value="60"' in answer.content.decode()
    assert admin.post(f"{draft}tier-rule/", given | {"edge-risk-low": "much"}).status_code == 422
    assert admin.post(f"{draft}tier-rule/", given | {"edge-risk-low": 15, "revision": 7}).status_code == 409
    csm = Client()
    csm.force_login(world.people["csm"])
    assert csm.post(f"{draft}tier-rule/", given).status_code == 403


@pytest.mark.requirement(68)
def test_expansion_rules_have_a_page_and_a_draft_like_health(world: World, client: Client) -> None:
    admin = log_in(client, world, "admin")
    shown = words_of(admin.get("/scores/expansion/?segment=small").content)
    for words in ("Expansion potential is made of 6 measures", "Open headroom", "each level of both together"):
        assert words in shown
    draft = start(admin, "expansion", "Seats say more")
    assert admin.get(f"{draft}measures/health/").status_code == 200
    admin.post(f"{draft}weights/", {"revision": 1, "w:usage_depth::": "0.5"})
    admin.post(f"{draft}limits/", {"revision": 2, "limit:low": "30", "limit:medium": "99", "coverage_floor": "0"})
    shown = words_of(admin.get(draft).content)
    assert "Weight of seats in use 0.24 → became 0.5" in shown
    assert "Upper limit of “Medium” 65 → became 99" in shown
    admin.post(f"{draft}preview/order/")
    with in_workspace(world.workspace.id, by=world.actor):
        before = CurrentExpansion.objects.values_list("value", flat=True).order_by("id")[0]
        work_preview(workspace_id=world.workspace.id, by=world.actor, now=world.now)
        assert CurrentExpansion.objects.values_list("value", flat=True).order_by("id")[0] == before
        rows = ScorecardPreviewRow.objects.filter(preview__version__kind="expansion")
        assert rows.count() == Account.objects.count()
    assert "On chosen accounts" in words_of(admin.get(f"{draft}preview/").content)


def account_id_inside() -> int:
    return Account.objects.order_by("id").values_list("id", flat=True)[0]
