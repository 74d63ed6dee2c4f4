"""How the choice of offers is worded: why one is not for them, what is kept back, what binds, which evidence."""

from collections.abc import Mapping

from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Progress

WHY_NOT: Mapping[str, str] = {
    "not_eligible": "Not for them",
    "not_known": "Not known whether it is for them",
    "not_in_time": "Not made on this day",
    "no_price": "It has no price here: a list price or a count of units is missing",
    "no_rate": "An exchange rate is missing",
    "no_risk": "Their renewal risk is not scored, so nobody can say what it would change",
    "refused": "The policy refuses its price",
}
KEPT_BACK: Mapping[str, str] = {
    "held_out": "Held out, so that effects can be measured",
    "capped": "As often approached as its budget of touches allows",
    "paused": "Paused",
    "proposed": "Has a proposal already",
    "none_fits": "No offer fits",
    "no_risk": "Renewal risk not scored",
    "no_value": "Expected to cost more than it keeps",
    "beyond_bound": "Further below the policy price than its owner may go",
}
BINDS: Mapping[str, str] = {
    "budget": "the budget",
    "tasks": "people's time",
    "approvals": "the number of approvals",
}
METHODS: Mapping[str, tuple[str, str]] = {
    "optimal": ("The best there is", "good"),
    "near": ("The solver ran out of time", "watch"),
    "greedy": ("Greedy, as a fallback", "watch"),
}
STATES: Mapping[str, tuple[str, str]] = {
    "running": ("Running", "accent"),
    "done": ("Done", "good"),
    "failed": ("Stopped", "bad"),
    "cancelled": ("Cancelled", ""),
}


def evidence_badge(outcomes: int, *, is_enough: bool) -> tuple[str, str]:
    """Return what stands behind an effect, and its tone."""
    if not outcomes:
        return "expert guess, n = 0", "none"
    return f"randomised, n = {outcomes:,}", "good" if is_enough else "watch"


def chance_words(before: float, after: float, likely: float) -> str:
    """Return the chance of renewing without and with an offer, as it counts and as it is likely."""
    return f"{percent_words(before)} → {percent_words(after)} (likely {percent_words(likely)})"


def progress(*, done: int, total: int, has_begun: bool, is_over: bool) -> Progress:
    """Return how far a plan is."""
    if not has_begun and not is_over:
        return Progress(title="Weighing offers", percent=None, words="Waiting for a worker")
    percent = min(100, 100 * done // total) if total else 100
    words = f"{done:,} of {count_words(total, 'renewal')}"
    return Progress(title="Weighing offers", percent=percent, words=words, is_done=is_over)
