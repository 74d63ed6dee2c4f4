"""What a page shows, gathered while it is rendered, so that a sheet or a mail has exactly that. Draws nothing."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboards.core.parts import Filter, Pager, Table

NOT_A_NAME = re.compile(r"[^a-z0-9]+")
LONGEST_NAME = 60
FORMS = ("csv", "xlsx")
FORM, TABLE = "sheet", "table"
"""The parameters of an address that ask for a sheet of one of the page's tables instead of the page."""


class TableNames:
    """The names of the tables of one page, by their captions, in the order in which they are drawn."""

    def __init__(self) -> None:
        """Begin a page."""
        self._seen: Counter[str] = Counter()

    def next_name(self, caption: str) -> str:
        """Return the name of the next table; the second of the same caption ends in -2."""
        plain = NOT_A_NAME.sub("-", caption.casefold()).strip("-")[:LONGEST_NAME] or "table"
        self._seen[plain] += 1
        return plain if self._seen[plain] == 1 else f"{plain}-{self._seen[plain]}"


@dataclass(slots=True, kw_only=True)
class GatheredTable:
    """A table with its name; `next_href` leads to the next page of its rows, "" where there is none."""

    name: str
    table: Table
    next_href: str = ""


@dataclass(slots=True, kw_only=True)
class Gathered:
    """The title, the unit, the filters in force and the tables of a page, in the order in which they stand."""

    title: str = ""
    unit: str = ""
    filters: tuple[str, ...] = ()
    tables: list[GatheredTable] = field(default_factory=list)

    def note_head(self, title: str, unit: str) -> None:
        """Keep the title of the page and what its numbers are."""
        self.title, self.unit = self.title or title, self.unit or unit

    def note_filters(self, filters: Iterable[Filter]) -> None:
        """Keep what the page is narrowed to."""
        self.filters = tuple(f"{each.title}: {each.chosen}" for each in filters if each.chosen)

    def note_table(self, name: str, table: Table) -> None:
        """Keep a table."""
        self.tables.append(GatheredTable(name=name, table=table))

    def note_pager(self, pager: Pager) -> None:
        """A pager belongs to the table before it."""
        if self.tables:
            self.tables[-1].next_href = pager.next_href

    def named(self, name: str) -> GatheredTable | None:
        """Return the table of a name; None when the page has none."""
        return next((each for each in self.tables if each.name == name), None)
