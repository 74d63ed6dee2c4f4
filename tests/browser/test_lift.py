"""The report of measured lift in Chromium: read by a manager without a mistake, and down to the accounts of an arm."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.test_lift import measure
from tests.dashboards.world import World
from tests.plugins.browser import Watched


@pytest.mark.requirement("X1")
def test_manager_reads_a_lift_and_opens_the_accounts_behind_it(
    log_in: Callable[..., Watched], world: World, flaws: Callable[[Page], list[str]]
) -> None:
    measure(world)
    watched = log_in("admin")
    page = watched.page
    page.goto("/indicators/")
    page.get_by_role("link", name="Measured lift").click()
    row = page.get_by_role("row", name="Pilot", exact=False).first
    expect(row).to_contain_text("points")
    expect(page.get_by_text("Randomised")).to_be_visible()
    assert flaws(page) == []
    row.get_by_role("link").nth(2).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("accounts held out of Pilot")
    assert flaws(page) == []
    assert watched.complaints == []
