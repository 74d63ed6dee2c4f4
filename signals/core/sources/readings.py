"""Turn what stands in an event into what a signal holds: numbers, cents, days between, choices, moments, plain text.

A value that cannot be read is handed on as it came, so that the intake refuses it with its own clear word.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from renewals.core.currencies import MINOR_UNITS
from signals.core.sources.paths import at_path, text_at

Way = Literal["number", "minor", "days", "hours", "choice", "constant", "text", "plain"]
TAG = re.compile(r"<[^<>]{1,500}>")
MILLISECONDS = 1e11
LARGEST = 1e308  # whole numbers in JSON have no bound; those above cannot be divided
LONGEST_TEXT = 10_000
SECONDS = {"days": 86_400.0, "hours": 3_600.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one field is read. `since` begins an interval, `currency` says how many cents make one."""

    path: str = ""
    way: Way = "text"
    since: str = ""
    currency: str = ""
    choices: Mapping[str, float] = field(default_factory=dict)
    default: float | None = None
    constant: float | None = None


def read_value(event: Any, reading: Reading | None) -> Any:
    """Return the number, None when there is none, or the raw thing when it is no number."""
    if reading is None:
        return None
    if reading.way == "constant":
        return reading.constant
    if reading.way == "choice":
        return reading.choices.get(text_at(event, reading.path).lower(), reading.default)
    if reading.way in SECONDS:
        return _between(event, reading)
    found = _number(at_path(event, reading.path))
    if found is None:
        return reading.default
    if reading.way == "minor" and isinstance(found, int | float) and abs(found) <= LARGEST:
        return found / 10 ** MINOR_UNITS.get(text_at(event, reading.currency).upper(), 2)
    return found


def read_text(event: Any, reading: Reading | None) -> str:
    """Return the text, cut at what a signal holds; markup is taken off where the reading says "plain"."""
    if reading is None:
        return ""
    found = text_at(event, reading.path)
    if reading.way == "plain":
        found = html.unescape(TAG.sub(" ", found)).strip()
    return found[:LONGEST_TEXT]


def read_moment(given: Any) -> Any:
    """Return a moment as ISO text: seconds or milliseconds since 1970 are turned, anything else stays as it came."""
    number = _number(given) if not isinstance(given, str) or re.fullmatch(r"\d{9,14}(\.\d+)?", given) else None
    if not isinstance(number, int | float) or isinstance(given, bool) or not abs(number) <= LARGEST:
        return given
    seconds = number / 1000 if abs(number) >= MILLISECONDS else number
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (OverflowError, OSError, ValueError):
        return str(given)


def moment_or_none(given: Any) -> datetime | None:
    """Return the moment that a JSON value stands for; None when it is none or has no zone."""
    told = read_moment(given)
    if not isinstance(told, str):
        return None
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _between(event: Any, reading: Reading) -> float | None:
    end, start = moment_or_none(at_path(event, reading.path)), moment_or_none(at_path(event, reading.since))
    if end is None or start is None:
        return reading.default
    return round((end - start).total_seconds() / SECONDS[reading.way], 4)


def _number(given: Any) -> Any:
    """Return digits in quotes as a number; everything else as it is."""
    if not isinstance(given, str):
        return given
    try:
        return float(given) if len(given) < 40 else given
    except ValueError:
        return given
