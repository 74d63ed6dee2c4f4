"""A price revision and an offer's form in a browser: previewed, checked as it is typed; no violation on the way."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, Route, expect

from offers.actions.shipped import publish_shipped_if_none
from renewals.actions.scope import in_workspace
from tests.dashboards.world import World, make_member
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def late(route: Route) -> None:
    """Answer later than what is asked after it."""
    time.sleep(1)
    route.continue_()


@pytest.mark.requirement(44)
def test_revision_is_previewed_and_an_offer_is_checked_as_it_is_typed(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_shipped_if_none(by=world.actor, now=world.now)
        world.people.setdefault("renewal_manager", make_member(world.workspace, "renewal_manager"))
    watched = log_in("renewal_manager")
    page, day = watched.page, world.now.date()
    page.goto("/offers/revisions/new/")
    for label, text in (
        ("Name", "Spring"),
        ("Terms that end from", day.isoformat()),
        ("Until", (day + timedelta(days=900)).isoformat()),
        ("Percentage", "4"),
        ("Why", "Costs rose"),
    ):
        page.get_by_label(label, exact=label == "Why").first.fill(text)
    assert flaws(page) == []
    page.get_by_role("button", name="Show what it would make").click()
    expect(page.get_by_role("heading", name="What takes part")).to_be_visible()
    assert flaws(page) == []
    page.locator('a[href*="/terms/"]:not([download])').first.click()
    expect(page.get_by_role("heading", name="Its lines")).to_be_visible()
    assert flaws(page) == []
    page.goto("/offers/")
    page.get_by_role("link", name="Tied to agreed outcomes").click()
    page.get_by_label("Why it should change").fill("Clearer")
    page.get_by_role("button", name="Start a draft").click()
    page.get_by_label("Term in months").fill("a year")
    expect(page.locator('[id="op-term_months"]')).to_contain_text("A whole number", timeout=20_000)
    page.route("**/figures/", late)  # the check that follows must not be answered before its fields are there
    page.get_by_label("How its price is made").select_option("uplift")
    expect(page.get_by_label("Price uplift in %")).to_be_visible(timeout=20_000)
    assert flaws(page) == []
    page.goto("/reviews/losses/")
    assert flaws(page) == []
    assert watched.complaints == []
