"""The words of contracts: line states, problems of the chain, ways of renewal, and what an amendment changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from dashboards.core.dates import day_words

# State of a line: the word and the colour of its tag.
LINE_STATES: Mapping[str, tuple[str, str]] = {
    "upcoming": ("Upcoming", ""),
    "in_progress": ("Running", "good"),
    "to_renew": ("To renew", "watch"),
    "upcoming_close": ("Ends", "watch"),
    "lapsed": ("Lapsed", "bad"),
    "closed": ("Over", ""),
    "cancelled": ("Cancelled", "bad"),
}
PROBLEMS: Mapping[str, str] = {
    "term_gap": "No term covers {days}: term {term} begins after a gap.",
    "term_overlap": "Term {term} shares {days} with the term before it.",
    "term_number_skipped": "Term {term} does not follow the number of the term before it.",
    "phase_gap": "No phase of {item} covers {days} in term {term}.",
    "phase_overlap": "Two phases of {item} share {days} in term {term}.",
    "line_outside_term": "{item} runs {days}, outside term {term}.",
    "term_without_lines": "Term {term} has no line, so it counts as nothing.",
    "renewal_off_term": "The open renewal of term {term} is due on {from_on}, not the day after the term ends.",
}
TIMINGS: Mapping[str, str] = {
    "early": "{days} before it was due",
    "on_time": "on the day it was due",
    "late": "{days} after it was due",
    "open": "open",
    "lapsed": "lapsed {days} ago",
}
SHAPES: Mapping[str, str] = {
    "whole": "every line goes on",
    "partial": "only part of the lines goes on",
    "merged": "it goes on together with other contracts",
    "split": "it goes on in several contracts",
    "none": "no line goes on",
}


def problem_words(code: str, *, term: int, from_on: date, until_on: date | None, item: str = "") -> str:
    """Return the sentence of a problem of the chain, with its days."""
    return PROBLEMS[code].format(
        term=term, days=span_words(from_on, until_on), from_on=day_words(from_on), item=item or "a line"
    )


def span_words(from_on: date, until_on: date | None) -> str:
    """Return "1 Jan 2026 – 31 Dec 2026", one day once, "from 1 Jan 2026 on" without an end."""
    if until_on is None:
        return f"from {day_words(from_on)} on"
    return day_words(from_on) if from_on == until_on else f"{day_words(from_on)} – {day_words(until_on)}"


def timing_words(timing: str, *, due_on: date, closed_on: date | None, today: date) -> str:
    """Return how a renewal stood against its due date, with the days between."""
    days = abs(((closed_on or today) - due_on).days)
    return TIMINGS[timing].format(days=f"{days:,} day{'' if days == 1 else 's'}")


def change_words(items: Iterable[Mapping[str, Any]], *, is_seen: bool) -> str:
    """Return what an amendment changed, item by item; amounts only for who may see them."""
    words = []
    for change in items:
        phases = change["phases"]
        if not phases:
            words.append(f"{change['item']} removed")
            continue
        steps = "; ".join(_phase_words(phase, is_seen=is_seen) for phase in phases)
        words.append(f"{change['item']}: {steps}")
    return ". ".join(words) or "Dates or clauses of the term"


def _phase_words(phase: Mapping[str, Any], *, is_seen: bool) -> str:
    amount = f"{_number(phase['arr_amount'])} a year" if is_seen else "amount hidden"
    quantity = f", {_number(phase['quantity'])} pieces" if phase["quantity"] else ""
    return f"{amount}{quantity} from {day_words(date.fromisoformat(phase['starts_on']))}"


def _number(text: str) -> str:
    whole, _, rest = text.partition(".")
    decimals = rest.rstrip("0")
    return f"{int(whole):,}" + (f".{decimals.ljust(2, '0')}" if decimals else "")


def follow_words(*, next_due_on: date | None, review_on: date | None) -> str:
    """Return what follows a renewal that was just closed: the next one, the review of the loss, or nothing to renew."""
    if review_on is not None:
        return f"Its review is due on {day_words(review_on)}."
    if next_due_on is not None:
        return f"The next renewal is open, due on {day_words(next_due_on)}."
    return "No further renewal follows."
