"""Retention in a browser: from the waterfall to the contract lines by keyboard, groups, a target, and no violation."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.scope import in_workspace
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(6, 92)
def test_figure_is_followed_to_its_contract_lines_and_no_page_has_a_violation(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with in_workspace(world.workspace.id, by=world.actor, why="figures"):
        refresh_movements(by=world.actor, now=world.now, today=world.now.date())
    watched = log_in("csm")
    page = watched.page
    page.goto("/retention/")
    expect(page.get_by_role("table", name="Retention by segment")).to_be_visible()
    expect(page.get_by_role("table", name="Start quarters by age, ARR")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("rowheader").get_by_role("link", name="ARR", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What this figure promises")).to_be_visible()
    assert flaws(page) == []
    page.locator("tbody th a").first.click()
    expect(page.get_by_text("The lines add up to")).to_be_visible()
    assert flaws(page) == []
    for address in ("/retention/targets/", f"/retention/restated/?on={world.now.date().isoformat()}"):
        page.goto(address)
        assert flaws(page) == [], address
    assert watched.complaints == []
