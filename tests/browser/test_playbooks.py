"""An admin builds a playbook from nothing in the browser, a second person publishes it, a renewal enters under it."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from playbooks.actions.sweeps import sweep_projections
from playbooks.models import Enrolment
from renewals.actions.scope import in_workspace
from renewals.queries.clock import database_now
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def keep(page: Page) -> None:
    page.get_by_role("button", name="Keep it", exact=True).click()
    expect(page.get_by_text("Kept in the draft.")).to_be_visible()


def part(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the draft").get_by_role("link", name=name).click()


def say_what_it_is_for(page: Page) -> None:
    page.get_by_role("button", name="Keep it", exact=True).wait_for()
    expect(page.locator("#problems")).to_contain_text("The playbook has no segments.")
    page.get_by_label("What is it for?").fill("Keep the working teams and the buyer convinced by figures.")
    page.get_by_label("Mid-market").check()
    page.get_by_label("Tier").select_option("growth")
    expect(page.locator("#problems")).not_to_contain_text("The playbook has no segments.")
    keep(page)
    part(page, "Guardrails")
    page.get_by_label("What it never does").fill("No discount before the account has said what stands in the way.")
    keep(page)


def say_who_decides(page: Page) -> None:
    part(page, "Decisions and escalation")
    page.get_by_label("Decision", exact=True).fill("Options and terms offered")
    page.get_by_label("Who decides").select_option("renewal_manager")
    page.get_by_label("Within which limit").fill("Within the discount policy.")
    page.get_by_label("When, in words").fill("Renewal risk reaches 60")
    page.get_by_label("Held for business days").fill("2")
    page.get_by_label("Who is told").select_option("cs_manager")
    page.get_by_label("What they do").fill("Agree an action plan with a date.")
    keep(page)
    part(page, "Success and ends")
    page.get_by_label("Measure", exact=True).fill("gross_renewal_rate")
    page.get_by_label("Target").fill("0,92")
    page.get_by_label("Unit").select_option("share")
    page.get_by_label("When it is measured").fill("Renewals due in the quarter.")
    keep(page)


def lay_out_phases(page: Page) -> None:
    part(page, "Phases")
    for at, (name, purpose, opens, closes) in enumerate(
        (("Value so far", "value", "120", "60"), ("Close", "close", "59", "0"))
    ):
        row = page.get_by_role("group", name=f"Phase {at + 1}", exact=True)
        row.get_by_label("Name").fill(name)
        row.get_by_label("Conversation").select_option(purpose)
        row.get_by_label("Opens: days", exact=True).fill(opens)
        row.get_by_label("Closes: days", exact=True).fill(closes)
        if at == 0:
            page.get_by_role("button", name="Add a phase").click()
            page.get_by_role("group", name="Phase 2", exact=True).wait_for()
    keep(page)


def write_steps(page: Page) -> None:
    part(page, "Flow")
    page.get_by_label("New step").fill("Value summary")
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_role("heading", name="Step 1: Value summary")).to_be_visible()
    page.get_by_label("What it is to bring about").fill("They have the figures of this term.")
    keep(page)
    part(page, "Flow")
    page.get_by_label("New step").fill("Plan for a renewal at risk")
    page.get_by_label("Kind").select_option("task")
    page.get_by_label("Phase", exact=True).select_option("close")
    page.get_by_role("button", name="Add the step").click()
    page.get_by_label("What it is to bring about").fill("A plan with one owner and one date.")
    page.get_by_label("What to do, so that anybody can").fill("Review the reasons with the owner.")
    page.get_by_label("Outcome", exact=True).fill("Plan agreed")
    page.get_by_label("Then").select_option("continue")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Fact").select_option("risk.score")
    page.get_by_label("Comparison").select_option("ge")
    page.get_by_label("Value", exact=True).fill("60")
    expect(page.locator("#problems")).to_contain_text("Nothing is missing", timeout=10_000)
    keep(page)


def preview_it(page: Page) -> None:
    part(page, "Flow")
    page.get_by_role("link", name="Value summary").last.click()
    page.get_by_label("For which account?").fill("Halcyon Diagnostics")
    expect(page.locator("#letter")).to_contain_text("To Ines Kovač at Halcyon Diagnostics", timeout=10_000)
    part(page, "Who would enter")
    expect(page.get_by_role("heading", name="would enter now")).to_be_visible()
    part(page, "Dry run")
    page.get_by_label("Name or id of an account").fill("Halcyon Diagnostics")
    page.get_by_role("button", name="Run it dry").click()
    expect(page.get_by_role("heading", name="What would happen to Halcyon Diagnostics")).to_be_visible()
    expect(page.get_by_text("Plan for a renewal at risk")).to_be_visible()


@pytest.mark.requirement(57, 69)
def test_admin_builds_a_playbook_from_nothing_a_second_person_publishes_it_and_a_renewal_enters(
    log_in: LogIn, world: World
) -> None:
    admin = log_in("admin")
    page = admin.page
    page.goto("/playbooks/")
    page.get_by_text("New playbook", exact=True).click()
    page.get_by_label("Name of the new playbook").fill("Mid market")
    page.get_by_label("Why it is needed").fill("The articles describe it")
    page.get_by_role("button", name="Start from nothing").click()
    say_what_it_is_for(page)
    say_who_decides(page)
    lay_out_phases(page)
    write_steps(page)
    preview_it(page)
    part(page, "Flow")
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("a second person has to approve it")).to_be_visible()
    second = log_in("cs_manager")
    second.page.goto(page.url)
    second.page.get_by_role("button", name="Approve and publish").click()
    expect(second.page.get_by_text("It is published.")).to_be_visible()
    with in_workspace(world.workspace.id, by=world.actor):
        enrol_due(by=world.actor, now=database_now())
        found = set(Enrolment.objects.values_list("account__segment", "version__playbook__key", "version__number"))
    assert found == {("mid_market", "mid_market", 1)}
    assert (admin.complaints, second.complaints) == ([], [])


PATHS = ("/playbooks/", "/playbooks/{id}/", "/playbooks/{id}/versions/", "/playbooks/{id}/accounts/",
         "/playbooks/selection/",
         "{draft}", "{draft}what/", "{draft}people/", "{draft}phases/", "{draft}steps/6/", "{draft}messages/0/",
         "{draft}pilot/", "{draft}audience/", "{draft}rehearsal/?account=A-001&book=1", "{order}")  # fmt: skip


def test_playbook_pages_have_no_violation_and_fit_the_screen(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        number = publish_library(by=world.actor, now=world.now)[0].playbook_id
        enrol_due(by=world.actor, now=world.now)
    watched = log_in("admin")
    page = watched.page
    starts = (
        (f"/playbooks/{number}/", "Change it", "Start a draft"),
        ("/playbooks/selection/", "Change the order", "Start a draft"),
    )
    addresses = []
    for path, menu, button in starts:
        page.goto(path)
        page.get_by_text(menu, exact=True).click()
        page.get_by_label("Why should it change?").fill("Sooner")
        page.get_by_role("button", name=button).click()
        page.wait_for_url(lambda address: "/drafts/" in address)
        addresses.append(page.url)
    for path in PATHS:
        page.goto(path.format(id=number, draft=addresses[0], order=addresses[1]))
        assert flaws(page) == [], path
    assert watched.complaints == []


def test_picture_is_reached_and_followed_by_keyboard(log_in: LogIn, world: World) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        number = publish_library(by=world.actor, now=world.now)[0].playbook_id
    page = log_in("csm").page
    page.goto(f"/playbooks/{number}/")
    page.get_by_role("region", name="Picture of the flow").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Step 1: ")
    page.keyboard.press("Enter")
    expect(page.locator("tr:target")).to_have_count(1)


def try_on_one_segment(page: Page, draft: str) -> None:
    """Change a live step, then let the version count for one segment alone."""
    page.goto(f"{draft}steps/6/")
    page.get_by_label("What it is to bring about").fill("They have said what stands in the way, in writing.")
    keep(page)
    part(page, "Those in it")
    expect(page.get_by_role("heading", name="What publishing does to those who are in it")).to_be_visible()
    expect(page.get_by_role("columnheader")).to_have_text(
        ["Account", "Runs under", "Keeps its version", "Goes on under the new one", "Begins again"]
    )
    part(page, "Pilot")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Fact").select_option("account.segment")
    page.get_by_label("Comparison").select_option("eq")
    page.get_by_label("Value", exact=True).fill("mid_market")
    page.get_by_label("What is it to show?").fill("Do they say it sooner?")
    expect(page.locator("#problems")).to_contain_text("Nothing is missing", timeout=10_000)
    keep(page)


@pytest.mark.requirement(57, 69, 87)
def test_admin_changes_a_live_step_pilots_it_on_one_segment_and_a_manager_sees_the_quarter(
    log_in: LogIn, world: World
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        number = publish_library(by=world.actor, now=world.now)[0].playbook_id
        enrol_due(by=world.actor, now=world.now)
    admin = log_in("admin")
    page = admin.page
    page.goto(f"/playbooks/{number}/")
    page.get_by_text("Change it", exact=True).click()
    page.get_by_label("Why should it change?").fill("Written answers come sooner")
    page.get_by_role("button", name="Start a draft").click()
    page.wait_for_url(lambda address: "/drafts/" in address)
    draft = page.url
    try_on_one_segment(page, draft)
    part(page, "Flow")
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("a second person has to approve it")).to_be_visible()
    second = log_in("cs_manager")
    second.page.goto(draft)
    second.page.get_by_role("button", name="Approve and publish").click()
    expect(second.page.get_by_text("It is published.")).to_be_visible()
    second.page.goto(f"/playbooks/{number}/")
    expect(second.page.get_by_text("On trial besides: version 2")).to_be_visible()
    sweep_projections(now=world.now, only=world.workspace.id)
    second.page.goto("/calendar/workload/")
    expect(second.page.get_by_role("heading", name="pieces of human work in")).to_be_visible()
    assert (admin.complaints, second.complaints) == ([], [])
