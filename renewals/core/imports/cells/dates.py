"""Dates and moments in the ways files write them.

Day-first or month-first is given for the file, never guessed per row.
"""

import re
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from renewals.core.dates.months import FIRST_YEAR, LAST_YEAR
from renewals.core.imports.cells.cell import EMPTY, Cell, refused
from renewals.core.imports.cells.text import tidy

DateOrder = Literal["", "day_first", "month_first"]

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_PARTED = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{1,4})")
_NAMED = re.compile(r"(\d{1,2})[. -]\s?([^\W\d]{3,12})[. ,-]+(\d{4})")
_NAMED_FIRST = re.compile(r"([^\W\d]{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MOMENT = re.compile(
    r"(?P<day>.+?)(?:T|\s+)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[AaPp][Mm])?\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SERIAL_EPOCH = date(1899, 12, 30)

_MONTHS = {
    1: "january jan januar janvier janv enero ene janeiro gennaio januari jän",
    2: "february feb februar février févr fevrier febrero fevereiro febbraio februari",
    3: "march mar märz mär mrz mars marzo março maart",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mayo maio maggio mei",
    6: "june jun juni juin junio junho giugno",
    7: "july jul juli juillet juil julio julho luglio",
    8: "august aug août aout agosto ago augustus",
    9: "september sep sept septembre septiembre setembro settembre",
    10: "october oct oktober okt octobre octubre outubro ottobre",
    11: "november nov novembre noviembre novembro",
    12: "december dec dezember dez décembre déc decembre diciembre dic dezembro dicembre",
}
_MONTH_OF = {word: number for number, words in _MONTHS.items() for word in words.split()}
_MONTH_NAMES = [""] + [words.split()[0].capitalize() for words in _MONTHS.values()]


def parse_date(text: str, *, order: DateOrder = "") -> Cell:
    """Return a date, or why not: E-DATE-01 no such day, -02 short year, -03 out of 1990-2100, -08 not a date.

    A slashed date that can be read both ways while `order` is empty is refused with E-ASK-01.
    """
    text = tidy(text)
    if not text:
        return EMPTY
    parts = _parts(text, order)
    if parts is not None:
        return parts if isinstance(parts, Cell) else _checked(*parts)
    moment = _MOMENT.fullmatch(text)
    if moment:
        return parse_date(moment["day"], order=order)
    return refused("E-DATE-08", f"'{text[:40]}' is not a date. Write it as 2026-03-31.")


def parse_moment(text: str, *, order: DateOrder, zone: tzinfo) -> Cell:
    """Return an aware moment; a local time without offset is read in `zone`, a date alone as its first minute there."""
    text = tidy(text)
    if not text:
        return EMPTY
    found = _MOMENT.fullmatch(text)
    day = parse_date(found["day"] if found else text, order=order)
    if not isinstance(day.value, date):
        return day
    if not found:
        return Cell(value=datetime.combine(day.value, time(), tzinfo=zone))
    hour = (
        int(found["hour"]) % 12 + (12 if found["half"].lower() == "pm" else 0) if found["half"] else int(found["hour"])
    )
    if hour > 23 or int(found["minute"]) > 59 or int(found["second"] or 0) > 59:
        return refused("E-DATE-09", f"There is no time {found['hour']}:{found['minute']} on a day.")
    at = time(hour, int(found["minute"]), int(found["second"] or 0))
    return Cell(value=datetime.combine(day.value, at, tzinfo=_offset(found["zone"], zone)))


def date_reading(text: str) -> DateOrder | Literal["either"]:
    """Return which order a slashed date proves: 'day_first', 'month_first', 'either', or '' when it proves nothing."""
    found = _PARTED.match(tidy(text))
    if not found or found[2] == ".":
        return ""
    first, second = int(found[1]), int(found[3])
    if first > 12 >= second:
        return "day_first"
    if second > 12 >= first:
        return "month_first"
    return "either" if first != second and max(first, second) <= 12 else ""


def _parts(text: str, order: DateOrder) -> tuple[int, int, int] | Cell | None:
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _PARTED.fullmatch(text):
        return _parted(text, found, order)
    if found := _NAMED.fullmatch(text):
        return _named(text, int(found[1]), found[2], int(found[3]))
    if found := _NAMED_FIRST.fullmatch(text):
        return _named(text, int(found[2]), found[1], int(found[3]))
    if _SERIAL.fullmatch(text):
        day = _SERIAL_EPOCH + timedelta(days=int(text.split(".")[0]))
        return day.year, day.month, day.day
    return None


def _parted(text: str, found: "re.Match[str]", order: DateOrder) -> tuple[int, int, int] | Cell:
    first, second = int(found[1]), int(found[3])
    if len(found[4]) < 4:
        return refused("E-DATE-02", "Give four digits for the year.")
    if found[2] == "." or first > 12:
        return int(found[4]), second, first
    if second > 12 or first == second:
        return int(found[4]), first, second
    if not order:
        return refused("E-ASK-01", f"'{text}' can be read day-first or month-first; answer once for the file.")
    return (int(found[4]), second, first) if order == "day_first" else (int(found[4]), first, second)


def _named(text: str, day: int, name: str, year: int) -> tuple[int, int, int] | Cell:
    month = _MONTH_OF.get(name.casefold().rstrip("."))
    return (year, month, day) if month else refused("E-DATE-08", f"'{text}' is not a date: no month '{name}'.")


def _checked(year: int, month: int, day: int) -> Cell:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        hint = "'Never ends'? Leave it empty: the term is then open-ended." if year > LAST_YEAR else "Check the year."
        return refused("E-DATE-03", f"{year:04}-{month:02}-{day:02} is outside {FIRST_YEAR}–{LAST_YEAR}. {hint}")
    try:
        return Cell(value=date(year, month, day))
    except ValueError:
        return refused("E-DATE-01", _no_such_day(year, month, day))


def _no_such_day(year: int, month: int, day: int) -> str:
    if not 1 <= month <= 12:
        return f"There is no month {month}."
    if (month, day) == (2, 29):
        return f"{year} has no 29 February."
    return f"{day} {_MONTH_NAMES[month]} does not exist."


def _offset(text: str | None, zone: tzinfo) -> tzinfo:
    if not text:
        return zone
    shown = "+00:00" if text in ("Z", "UTC") else text if ":" in text else f"{text[:3]}:{text[3:]}"
    offset = datetime.fromisoformat(f"2000-01-01T00:00:00{shown}").tzinfo
    return offset or zone
