"""The pages of playbooks and of a draft: without a violation, on every screen, and by keyboard."""

from collections.abc import Callable

from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from renewals.actions.scope import in_workspace
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
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
