"""A negotiation in a browser: from the renewal to options A, B and C, an objection, a give for a get, and adoption."""

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


@pytest.mark.requirement(41)
@pytest.mark.requirement(45)
@pytest.mark.requirement(90)
def test_negotiation_goes_from_options_to_an_adopted_one(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_shipped_if_none(by=world.actor, now=world.now)
        Account.objects.update(tier="growth", region="North America")
        renewal = Renewal.objects.order_by("id").first()
    watched = log_in("csm")
    page = watched.page
    page.goto(f"/renewals/{renewal.id}/")
    compare(page)
    assert flaws(page) == [], "options"
    object_to_price(page)
    assert flaws(page) == [], "objections"
    give_for_get(page, f"{renewal.due_on:%Y-%m-%d}")
    assert flaws(page) == [], "concessions"
    page.get_by_role("link", name="Notes and credit").click()
    expect(page.get_by_role("article")).to_contain_text("The price is too high")
    assert flaws(page) == [], "notes"
    page.get_by_role("link", name="Options").click()
    page.get_by_role("button", name="Adopt B").click()
    expect(page.get_by_text("Version 1, as it was kept")).to_be_visible()
    for address in ("/offers/leakage/", "/offers/trees/price_too_high/", "/offers/negotiations/?show=objection"):
        page.goto(address)
        assert flaws(page) == [], address
    assert watched.complaints == []


def compare(page: Page) -> None:
    """Make three options; what cannot be is told, everything else is weighed anew."""
    page.get_by_role("link", name="Options").click()
    page.get_by_role("button", name="Add an option").click()
    page.get_by_role("button", name="Copy option A").click()
    page.get_by_role("button", name="Copy option B").click()
    figures = page.locator("#option-figures")
    discount = page.get_by_label("Discount in %, option B")
    discount.fill("15")
    page.get_by_label("Term in months, option B").fill("24")
    page.get_by_label("Days to pay, option B").focus()
    expect(figures).to_contain_text("Asked of: Finance")
    page.get_by_label("Discount in %, option C").fill("200")
    page.get_by_label("Days to pay, option C").focus()
    expect(figures).to_contain_text("Not kept.")
    page.get_by_label("Discount in %, option C").fill("1")
    page.get_by_label("Increase each further year in %, option C").fill("3")
    page.get_by_label("Term in months, option C").fill("36")
    page.get_by_label("Days to pay, option C").focus()
    expect(figures).to_contain_text("by year:")


def object_to_price(page: Page) -> None:
    """Walk the tree of the commonest objection to its end."""
    page.get_by_role("link", name="Objections").click()
    page.get_by_role("button", name="The price is too high").click()
    page.get_by_role("button", name="With another offer").click()
    page.get_by_role("button", name="Yes, all of it").click()
    expect(page.get_by_label("What to do next")).to_contain_text("Bring a product expert")


def give_for_get(page: Page, due_on: str) -> None:
    """Record a give with its get."""
    page.get_by_role("link", name="Give and get").click()
    page.get_by_label("In words", exact=True).fill("15 % less for a year")
    page.get_by_label("Worth a year").fill("1200")
    page.get_by_label("Why we give it").fill("They have another offer.")
    page.get_by_label("They do", exact=False).first.select_option("reference")
    page.get_by_label("In words, what they do").fill("A reference call a quarter")
    page.get_by_label("They do it by").fill(due_on)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("article")).to_contain_text("A reference call a quarter")
