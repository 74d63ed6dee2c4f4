"""Why a score is what it is: from any page to its signals, what changed since, computed again to the last digit."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal, Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import refresh_scores, score_as_of
from signals.models import CurrentScore, Signal
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=2, roles=("auditor", "product_viewer"))


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


@pytest.fixture
def ids(world: World) -> dict[str, int]:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        return {"account": renewal.account_id, "renewal": renewal.id}


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def figures(html: str) -> list[float]:
    """Return the figures at the end of each bar: the start, the contributions, the sum."""
    found = re.findall(r'class="bar-points[^"]*">([+−\-\d.]+)', html)
    return [float(each.replace("−", "-")) for each in found]


@pytest.mark.requirement(13)
@pytest.mark.parametrize("kind", ["health", "risk"])
def test_contributions_add_up_on_the_page(csm: Client, ids: dict[str, int], kind: str) -> None:
    start, *parts, total = figures(csm.get(f"/accounts/{ids['account']}/scores/{kind}/").content.decode())
    assert len(parts) >= 3
    assert start + sum(parts) == pytest.approx(total, abs=0.06)


@pytest.mark.requirement(13, 14)
@pytest.mark.parametrize("page", ["/queue/", "/accounts/", "/accounts/{account}/", "/renewals/{renewal}/"])
def test_any_score_leads_to_its_signals_in_three_clicks(csm: Client, ids: dict[str, int], page: str) -> None:
    html = csm.get(page.format(**ids)).content.decode()
    first = re.search(r'href="(/accounts/\d+/scores/(?:health|risk)/[^"]*)"', html)
    assert first is not None
    explained = csm.get(first[1].replace("&amp;", "&")).content.decode()
    second = re.search(r'href="([^"]*measure=[^"]*)#signals"', explained)
    assert second is not None
    assert "was read from" in csm.get(second[1].replace("&amp;", "&")).content.decode()


@pytest.mark.requirement(15)
def test_line_shows_weight_with_its_origin_confidence_and_age(csm: Client, ids: dict[str, int]) -> None:
    shown = words_of(csm.get(f"/accounts/{ids['account']}/scores/health/").content.decode())
    assert "Weight 0.14, set for strategic" in shown or "Weight 0.1, set for strategic" in shown
    assert "Confidence 100%" in shown
    assert "set for all accounts" in shown


def test_curve_is_read_out_with_the_account_on_it(csm: Client, ids: dict[str, int]) -> None:
    html = csm.get(f"/accounts/{ids['account']}/scores/health/").content.decode()
    assert re.search(r'aria-label="Usage depth: [\d.]+ gives [\d.]+ of 1; no points at 0.15', html)


@pytest.mark.requirement(13)
def test_signals_behind_a_measure_are_paged(csm: Client, ids: dict[str, int], world: World) -> None:
    items = [
        {
            "account": "A-000",
            "kind": "support.message",
            "text": "Thank you",
            "occurred_at": (world.now - timedelta(days=1, minutes=number)).isoformat(),
            "external_id": f"m-{number}",
        }
        for number in range(30)
    ]
    with in_workspace(world.workspace.id, by=world.actor):
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=items, by=world.actor, now=world.now
        )
        refresh_scores(workspace_id=world.workspace.id, by=world.actor, now=world.now)
    href = f"/accounts/{ids['account']}/scores/health/?measure=support_sentiment"
    assert "1 to 25 of" in words_of(csm.get(href).content.decode())
    assert "26 to 3" in words_of(csm.get(f"{href}&page=2").content.decode())


@pytest.mark.parametrize("kind", ["health", "risk"])
def test_computed_again_is_equal_to_the_last_digit(csm: Client, ids: dict[str, int], kind: str) -> None:
    shown = words_of(csm.get(f"/accounts/{ids['account']}/scores/{kind}/?recompute=1").content.decode())
    assert "the same to the last digit" in shown
    assert "differs" not in shown


def test_signal_that_was_taken_away_shows_as_a_difference(csm: Client, ids: dict[str, int], world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        Signal.objects.filter(account_id=ids["account"], kind="usage.active_users").delete()
    shown = words_of(csm.get(f"/accounts/{ids['account']}/scores/health/?recompute=1").content.decode())
    assert "figures differ" in shown


def test_what_changed_names_the_difference_and_the_signals_between(
    csm: Client, ids: dict[str, int], world: World
) -> None:
    later = world.now
    with in_workspace(world.workspace.id, by=world.actor):
        refresh_scores_back(world, ids["account"], days=10)
    since = (later - timedelta(days=9)).date().isoformat()
    shown = words_of(csm.get(f"/accounts/{ids['account']}/scores/health/?since={since}").content.decode())
    assert re.search(r"Health (rose|fell|stayed) from [\d.]+ to [\d.]+ since", shown)
    assert "arrived in between" in shown


def refresh_scores_back(world: World, account_id: int, *, days: int) -> None:
    """Score the account as of some days ago, with what is known now."""
    score_as_of(
        workspace_id=world.workspace.id,
        account_ids=[account_id],
        as_of=world.now - timedelta(days=days),
        by=world.actor,
        now=world.now,
    )


def test_day_before_the_first_score_says_so(csm: Client, ids: dict[str, int]) -> None:
    shown = words_of(csm.get(f"/accounts/{ids['account']}/scores/health/?since=2020-01-01").content.decode())
    assert "Health had not been computed by 1 Jan 2020." in shown


@pytest.mark.requirement("X3")
def test_health_behind_a_risk_leads_to_what_health_is_made_of(csm: Client, ids: dict[str, int]) -> None:
    html = csm.get(f"/accounts/{ids['account']}/scores/risk/").content.decode()
    line = html[html.index('id="line-health"') :].partition("</li>")[0]
    assert f'<a href="/accounts/{ids["account"]}/scores/health/" aria-label="Health: what health is made of">' in line


@pytest.mark.parametrize("query", ["?since=never", "?page=0", "?page=x&measure=health", "?measure=nothing"])
def test_address_that_makes_no_sense_is_read_as_none(csm: Client, ids: dict[str, int], query: str) -> None:
    assert csm.get(f"/accounts/{ids['account']}/scores/health/{query}").status_code == 200


@pytest.mark.parametrize("path", ["scores/love/", "scores/health/?score=999999", "scores/risk/?renewal=999999"])
def test_score_that_there_is_not_is_not_found(csm: Client, ids: dict[str, int], path: str) -> None:
    assert csm.get(f"/accounts/{ids['account']}/{path}").status_code == 404


def test_account_without_signals_says_what_would_have_to_come_in(csm: Client, world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        made = Account.objects.create(
            workspace=world.workspace,
            external_id="empty",
            name="Empty",
            owner=world.people["csm"],
            currency="USD",
            created_at=world.now,
            updated_at=world.now,
        )
        refresh_scores(workspace_id=world.workspace.id, account_ids=[made.id], by=world.actor, now=world.now)
        assert CurrentScore.objects.get(account=made).value is None
    shown = words_of(csm.get(f"/accounts/{made.id}/scores/health/").content.decode())
    assert "Empty: health not scored" in shown
    assert "Usage velocity nothing has come in for this account" in shown


def test_account_of_another_person_does_not_exist(world: World, client: Client, ids: dict[str, int]) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        Account.objects.update(owner=world.people["auditor"])
        Renewal.objects.update(owner=world.people["auditor"], initiator=world.people["auditor"])
        Renewal.objects.update(negotiator=world.people["auditor"], finaliser=world.people["auditor"])
    client.force_login(world.people["csm"])
    assert client.get(f"/accounts/{ids['account']}/scores/health/").status_code == 404
    client.force_login(world.people["auditor"])
    assert client.get(f"/accounts/{ids['account']}/scores/health/").status_code == 200
