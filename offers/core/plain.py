"""Wishes, prices and verdicts as plain tables, the form in which a version keeps them; read back exactly."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from offers.core.errors import PriceNotPossible
from offers.core.policy.verdict import Baseline, Finding, Outcome, Verdict
from offers.core.pricing.facts import AddedLine, Wish
from offers.core.pricing.lines import LinePrice, PriceStep
from offers.core.pricing.proposal import Price
from renewals.core.money import Money

Plain = dict[str, Any]


def plain_wish(wish: Wish) -> Plain:
    """Return a wish as a plain table; numbers stand in it as text, so that none loses a digit."""
    return {
        "term_months": wish.term_months,
        "payment_days": wish.payment_days,
        "discount_percent": str(wish.discount_percent),
        "line_discounts": {key: str(value) for key, value in sorted(wish.line_discounts.items())},
        "asked": {key: str(value) for key, value in sorted(wish.asked.items())},
        "units": {key: str(value) for key, value in sorted(wish.units.items())},
        **_shape(wish),
    }


def _shape(wish: Wish) -> Plain:
    """What a wish changes beside prices; left out where it changes nothing, as in the versions of before."""
    quantities = {key: str(value) for key, value in sorted(wish.quantities.items())}
    added = [
        {**{name: getattr(line, name) for name in ("key", "name", "product")}, **_numbers_of(line)}
        for line in wish.added
    ]
    ramp = {"ramp_percent": str(wish.ramp_percent)} if wish.ramp_percent else {}
    return {**({"quantities": quantities} if quantities else {}), **({"added": added} if added else {}), **ramp}


def _numbers_of(line: AddedLine) -> Plain:
    return {"quantity": str(line.quantity), "list_amount": str(line.list_amount)}


def read_wish(table: Mapping[str, Any]) -> Wish:
    """Return the wish of a plain table; raises PriceNotPossible."""
    try:
        return Wish(
            term_months=int(table.get("term_months", 12)),
            payment_days=int(table.get("payment_days", 30)),
            discount_percent=Decimal(str(table.get("discount_percent", "0"))),
            line_discounts=_numbers(table.get("line_discounts", {})),
            asked=_numbers(table.get("asked", {})),
            units=_numbers(table.get("units", {})),
            quantities=_numbers(table.get("quantities", {})),
            added=tuple(_read_added(row) for row in table.get("added", ())),
            ramp_percent=Decimal(str(table.get("ramp_percent", "0"))),
        )
    except (InvalidOperation, ValueError, TypeError, KeyError) as error:
        raise PriceNotPossible("A number of this proposal cannot be read.") from error


def plain_price(price: Price) -> Plain:
    """Return a price with its explanation as a plain table."""
    return {
        "currency": price.currency,
        "term_months": price.term_months,
        "payment_days": price.payment_days,
        **{name: _amount(getattr(price, name)) for name in ("list_price", "prior", "gross", "net", "policy", "tcv")},
        "given": _amount(price.given),
        **_ramp(price),
        "lines": [_line(line) for line in price.lines],
    }


def plain_verdict(verdict: Verdict) -> Plain:
    """Return a verdict with its findings as a plain table."""
    return {
        "outcome": verdict.outcome.value,
        "level": verdict.level,
        "policy": verdict.policy_number,
        "findings": [_finding(each) for each in verdict.findings],
    }


def plain_baseline(values: Baseline) -> Plain:
    """Return governed values as exact fractions in text, None for unknown."""
    return {key: None if value is None else str(value) for key, value in sorted(values.items())}


def read_baseline(table: Mapping[str, str | None]) -> Baseline:
    """Return the governed values of a plain table."""
    return {key: None if value is None else Fraction(value) for key, value in table.items()}


def _numbers(table: Mapping[str, Any]) -> dict[str, Decimal]:
    return {str(key): Decimal(str(value)) for key, value in table.items()}


def _read_added(row: Mapping[str, Any]) -> AddedLine:
    return AddedLine(
        key=str(row["key"]),
        name=str(row["name"]),
        product=str(row.get("product", "")),
        quantity=Decimal(str(row["quantity"])),
        list_amount=Decimal(str(row["list_amount"])),
    )


def _ramp(price: Price) -> Plain:
    if not price.ramp_percent:
        return {}
    return {"ramp_percent": f"{price.ramp_percent:f}", "years": [_amount(year) for year in price.years]}


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:f}"


def _line(line: LinePrice) -> Plain:
    return {
        "key": line.key,
        "name": line.name,
        "product": line.product,
        "currency": line.net.currency,
        "quantity": f"{line.quantity.normalize():f}",
        "rule": line.rule,
        "percent": None if line.percent is None else f"{line.percent:f}",
        **{name: _amount(getattr(line, name)) for name in ("list_price", "prior", "gross", "net", "policy", "cap")},
        "steps": [_step(step) for step in line.steps],
    }


def _step(step: PriceStep) -> Plain:
    return {
        "code": step.code,
        "amount": _amount(step.amount),
        "currency": step.amount.currency,
        "number": None if step.number is None else f"{step.number:f}",
        "source": step.source,
    }


def _finding(finding: Finding) -> Plain:
    return {
        "key": finding.key,
        "code": finding.code,
        "limit": finding.limit,
        "measure": finding.measure,
        "kind": finding.kind,
        "line": finding.line,
        "value": None if finding.value is None else str(finding.value),
        "free": str(finding.free),
        "severity": finding.severity,
        "why": finding.why,
    }


def read_verdict(table: Mapping[str, Any]) -> Verdict:
    """Return the verdict of a plain table."""
    return Verdict(
        outcome=Outcome(table["outcome"]),
        level=table["level"],
        policy_number=table["policy"],
        findings=tuple(_read_finding(row) for row in table["findings"]),
    )


def _read_finding(row: Mapping[str, Any]) -> Finding:
    value = row["value"]
    return Finding(**{**row, "value": None if value is None else Fraction(value), "free": Fraction(row["free"])})
