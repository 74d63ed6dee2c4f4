"""What a calendar program answers to an invitation (RFC 5546, METHOD:REPLY): which meeting, which version, yes or no.

Read from the text of the calendar part alone. What is not exactly one answer of one person is no answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

LONGEST = 20_000
_FOLD = re.compile(r"\r?\n[ \t]")
_PARTSTAT = re.compile(r';PARTSTAT="?([A-Za-z-]+)"?', re.IGNORECASE)
_MAILTO = re.compile(r"mailto:([^\s;,\"]{3,254})", re.IGNORECASE)


class RsvpAnswer(StrEnum):
    """What the invited person said."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rsvp:
    """One answer: `revision` is the SEQUENCE it answers, `stamped_at` when it was given (None: it does not say)."""

    uid: str
    revision: int
    answer: RsvpAnswer
    attendee: str
    stamped_at: datetime | None


def read_rsvp(text: str) -> Rsvp | None:
    """Return the answer in a calendar text; None when it is no reply, names nobody or is not yes, no or maybe."""
    lines = list(_lines(text[:LONGEST]))
    if _first(lines, "METHOD").upper() != "REPLY":
        return None
    attendees = [(name, value) for name, value in lines if name.partition(";")[0].upper() == "ATTENDEE"]
    said = _PARTSTAT.search(attendees[0][0]) if len(attendees) == 1 else None
    who = _MAILTO.search(attendees[0][1]) if said else None
    uid, answer = _first(lines, "UID"), _answer(said[1]) if said else None
    if answer is None or who is None or not uid:
        return None
    revision = _first(lines, "SEQUENCE")
    return Rsvp(
        uid=uid[:250],
        revision=int(revision) if revision.isdigit() and len(revision) < 5 else 0,
        answer=answer,
        attendee=who[1].lower(),
        stamped_at=_instant(_first(lines, "DTSTAMP")),
    )


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield name with parameters, and value. A colon inside quotes belongs to a parameter."""
    for line in _FOLD.sub("", text).splitlines():
        quoted = False
        for place, letter in enumerate(line):
            quoted = quoted != (letter == '"')
            if letter == ":" and not quoted:
                yield line[:place].strip(), line[place + 1 :].strip()
                break


def _first(lines: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in lines if key.partition(";")[0].upper() == name), "")


def _answer(word: str) -> RsvpAnswer | None:
    return RsvpAnswer(word.lower()) if word.lower() in set(RsvpAnswer) else None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
