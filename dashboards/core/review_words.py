"""The words of reviews: kinds, states, what the rules looked at, how often something was carried."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.core.dates import day_words
from dashboards.core.money import count_words, percent_words, short_money
from dashboards.core.wording import band_words, title
from playbooks.core.reviews.cadence import WEEK_DAYS, Every
from renewals.core.money import Money

KINDS: Mapping[str, str] = {"at_risk": "At-risk review", "forecast": "Forecast review", "quarterly": "Quarterly review"}
STATES: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "accent"),
    "closed": ("Closed", "none"),
    "called_off": ("Not held", "watch"),
}
ITEM_STATES: Mapping[str, tuple[str, str]] = {
    "open": ("To settle", "watch"),
    "decided": ("Decided", "good"),
    "noted": ("Noted", "none"),
    "carried": ("Carried on", "watch"),
}
DECISION_STATES: Mapping[str, tuple[str, str]] = {
    "open": ("Open", "none"),
    "done": ("Done", "good"),
    "dropped": ("Dropped", "watch"),
}
PRESENCES: Mapping[str, str] = {"unknown": "Not said", "present": "Here", "absent": "Not here"}
EVERY: Mapping[Every, str] = {
    Every.WEEK: "Every {day}",
    Every.MONTH: "The first {day} of each month",
    Every.QUARTER: "The first {day} of each quarter",
}
ABOUT: Mapping[str, str] = {
    "decision": "Earlier decision",
    "figure": "Figure",
    "renewal": "Renewal",
    "loss": "Loss",
    "topic": "Topic",
}
AMOUNTS = ("renewal.amount", "renewal.at_risk_amount")
SHARES = ("renewal.renew_probability",)
LABELS: Mapping[str, str] = {
    "renewal.amount": "amount",
    "renewal.at_risk_amount": "ARR at risk",
    "renewal.days_to_due": "days to the renewal date",
    "renewal.days_to_notice": "days to the notice deadline",
    "renewal.stage": "stage",
    "renewal.forecast_category": "category",
    "renewal.is_called": "called by its owner",
    "renewal.call_days": "days since the newest call",
    "renewal.callers_disagree": "callers disagree",
    "renewal.renew_probability": "chance of renewal",
    "playbook.is_open": "playbook runs",
    "quote.is_out": "quote is out",
    "risk.band": "risk band",
    "risk.is_known": "risk scored",
    "risk.got_worse": "worse than at the review before",
    "decision.overdue_days": "days overdue",
    "figure.is_met": "target met",
    "loss.review_overdue_days": "days overdue",
    "loss.has_findings": "findings written down",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """When a series meets, as words are made from it."""

    every: Every
    weekday: int
    at: str
    zone: str
    minutes: int


def beat_words(beat: Beat) -> str:
    """Return "Every Tuesday at 09:30, Europe/Berlin, 60 minutes"."""
    day = EVERY[beat.every].format(day=WEEK_DAYS[beat.weekday])
    return f"{day} at {beat.at}, {beat.zone.replace('_', ' ')}, {beat.minutes} minutes"


def age_words(age: int, first_on: date) -> str:
    """Return how often an item was carried and since when; '' for a new one."""
    if not age:
        return ""
    times = "once" if age == 1 else f"{age} times"
    return f"carried {times}, since {day_words(first_on)}"


def input_words(name: str, value: Any, *, currency: str, sees_amounts: bool) -> str:
    """Return one fact that decided a rule: "ARR at risk $48 k", "playbook runs: no". Amounts only for who may see."""
    label = LABELS.get(name, title(name))
    if value is None:
        return f"{label}: not known"
    if name in AMOUNTS:
        amount = short_money(Money(Decimal(str(value)), currency)) if sees_amounts else "hidden"
        return f"{label}: {amount}"
    if name in SHARES:
        return f"{label}: {percent_words(float(value))}"
    if isinstance(value, bool):
        return f"{label}: {'yes' if value else 'no'}"
    said = band_words("risk", value)[0] if name == "risk.band" else value
    return f"{label}: {said if isinstance(said, int) else title(str(said)).lower()}"


def inputs_words(inputs: Iterable[tuple[str, Any]], *, currency: str, sees_amounts: bool) -> str:
    """Return the facts that decided a rule; a plain yes is what the rule's name says already."""
    told = (
        input_words(name, value, currency=currency, sees_amounts=sees_amounts)
        for name, value in inputs
        if value is not True
    )
    return ", ".join(told)


def figure_words(value: str | None, unit: str, currency: str) -> str:
    """Return a figure in its unit: "91.4%", "$1.2 M", "84 days"; "not known" for None."""
    if value is None:
        return "not known"
    number = Decimal(value)
    if unit == "share":
        return percent_words(number, digits=1)
    if unit == "money":
        return short_money(Money(number, currency))
    return f"{number:,.0f}{' days' if unit == 'days' else ''}"


def settled_words(settled: int, number: int) -> str:
    """Return how far the agenda is worked down."""
    if not number:
        return "Nothing is on the agenda"
    if settled == number:
        return f"All {count_words(number, 'item')} settled" if number > 1 else "The item is settled"
    return f"{settled} of {count_words(number, 'item')} settled"
