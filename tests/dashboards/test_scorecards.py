"""The pages of /scores/: who may do what, nothing lost on a refusal, and what the page says."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.models import Account, Workspace
from renewals.queries.clock import database_now
from signals.actions.scores import refresh_scores, work_preview
from signals.actions.scores.changes import mark_changed
from signals.models import CurrentScore, NotedFact, ScorecardVersion, ScoreOverride
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, now: datetime) -> World:
    return make_world(workspace, now=now, roles=("admin", "cs_manager", "product_viewer", "auditor", "sales"))


def enter(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def start(client: Client) -> str:
    answer = client.post("/scores/drafts/", {"kind": "health", "reason": "Use says more"})
    return answer["Location"]


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


@pytest.mark.requirement(13)
def test_one_page_leads_from_signal_to_what_the_score_sets_in_motion(world: World) -> None:
    page = text(enter(world, "auditor"), "/scores/?segment=small")
    for words in ("active users", "Usage velocity", "own value", "from all accounts", "Renewal risk", "Not scored"):
        assert words in page


@pytest.mark.parametrize("role", ["csm", "cs_manager", "product_viewer", "auditor", "sales"])
def test_only_an_admin_starts_a_draft(world: World, role: str) -> None:
    client = enter(world, role)
    assert client.post("/scores/drafts/", {"kind": "health", "reason": "mine"}).status_code == 403
    assert "Change these rules" not in text(client, "/scores/")


def test_refused_weight_keeps_what_was_typed_and_changes_nothing(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    answer = client.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "much"})
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()
    assert client.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "0,25"}).status_code == 302
    assert "0.15 → became 0.25" in text(client, draft)


def test_change_of_an_inherited_weight_is_told_with_the_number_that_held(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    client.post(f"{draft}weights/", {"revision": "1", "w:feature_adoption:small:": "0.3"})
    assert "Weight of feature adoption, small 0.12, inherited → became 0.3" in text(client, draft)


@pytest.mark.parametrize("rubbish", ["9" * 5_000, "9" * 20, "²", "-1", "\x00"])
def test_revision_that_is_none_is_refused_as_an_edit_not_seen(world: World, rubbish: str) -> None:
    client = enter(world, "admin")
    draft = start(client)
    for part in ("weights/", "measures/usage_velocity/removal/", "submission/", "update/"):
        answer = client.post(f"{draft}{part}", {"revision": rubbish, "w:usage_velocity::": "0.25"}, follow=True)
        assert answer.status_code in (200, 409)
    assert "Nothing yet." in text(client, draft)


@pytest.mark.parametrize("reason", ["", "\x00", "Not\x00 now", "x" * 301])
def test_decision_on_rules_without_a_reason_that_can_be_kept_is_not_taken(world: World, reason: str) -> None:
    client = enter(world, "admin")
    draft = start(client)
    with in_workspace(world.workspace.id, by=world.actor):
        present = ScorecardVersion.objects.get(kind="health", state="published").id
    for path in (f"{draft}rejection/", f"/scores/versions/{present}/comeback/"):
        answer = client.post(path, {"reason": reason}, follow=True)
        assert "Nothing was done. Say why in up to 300 characters." in answer.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        assert list(ScorecardVersion.objects.filter(kind="health").values_list("state", flat=True).order_by("id")) == [
            "published",
            "draft",
        ]


def test_kept_weights_lead_back_to_the_complexity_and_to_no_other_place(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    given = {"revision": "1", "w:usage_velocity::": "0.25"}
    assert client.post(f"{draft}weights/", given | {"complexity": "low"})["Location"] == f"{draft}?complexity=low"
    given = {"revision": "2", "w:usage_velocity::": "0.3", "complexity": "low\r\nX: y"}
    assert client.post(f"{draft}weights/", given)["Location"] == draft


def test_address_of_a_form_leads_to_the_page_it_stands_on(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    for path, page in (
        (f"{draft}weights/", draft),
        ("/scores/drafts/", "/scores/"),
        ("/signals/sources/", "/signals/"),
        ("/accounts/1/tier/override/", "/accounts/1/tier/"),
    ):
        assert client.get(path)["Location"] == page
    assert client.put(f"{draft}weights/").status_code == 405


@pytest.mark.requirement(15)
def test_rules_that_wait_are_made_a_draft_again_by_who_may_change_them(world: World) -> None:
    admin, manager = enter(world, "admin"), enter(world, "cs_manager")
    draft = start(admin)
    admin.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "0.25"})
    admin.post(f"{draft}submission/", {"revision": "2"})
    words = "Make it a draft again"
    assert (words in text(admin, draft), words in text(manager, draft)) == (True, False)
    assert manager.post(f"{draft}return/").status_code == 403
    admin.post(f"{draft}return/")
    page = text(admin, draft)
    assert ("Hand in for approval" in page, words in page) == (True, False)


def test_rules_say_their_segments_in_order_of_size_and_what_a_step_is(world: World) -> None:
    client = enter(world, "auditor")
    assert "All Small Mid-market Strategic" in text(client, "/scores/")
    risk = text(client, "/scores/risk/")
    places = [risk.index(name) for name in ("Small 22%", "Mid-market 13%", "Strategic 7%", "Any other 15%")]
    assert places == sorted(places)
    assert "a step is 0.25 more of payment timeliness: it lowers the risk" in risk
    assert "a step is twice the time to value: it raises the risk" in risk


def test_edit_over_an_edit_not_seen_is_refused(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    client.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "0.25"})
    answer = client.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "0.5"})
    assert answer.status_code == 409
    assert "E-SCORE-05" in answer.content.decode()


def test_author_cannot_approve_and_a_manager_can(world: World, workspace: Workspace) -> None:
    admin, manager = enter(world, "admin"), enter(world, "cs_manager")
    draft = start(admin)
    admin.post(f"{draft}weights/", {"revision": "1", "w:usage_velocity::": "0.25"})
    admin.post(f"{draft}submission/", {"revision": "2"})
    admin.post(f"{draft}approval/")
    assert "Health 2" not in text(admin, "/scores/versions/")
    manager.post(f"{draft}approval/")
    page = text(manager, "/scores/versions/")
    assert "Health 2" in page
    assert "0.15 → became 0.25" in page


def test_preview_says_who_is_affected(world: World, workspace: Workspace) -> None:
    client = enter(world, "admin")
    draft = start(client)
    client.post(f"{draft}limits/", {"revision": "1", "limit:red": "90", "limit:amber": "95", "coverage_floor": "50"})
    client.post(f"{draft}preview/order/")
    assert "0 of 4 accounts" in text(client, f"{draft}preview/")
    with in_workspace(workspace.id, by=world.actor):
        work_preview(workspace_id=workspace.id, by=world.actor, now=world.now)
        before = dict(CurrentScore.objects.values_list("account__name", "band"))
    page = text(client, f"{draft}preview/")
    moving = [name for name, band in before.items() if band not in ("", "red")]
    assert f"{len(moving)} account" in page
    for name in moving:
        assert name in page
    with in_workspace(workspace.id, by=world.actor):
        value = CurrentScore.objects.filter(account__name=moving[0]).get().value
    assert f"{value:.1f}" in page  # a score near a limit is not rounded over it
    assert "table-cards" in client.get(f"{draft}preview/").content.decode()


def test_preview_counts_for_a_person_what_that_person_may_see_and_says_so(world: World, workspace: Workspace) -> None:
    client = enter(world, "admin")
    draft = start(client)
    client.post(f"{draft}limits/", {"revision": "1", "limit:red": "90", "limit:amber": "95", "coverage_floor": "50"})
    client.post(f"{draft}preview/order/")
    with in_workspace(workspace.id, by=world.actor):
        work_preview(workspace_id=workspace.id, by=world.actor, now=world.now)
        hidden = Account.objects.order_by("id")[0]
        Account.objects.filter(id=hidden.id).update(owner=world.people["admin"])
    whole = text(client, f"{draft}preview/")
    mine = text(enter(world, "sales"), f"{draft}preview/")
    assert "of 4 would change band" in whole or "Nobody changes band" in whole
    assert "Only the accounts you may see are counted" not in whole
    assert "Only the accounts you may see are counted" in mine
    assert "of 4 " not in mine
    assert hidden.name not in mine


def test_limits_that_do_not_rise_are_refused(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client)
    fields = {"revision": "1", "limit:red": "70", "limit:amber": "60", "coverage_floor": "50"}
    answer = client.post(f"{draft}limits/", fields)
    assert answer.status_code == 422
    assert "Give a number above 70 and below 100." in answer.content.decode()


@pytest.mark.requirement(42)
def test_note_is_kept_for_the_owner_and_refused_to_a_stranger(world: World, workspace: Workspace) -> None:
    with in_workspace(workspace.id, by=world.actor):
        account = Account.objects.order_by("id").first()
    note = {
        "kind": "relationship.politics",
        "standing": "-1",
        "text": "The new CIO brings her own tools.",
        "observed_on": "2026-03-01",
        "expires_on": "2099-01-01",
    }
    assert enter(world, "product_viewer").post(f"/accounts/{account.id}/notes/", note).status_code == 403
    client = enter(world, "csm")
    assert client.post(f"/accounts/{account.id}/notes/", note).status_code == 422
    with in_workspace(workspace.id, by=world.actor):
        assert (NotedFact.objects.count(), ScorecardVersion.objects.filter(state="draft").count()) == (0, 0)


def test_score_set_by_hand_is_shown_to_those_who_may_see_such_scores(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.order_by("id").first()
    path, until = f"/accounts/{account.id}/knowledge/", (database_now() + timedelta(days=9)).date().isoformat()
    csm = enter(world, "csm")
    given = {"value": "12", "reason": "Their sponsor told me", "expires_on": until}
    assert csm.post(f"/accounts/{account.id}/overrides/", given).status_code == 302
    shown = {role: "Their sponsor told me" in text(enter(world, role), path) for role in ("auditor", "product_viewer")}
    assert shown == {"auditor": True, "product_viewer": False}


@pytest.mark.requirement(42)
def test_note_that_is_replaced_opens_the_form_filled_with_it(world: World) -> None:
    client = enter(world, "csm")
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.order_by("id")[0]
    href, today = f"/accounts/{account.id}/knowledge/", today_here()
    given = {
        "kind": "relationship.budget",
        "standing": "-1",
        "text": "Frozen until spring",
        "observed_on": today.isoformat(),
        "budget_on": (today + timedelta(days=40)).isoformat(),
        "expires_on": (today + timedelta(days=60)).isoformat(),
    }
    assert client.post(f"/accounts/{account.id}/notes/", given).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        first = NotedFact.objects.get()
    form = client.get(f"{href}?replaces={first.id}").context["note_form"]
    shown = {name: str(form[name].value()) for name in given}
    assert shown == given
    odd = client.post(f"/accounts/{account.id}/notes/", given | {"standing": "9", "replaces": "9" * 5_000})
    assert odd.status_code == 422
    again = given | {"text": "Released", "standing": "1", "replaces": str(first.id)}
    assert client.post(f"/accounts/{account.id}/notes/", again).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert list(NotedFact.objects.order_by("id").values_list("text", "ended_how")) == [
            ("Frozen until spring", "replaced"),
            ("Released", ""),
        ]
    gone = client.get(f"{href}?replaces={first.id}")
    assert (gone.context["replaces"], gone.context["note_form"]["text"].value()) == ("", None)


@pytest.mark.requirement(13)
def test_manual_measure_is_drafted_published_filled_and_explained(other_workspace: Workspace) -> None:
    world = make_world(other_workspace, now=database_now(), roles=("admin", "cs_manager"))
    admin, manager, csm = enter(world, "admin"), enter(world, "cs_manager"), enter(world, "csm")
    draft = start(admin)
    measure = {"label": "Executive access", "meaning": "How near we are to who decides", "low": "1", "high": "5"}
    assert admin.post(f"{draft}manual-measures/", {"revision": "1", "weight": "0.4", **measure}).status_code == 302
    assert "New measure “Executive access”" in text(admin, draft)
    admin.post(f"{draft}submission/", {"revision": "2"})
    assert manager.post(f"{draft}approval/").status_code == 302
    with in_workspace(other_workspace.id, by=world.actor):
        account = Account.objects.order_by("id")[0]
        before = refreshed(world, account)
    today = today_here()
    note = {
        "kind": "health.manual.executive_access",
        "number": "5",
        "text": "Their CEO opened the meeting",
        "observed_on": today.isoformat(),
        "expires_on": (today + timedelta(days=60)).isoformat(),
    }
    assert "Executive access: 1 to 5, How near we are to who decides" in text(csm, f"/accounts/{account.id}/knowledge/")
    assert csm.post(f"/accounts/{account.id}/notes/", note | {"number": "9"}).status_code == 422
    assert csm.post(f"/accounts/{account.id}/notes/", note).status_code == 302
    with in_workspace(other_workspace.id, by=world.actor):
        assert refreshed(world, account) > before
    assert "Executive access" in text(csm, f"/accounts/{account.id}/scores/health/")
    signals = text(csm, f"/accounts/{account.id}/scores/health/?measure=manual_executive_access")
    assert "Their CEO opened the meeting" in signals


def today_here() -> date:
    return database_now().date()


def refreshed(world: World, account: Account) -> float:
    now = database_now()
    mark_changed(workspace_id=world.workspace.id, account_ids=[account.id], by=world.actor, now=now)
    refresh_scores(workspace_id=world.workspace.id, account_ids=[account.id], by=world.actor, now=now)
    return CurrentScore.objects.get(account=account).value


@pytest.mark.requirement(15)
def test_story_marks_when_a_person_set_the_score_and_when_it_was_the_rules_again(world: World) -> None:
    csm = enter(world, "csm")
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.order_by("id")[0]
    until = (today_here() + timedelta(days=10)).isoformat()
    given = {"value": "20", "reason": "Their sponsor is leaving", "expires_on": until}
    assert csm.post(f"/accounts/{account.id}/overrides/", given).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        refreshed(world, account)
    shown = text(csm, f"/accounts/{account.id}/story/")
    assert "Health set to 20 by hand by" in shown
    assert "Their sponsor is leaving" in shown
    assert "Health by the rules again" not in shown
    hidden = text(enter(world, "product_viewer"), f"/accounts/{account.id}/story/")
    assert "set to 20 by hand" not in hidden
    with in_workspace(world.workspace.id, by=world.actor):
        number = ScoreOverride.objects.get().id
    csm.post(f"/accounts/{account.id}/overrides/{number}/withdrawal/", {"reason": "She stays"})
    ended = text(csm, "/scores/overrides/").partition("Account Set to The rules said By Ended Why")[2]
    assert "just now" in ended
    assert "withdrawn" in ended
    assert "Health by the rules again" in text(csm, f"/accounts/{account.id}/story/")
