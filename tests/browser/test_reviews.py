"""A manager's week in Chromium: from the home page to the review, down its agenda by keyboard, to its pack."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.meeting import add_item
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.reviews.series import SeriesWish, start_series
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewDecision
from renewals.actions.scope import in_workspace
from renewals.models import Membership, Renewal, Team
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def open_review(world: World) -> None:
    """Three renewals past their date come up in a review of tomorrow that the CS manager runs for their team."""
    day = world.now.date() + timedelta(days=1)
    rule = Cadence(every=Every.WEEK, weekday=day.weekday(), at=time(10), zone="Europe/Berlin", minutes=45, lead_days=3)
    people = world.people
    wish = SeriesWish(
        kind=ReviewKind.AT_RISK,
        name="Weekly",
        cadence=rule,
        owner_id=people["cs_manager"].id,
        invited=(people["csm"].id,),
    )
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        team = Team.objects.create(workspace=world.workspace, name="Europe")
        Membership.objects.filter(user__in=[people["csm"], people["cs_manager"]]).update(team=team)
        late = list(Renewal.objects.order_by("id").values_list("id", flat=True)[:3])
        Renewal.objects.filter(id__in=late).update(due_on=world.now.date() - timedelta(days=2), notice_on=None)
        refresh_entries(renewal_ids=late, now=world.now)
        start_series(wish=wish, by=world.actor, now=world.now)
        tend_reviews(by=world.actor, now=world.now)


def decide_by_keyboard(page: Page, words: str) -> None:
    page.keyboard.press("d")
    expect(page.locator("#decision-words:focus")).to_have_count(1)
    page.keyboard.type(words)
    page.keyboard.press("Control+Enter")


def new_facts_come_by_themselves(page: Page, world: World) -> None:
    """A topic that a colleague adds appears while the page is open; what is typed, and where one is, stays."""
    fold = page.get_by_text("Add a topic")
    fold.click()
    topic = page.get_by_label("Topic")
    topic.fill("Half a thou")
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        review_id = Review.objects.values_list("id", flat=True).get()
        add_item(review_id=review_id, title="Prices of next year", by=world.actor, now=world.now)
    ask = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(ask)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Prices of next year")).to_have_count(0)
    expect(topic).to_have_value("Half a thou")
    topic.fill("")
    page.locator("[data-list-item]").last.focus()
    page.evaluate(ask)
    expect(page.locator("#review-items").get_by_text("Prices of next year")).to_have_count(1)
    expect(page.locator("[data-list-item]:focus")).to_have_count(1)
    expect(page.locator("details[open] #topic")).to_have_count(1)
    expect(page.locator(".page-live")).to_have_text("Updated just now")
    fold.click()
    page.locator("main").focus()


def log_out_meanwhile(page: Page, address: str) -> None:
    """What is shown stays, and says that it is not renewed any more."""
    page.goto(address)
    page.context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".page-live")).to_contain_text("no answer")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.requirement(34)
@pytest.mark.requirement(36)
@pytest.mark.requirement(100)
def test_manager_goes_from_home_through_the_agenda_to_the_pack(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    open_review(world)
    watched = log_in("cs_manager", at="/")
    page = watched.page
    assert flaws(page) == []
    page.get_by_role("link", name="1 review ahead or open").click()
    assert flaws(page) == []
    page.get_by_role("link", name="Weekly").click()
    heading = page.get_by_role("heading", level=1)
    new_facts_come_by_themselves(page, world)
    number = page.locator("[data-list-item]").count()
    expect(heading).to_contain_text(f"0 of {number} items settled")
    assert flaws(page) == []
    decide_by_keyboard(page, "Call the sponsor, j and k typed")
    expect(heading).to_contain_text(f"1 of {number} items settled")
    expect(page.locator("[data-list-item]:focus")).to_have_count(1)
    page.keyboard.press("c")
    expect(heading).to_contain_text(f"2 of {number} items settled")
    page.keyboard.press("n")
    page.locator("#note-words").fill("They are on it.")
    page.keyboard.press("Control+Enter")
    expect(heading).to_contain_text(f"3 of {number} items settled")
    page.get_by_role("link", name="People and minutes").click()
    page.get_by_label("Here", exact=True).first.check()
    assert flaws(page) == []
    page.get_by_role("button", name="Keep who is here").click()
    page.get_by_role("button", name="Close the review").click()
    expect(page.get_by_text("Call the sponsor, j and k typed")).to_be_visible()
    assert flaws(page) == []
    with in_workspace(world.workspace.id, by=world.actor):
        made = ReviewDecision.objects.get()
    for address in (f"/reviews/decisions/{made.id}/", f"/reviews/{made.review_id}/changes/", "/reviews/series/new/"):
        page.goto(address)
        assert flaws(page) == [], address
    log_out_meanwhile(page, f"/reviews/{made.review_id}/changes/")
    assert watched.complaints == []
