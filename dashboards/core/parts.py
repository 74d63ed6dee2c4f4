"""What the components of a page are given: finished words in frozen records. Decides and computes nothing."""

from dataclasses import dataclass

from dashboards.core.dates import DateCell
from dashboards.core.money import MoneyCell
from dashboards.core.scores import ScoreBadge


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere; an empty `href` is plain text."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A part of a page with its own address; `key` opens it from the keyboard."""

    text: str
    href: str
    count: str = ""
    is_current: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """One choice of a filter; `href` switches it, `count` is what it would show, `remove_href` takes a POST."""

    text: str
    href: str
    count: str = ""
    is_on: bool = False
    remove_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter of a list with its choices; `chosen` names what is on.

    `drop_href` takes the choice away. With an `href` the choices and their counts are asked for there when the filter
    is opened, not before. One with a `search_href` has too many to show: it is searched by words, `kept` are the other
    choices of the address.
    """

    title: str
    chips: tuple[Chip, ...]
    chosen: str = ""
    href: str = ""
    search_href: str = ""
    words: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    drop_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """A column that may be shown or left out."""

    key: str
    title: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBar:
    """The filters of a page, how many rows they leave, and the views people kept.

    `missing_href` answers why an account is not among the rows; it is empty where that cannot be asked.
    """

    filters: tuple[Filter, ...]
    count: str
    clear_href: str = ""
    views: tuple[Chip, ...] = ()
    save_href: str = ""
    query: str = ""
    columns: tuple[ColumnChoice, ...] = ()
    missing_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager:
    """Keyset pages: an address is empty when there is no such page."""

    shown: str
    first_href: str = ""
    next_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A sentence with its numbers; `state` is good, watch, bad or none; `href` leads to the evidence."""

    text: str
    state: str = "none"
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """One fact of an account: when, what, by whom, why."""

    at: str
    when: str
    full: str
    iso: str
    kind: str
    icon: str
    title: str
    text: str = ""
    who: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineDay:
    """The facts of one day, newest first."""

    title: str
    entries: tuple[TimelineEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One field that changed; an empty side was empty."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """Who changed what, when and why."""

    who: str
    what: str
    at: DateCell
    why: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What just happened; `undo_href` takes a POST that takes it back."""

    text: str
    undo_href: str = ""
    undo_word: str = "Undo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Long work: `percent` is None while the whole is not known."""

    title: str
    percent: int | None
    words: str
    is_done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `sort` is "ascending", "descending" or empty. One with a `key` may be left out."""

    title: str
    is_amount: bool = False
    href: str = ""
    sort: str = ""
    term: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table: the first of score, money, date, text that is given is shown. Long words may wrap.

    `heat` from "0" to "10" colours a share among others; its number is always there.
    """

    text: str = ""
    href: str = ""
    note: str = ""
    state: str = ""
    money: MoneyCell | None = None
    date: DateCell | None = None
    score: ScoreBadge | None = None
    is_amount: bool = False
    is_long: bool = False
    heat: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table whose first cell of each row names it; `totals` has a cell per column or is empty.

    One that is `as_cards` stands as a card for each row on a narrow screen: for few columns of long words.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    totals: tuple[Cell, ...] = ()
    as_cards: bool = False
