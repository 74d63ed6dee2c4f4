"""The words of contracts: line states, problems of the chain, ways of renewal, and what an amendment changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.core.dates import day_words
from renewals.core.price_terms import PriceTerms

# State of a line: the word and the colour of its tag.
LINE_STATES: Mapping[str, tuple[str, str]] = {
    "upcoming": ("Upcoming", ""),
    "in_progress": ("Running", "good"),
    "suspended": ("Suspended", "watch"),
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
CLAUSE_WORDS: Mapping[str, str] = {
    "ends_on": "Term ends on {}",
    "notice_period": "Notice period {}",
    "notice_unit": "Notice counted in {}",
    "end_action": "When it ends: {}",
    "renewal_months": "Months of the next term: {}",
    "party": "Goes to {}",
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
    "assigned": "it goes on with another account",
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


def price_terms_words(terms: PriceTerms) -> str:
    """Return what a contract agrees about its next price, with the clause; empty where it says nothing."""
    if not terms.is_said:
        return ""
    uplift, cap = terms.uplift_percent, terms.cap_percent
    parts = (
        f"a price uplift of {uplift.normalize():f} %" if uplift is not None else "",
        f"a cap of {cap.normalize():f} %" if cap is not None else "",
    )
    agreed = " and ".join(part for part in parts if part)
    if not agreed:
        return f"The contract agrees no price uplift and no cap any more ({terms.clause})."
    return f"The contract agrees {agreed} ({terms.clause})."


def change_words(items: Iterable[Mapping[str, Any]], clauses: Mapping[str, Any], *, is_seen: bool) -> str:
    """Return what an amendment changed, item by item and clause by clause; amounts only for who may see them."""
    words = []
    for change in items:
        phases = change["phases"]
        if not phases:
            words.append(f"{change['item']} removed")
            continue
        steps = "; ".join(_phase_words(phase, is_seen=is_seen) for phase in phases)
        words.append(f"{change['item']}: {steps}")
    words += [CLAUSE_WORDS[name].format(value) for name, value in clauses.items() if name in CLAUSE_WORDS]
    if "price_clause" in clauses and is_seen:
        words.append(_price_words(clauses))
    return ". ".join(words) or "Dates or clauses of the term"


def _price_words(clauses: Mapping[str, Any]) -> str:
    numbers = {
        name: None if clauses[name] is None else Decimal(clauses[name]) for name in ("uplift_percent", "cap_percent")
    }
    return price_terms_words(PriceTerms(**numbers, clause=clauses["price_clause"])).rstrip(".")


def _phase_words(phase: Mapping[str, Any], *, is_seen: bool) -> str:
    if phase.get("is_suspended"):
        until = date.fromisoformat(phase["ends_on"]) if phase["ends_on"] else None
        return f"rests {span_words(date.fromisoformat(phase['starts_on']), until)}"
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
