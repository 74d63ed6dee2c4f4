"""The measure of the other browser tests finds what it is for: each kind of flaw, on the screen that shows it."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.plugins.browser import Watched

SOUND = "<html lang=en><title>A page</title><main><h1>A page</h1>{}</main></html>"
PALE = "<style>@media (prefers-color-scheme: dark) {{ p {{ color: #777; background: #666 }} }}</style><p>Pale words</p>"


def rules(found: list[str]) -> set[tuple[str, str]]:
    return {(each.split(":")[0], each.split(": ")[1]) for each in found}


def test_flaws_of_each_screen_are_found_and_a_sound_page_has_none(
    open_page: Callable[..., Watched], flaws: Callable[[Page], list[str]]
) -> None:
    page = open_page().page
    page.set_content(SOUND.format("<p>Words</p>"))
    assert flaws(page) == []
    page.set_content(SOUND.format(PALE.format()))
    assert rules(flaws(page)) == {("360 dark", "color-contrast")}
    page.set_content(SOUND.format("<img src='data:,'><div style='width: 900px'>wide</div>"))
    assert rules(flaws(page)) == {("1440 light", "image-alt"), ("360 dark", "the page is wider than the screen")}
