"""The words of scorecards: kinds of accounts, kinds of signals, predicates of playbooks, numbers without noise."""

from datetime import date
from decimal import Decimal

from dashboards.core.dates import day_words
from dashboards.core.wording import band_words, title
from renewals.core.conditions import Answer, Evidence, FactValue, Op, Predicate
from signals.core.editing.inheritance import Place

SIGNS = {
    Op.EQ: "is",
    Op.NE: "is not",
    Op.LT: "below",
    Op.LE: "at most",
    Op.GT: "above",
    Op.GE: "at least",
    Op.IN: "is one of",
    Op.NOT_IN: "is none of",
}
FACTS = {
    "health.score": "health",
    "health.band": "health",
    "health.coverage": "share of health that is known",
    "risk.score": "risk",
    "risk.band": "risk",
    "risk.loss_probability": "chance of losing it",
    "risk.renew_probability": "chance of keeping it",
}
COMPLEXITIES = ("low", "medium", "high")


def place_words(place: Place) -> str:
    """Return a kind of account in words: "All accounts", "Small", "Small, low complexity"."""
    parts = [title(place.segment)] if place.segment else []
    parts += [f"{place.complexity} complexity"] if place.complexity else []
    words = ", ".join(parts)
    return words[:1].upper() + words[1:] if words else "All accounts"


def number_words(value: float) -> str:
    """Return a number of a rule without noise: 0.15, 84, 0.06."""
    return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", "−")


def kind_words(kind: str) -> str:
    """Return a kind of signal in words: "usage.active_users" is "active users", "usage.*" "any other usage"."""
    family, _, name = kind.partition(".")
    if name == "*":
        return f"any other {family}"
    words = title(name)
    return words if words.isupper() else words.lower()


def predicate_words(predicate: Predicate, *, is_negated: bool = False) -> str:
    """Return what a playbook asks of a score: "risk at least 60"."""
    name = FACTS.get(predicate.field, predicate.field.replace(".", " "))
    if predicate.op is Op.KNOWN:
        words = f"{name} is {'known' if predicate.value else 'not known'}"
    else:
        words = f"{name} {SIGNS[predicate.op]} {_value(predicate.field, predicate.value)}"
    return f"not ({words})" if is_negated else words


def evidence_words(item: Evidence) -> str:
    """Return what a predicate found as a plain fact: "health 71 is not below 40", "segment is Small, not Strategic"."""
    name = FACTS.get(item.field, item.field.rpartition(".")[2].replace("_", " "))
    if item.found is None:
        return f"{name} is not known"
    found, expected = _fact(item.field, item.found), _fact(item.field, item.expected)
    if item.op is Op.KNOWN:
        return f"{name} is known"
    if item.answer is Answer.UNKNOWN:
        return f"{name} {found} cannot be compared with {expected}"
    if item.op in (Op.LT, Op.LE, Op.GT, Op.GE):
        return f"{name} {found} is {'' if item.answer is Answer.YES else 'not '}{SIGNS[item.op]} {expected}"
    is_same = (item.op in (Op.EQ, Op.IN)) == (item.answer is Answer.YES)
    return f"{name} is {found}" if is_same else f"{name} is {found}, not {expected}"


def _fact(field: str, value: FactValue) -> str:
    if isinstance(value, tuple):
        return " or ".join(_fact(field, each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return number_words(float(value))
    if isinstance(value, date):
        return day_words(value)
    return band_words(field.partition(".")[0], str(value))[0] if field.endswith(".band") else title(str(value))


def _value(field: str, value: FactValue) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value(field, each) for each in value)
    if field.endswith(".band"):
        return band_words(field.partition(".")[0], str(value))[0].lower()
    return number_words(float(value)) if isinstance(value, int | float) else str(value)
