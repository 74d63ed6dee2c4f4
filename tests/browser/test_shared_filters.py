"""Whose book is looked at goes from page to page by the navigation, is seen there and dropped by one click."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.scope import in_workspace
from tests.dashboards.test_forecast import draw
from tests.dashboards.world import World
from tests.plugins.browser import Watched


@pytest.mark.requirement(77)
def test_segment_chosen_once_goes_along_and_is_dropped_by_one_click(
    log_in: Callable[..., Watched], world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with in_workspace(world.workspace.id, by=world.actor, why="figures"):
        refresh_movements(by=world.actor, now=world.now, today=world.now.date())
        draw(world)
    watched = log_in(at="/pipeline/")
    page, nav = watched.page, watched.page.get_by_role("navigation", name="Pages", exact=True)
    page.get_by_role("group", name="Filters").get_by_text("Segment").click()
    page.get_by_role("link", name="Small").click()
    drop = page.get_by_role("link", name="Drop Segment: Small")
    expect(drop).to_be_visible()
    for name in ("At risk", "Forecast", "Retention", "Indicators", "Queue", "Accounts"):
        nav.get_by_role("link", name=name).click()
        expect(drop).to_be_visible()
        assert page.url.endswith("?segment=small")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/at-risk/?segment=small")
    assert flaws(page) == []
    drop.click()
    page.wait_for_url("**/at-risk/")
    expect(drop).to_have_count(0)
    nav.get_by_role("link", name="Pipeline").click()
    page.wait_for_url("**/pipeline/")
    assert watched.complaints == []
