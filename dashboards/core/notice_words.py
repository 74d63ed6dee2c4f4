"""The words and the date line of contractual notices: whose, what, by which rule, where it stands. Decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from dashboards.core.dates import day_words
from dashboards.core.money import count_words
from dashboards.core.wording import title
from renewals.core.dates import ResolvedZone

KINDS: Mapping[str, str] = {
    "reminder": "Our reminder before they can no longer end it",
    "non_renewal": "Our notice that we end the contract",
    "opt_out": "Their last day to end the contract",
}
SHORT_KINDS: Mapping[str, str] = {
    "reminder": "Our reminder",
    "non_renewal": "Our notice to end it",
    "opt_out": "Their last day to end it",
}
STATES: Mapping[str, tuple[str, str]] = {
    "planned": ("Planned", "none"),
    "due": ("Due", "watch"),
    "sent": ("Sent, proof owed", "watch"),
    "proven": ("Proven", "good"),
    "missed": ("Missed, escalated", "bad"),
    "not_needed": ("Not needed", "none"),
}
THEIR_STATES: Mapping[str, tuple[str, str]] = {
    "planned": ("Not yet possible", "none"),
    "due": ("They may end it", "none"),
    "proven": ("They have ended it", "bad"),
    "not_needed": ("Passed in silence", "good"),
}
REASONS: Mapping[str, str] = {
    "deadline_passed": "The deadline passed and nothing came.",
    "rule_gone": "No rule asks for it any more.",
    "renewal_closed": "The renewal was closed first.",
}
PROOFS: Mapping[str, str] = {
    "posting_receipt": "Receipt of posting",
    "delivery_receipt": "Receipt of delivery",
    "acknowledgement": "Their acknowledgement",
    "affidavit": "Affidavit of service",
    "portal_log": "Log of the portal or mail server",
    "their_notice": "Their notice to us",
}
LINE_WIDTH, MARGIN = 600, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMark:
    """A day on the date line: where, in units of the drawing, and what it is."""

    x: int
    label: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """A window drawn on a line with today; `words` says the same for who does not see it."""

    from_x: int
    safe_x: int
    until_x: int
    today_x: int
    marks: tuple[LineMark, ...]
    words: str


def zone_words(zone: ResolvedZone) -> str:
    """Return the zone a touch is planned in and whose it is: "Europe/Berlin (the account's zone)"."""
    return zone_name_words(zone.name, zone.taken_from)


def zone_name_words(name: str, taken_from: str) -> str:
    """Return a zone and whose setting it is, for zones kept as two columns."""
    return f"{name.replace('_', ' ')} (the {taken_from}'s zone)"


def state_words(side: str, state: str) -> tuple[str, str]:
    """Return the state of a notice as words and tone; a deadline of theirs reads from their side."""
    found = THEIR_STATES.get(state) if side == "theirs" else None
    return found or STATES.get(state, (title(state), "none"))


def channels_words(channels: Iterable[str]) -> str:
    """Return "registered letter or personal service"; every channel reads "any way in writing"."""
    names = [title(channel).lower() for channel in channels]
    return "any way in writing" if len(names) >= 5 else " or ".join(names)


def rule_words(rule: Mapping[str, object], *, side: str) -> str:
    """Return how the window is counted, in the clause's own units."""
    anchor = "their last day to end it" if rule["anchor"] == "opt_out_deadline" else "the last day of the term"
    closes = _count(rule["closes"])
    opens = _count(rule["opens"]) if rule["opens"] else ""
    span = f"From {opens} to {closes} before {anchor}" if opens else f"Until {closes} before {anchor}"
    if not opens and closes == "0 days":
        span = f"Until {anchor}"
    included = ", that day included" if rule["is_inclusive"] else ""
    counts = "the day it is received counts" if rule["counts"] == "received" else "the day it is sent counts"
    delivery = int(str(rule["delivery_days"]))
    travels = f", {count_words(delivery, 'business day')} of delivery" if rule["counts"] == "received" else ""
    return f"{span}{included}; {counts}{travels if side == 'ours' else ''}."


def moved_words(move: Mapping[str, str]) -> str:
    """Return one move of a window, old to new."""
    old, new = (
        f"{day_words(date.fromisoformat(move[f'{name}_opens_on']))} to "
        f"{day_words(date.fromisoformat(move[f'{name}_closes_on']))}"
        for name in ("old", "new")
    )
    return f"Moved with the contract: {old} became {new}."


def date_line(*, opens_on: date, safe_on: date, closes_on: date, anchor_on: date, today: date) -> DateLine:
    """Return the line from a little before the first of these days and today to a little after the last."""
    first, last = min(opens_on, today), max(anchor_on, closes_on, today)
    span = max((last - first).days, 1)

    def place(day: date) -> int:
        return MARGIN + round((day - first).days / span * (LINE_WIDTH - 2 * MARGIN))

    marks = (("opens", opens_on), ("last safe day", safe_on), ("closes", closes_on))
    return DateLine(
        from_x=place(opens_on),
        safe_x=place(safe_on),
        until_x=max(place(closes_on), place(opens_on) + 4),
        today_x=place(today),
        marks=tuple(LineMark(x=place(day), label=label, day=day_words(day)) for label, day in marks),
        words=(
            f"The window opens on {day_words(opens_on)}, is safe until {day_words(safe_on)} and closes on "
            f"{day_words(closes_on)}. Today is {day_words(today)}."
        ),
    )


def _count(written: object) -> str:
    if not isinstance(written, Mapping):
        return "the first day"
    count, unit = int(written["count"]), str(written["unit"]).replace("_", " ")
    return f"{count} {unit.removesuffix('s') if count == 1 else unit}"
