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
        page.locator(".lines-signals a").first.click()
        expect(page.get_by_role("heading", name="was read from")).to_be_visible()
        expect(page.locator("#signals tbody tr").first).to_be_visible()
    assert watched.complaints == []


def test_pages_about_scores_are_accessible(log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]) -> None:
    watched = log_in("admin")
    for path in PAGES:
        watched.page.goto(path.format(**ids(world)))
        assert flaws(watched.page) == [], path
    assert watched.complaints == []
