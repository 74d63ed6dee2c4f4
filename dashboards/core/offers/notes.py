"""The words of what is known of a negotiation."""

from collections.abc import Mapping

from offers.core.negotiation.facts import CycleLength

KINDS: Mapping[str, str] = {
    "competitor": "Competitor",
    "objection": "Objection",
    "up_sell": "Up-sell opening",
    "cross_sell": "Cross-sell opening",
}
SOURCES: Mapping[str, str] = {
    "call": "on a call",
    "meeting": "in a meeting",
    "email": "by e-mail",
    "survey": "in a survey",
    "tree": "through a decision tree",
    "colleague": "from a colleague",
    "other": "elsewhere",
}


def length_words(found: CycleLength) -> str:
    """Return how long a cycle took: "41 days", "41 days so far", or that nobody was touched."""
    if found.days is None:
        return "No touch yet" if found.is_running else "Never touched"
    words = "1 day" if found.days == 1 else f"{found.days} days"
    return f"{words} so far" if found.is_running else words
