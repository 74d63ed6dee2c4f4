"""The pages of a pull: the items in them, the cursor that leads to the next, when to try again after a failure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from signals.core.sources.paths import at_path, text_at

MOST_ITEMS = 20_000
LONGEST_CURSOR = 2_000
LONGEST_WAIT = timedelta(hours=6)


class PageUnreadable(Exception):
    """A page that is not what the pull was told to expect; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request brought. `cursor` is where to go on; the same as before at the end of what there is."""

    items: tuple[Any, ...]
    cursor: str
    has_more: bool


class Puller(Protocol):
    """Where signals are pulled from: a cursor in ("" at the very beginning), a page and the next cursor out."""

    def page(self, cursor: str) -> Page:
        """Return the page that the cursor leads to; raise PullFailed or PageUnreadable."""
        ...


class PullFailed(Exception):
    """A page that could not be had; `retry_after` is what the other side asked for, if it did.

    `is_fault` says that the other system as a whole is out of order or asks for rest, so that its breaker counts it.
    """

    def __init__(self, what: str, *, retry_after: timedelta | None = None, is_fault: bool = False) -> None:
        """Keep the words for the page of the source."""
        super().__init__(what)
        self.retry_after = retry_after
        self.is_fault = is_fault


def page_url(url: str, *, cursor_parameter: str, cursor: str) -> str:
    """Return the address of a page: the cursor itself when it is an address, else the address with the cursor in it."""
    if cursor.startswith(("http://", "https://")):
        return cursor
    if not cursor or not cursor_parameter:
        return url
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != cursor_parameter]
    return urlunsplit(parts._replace(query=urlencode([*kept, (cursor_parameter, cursor)])))


def read_page(document: Any, *, items_path: str, next_path: str, cursor: str) -> Page:
    """Return items and next cursor of a page; raise PageUnreadable when there is no list where one should be."""
    items = at_path(document, items_path) if items_path else document
    if items is None and isinstance(document, Mapping):
        items = []
    if not isinstance(items, list):
        raise PageUnreadable(f"There is no list of events at '{items_path or '.'}'. Correct the path to the items.")
    if len(items) > MOST_ITEMS:
        raise PageUnreadable(f"A page holds {len(items):,} events; {MOST_ITEMS:,} at most. Ask for smaller pages.")
    following = text_at(document, next_path) if next_path else ""
    if len(following) > LONGEST_CURSOR:
        raise PageUnreadable("The next cursor is longer than 2,000 characters. Correct the path to it.")
    is_further = bool(following) and following != cursor
    return Page(items=tuple(items), cursor=following if is_further else cursor, has_more=is_further)


def wait_after(attempts: int, *, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many failures in a row: a minute, then twice as long each, six hours at most."""
    doubled = timedelta(minutes=2 ** min(max(attempts - 1, 0), 9))
    return min(max(doubled, asked or timedelta()), LONGEST_WAIT)
