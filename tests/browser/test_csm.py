"""A CSM's day in Chromium: the queue by keyboard alone, a new signal on an open page, every page under axe."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from playbooks.models import Task
from renewals.actions.scope import in_workspace
from signals.actions.intake import record_signals
from tests.browser.conftest import focused
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
PAGES = ("/queue/", "/accounts/", "/accounts/{account}/", "/renewals/{renewal}/", "/search/?q=north")


def complete_by_keyboard(page: Page, note: str) -> None:
    page.keyboard.press("e")
    expect(page.locator("input[name=outcome]:focus")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(note)
    page.keyboard.press("Control+Enter")


def test_csm_works_five_items_of_the_queue_with_the_keyboard(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("9 renewals need you today")
    for number in range(1, 6):
        complete_by_keyboard(page, f"Note {number}, j and k typed")
        expect(page.get_by_text(f"{number} of 8 done today")).to_be_visible()
        expect(page.locator("[data-list-item]:focus")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_contain_text("4 renewals need you today")
    with in_workspace(world.workspace.id, by=world.actor):
        done = Task.objects.filter(state="done")
        assert set(done.values_list("outcome_code", flat=True)) == {"no_answer"}
        assert sorted(done.values_list("note", flat=True)) == [f"Note {n}, j and k typed" for n in range(1, 6)]
    assert watched.complaints == []


def test_j_k_and_enter_move_through_the_list_and_open_an_item(log_in: LogIn) -> None:
    page = log_in().page
    names = page.locator("[data-list-item]").all_inner_texts()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert focused(page) == names[2]
    page.keyboard.press("k")
    assert focused(page) == names[1]
    page.keyboard.press("Enter")
    expect(page.locator(".pane-title")).to_have_text(names[1])
    expect(page.locator("[data-open] [data-list-item]")).to_have_text(names[1])
    assert focused(page) == names[1]
    page.go_back()
    expect(page.locator(".pane-title")).to_have_text(names[0])


def test_snooze_by_keyboard_can_be_undone(log_in: LogIn) -> None:
    page = log_in().page
    name = page.locator("[data-list-item]").first.inner_text()
    page.keyboard.press("s")
    expect(page.locator("input[name=until]:focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#group-snoozed")).to_be_visible()
    expect(page.get_by_text("Snoozed until")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator("#group-snoozed")).to_have_count(0)
    expect(page.locator(".pane-title")).to_have_text(name)


def test_keys_of_the_page_are_listed_and_lead_to_pages(log_in: LogIn) -> None:
    page = log_in().page
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Complete")
    expect(dialog).to_contain_text("Snooze")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/accounts/")
    page.keyboard.press("/")
    page.keyboard.type("tidew")
    expect(page.locator("[data-search-hit]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidewater Utilities")


@pytest.mark.requirement(4)
def test_new_signal_shows_on_an_open_account_page_without_a_reload(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    page.goto("/accounts/")
    page.get_by_role("link", name="Halcyon Diagnostics").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Halcyon Diagnostics")
    page.locator("#sources summary").click()
    item = {"account": "A-001", "kind": "support.escalation", "occurred_at": world.now.isoformat(), "subject": "NEW-1"}
    with in_workspace(world.workspace.id, by=world.actor):
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=[item], by=world.actor, now=world.now
        )
    expect(page.get_by_text("NEW-1")).to_be_visible(timeout=60_000)
    assert page.locator("#sources").get_attribute("open") is not None
    assert watched.complaints == []


def test_theme_is_kept_and_the_server_draws_it(log_in: LogIn) -> None:
    page = log_in().page
    page.get_by_label("Your menu").click()
    page.get_by_role("button", name="Dark").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_queue_works_without_javascript(log_in: LogIn, world: World) -> None:
    page = log_in(java_script_enabled=False).page
    page.locator("[data-list-item]").nth(1).click()
    name = page.locator(".pane-title").inner_text()
    page.locator("#complete summary").click()
    page.get_by_role("button", name="Complete the task").click()
    expect(page.get_by_text("1 of 8 done today")).to_be_visible()
    expect(page.locator("#done-today")).to_contain_text(name)


def test_pages_have_no_violation_and_fit_the_screen(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    watched = log_in()
    with in_workspace(world.workspace.id, by=world.actor):
        task = Task.objects.order_by("id").first()
    for address in PAGES:
        watched.page.goto(address.format(account=task.account_id, renewal=task.renewal_id))
        assert flaws(watched.page) == [], address
    assert watched.complaints == []


def test_product_viewer_sees_accounts_and_neither_queue_nor_prices(log_in: LogIn) -> None:
    page = log_in("product_viewer").page
    page.wait_for_url("**/accounts/")
    expect(page.locator(".nav").get_by_role("link", name="Queue")).to_have_count(0)
    expect(page.get_by_text("Hidden").first).to_be_visible()
    page.goto("/queue/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this here")


def test_csm_completes_three_items_at_once_with_the_keyboard_and_takes_it_back(log_in: LogIn, world: World) -> None:
    watched = log_in()
    page = watched.page
    page.keyboard.press("x")
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.get_by_text("3 chosen")).to_be_visible()
    page.locator("#many summary", has_text="Complete").click()
    page.get_by_label("Why, for all of them").fill("Away until Monday")
    page.get_by_role("button", name="Complete the chosen tasks").click()
    expect(page.get_by_role("heading", name="3 tasks completed")).to_be_visible()
    expect(page.get_by_text("3 of 8 done today")).to_be_visible()
    expect(page.locator("#many")).to_be_hidden()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_role("heading", name="3 changes taken back")).to_be_visible()
    with in_workspace(world.workspace.id, by=world.actor):
        assert Task.objects.filter(state="done").count() == 0
    assert watched.complaints == []


def test_completion_by_keyboard_can_be_undone(log_in: LogIn, world: World) -> None:
    page = log_in().page
    name = page.locator("[data-list-item]").first.inner_text()
    complete_by_keyboard(page, "Too quick")
    expect(page.get_by_text("1 of 8 done today")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_text("0 of 8 done today")).to_be_visible()
    expect(page.locator(".pane-title")).to_have_text(name)


def test_ticked_lines_have_no_violation_and_escape_unticks_them(
    log_in: LogIn, violations: Callable[[Page], list[str]]
) -> None:
    page = log_in(width=390).page
    page.locator("[data-pick]").first.check()
    page.locator("[data-pick]").nth(1).check()
    expect(page.get_by_text("2 chosen")).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Escape")
    expect(page.locator("#many")).to_be_hidden()


def test_filter_shows_its_choices_with_counts_when_it_is_opened(log_in: LogIn) -> None:
    page = log_in().page
    page.get_by_text("Segment", exact=True).click()
    page.get_by_role("link", name="Strategic 4").click()
    page.wait_for_url("**/queue/?segment=strategic")
    expect(page.get_by_text("Segment: Strategic")).to_be_visible()
