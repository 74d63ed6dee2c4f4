"""How the forecast is worded: quarters, bands, callers, disagreements, evidence, bias. Computes no figure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from dashboards.core.money import percent_words, short_money
from dashboards.core.wording import title
from renewals.core.money import Money

CALLERS: Mapping[str, str] = {"csm": "Owner", "leader": "Leader", "model": "Model"}
EVIDENCE: Mapping[str, tuple[str, str]] = {
    "randomised": ("randomised", "good"),
    "adjusted": ("adjusted", "accent"),
    "association": ("association", "watch"),
    "assumption": ("assumption", "watch"),
}
CONTAINS: Mapping[str, str] = {
    "closed": "signed",
    "commit": "commit",
    "best_case": "best case",
    "pipeline": "pipeline",
    "omitted": "omitted",
}
ROLL_UP_NAMES: Mapping[str, str] = {
    "closed": "Signed",
    "commit": "Commit forecast",
    "best_case": "Best-case forecast",
    "pipeline": "Open pipeline",
    "omitted": "Omitted",
}
NEARLY = 0.01
"""A bias below this is none worth a word."""


def quarter_words(quarter_on: date) -> str:
    """Return "Q4 2026"."""
    return f"Q{(quarter_on.month + 2) // 3} {quarter_on.year}"


def quarter_key(quarter_on: date) -> str:
    """Return "2026-Q4", as an address has it."""
    return f"{quarter_on.year}-Q{(quarter_on.month + 2) // 3}"


def short(amount: float, currency: str) -> str:
    """Return an amount of the forecast in few figures."""
    return short_money(Money(Decimal(str(round(amount, 2))), currency))


def contains_words(categories: tuple[str, ...]) -> str:
    """Return what a line of the roll-up contains: "commit + signed"."""
    return " + ".join(CONTAINS[each] for each in categories)


def disagreement_words(kind: str, gap: float) -> str:
    """Return how far two callers are apart."""
    if kind == "category":
        return f"{round(gap)} categories apart"
    if kind == "likelihood":
        return f"{round(100 * gap)} points of chance apart"
    return f"{percent_words(gap)} of the target apart"


def pair_words(first: str, second: str) -> str:
    """Return who disagrees: "Model and owner"."""
    return f"{CALLERS[first]} and {CALLERS[second].lower()}"


def bias_words(bias: float | None) -> str:
    """Return a bias with its sign and what it means; "too few" for None."""
    if bias is None:
        return "too few"
    if abs(bias) < NEARLY:
        return "none"
    return f"{'+' if bias > 0 else '−'}{percent_words(abs(bias), digits=1)} {'high' if bias > 0 else 'low'}"


def share_words(share: float | None) -> str:
    """Return a share with one decimal; a dash for None."""
    return "–" if share is None else percent_words(share, digits=1)


def category_words(category: str) -> str:
    """Return a category as the page says it; "No call" for none."""
    return title(category) if category else "No call"
