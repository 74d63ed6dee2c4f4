"""The rules that put something on an agenda, read from data: what they look at, when, and what they ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from renewals.core.condition_parse import FactField, FactKind, read_condition
from renewals.core.conditions import Condition
from renewals.core.problems import Problem
from renewals.core.reading import WRONG, Reader


class ReviewKind(StrEnum):
    """What a review is about."""

    AT_RISK = "at_risk"
    FORECAST = "forecast"
    QUARTERLY = "quarterly"


class About(StrEnum):
    """What one item of an agenda is; the order is the order of the agenda."""

    DECISION = "decision"
    FIGURE = "figure"
    RENEWAL = "renewal"
    LOSS = "loss"
    TOPIC = "topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaRule:
    """One rule. `least_amount`: the ARR at risk below which it raises nothing, which a series may set for itself."""

    key: str
    name: str
    about: About
    asks: str
    when: Condition
    least_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRules:
    """The rules of one kind of review; `most` new items stand on an agenda, the weightiest."""

    kind: ReviewKind
    most: int
    rules: tuple[AgendaRule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRules:
    """The rules of every kind under one version."""

    version: int
    kinds: Mapping[ReviewKind, KindRules]

    @property
    def label(self) -> str:
        """Return what is printed beside what these rules decided."""
        return f"review rules v{self.version}"


def _field(kind: FactKind, meaning: str) -> FactField:
    return FactField(kind=kind, meaning=meaning)


_NUMBER, _TEXT, _TRUTH = FactKind.NUMBER, FactKind.TEXT, FactKind.TRUTH

REVIEW_FACTS: Mapping[str, FactField] = {
    "renewal.amount": _field(_NUMBER, "target amount, in the workspace's currency"),
    "renewal.at_risk_amount": _field(_NUMBER, "target amount x chance of loss, in the workspace's currency"),
    "renewal.days_to_due": _field(_NUMBER, "days until the renewal date, negative after it"),
    "renewal.days_to_notice": _field(_NUMBER, "days until the notice deadline, negative after it"),
    "renewal.stage": _field(_TEXT, "stage of the renewal"),
    "renewal.forecast_category": _field(_TEXT, "forecast category"),
    "renewal.is_called": _field(_TRUTH, "whether the owner has called it for the forecast"),
    "renewal.call_days": _field(_NUMBER, "days since its newest call by a person"),
    "renewal.callers_disagree": _field(_TRUTH, "whether two calls for it lie too far apart, by the forecast's rules"),
    "renewal.renew_probability": _field(_NUMBER, "chance of keeping it, 0..1"),
    "playbook.is_open": _field(_TRUTH, "whether a playbook runs for the renewal"),
    "quote.is_out": _field(_TRUTH, "whether a proposal was presented or signed"),
    "risk.band": _field(_TEXT, "risk band: low, elevated, high"),
    "risk.is_known": _field(_TRUTH, "whether the renewal has a risk score"),
    "risk.got_worse": _field(_TRUTH, "whether the risk band is worse than at the review before"),
    "decision.overdue_days": _field(_NUMBER, "days since a decision of this series was due"),
    "figure.is_met": _field(_TRUTH, "whether a figure has reached its target"),
    "loss.review_overdue_days": _field(_NUMBER, "days since the review of a loss was due"),
    "loss.has_findings": _field(_TRUTH, "whether somebody wrote down what was learnt from a loss"),
}


def parse_review_rules(table: Mapping[str, object]) -> tuple[ReviewRules, tuple[Problem, ...]]:
    """Return the rules in a TOML mapping and every problem of reading them."""
    problems: list[Problem] = []
    reader = Reader(table, "reviews", problems)
    version = reader.whole("version", least=1)
    kinds = {kind: _kind(kind, reader.child(kind.value)) for kind in ReviewKind}
    reader.finish()
    return ReviewRules(version=version, kinds=kinds), tuple(problems)


def _kind(kind: ReviewKind, reader: Reader) -> KindRules:
    rules = [_rule(item) for item in reader.children("rules", "rule")]
    read = KindRules(
        kind=kind,
        most=reader.whole("most", default=40, least=1, most=500),
        rules=tuple(rule for rule in rules if rule is not None),
    )
    keys = [rule.key for rule in read.rules]
    if len(keys) > len(set(keys)):
        reader.tell(WRONG, "Two rules share a key.", "Give each rule a key of its own.")
    reader.finish()
    return read


def _rule(reader: Reader) -> AgendaRule | None:
    key, name, asks = (reader.text(field, longest=size) for field, size in (("key", 40), ("name", 120), ("asks", 200)))
    about = reader.choice("about", About)
    when = read_condition(reader, "when", facts=REVIEW_FACTS)
    least = reader.number("least_amount") if reader.has("least_amount") else None
    reader.finish()
    if about is None or when is None:
        reader.tell(WRONG, f"Rule '{key}' says not what it is about, or when.", "Give it 'about' and 'when'.")
        return None
    return AgendaRule(key=key, name=name, about=about, asks=asks, when=when, least_amount=least)
