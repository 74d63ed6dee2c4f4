"""A calendar invitation as text (RFC 5545, RFC 5546): request, update and cancellation of one meeting.

The UID is a function of the meeting and never changes; SEQUENCE grows with every change. Times are written in UTC,
which every calendar reads the same, whatever it knows of the zone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75
PRODUCT = "-//Perennial//Renewals//EN"
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """A person of a meeting."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """One version of a meeting. `revision` (SEQUENCE) is 0 at first and grows by one with every move and cancellation.

    `stamped_at` is when this version was written. All instants are aware.
    """

    uid: str
    revision: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    description: str
    location: str
    url: str
    organiser: Attendee
    attendees: tuple[Attendee, ...]
    is_cancelled: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError for a meeting that no calendar could keep."""
        if any(moment.tzinfo is None for moment in (self.starts_at, self.ends_at, self.stamped_at)):
            raise ValueError("an instant of an invitation has no time zone")
        if self.ends_at <= self.starts_at:
            raise ValueError("a meeting ends after it starts")
        if self.revision < 0 or not self.uid or not self.attendees:
            raise ValueError("an invitation has a uid, a revision from 0 on, and somebody to invite")

    @property
    def method(self) -> str:
        """Return the iTIP method: REQUEST for a new or moved meeting, CANCEL when it is called off."""
        return "CANCEL" if self.is_cancelled else "REQUEST"


def meeting_uid(*, workspace_id: int, task_id: int, domain: str) -> str:
    """Return the UID of the meeting of a task: the same for every version of it."""
    return f"meeting-{workspace_id}-{task_id}@{domain}"


def invitation_text(invitation: Invitation) -> str:
    """Return the iCalendar document, lines ended by CRLF and folded at 75 octets."""
    return "".join(f"{part}\r\n" for line in _lines(invitation) for part in fold(line))


def escape_text(text: str) -> str:
    """Return a TEXT value: backslash, semicolon, comma and line break escaped, control characters left out."""
    plain = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def fold(line: str) -> Iterator[str]:
    """Yield the parts of a content line: 75 octets at most, no character torn, each further one begun by a blank."""
    part, size, room = "", 0, LINE_OCTETS
    for letter in line:
        width = len(letter.encode())
        if size + width > room:
            yield part
            part, size, room = " ", 1, LINE_OCTETS
        part += letter
        size += width
    yield part


def _lines(it: Invitation) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", f"METHOD:{it.method}")
    yield from ("BEGIN:VEVENT", f"UID:{escape_text(it.uid)}", f"SEQUENCE:{it.revision}")
    yield f"DTSTAMP:{_utc(it.stamped_at)}"
    yield f"DTSTART:{_utc(it.starts_at)}"
    yield f"DTEND:{_utc(it.ends_at)}"
    yield f"SUMMARY:{escape_text(it.summary)}"
    for name, text in (("DESCRIPTION", it.description), ("LOCATION", it.location)):
        if text:
            yield f"{name}:{escape_text(text)}"
    if it.url:
        yield f"URL:{_one_line(it.url)}"
    yield f"ORGANIZER;CN={_parameter(it.organiser.name)}:mailto:{_one_line(it.organiser.email)}"
    for person in it.attendees:
        yield (
            f"ATTENDEE;CN={_parameter(person.name)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
            f":mailto:{_one_line(person.email)}"
        )
    yield f"STATUS:{'CANCELLED' if it.is_cancelled else 'CONFIRMED'}"
    yield from ("TRANSP:OPAQUE", "END:VEVENT", "END:VCALENDAR")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _parameter(text: str) -> str:
    """Return a parameter value in quotation marks, which it may not hold itself (RFC 5545, 3.2)."""
    return '"' + _one_line(text).replace('"', "'") + '"'


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
