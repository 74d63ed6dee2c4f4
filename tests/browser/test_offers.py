"""Offers in a browser: a price is tried, kept and asked for; no violation, nothing beside the screen."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.shipped import publish_shipped_if_none
from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal
from tests.dashboards.world import World, make_member
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


def write_tree(page: Page) -> None:
    page.get_by_label("When is it walked?").fill("They were bought by somebody.")
    first = page.get_by_role("group", name="Question 1", exact=True)
    first.get_by_label("Question", exact=True).fill("Who decides now?")
    first.get_by_label("Answer", exact=True).fill("The buyer")
    first.get_by_label("Leads to").select_option("+outcome")
    end = page.get_by_role("group", name="Outcome 1", exact=True)
    expect(end.get_by_label("What to do, in a sentence")).to_have_value("New outcome")
    expect(page.locator("#problems")).to_contain_text("It has fewer than two answers.")
    expect(page.get_by_role("group", name="1 questions and 1 outcomes")).to_be_visible()
    first.get_by_role("button", name="Add an answer").focus()
    page.keyboard.press("Enter")
    second = first.get_by_role("group", name="Answer 2")
    second.get_by_label("Answer", exact=True).fill("Still them")
    second.get_by_label("Leads to").select_option("new_outcome")
    end.get_by_label("What to do", exact=True).select_option("executive")
    end.get_by_label("What to do, in a sentence").fill("Let our sponsor speak with theirs.")
    end.get_by_label("Why").fill("New people do not know us.")
    expect(page.locator("#problems")).to_contain_text("Nothing is missing")


@pytest.mark.requirement(41)
@pytest.mark.requirement(82)
def test_admin_writes_a_tree_in_the_form_sees_its_picture_and_a_second_person_puts_it_in_force(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        make_member(world.workspace, "finance")
    admin = log_in("admin")
    page = admin.page
    page.goto("/offers/trees/")
    page.keyboard.press("c")
    page.get_by_label("Name").fill("They merge")
    page.get_by_label("Why").fill("Two of them did")
    page.get_by_role("button", name="Start the draft").click()
    expect(page.get_by_text("There is no question yet.")).to_be_visible()
    write_tree(page)
    assert flaws(page) == []
    page.get_by_role("button", name="Keep it in the draft").click()
    expect(page.get_by_text("Kept in the draft.")).to_be_visible()
    page.get_by_role("button", name="Hand it in").click()
    second_person = log_in("finance")
    second_person.page.goto(page.url)
    assert flaws(second_person.page) == []
    second_person.page.get_by_role("button", name="Put it in force").click()
    second_person.page.goto("/offers/trees/they_merge/")
    expect(second_person.page.get_by_text("version 1")).to_be_visible()
    assert flaws(second_person.page) == []
    assert (admin.complaints, second_person.complaints) == ([], [])


@pytest.mark.requirement(41)
def test_tree_is_changed_without_script(log_in: LogIn) -> None:
    page = log_in("admin", java_script_enabled=False).page
    page.goto("/offers/trees/budget_cut/")
    page.get_by_label("Why it should change").fill("Our words")
    page.get_by_role("button", name="Start a draft").click()
    first = page.get_by_role("group", name="Question 1", exact=True)
    first.get_by_role("button", name="Add an answer").click()
    answers = page.get_by_role("group", name="Question 1", exact=True).get_by_role("group")
    added = answers.last
    added.get_by_label("Answer", exact=True).fill("Nobody knows")
    added.get_by_label("Leads to").select_option("+outcome")
    page.get_by_role("button", name="Keep it in the draft").click()
    expect(page.get_by_label("What to do, in a sentence").last).to_have_value("New outcome")
    expect(page.locator("#problems")).to_contain_text("“What to do” is missing. Choose one of the list.")


ADDRESSES = ("/offers/", "/offers/policy/", "/offers/policy/simulations/", "/offers/assignment/",
             "/offers/assignment/rules/", "/offers/revisions/", "/offers/trees/", "/offers/negotiations/",
             "/offers/negotiations/?show=credit", "/offers/leakage/", "/approvals/")  # fmt: skip


def test_pages_of_offers_are_walked_by_their_tabs_and_have_no_violation(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_shipped_if_none(by=world.actor, now=world.now)
    watched = log_in("admin")
    page = watched.page
    page.goto("/offers/")
    tabs = page.get_by_role("navigation", name="Offers and prices")
    names = [each.inner_text() for each in tabs.get_by_role("link").all()]
    assert len(names) == 8
    for name in names:
        tabs.get_by_role("link", name=name, exact=True).click()
        expect(tabs.locator("[aria-current=page]")).to_have_text(name)
    page.goto("/offers/")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", level=1)).to_contain_text("decision trees")
    for address in ADDRESSES:
        page.goto(address)
        assert flaws(page) == [], address
    page.goto("/offers/assignment/rules/")
    page.get_by_label("Why it should change").fill("Our costs")
    page.get_by_role("button", name="Start a draft").click()
    expect(page.get_by_text("What it changes")).to_be_visible()
    assert flaws(page) == []
    assert watched.complaints == []
