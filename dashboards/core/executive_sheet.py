"""The executive brief of an account in finished words, short enough for one page of paper. Knows no rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.core.parts import Reason

MOST_LINES = 4
LONGEST_LINE, LONGEST_NOTE = 160, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetValue:
    """A figure with its age or what belongs to it; `href` leads to the rows behind it."""

    name: str
    value: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSection:
    """One part of the brief: its lines, each with its source; `more` says how many had no room, `href` where they are.

    `empty` is what stands there when nothing is known.
    """

    title: str
    lines: tuple[Reason, ...]
    empty: str
    more: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutiveSheet:
    """The brief; the page and the PDF print the same words."""

    title: str
    unit: str
    figures: tuple[SheetValue, ...]
    sections: tuple[SheetSection, ...]
    heard: str


def section(title: str, lines: Sequence[Reason], *, empty: str, href: str) -> SheetSection:
    """Return a part with as many lines as a page has room for, the rest counted; none of a line is lost on its page."""
    once = tuple(dict.fromkeys(lines))
    left = len(once) - MOST_LINES
    return SheetSection(
        title=title,
        lines=once[:MOST_LINES],
        empty=empty,
        more=f"{left} more on the account's page" if left > 0 else "",
        href=href,
    )


def for_paper(sheet: ExecutiveSheet) -> ExecutiveSheet:
    """Return the brief with long words cut, so that it keeps to one page whatever people wrote."""
    return replace(
        sheet,
        title=_cut(sheet.title, LONGEST_LINE),
        heard=_cut(sheet.heard, LONGEST_LINE),
        sections=tuple(
            replace(
                part,
                lines=tuple(
                    replace(line, text=_cut(line.text, LONGEST_LINE), note=_cut(line.note, LONGEST_NOTE))
                    for line in part.lines
                ),
            )
            for part in sheet.sections
        ),
    )


def _cut(words: str, longest: int) -> str:
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"
