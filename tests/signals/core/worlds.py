"""Facts for tests of scores: one account with something of everything, and strategies for many."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from signals.core.features import AccountFacts, Tally
from signals.core.risk import parse_risk_model
from signals.core.scorecard import parse_scorecard
from signals.core.scoring import RuleBook
from signals.queries.library import catalogue, shipped

TODAY = date(2026, 3, 2)
FAMILIES = ("usage", "billing", "support", "marketing", "relationship", "health")


def tally(
    kind: str, age: int, *, total: float | None = None, count: int = 1, subject: str = "", first: int = -1
) -> Tally:
    """Return one tally of source 1; without `total` no signal carried a value."""
    valued = 0 if total is None else count
    return Tally(kind, 1, subject, count, valued, total or 0.0, max(first, age), age)


def facts(*tallies: Tally, silence: int = 0, **changes: Any) -> AccountFacts:
    """Return the facts of an account whose feeds have all been silent for `silence` days."""
    fields: dict[str, Any] = {
        "account_id": 1,
        "as_of_on": TODAY,
        "segment": "mid_market",
        "complexity": "standard",
        "started_on": TODAY - timedelta(days=400),
        "silence_days": {f"1:{family}": silence for family in FAMILIES},
        "tallies": tallies,
    }
    return AccountFacts(**{**fields, **changes})


def usage(rates: list[float], kind: str = "usage.events") -> list[Tally]:
    """Return weekly tallies, the newest first, and one long before so that every week counts."""
    weeks = [tally(kind, 7 * week, total=rate, first=7 * week + 6) for week, rate in enumerate(rates) if rate]
    return [*weeks, tally(kind, 7 * len(rates), total=0.0, first=7 * len(rates) + 6)]


def full(**changes: Any) -> AccountFacts:
    """Return an account about which everything is known."""
    known = (
        *usage([100.0] * 12),
        *(tally("usage.feature_used", 3, count=9, subject=f"feature {n}") for n in range(6)),
        *(tally("usage.active_users", 7 * week, total=30.0, first=7 * week + 6) for week in range(13)),
        tally("usage.seats", 10, total=50.0),
        tally("usage.milestone", 340, subject="live"),
        tally("billing.invoice_paid", 20, total=-2.0, subject="I-1"),
        tally("billing.invoice_overdue", 50, total=12.0, subject="I-2"),
        tally("support.message", 5, total=1.0, count=4),
        tally("support.ticket_opened", 30, total=2.0, subject="T-1"),
        tally("support.ticket_resolved", 28, total=40.0, subject="T-1"),
        tally("support.ticket_opened", 15, total=2.0, subject="T-2"),
        tally("marketing.email_clicked", 9, count=2),
        tally("relationship.meeting", 12, count=2),
        tally("relationship.nps", 40, total=8.0),
        tally("relationship.sponsor_confirmed", 100),
        tally("health.outside", 4, total=70.0),
    )
    return facts(*known, **changes)


def book(**changes: Any) -> RuleBook:
    """Return the shipped rules."""
    return RuleBook(scorecard=parse_scorecard(shipped("scorecard") | changes), model=parse_risk_model(shipped("risk")))


KINDS = [*sorted(catalogue().kinds), "usage.search", "marketing.call"]


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    """Draw any tally a database could give."""
    spec = catalogue().spec(draw(st.sampled_from(KINDS)))
    kind = spec.key.replace("*", "search")
    age = draw(st.integers(0, 700))
    count = draw(st.integers(1, 50))
    total = draw(st.none() | st.floats(max(spec.low, -1e6), min(spec.high, 1e6)).map(lambda mean: mean * count))
    subject = draw(st.sampled_from(["a", "b", "c"])) if spec.grain in ("subject", "subject_week") else ""
    return tally(kind, age, total=total, count=count, subject=subject, first=age + draw(st.integers(0, 6)))


anything = st.builds(
    lambda made, silence, segment, complexity: facts(*made, silence=silence, segment=segment, complexity=complexity),
    st.lists(tallies(), max_size=25),
    st.integers(0, 90),
    st.sampled_from(["small", "mid_market", "strategic", ""]),
    st.sampled_from(["low", "standard", "high"]),
)
