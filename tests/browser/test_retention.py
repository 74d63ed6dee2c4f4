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


def test_groups_and_start_quarters_renew_while_the_page_is_open_and_keep_what_was_chosen(
    log_in: LogIn, world: World
) -> None:
    with in_workspace(world.workspace.id, by=world.actor, why="figures"):
        refresh_movements(by=world.actor, now=world.now, today=world.now.date())
    page = log_in("csm").page
    page.goto("/retention/")
    page.locator("#groups-box").get_by_role("link", name="Owner", exact=True).click()
    table = page.get_by_role("table", name="Retention by owner")
    expect(table).to_be_visible()
    page.wait_for_load_state("networkidle")
    shown = table.get_by_role("row").nth(1)
    shown.evaluate("row => row.cells[0].textContent = 'Of yesterday'")
    with page.expect_response(lambda answer: "/retention/cohorts/" in answer.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(shown).not_to_contain_text("Of yesterday")
    expect(table).to_be_visible()
