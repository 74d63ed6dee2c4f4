"""The walk of the articles: an admin builds the mid-market playbook from nothing, tries it on one segment, changes it.

Value summaries every two months, functional check-ins, a plan where risk is high; previewed, published by a second
person, piloted; a live step changed with each account's next step in sight; a manager sees the quarter's work.
"""

import re
from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.enrol import enrol_due
from playbooks.actions.sweeps import sweep_projections
from playbooks.models import Enrolment
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Team
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
PHASES = (("Value so far", "value", 120, 61), ("Show more", "education", 60, 31), ("Close", "close", 30, 0))
SUMMARY = "They have the figures of this term."


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


def lay_out(page: Page) -> None:
    """Value first, education second, the close near the date."""
    part(page, "Phases")
    for at, (name, purpose, opens, closes) in enumerate(PHASES):
        if at:
            page.get_by_role("button", name="Add a phase").click()
        row = page.get_by_role("group", name=f"Phase {at + 1}", exact=True)
        row.get_by_label("Name").fill(name)
        row.get_by_label("Conversation").select_option(purpose)
        row.get_by_label("Opens: days", exact=True).fill(str(opens))
        row.get_by_label("Closes: days", exact=True).fill(str(closes))
    keep(page)


def add_step(page: Page, name: str, kind: str, phase: str, days: int) -> None:
    """A step so many days before the renewal date."""
    part(page, "Flow")
    page.get_by_label("New step").fill(name)
    page.get_by_label("Kind").select_option(kind)
    page.get_by_label("Phase", exact=True).select_option(phase)
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.get_by_label("Day: days", exact=True).fill(str(days))


def add_summary(page: Page, name: str, phase: str, days: int) -> None:
    """An automatic summary of what has been reached."""
    add_step(page, name, "email", phase, days)
    page.get_by_label("What it is to bring about").fill(SUMMARY)
    keep(page)


def add_work(page: Page, name: str, kind: str, phase: str, days: int) -> None:
    """Something a person does."""
    add_step(page, name, kind, phase, days)
    page.get_by_label("What it is to bring about").fill("We know what works and what does not.")
    page.get_by_label("What to do, so that anybody can").fill(
        "Go through the functions they use, and the one they miss."
    )
    page.get_by_label("Outcome", exact=True).fill("Talked")
    page.get_by_label("Then").select_option("continue")
    keep(page)


def only_at_risk(page: Page) -> None:
    """The step just added is for renewals whose risk is 60 or more."""
    condition(page, "risk.score", "ge", "60")
    expect(page.locator("#problems")).to_contain_text("Nothing is missing", timeout=10_000)
    keep(page)


def condition(page: Page, fact: str, comparison: str, value: str) -> None:
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Fact").select_option(fact)
    page.get_by_label("Comparison").select_option(comparison)
    page.get_by_label("Value", exact=True).fill(value)


def look_before(page: Page) -> None:
    """The message as it arrives, who would enter, one account's days, the whole book's weeks."""
    part(page, "Flow")
    page.get_by_role("link", name="Value summary, 120 days", exact=True).last.click()
    page.get_by_label("For which account?").fill("Halcyon Diagnostics")
    expect(page.locator("#letter")).to_contain_text("To Ines Kovač at Halcyon Diagnostics", timeout=10_000)
    part(page, "Who would enter")
    expect(page.get_by_role("heading", name="would enter now")).to_be_visible()
    part(page, "Dry run")
    page.get_by_label("Account, by name or id").fill("Halcyon Diagnostics")
    page.get_by_role("button", name="Run it dry").click()
    expect(page.get_by_role("heading", name="What would happen to Halcyon Diagnostics")).to_be_visible()
    expect(page.get_by_text("Functional check-in").first).to_be_visible()


def hand_in(page: Page) -> str:
    """Ask for the second person's approval; returns where they give it."""
    part(page, "Flow")
    page.get_by_role("button", name="Hand in for approval").click()
    expect(page.get_by_text("a second person has to approve it")).to_be_visible()
    return page.url


def approve(page: Page, draft: str) -> None:
    if draft:
        page.goto(draft)
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_text("It is published.")).to_be_visible()


def open_playbook(page: Page) -> None:
    page.goto("/playbooks/")
    page.get_by_role("link", name="Mid market", exact=True).first.click()


def change(page: Page, why: str) -> None:
    """Begin a draft of the version in force."""
    open_playbook(page)
    page.get_by_text("Change it", exact=True).click()
    page.get_by_label("Why should it change?").fill(why)
    page.get_by_role("button", name="Start a draft").click()
    page.wait_for_url(lambda address: "/drafts/" in address)


def retime_a_live_step(page: Page, days: int) -> None:
    """Move the check-in, which accounts are on their way to."""
    part(page, "Flow")
    page.get_by_role("link", name="Functional check-in", exact=True).last.click()
    page.get_by_label("Day: days", exact=True).fill(str(days))
    keep(page)


def lead_the_team(world: World) -> None:
    """The manager and the CSM are of one team, so that the manager sees the CSM's work."""
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        team = Team.objects.create(workspace=world.workspace, name="Mid-market")
        Membership.objects.filter(role__in=("csm", "cs_manager")).update(team=team)


def entered(world: World) -> dict[str, int]:
    """Let the day's sweep enrol; the version each account is in, by name."""
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        enrol_due(by=world.actor, now=world.now)
        mine = Enrolment.objects.filter(playbook__key="mid_market", state="active")
        return dict(mine.values_list("account__name", "version__number"))


def build(page: Page) -> None:
    """From nothing to a definition without a problem."""
    page.goto("/playbooks/")
    page.get_by_text("New playbook", exact=True).click()
    page.get_by_label("Name of the new playbook").fill("Mid market")
    page.get_by_label("Why it is needed").fill("The articles describe it")
    page.get_by_role("button", name="Start from nothing").click()
    say_what_it_is_for(page)
    say_who_decides(page)
    lay_out(page)
    add_summary(page, "Value summary, 120 days", "value_so_far", 120)
    add_work(page, "Functional check-in", "call", "value_so_far", 90)
    add_summary(page, "Value summary, 60 days", "show_more", 60)
    add_work(page, "Plan for a renewal at risk", "task", "show_more", 45)
    only_at_risk(page)
    add_work(page, "Agree on the next term", "call", "close", 21)


def try_on_one_segment(page: Page) -> str:
    """A version on trial for the mid-market."""
    change(page, "Do earlier check-ins help?")
    retime_a_live_step(page, 100)
    part(page, "Pilot")
    condition(page, "account.segment", "eq", "mid_market")
    page.get_by_label("What is it to show?").fill("Do they say sooner what they miss?")
    expect(page.locator("#problems")).to_contain_text("Nothing is missing", timeout=10_000)
    keep(page)
    return hand_in(page)


def change_for_everybody(page: Page) -> str:
    """A live step on another day; what each account will do stands beside it."""
    change(page, "Check-ins later in the term")
    retime_a_live_step(page, 85)
    part(page, "Those in it")
    expect(page.get_by_role("columnheader")).to_have_text(
        ["Account", "Keeps its version", "Goes on under the new one", "Begins again"]
    )
    cells = page.get_by_role("row", name="Sable & Finch").get_by_role("cell")
    expect(cells).to_have_count(3)
    keeps, goes_on, again = (cells.nth(at).inner_text() for at in (0, 1, 2))
    assert all("Functional check-in" in each for each in (keeps, goes_on, again))
    assert keeps != goes_on
    assert "a second time" not in again  # nothing has been done yet: what is behind was too late to be done
    return hand_in(page)


@pytest.mark.requirement(57, 69, 70, 84, 87, 110)
@pytest.mark.timeout(300)
def test_admin_builds_the_mid_market_playbook_of_the_articles_and_a_manager_sees_the_quarter(
    log_in: LogIn, world: World
) -> None:
    lead_the_team(world)
    admin, manager = log_in("admin"), log_in("cs_manager")
    page = admin.page
    build(page)
    look_before(page)
    approve(manager.page, hand_in(page))
    assert set(entered(world).values()) == {1}
    approve(manager.page, try_on_one_segment(page))
    open_playbook(manager.page)
    expect(manager.page.get_by_text("On trial besides: version 2")).to_be_visible()
    assert set(entered(world).values()) == {1}
    manager.page.goto(change_for_everybody(page))
    manager.page.get_by_label(re.compile("go on under this version")).check()
    approve(manager.page, "")
    assert set(entered(world).values()) == {3}
    sweep_projections(now=world.now, only=world.workspace.id)
    manager.page.goto("/calendar/workload/")
    heading = manager.page.get_by_role("heading", name=re.compile(r"[1-9]\d* pieces of human work in"))
    expect(heading).to_be_visible()
    assert (admin.complaints, manager.complaints) == ([], [])
