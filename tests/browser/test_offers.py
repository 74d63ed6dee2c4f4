"""Offers in a browser: a price is tried, kept and asked for; no violation, nothing beside the screen."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.shipped import publish_shipped_if_none
from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(32)
@pytest.mark.requirement(63)
def test_price_is_tried_kept_and_asked_for(log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_shipped_if_none(by=world.actor, now=world.now)
        Account.objects.update(tier="growth", region="North America")
        renewal = Renewal.objects.order_by("id").first()
    watched = log_in("csm")
    page = watched.page
    page.goto(f"/renewals/{renewal.id}/")
    page.get_by_role("link", name="Price, verdict of the policy and approval").click()
    expect(page.locator("#trial")).to_contain_text("Inside the policy")
    page.get_by_label("Discount in %").fill("8")
    expect(page.locator("#trial")).to_contain_text("Asked of: Renewal lead")
    assert flaws(page) == []
    page.get_by_role("button", name="Keep this version").click()
    page.get_by_label("Why it should be approved").fill("They have an offer of a rival.")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Asked of Renewal lead.").first).to_be_visible()
    for address in ("/offers/", "/offers/policy/", "/approvals/?show=asked"):
        page.goto(address)
        assert flaws(page) == [], address
    assert watched.complaints == []
