"""Each component in every state: well-formed, without inline code, with its words; and the whole of them under axe."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.dashboards.components.gallery import LONG, SPECIMENS, render
from tests.plugins.browser import Watched

ROOT = Path(__file__).parents[3]
VOID = {"meta", "link", "input", "br", "hr", "img", "rect", "polyline", "path", "circle"}
FORBIDDEN = ("style", "onclick", "onload", "onchange", "onsubmit", "hx-on", "hx-vals-js")
CONTRAST = 4.5
PAIRS = [
    (ink, ground)
    for ground in ("page", "surface", "sunken", "hover")
    for ink in ("ink", "muted", "accent", "good", "watch", "bad", "none")
] + [
    ("good", "good-tint"),
    ("watch", "watch-tint"),
    ("bad", "bad-tint"),
    ("none", "none-tint"),
    ("accent-strong", "accent-tint"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("ink", "accent-tint"),
    ("muted", "accent-tint"),
]


class Strict(HTMLParser):
    """Collects what a strict policy and a strict reader would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse inline code and remember what is open."""
        self.faults += [f"{tag} has {name}" for name, _ in attrs if name.startswith(FORBIDDEN)]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Refuse what closes something else."""
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"unexpected end of {tag}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Self-closed parts of an SVG open nothing."""
        self.faults += [f"{tag} has {name}" for name, _ in attrs if name.startswith(FORBIDDEN)]

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.words.append(data)


@pytest.mark.parametrize("number", range(len(SPECIMENS)))
def test_component_in_any_state_is_well_formed_and_without_inline_code(number: int) -> None:
    name, context = SPECIMENS[number]
    reader = Strict()
    reader.feed(render(name, context))
    assert (reader.faults, reader.open) == ([], [])
    assert "".join(reader.words).strip()
    assert "None" not in reader.words


def test_every_component_has_a_specimen() -> None:
    shown = {name for name, _ in SPECIMENS}
    parts = {
        "bars",
        "filter_found",
        "filter_page",
        "field",
        "form_fields",
        "table_head",
        "table_cell",
        "table_files",
        "save_view",
        "term",
        "toast_oob",
    }
    files = {path.stem for path in (ROOT / "templates/components").glob("*.html")}
    assert files == shown | parts


def test_component_escapes_what_people_typed() -> None:
    shown = render("empty_state", {"title": "<script>alert(1)</script>"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_template_is_short_and_holds_no_inline_code(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 80
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:|\|safe\b", text)


def test_colours_of_words_reach_the_contrast_in_both_themes() -> None:
    short = [
        f"{ink} on {ground}, {theme}: {contrast(ink, ground, index):.2f}"
        for ink, ground in PAIRS
        for index, theme in enumerate(("light", "dark"))
        if contrast(ink, ground, index) < CONTRAST
    ]
    assert short == []


def test_only_the_tokens_hold_literal_colours() -> None:
    for path in (ROOT / "static/css").glob("*.css"):
        if path.name != "tokens.css":
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", path.read_text()) == [], path.name


@pytest.mark.urls("tests.dashboards.components.gallery")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_gallery_in_the_browser_has_no_violation(
    site: str, open_page: Callable[..., Watched], violations: Callable[..., list[str]], width: int, theme: str
) -> None:
    watched = open_page(width=width, theme=theme)
    watched.page.goto(f"{site}/gallery/")
    assert LONG in watched.page.inner_text("main")
    assert violations(watched.page) == []
    assert watched.complaints == []
    assert watched.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def contrast(ink: str, ground: str, theme: int) -> float:
    """Return the WCAG contrast of two tokens in a theme (0 light, 1 dark)."""
    bright, dim = sorted((luminance(token(ink, theme)), luminance(token(ground, theme))), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def token(name: str, theme: int) -> str:
    """Return the hexadecimal colour of a token."""
    text = (ROOT / "static/css/tokens.css").read_text()
    return re.search(rf"--color-{name}: light-dark\((#\w+), (#\w+)\)", text).group(theme + 1)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour. Source: WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
