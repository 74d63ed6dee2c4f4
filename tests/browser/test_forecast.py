"""The forecast in a browser: a call by keyboard in the place of its line, a scenario, and no violation on its pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from signals.actions.forecast.sweep import tend_forecast
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(35)
def test_call_is_entered_by_keyboard_and_pages_have_no_violation(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    by = world.actor
    tend_forecast(workspace_id=world.workspace.id, by=by, now=world.now, clock=lambda: world.now)
    watched = log_in("csm")
    page = watched.page
    page.goto("/forecast/calls/")
    page.locator("[id^=call-button]").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Category")).to_be_focused()
    assert flaws(page) == []
    page.get_by_label("Amount a year").fill("4321")
    page.keyboard.press("Enter")
    expect(page.get_by_text("the call is kept")).to_be_visible()
    expect(page.locator("[id^=call-button]").first).to_be_focused()
    expect(page.locator("tr", has_text="4,321").first).to_be_visible()
    for address in ("/forecast/", "/forecast/calls/", "/forecast/scenarios/", "/forecast/ledger/"):
        page.goto(address)
        assert flaws(page) == [], address
    assert watched.complaints == []
