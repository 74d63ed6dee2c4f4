"""The browser of these tests waits as a person does: what is done on a page is done once its scripts run."""

import time
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.dashboards.world import World
from tests.plugins.browser import Watched

LATE_SECONDS = 1


def late(route: Route) -> None:
    """Let a script arrive well after the words of its page."""
    time.sleep(LATE_SECONDS)
    route.continue_()


def test_key_pressed_right_after_the_words_appeared_is_heard(log_in: Callable[..., Watched], world: World) -> None:
    page = log_in("csm").page
    page.route("**/*.js", late)
    page.evaluate("document.querySelector(\"a[href='/accounts/']\").click()")
    expect(page.get_by_role("heading", level=1)).to_contain_text("account")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_url("**/queue/**")
