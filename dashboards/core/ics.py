"""iCalendar text (RFC 5545): lines folded at 75 octets, text escaped, instants in UTC, CRLF. Knows no rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75
PRODUCT = "-//Perennial//Calendar//EN"
MINUTES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry. `at` None means the whole of `on`; a higher `moves` replaces what was told before under `uid`."""

    uid: str
    on: date
    at: datetime | None
    summary: str
    description: str
    url: str
    moves: int
    stamped_at: datetime
    is_cancelled: bool = False
    is_tentative: bool = False


def calendar_text(name: str, events: Iterable[Event]) -> str:
    """Return the whole calendar as text with CRLF line ends."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    head += [f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    lines = [*head, *(line for event in events for line in _event(event)), "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """Return text with backslash, semicolon, comma and line ends written as RFC 5545 wants; other controls go."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(letter for letter in plain if letter == "\n" or letter.isprintable())
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, each at most 75 octets with its leading space, never cutting a character in two."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + octets
    yield part


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"SEQUENCE:{event.moves}"
    yield f"DTSTAMP:{_instant(event.stamped_at)}"
    if event.at is None:
        yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
    else:
        yield f"DTSTART:{_instant(event.at)}"
        yield f"DTEND:{_instant(event.at + timedelta(minutes=MINUTES))}"
    yield f"SUMMARY:{escaped(event.summary)}"
    if event.description:
        yield f"DESCRIPTION:{escaped(event.description)}"
    if event.url:
        yield f"URL:{event.url}"
    status = "TENTATIVE" if event.is_tentative else "CONFIRMED"
    yield f"STATUS:{'CANCELLED' if event.is_cancelled else status}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
