"""What a mail that comes in is: a reply of a person, a calendar's answer, an out-of-office, a bounce, a machine.

Read from its headers (RFC 3834, RFC 3464) and its subject; from the text only the date of return. Calls nobody.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from playbooks.core.channels.rsvps import read_rsvp


class InboundKind(StrEnum):
    """What came."""

    REPLY = "reply"
    RSVP = "rsvp"
    OUT_OF_OFFICE = "out_of_office"
    AUTOMATIC = "automatic"
    BOUNCED_HARD = "bounced_hard"
    BOUNCED_SOFT = "bounced_soft"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMail:
    """A mail as it came: headers by lower-case name, decoded subject and text, the day, the calendar part if any."""

    headers: Mapping[str, str]
    subject: str
    text: str
    received_on: date
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReading:
    """What it is, when the person is back if it says so, and by which mark it was known."""

    kind: InboundKind
    returns_on: date | None
    mark: str


LONGEST_ABSENCE = timedelta(days=120)
MESSAGE_ID = re.compile(r"<[^<>\s]{1,240}>")
_AWAY = re.compile(
    r"out of (the )?office|on (annual |parental )?leave|on vacation|on holiday|away from (the |my )?(office|desk)"
    r"|abwesen|nicht im (b[uü]ro|haus)|absence du bureau|absent du bureau|fuera de la oficina|fuori sede|afwezig",
    re.IGNORECASE,
)
_AUTOMATIC_SUBJECT = re.compile(
    r"^(re:\s*|aw:\s*)?(auto(matic)?[ -]?(reply|response)|automatische antwort|r[ée]ponse automatique"
    r"|respuesta autom[áa]tica|risposta automatica)",
    re.IGNORECASE,
)
_RETURN = re.compile(
    r"(back|return(ing)?|until|till|through|wieder|zur[üu]ck|bis( zum)?|jusqu'au|de retour le|hasta el)\D{0,40}?"
    r"(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}"
    r"|\d{1,2}(st|nd|rd|th)? (of )?[A-Za-zä]{3,9}\.?,?( \d{4})?"
    r"|[A-Za-zä]{3,9}\.? \d{1,2}(st|nd|rd|th)?,?( \d{4})?)",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan",), ("feb",), ("mar", "mär"), ("apr",), ("may", "mai"), ("jun",),
            ("jul",), ("aug",), ("sep",), ("oct", "okt"), ("nov",), ("dec", "dez"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_STATUS = re.compile(r"^Status:\s*([245])\.\d{1,3}\.\d{1,3}", re.MULTILINE | re.IGNORECASE)


def read_inbound(mail: InboundMail) -> InboundReading:
    """Return what a mail is. Without a mark of a machine it is a reply, because silence towards a person is worse."""
    if bounced := _bounce(mail):
        return bounced
    if rsvp := read_rsvp(mail.calendar):
        return InboundReading(kind=InboundKind.RSVP, returns_on=None, mark=f"PARTSTAT {rsvp.answer.value}")
    mark = _machine_mark(mail)
    is_away = bool(_AWAY.search(mail.subject) or (mark and _AWAY.search(mail.text[:2000])))
    if is_away and mark:
        return InboundReading(kind=InboundKind.OUT_OF_OFFICE, returns_on=_returns_on(mail), mark=mark)
    if mark:
        return InboundReading(kind=InboundKind.AUTOMATIC, returns_on=None, mark=mark)
    return InboundReading(kind=InboundKind.REPLY, returns_on=None, mark="no mark of a machine")


def named_ids(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the Message-IDs a mail answers, the nearest first: In-Reply-To, then References from its end."""
    answered = MESSAGE_ID.findall(headers.get("in-reply-to", ""))
    thread = MESSAGE_ID.findall(headers.get("references", ""))
    original = MESSAGE_ID.findall(headers.get("x-original-message-id", ""))
    return tuple(dict.fromkeys((*answered, *reversed(thread), *original)))


def _bounce(mail: InboundMail) -> InboundReading | None:
    """A report of a mail server (RFC 3464): class 5 is for good, class 4 for now."""
    content = mail.headers.get("content-type", "").lower()
    is_report = "multipart/report" in content and "delivery-status" in content
    if not is_report and mail.headers.get("return-path", "").strip() != "<>":
        return None
    found = _STATUS.search(mail.text)
    if not found or found[1] == "2":
        return None
    kind = InboundKind.BOUNCED_HARD if found[1] == "5" else InboundKind.BOUNCED_SOFT
    return InboundReading(kind=kind, returns_on=None, mark=found[0].strip()[:60])


def _machine_mark(mail: InboundMail) -> str:
    """Return the header or word by which a mail shows that a program wrote it, "" if none does."""
    headers = mail.headers
    if headers.get("auto-submitted", "no").strip().lower() != "no":
        return "Auto-Submitted"
    if headers.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply"):
        return "Precedence"
    for name in ("x-autoreply", "x-autorespond", "x-auto-response-suppress"):
        if headers.get(name):
            return name.title()
    return "subject" if _AUTOMATIC_SUBJECT.search(mail.subject) or _AWAY.search(mail.subject) else ""


def _returns_on(mail: InboundMail) -> date | None:
    """Return the day of return that the text names; None if it names none within the next four months."""
    for found in _RETURN.finditer(f"{mail.subject}\n{mail.text[:4000]}"):
        day = _read_day(found["day"], mail.received_on)
        if day and mail.received_on <= day <= mail.received_on + LONGEST_ABSENCE:
            return day
    return None


def _read_day(text: str, today: date) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if re.match(r"\d{4}-", text):
        return _day(numbers)
    if "." in text and len(numbers) == 3:
        year = numbers[2] + 2000 if numbers[2] < 100 else numbers[2]
        return _day([year, numbers[1], numbers[0]])
    month = next((number for word in re.findall(r"[A-Za-zä]{3,9}", text) if (number := _month(word))), None)
    if month is None or not numbers:
        return None
    if len(numbers) > 1:
        return _day([numbers[1], month, numbers[0]])
    this_year = _day([today.year, month, numbers[0]])
    return this_year if this_year is None or this_year >= today else _day([today.year + 1, month, numbers[0]])


def _month(word: str) -> int | None:
    return _MONTHS.get(word[:3].lower())


def _day(parts: Sequence[int]) -> date | None:
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError:
        return None
