"""A kept price and verdict as parts of a page: reasons, explained lines, figures. Computes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.core.money import money_words
from dashboards.core.offers.words import (
    FINDINGS,
    MEASURES,
    OUTCOMES,
    SOURCES,
    STEPS,
    number_words,
    rule_words,
    unit_words,
    value_words,
)
from dashboards.core.parts import Reason
from offers.core.policy import REFUSED
from renewals.core.money import Money

SHOWN_FREE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A line with its price and how it came about."""

    name: str
    net: str
    rule: str
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceShown:
    """A price with its verdict in finished words; `figures` are (name, amount) pairs."""

    outcome: str
    state: str
    who: str
    policy: str
    figures: tuple[tuple[str, str], ...]
    lines: tuple[LineShown, ...]
    reasons: tuple[Reason, ...]
    within: tuple[Reason, ...]


def price_shown(price: Mapping[str, Any], verdict: Mapping[str, Any], *, level: str, currency: str) -> PriceShown:
    """Return a kept price for a page; `level` is the name of the level asked, `currency` that of the workspace."""
    words, state = OUTCOMES[verdict["outcome"]]
    lines = {line["key"]: line["name"] for line in price["lines"]}
    found = [(each, finding_reason(each, lines, price["currency"], currency)) for each in verdict["findings"]]
    return PriceShown(
        outcome=words,
        state=state,
        who=f"Asked of: {level}" if level else "",
        policy=f"Policy {verdict['policy']}",
        figures=_figures(price),
        lines=tuple(_line(line) for line in price["lines"]),
        reasons=tuple(reason for each, reason in found if each["severity"] > 0),
        within=tuple(reason for each, reason in found if each["severity"] == 0)[:SHOWN_FREE],
    )


def _figures(price: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    names = (
        ("Proposed price", "net"),
        ("Policy price", "policy"),
        ("Given away", "given"),
        ("Price of the ending term", "prior"),
        ("List price", "list_price"),
        ("Value of the term", "tcv"),
    )
    known = tuple((words, _amount(price[name], price["currency"])) for words, name in names)
    return (
        *known,
        ("Term", unit_words(price["term_months"], "months")),
        ("To be paid within", unit_words(price["payment_days"], "days")),
    )


def _line(line: Mapping[str, Any]) -> LineShown:
    return LineShown(
        name=line["name"],
        net=_amount(line["net"], line["currency"]),
        rule=rule_words(line["rule"]),
        steps=tuple((_step(step), _amount(step["amount"], step["currency"])) for step in line["steps"]),
    )


def _step(step: Mapping[str, Any]) -> str:
    number = "" if step["number"] is None else number_words(step["number"])
    words = STEPS.get(step["code"], str(step["code"]).replace("_", " "))
    return words.format(number=number, source=SOURCES.get(step["source"], step["source"])).rstrip(", ")


def finding_reason(row: Mapping[str, Any], lines: Mapping[str, str], currency: str, home: str) -> Reason:
    """Return what a limit found, in a sentence; `lines` are names by key, `home` is the workspace's currency."""
    is_cap = row["code"] == "above_cap"
    measure = "below_policy_amount" if is_cap else row["measure"]
    name = lines.get(row["line"], row["line"])
    text = FINDINGS[row["code"]].format(
        measure=MEASURES.get(row["measure"], row["measure"]),
        line=f" of {name}" if row["line"] else "",
        value=value_words(measure, row["value"], currency=currency if is_cap else home),
        free=value_words(measure, row["free"], currency=currency if is_cap else home),
    )
    state = "good" if row["severity"] == 0 else "bad" if row["severity"] >= REFUSED else "watch"
    return Reason(text=text, state=state, note=row["why"])


def _amount(text: str | None, currency: str) -> str:
    return "Not known" if text is None else money_words(Money(Decimal(text), currency))
