"""A definition in words: when a step is due, what a value says. It reads plain tables, so drafts have words too."""

from collections.abc import Mapping
from typing import Any

from dashboards.core.playbooks.conditions import condition_words
from dashboards.core.playbooks.fields import Entry, Field
from dashboards.core.playbooks.tables import opened
from dashboards.core.wording import title

ANCHORS = {
    "after_previous": "the step before",
    "renewal_date": "the renewal date",
    "notice_deadline": "the notice deadline",
    "term_start": "the start of the term",
}
AUTOMATION = {
    "automatic": "Automatic",
    "veto_window": "Veto window",
    "manual_approval": "After approval",
    "human_only": "People only",
}
NOTHING = "nothing"
MOST = 300


def anchor_words(step: Mapping[str, Any]) -> str:
    """Return when a step is due: "30 days before the renewal date"; what is missing is said."""
    anchor = opened(step).get("anchor")
    if not isinstance(anchor, Mapping) or not isinstance(anchor.get("days"), int):
        return "no day yet"
    count, origin = anchor["days"], ANCHORS.get(str(anchor.get("from")), "a day not chosen yet")
    if count == 0:
        return f"on {origin.removeprefix('the ') if origin.startswith('a ') else origin}"
    business = "business " if anchor.get("unit") == "business_days" else ""
    unit = f"{business}day{'' if abs(count) == 1 else 's'}"
    return f"{abs(count)} {unit} {'before' if count < 0 else 'after'} {origin}"


def offset_words(days: object) -> str:
    """Return a day counted from the renewal date: "90 days before", "on the day", "14 days after"."""
    if not isinstance(days, int):
        return "no day yet"
    if days == 0:
        return "on the day"
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'before' if days < 0 else 'after'}"


def automation_words(step: Mapping[str, Any]) -> str:
    """Return how much of a step happens without a person: "Veto window, 24 h"."""
    code = str(step.get("automation", ""))
    words = AUTOMATION.get(code, title(code) if code else "not chosen yet")
    return f"{words}, {step['veto_hours']} h" if code == "veto_window" and step.get("veto_hours") else words


def role_words(code: object) -> str:
    """Return a role as a word of the page; the system is "the system"."""
    return "The system" if code == "system" else title(str(code)) if code else "nobody yet"


def said(field: Field, value: Any) -> str:
    """Return a value of a field in words, for lists of changes; nothing is "nothing"."""
    if value is None or value in ("", []):
        return NOTHING
    if field.entry is Entry.CONDITION:
        return condition_words(value)
    if field.entry is Entry.OFFSET:
        return offset_words(value) if field.name != "anchor.days" else str(value)
    if field.entry is Entry.TRUTH:
        return "yes" if value else "no"
    if field.entry in (Entry.CHOICES, Entry.LINES) and isinstance(value, list):
        return ", ".join(_choice(field, each) for each in value)
    return shortened(_choice(field, value))


def shortened(words: str) -> str:
    """Return words that are not longer than a list of changes can hold."""
    return words if len(words) <= MOST else f"{words[:MOST]} …"


def _choice(field: Field, value: Any) -> str:
    known = dict(field.choices)
    return known.get(str(value), title(str(value)) if field.source in ("segments", "tiers") else str(value))
