"""The way from any score to its signals in three clicks, and the pages about scores under axe in both themes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
STARTS = ("/queue/", "/accounts/", "/accounts/{account}/", "/renewals/{renewal}/")
PAGES = (
    "/accounts/{account}/scores/health/?measure=usage_depth&since=2020-01-01",
    "/accounts/{account}/scores/risk/?recompute=1",
    "/accounts/{account}/scores/expansion/",
    "/accounts/{account}/tier/",
    "/scores/tiers/",
    "/scores/report/",
)


def ids(world: World) -> dict[str, int]:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        return {"account": Account.objects.order_by("id").first().id, "renewal": renewal.id}


@pytest.mark.requirement(13)
def test_reason_of_a_score_is_three_clicks_from_every_page(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    for start in STARTS:
        page.goto(start.format(**ids(world)))
        page.locator("main a.score:visible, main a:visible:has-text('down to the signals')").first.click()
        expect(page.get_by_role("heading", name="What it is made of")).to_be_visible()
        first = page.locator(".lines-signals a").first
        if "#signals" not in (first.get_attribute("href") or ""):  # a risk reads a score: that is one click more
            first.click()
            page.wait_for_url("**/scores/health/**")
            first = page.locator(".lines-signals a").first
        first.click()
        expect(page.get_by_role("heading", name="was read from")).to_be_visible()
        expect(page.locator("#signals tbody tr").first).to_be_visible()
    assert watched.complaints == []


def test_pages_about_scores_are_accessible(log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]) -> None:
    watched = log_in("admin")
    for path in PAGES:
        watched.page.goto(path.format(**ids(world)))
        assert flaws(watched.page) == [], path
    assert watched.complaints == []


@pytest.mark.requirement(68)
def test_draft_of_tiers_shows_chosen_accounts_level_by_level(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    watched = log_in("admin")
    page = watched.page
    page.goto("/scores/tiers/")
    page.get_by_text("Change these rules").click()
    page.get_by_label("Why should they change?").fill("We are too few")
    page.get_by_role("button", name="Start a draft").click()
    page.get_by_role("link", name="See who is affected").click()
    page.get_by_label("Name of an account").fill("Tidewater")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Tidewater Utilities")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Tier by the rule")).to_be_visible()
    assert flaws(page) == []
    assert watched.complaints == []
