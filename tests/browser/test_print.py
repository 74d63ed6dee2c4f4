"""Pages on paper: no frame and no controls, the chosen filters as words, the moment they are of, no table cut off."""

from collections.abc import Callable

import pytest

from tests.dashboards.world import World
from tests.plugins.browser import Watched

PAGES = ("/pipeline/", "/at-risk/", "/forecast/", "/retention/", "/indicators/", "/queue/")
UNDRAWN = "/forecast/"
"""Nobody draws a forecast here, so that there is nothing to filter."""
FRAME = ".nav, .top, .bar, .button, .chip-drop, .menu-box, input[type=checkbox]"
SEEN = "all => all.filter(each => each.getClientRects().length).length"
LANDSCAPE, SHRINKS_TO = 1017, 1.33
"""The width of A4 on its side less its margins, in CSS pixels; a browser makes a page at least so much smaller."""
CUT = (
    "(all, width) => all.filter(each => each.getBoundingClientRect().right > width).map(each => each.caption.innerText)"
)


@pytest.mark.requirement(33)
def test_paper_has_title_filters_and_moment_and_nothing_to_press(log_in: Callable[..., Watched], world: World) -> None:
    page = log_in("cs_manager", width=LANDSCAPE).page
    for address in PAGES:
        page.emulate_media(media="screen")
        page.goto(f"{address}?segment=strategic")
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        assert page.locator(FRAME).evaluate_all(SEEN) == 0, address
        said = page.locator("main").inner_text()
        assert f"{world.workspace.name} · as of " in said, address
        assert "Segment: Strategic" in said or address == UNDRAWN, address
        assert page.locator("main table").evaluate_all(CUT, LANDSCAPE * SHRINKS_TO) == [], address
