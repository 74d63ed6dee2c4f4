"""Chromium for the tests: a server with the product's own settings, a page that counts violations, and axe."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

# The shell without windows first: the same engine for half of the processor time.
SHELLS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM", "") or next(filter(None, map(shutil.which, SHELLS)), "")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Nothing of ours is loaded late (styles are in the page before it is drawn), so axe need not fetch the styles anew.
AT_ONCE = {"resultTypes": ["violations"], "preload": False}
EVERY_RULE = {"runOnly": AXE_TAGS} | AT_ONCE
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "aria-hidden-focus", "link-in-text-block"]
RULES_OF_LOOKS = {"runOnly": {"type": "rule", "values": LOOKS}} | AT_ONCE
WHOLE = {"include": [["html"]]}
WITHOUT_SHELL = WHOLE | {"exclude": [[".shell > :not(main)"]]}
"""The bar and the navigation around every page are looked at with the first page of a test, not with each."""
SCREENS = ((1440, "light", EVERY_RULE), (1024, "light", None), (360, "dark", RULES_OF_LOOKS))
"""Width, theme, and the rules axe looks by: one page is looked at in each, as a person makes the window smaller.
The names, roles and order of things are the same on each screen; colours, sizes and what is hidden are not.
Each pair of colours is computed in both themes by the tests of the components."""

FITS = "document.documentElement.scrollWidth <= innerWidth"
SETTLED_MS = 500
# Three processes share two cores: what is slow is no flaw, what never comes is.
PATIENCE_MS = 20_000
LOADED = "addEventListener('load', () => document.documentElement.dataset.loaded = '')"
"""Marks a page whose scripts have run: a key or a word typed before is heard by nobody."""
DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Watched:
    """A page and what its console said."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep errors, among them every breach of the Content-Security-Policy."""
        if message.type == "error":
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of the run; skipped, with the reason, where there is none."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed: set CHROMIUM to its path, or install the package chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[str]:
    """The address of the product, served from this process with the test's database."""
    thread = LiveServerThread("localhost", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Watched]]:
    """A function that opens a page of a size and theme; nothing may be wrong in its console at the end."""
    opened: list[Watched] = []

    def open_one(*, width: int = 1440, height: int = 900, theme: str = "light", **options: object) -> Watched:
        context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=theme, **options)
        watched = Watched(page=context.new_page())
        watched.page.on("console", watched.hear)
        watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        watched.page.set_default_timeout(PATIENCE_MS)
        if options.get("java_script_enabled", True):
            await_scripts(watched.page)
        opened.append(watched)
        return watched

    yield open_one
    for watched in opened:
        watched.page.context.close()


def await_scripts(page: Page) -> None:
    """Let whatever is done or expected on a page wait for its scripts, as a person waits until it stands still."""
    page.add_init_script(LOADED)
    page.add_locator_handler(page.locator("html:not([data-loaded])"), lambda: page.wait_for_load_state("load"))


@pytest.fixture
def violations() -> Callable[..., list[str]]:
    """A function that lists what axe finds wrong on a page: rule, element, advice."""
    axe = Axe()

    def run(page: Page, rules: dict[str, object] = EVERY_RULE, part: dict[str, object] = WHOLE) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(axe.axe_script)
        found = page.evaluate("([part, rules]) => axe.run(part, rules).then(told => told.violations)", [part, rules])
        return [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
            for rule in found
            for node in rule["nodes"]
        ]

    return run


@pytest.fixture
def flaws(violations: Callable[..., list[str]]) -> Callable[[Page], list[str]]:
    """A function that lists what is wrong with an open page in any of the screens: by axe, and what overflows."""

    seen: list[Page] = []

    def run(page: Page) -> list[str]:
        found: list[str] = []
        part = WITHOUT_SHELL if page in seen else WHOLE
        seen.append(page)
        for width, theme, rules in SCREENS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.evaluate(DRAWN)
            told = violations(page, rules, part) if rules else []
            if told:  # a colour that was on its way is there by now; what is wrong stays wrong
                page.wait_for_timeout(SETTLED_MS)
                told = violations(page, rules, part)
            told += [] if page.evaluate(FITS) else ["the page is wider than the screen"]
            found += [f"{width} {theme}: {each}" for each in told]
        width, theme, _ = SCREENS[0]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        return found

    return run
