"""The calendar in Chromium: every view under axe in both themes and on a telephone; the keys that turn its pages."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from playwright.sync_api import Page, expect

from renewals.queries.clock import database_now
from tests.dashboards.test_calendar import add
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
PAGES = (
    "/calendar/",
    "/calendar/?view=week",
    "/calendar/?view=agenda",
    "/calendar/?view=agenda&effect=stuck",
    "/calendar/workload/",
    "/calendar/feeds/",
)


def test_calendar_has_no_violation_and_fits_the_screen(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    """Empty first, then with firm and loose touches, a milestone and a day over capacity."""
    today = database_now().date()
    watched = log_in()
    watched.page.goto("/calendar/")
    assert flaws(watched.page) == []
    with transaction.atomic():
        for number in range(12):
            add(
                world,
                today,
                f"Call about the options {number}",
                is_firm=number > 0,
                loose=[{"code": "loose_follows"}] * (number == 0),
            )
        for number in range(30):
            on = today + timedelta(days=5 + number * 4)
            add(
                world,
                on,
                effect="message",
                name="Options and dates",
                is_firm=number % 2 == 0,
                loose=[{"code": "loose_condition"}] * (number % 2),
            )
            add(world, on, name="Prepare the review", step_key=f"review_{number}")
        add(world, today + timedelta(days=1), kind="due", effect="milestone", name="", step_key="", local_at=None)
    for address in PAGES:
        watched.page.goto(address)
        assert flaws(watched.page) == [], address
    assert watched.complaints == []


def test_keys_turn_the_pages_of_the_calendar(log_in: LogIn, world: World) -> None:
    with transaction.atomic():
        add(world, database_now().date())
    page = log_in().page
    page.goto("/calendar/?on=2026-03-15")
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).to_contain_text("April 2026")
    page.keyboard.press("[")
    expect(page.get_by_role("heading", level=1)).to_contain_text("March 2026")
