"""Change a weight, see who is affected, have it approved by a second person, and find the reason of the new score."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from renewals.actions.scope import in_workspace
from renewals.queries.clock import database_now
from signals.actions.scores import mark_next, refresh_scores, work_preview
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def work(world: World, *steps: Callable[..., object]) -> None:
    """What the worker does between two looks at a page."""
    with in_workspace(world.workspace.id, by=world.actor):
        for step in steps:
            step(workspace_id=world.workspace.id, by=world.actor, now=database_now())


def draft_a_weight(page: Page) -> str:
    page.goto("/scores/")
    page.get_by_text("Change these rules").click()
    page.get_by_label("Why should they change?").fill("Use says more than we thought")
    page.get_by_role("button", name="Start a draft").click()
    field = page.get_by_label("Weight of usage velocity, small, inherited 0.15")
    expect(field).to_have_value("0.2")
    field.fill("0.9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Weight of usage velocity, small", exact=True)).to_be_visible()
    return page.url


@pytest.mark.requirement(13, 15)
def test_weight_is_changed_previewed_approved_by_a_second_person_and_its_score_explained(
    log_in: LogIn, world: World
) -> None:
    admin = log_in("admin")
    address = draft_a_weight(admin.page)
    admin.page.get_by_role("link", name="See who is affected").click()
    admin.page.get_by_role("button", name="Find out who is affected").click()
    work(world, work_preview)
    expect(admin.page.locator("#book-title")).to_contain_text("change", timeout=10_000)
    admin.page.get_by_role("button", name="Hand in for approval").click()
    expect(admin.page.get_by_text("a second person has to approve it")).to_be_visible()
    expect(admin.page.get_by_role("button", name="Approve and publish")).to_have_count(0)
    second = log_in("cs_manager")
    second.page.goto(address)
    second.page.get_by_role("button", name="Approve and publish").click()
    expect(second.page.get_by_text("Health 2", exact=True)).to_be_visible()
    work(world, mark_next, refresh_scores)
    find_the_reason(second.page)
    csm = log_in("csm")
    find_the_reason_from_the_queue(csm.page)
    assert (admin.complaints, second.complaints, csm.complaints) == ([], [], [])


def find_the_reason(page: Page) -> None:
    """Three clicks: the accounts, one of them, and the measure behind its score."""
    page.get_by_role("link", name="Accounts").first.click()
    page.get_by_role("link", name="Tidewater Utilities").first.click()
    expect(page.get_by_text("Scored by Health scorecard 2")).to_be_visible()
    page.locator("#health .bars a", has_text="Usage velocity").click()
    expect(page).to_have_url(re.compile("measure=usage_velocity"))
    expect(page.locator("#signals")).to_be_visible()


def find_the_reason_from_the_queue(page: Page) -> None:
    """Three clicks: a line of the queue, the health in it, and the measure behind that; then its signals are there."""
    page.goto("/queue/")
    page.locator("[data-list-item]", has_text="Tidewater Utilities").first.click()
    page.locator(".split-detail a[href*='/scores/health/']").first.click()
    page.locator("a[href*='measure=usage_velocity']").first.click()
    expect(page).to_have_url(re.compile("measure=usage_velocity"))
    expect(page.locator("#signals")).to_contain_text("Usage velocity was read from")
    expect(page.locator("#signals li, #signals tbody tr").first).to_be_visible()


@pytest.mark.requirement(13)
def test_limit_of_a_band_is_moved_by_keys_and_by_dragging_and_typed_without_script(log_in: LogIn) -> None:
    page = log_in("admin").page
    draft_a_weight(page)
    handle = page.get_by_role("slider", name="At risk ends, needs care begins")
    field = page.get_by_label("At risk ends, needs care begins").and_(page.locator("input"))
    expect(handle).to_have_attribute("aria-valuenow", "40")
    handle.focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "PageUp"):
        page.keyboard.press(key)
    expect(field).to_have_value("51")
    page.keyboard.press("End")
    expect(field).to_have_value("64")
    expect(handle).to_have_attribute("aria-valuetext", "64: At risk ends, needs care begins")
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 8, steps=4)
    page.mouse.up()
    assert 20 < float(field.input_value()) < 60
    field.fill("30")
    expect(handle).to_have_attribute("aria-valuenow", "30")
    page.get_by_role("button", name="Keep the bands").click()
    expect(page.get_by_text("Upper limit of “At risk”")).to_be_visible()
    plain = log_in("admin", java_script_enabled=False).page
    plain.goto(page.url)
    expect(plain.get_by_role("slider")).to_have_count(0)
    expect(plain.get_by_label("At risk ends, needs care begins")).to_have_value("30")


@pytest.mark.requirement(42)
def test_note_and_score_set_by_hand_stand_on_the_account_with_author_and_end(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    page.goto("/accounts/")
    page.get_by_role("link", name="Tidewater Utilities").first.click()
    page.get_by_role("link", name="Note something, or set the health by hand").click()
    page.get_by_label("How does it stand?").select_option(label="strongly against us")
    page.get_by_label("What do you know, and from whom?").fill("The new CIO brings her own tools.")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("The new CIO brings her own tools.")).to_be_visible()
    page.get_by_text("Set the health by hand").click()
    page.get_by_label("Your number, 0 to 100").fill("20")
    page.get_by_label("What do you know that the rules do not?").fill("They told me they look around.")
    page.get_by_role("button", name="Set the health").click()
    expect(page.get_by_text("set by hand").first).to_be_attached()
    assert watched.complaints == []


def test_score_pages_are_accessible(log_in: LogIn, flaws: Callable[[Page], list[str]]) -> None:
    page = log_in("admin").page
    draft_a_weight(page)
    assert flaws(page) == []
    for path in ("/scores/", "/scores/risk/", "/scores/versions/", "/scores/overrides/", "/scores/expansion/"):
        page.goto(path)
        assert flaws(page) == [], path
