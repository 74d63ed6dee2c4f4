"""ARR at risk, split and added up: by quarter, band, segment, reason and what can be done. Reads and draws nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.core.dates import day_words
from dashboards.core.money import count_words, short_money
from dashboards.core.wording import band_words, title
from renewals.core.money import Money

NOT_SCORED = "not_scored"
ACTIONS: Mapping[str, str] = {
    "swing": "Can still be saved (swing)",
    "yes": "Can be acted on",
    "no": "Beyond our reach",
    "none": "No reason stands out",
    NOT_SCORED: "Not scored",
}
"""What can be done about the main reason, by key; the swing is part of what can be acted on."""
BANDS = ("high", "elevated", "low", NOT_SCORED)
REASONS: Mapping[str, str] = {
    "health": "Health as a whole",
    "usage_velocity": "Use is falling",
    "feature_adoption": "Few features in use",
    "usage_depth": "Few paid seats in use",
    "time_to_value": "Slow to first value",
    "support_sentiment": "Tone of support",
    "backlog_resolution": "Tickets left open",
    "perceived_value": "Value not felt",
    "payment_timeliness": "Late payments",
    "sponsor_stability": "Sponsor changed",
    "engagement": "Few meetings and replies",
    "marketing_engagement": "Little interest in our mailings",
    "soft_concern": "Concerns noted by people",
    "days_to_renewal": "Time left to the due date",
    "usage": "Use",
    "support": "Support",
    "relationship": "Relationship",
    "marketing": "Marketing",
    "touches": "Touches",
    "measure": "Another measure",
    "billing": "Payments",
    "contract": "Terms of the contract",
    "account": "What the account is",
    "attribute": "An attribute of the account",
    "model": "The model as a whole",
    "none": "No reason stands out",
    NOT_SCORED: "Not scored",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCell:
    """The open renewals that share all of this; amounts in the workspace's currency, `unpriced` ones count nothing.

    `is_actionable` is None where no reason stands out; `band` is "" where there is no score.
    """

    quarter: date
    segment: str
    band: str
    reason: str
    is_actionable: bool | None
    has_playbook: bool
    is_swing: bool
    number: int
    unpriced: int
    amount: Decimal
    at_risk: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSums:
    """What some renewals add up to; `swing` is the part of `at_risk` that can still be saved."""

    number: int
    unpriced: int
    amount: Decimal
    at_risk: Decimal
    swing: Decimal
    swing_number: int


def added(cells: Iterable[RiskCell]) -> RiskSums:
    """Return the sums of the cells; all zero for none."""
    found = list(cells)
    swing = [cell for cell in found if cell.is_swing]
    return RiskSums(
        number=sum(cell.number for cell in found),
        unpriced=sum(cell.unpriced for cell in found),
        amount=sum((cell.amount for cell in found), Decimal(0)),
        at_risk=sum((cell.at_risk for cell in found), Decimal(0)),
        swing=sum((cell.at_risk for cell in swing), Decimal(0)),
        swing_number=sum(cell.number for cell in swing),
    )


def split(cells: Sequence[RiskCell], key: Callable[[RiskCell], str]) -> dict[str, RiskSums]:
    """Return the sums by what `key` says of each cell, the largest at risk first; they add up to those of all cells."""
    parts: dict[str, list[RiskCell]] = {}
    for cell in cells:
        parts.setdefault(key(cell), []).append(cell)
    sums = {name: added(part) for name, part in parts.items()}
    return dict(sorted(sums.items(), key=lambda item: (-item[1].at_risk, -item[1].number, item[0])))


def in_order(sums: Mapping[str, RiskSums], order: Iterable[str]) -> dict[str, RiskSums]:
    """Return the sums in a given order; those that are not named in it follow."""
    first = {name: sums[name] for name in order if name in sums}
    return first | {name: each for name, each in sums.items() if name not in first}


def band_of(cell: RiskCell) -> str:
    """Return the band of risk, NOT_SCORED without one."""
    return cell.band or NOT_SCORED


def reason_of(cell: RiskCell) -> str:
    """Return the main reason, "none" where none stands out, NOT_SCORED without a score."""
    return NOT_SCORED if not cell.band else cell.reason or "none"


def action_of(cell: RiskCell) -> str:
    """Return what can be done: "yes", "no", "none" where no reason stands out, NOT_SCORED without a score."""
    if not cell.band:
        return NOT_SCORED
    return "none" if cell.is_actionable is None else "yes" if cell.is_actionable else "no"


def quarter_key(cell: RiskCell) -> str:
    """Return the quarter as an address has it: "2027-Q1"."""
    return f"{cell.quarter.year}-Q{(cell.quarter.month + 2) // 3}"


def quarter_words(key: str) -> str:
    """Return the quarter of an address as words: "Q1 2027"."""
    year, _, quarter = key.partition("-")
    return f"{quarter} {year}".strip()


def risk_words(band: str) -> str:
    """Return a band of risk as words."""
    return "Not scored" if band == NOT_SCORED else band_words("risk", band)[0]


def reason_words(key: str) -> str:
    """Return what a main reason is about, in words."""
    return REASONS.get(key) or title(key)


def finding(whole: RiskSums, high: int, *, currency: str, has_amounts: bool) -> str:
    """Return the title: what is at risk of what is up for renewal, and how much of it can still be saved."""
    if not has_amounts:
        are = "is" if high == 1 else "are"
        return f"{high:,} of {count_words(whole.number, 'open renewal')} {are} at high risk"
    risk, due, swing = (short_money(Money(each, currency)) for each in (whole.at_risk, whole.amount, whole.swing))
    words = f"{risk} of {due} up for renewal is at risk"
    return f"{words}; {swing} of it can still be saved" if whole.swing else words


def unit_words(*, today: date, currency: str, seconds: int) -> str:
    """Return what the figures are of, in which currency and how old."""
    age = f"added up {seconds} s ago" if seconds else "added up now"
    return f"Open renewals: amount × chance of loss · {currency} · {day_words(today)} · {age}"
