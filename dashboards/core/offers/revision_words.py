"""The words of price revisions: states, methods, why a term is left out."""

from collections.abc import Mapping

STATES: Mapping[str, tuple[str, str]] = {
    "draft": ("Draft", "none"),
    "waiting": ("Waits for a second person", "watch"),
    "applying": ("Being applied", "accent"),
    "stopped": ("Stopped", "watch"),
    "applied": ("Applied", "good"),
    "refused": ("Refused", "bad"),
    "discarded": ("Set aside", "none"),
    "undone": ("Taken back", "none"),
}
RULE_STATES: Mapping[str, tuple[str, str]] = {
    "waiting": ("Waiting", "watch"),
    "published": ("In force", "good"),
    "retired": ("Was in force", "none"),
    "rejected": ("Refused", "bad"),
}
"""How far a draft of rules is: those of offers, playbooks and scores are one to whoever answers."""
TERM_STATES: Mapping[str, tuple[str, str]] = {
    "planned": ("Takes part", "accent"),
    "excluded": ("Left out", "none"),
    "applied": ("In force", "good"),
    "passed_over": ("Passed over", "watch"),
    "undone": ("Taken back", "none"),
}
METHODS: Mapping[str, str] = {
    "percent": "Price uplift by a percentage",
    "cpi": "Price index",
    "list": "To list price",
}
REASONS: Mapping[str, str] = {
    "left_out": "Left out by hand",
    "closed": "What follows is agreed already",
    "open_ended": "It runs without an end",
    "runs_on": "Its term ends after the window",
    "revised_already": "Another price revision is in force",
    "at_risk": "The renewal is at high risk",
    "overdue": "An invoice was overdue in the last 60 days",
    "in_talks": "A price is being talked about already",
    "deadline_past": "Too late to announce it by contract",
    "no_list_price": "A line has no list price",
    "no_change": "The price stays as it is: rule or cap change nothing",
    "beyond_policy": "The policy allows this price to nobody",
    "changed": "The contract changed since it was approved",
    "undone": "The price revision was taken back before",
}


def change_words(percent: float | None) -> str:
    """Return a change as people say it: "+5.0 %"; a dash when there was no price before."""
    return "–" if percent is None else f"{percent:+.1f} %"
