"""What a version was judged from as a plain table, and back, exactly: numbers are text and say what they are."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from offers.core.judging import Basis
from offers.core.pricing import AgreedPrice, LineFacts, PriceRule
from offers.core.pricing.facts import Method
from renewals.core.money import DatedRate, Money, RateTable

Plain = dict[str, Any]


def plain_basis(basis: Basis) -> Plain:
    """Return a basis as a plain table, with those of its rates that can matter."""
    return {
        "currency": basis.currency,
        "home_currency": basis.home_currency,
        "on": basis.on.isoformat(),
        "role": basis.role,
        "lines": [_plain_record(line) for line in basis.lines],
        "agreed": _plain_record(basis.agreed),
        "facts": {name: _tagged(value) for name, value in sorted(basis.facts.items())},
        "rules": {key: _plain_record(rule) for key, rule in sorted(basis.rules.items())},
        "rate_base": basis.rates.base,
        "rates": _plain_rates(basis),
    }


def read_basis(table: Mapping[str, Any]) -> Basis:
    """Return the basis of a plain table."""
    return Basis(
        currency=table["currency"],
        home_currency=table["home_currency"],
        on=date.fromisoformat(table["on"]),
        role=table["role"],
        lines=tuple(LineFacts(**_read_record(row)) for row in table["lines"]),
        agreed=AgreedPrice(**_read_record(table["agreed"])),
        facts={name: _untagged(value) for name, value in table["facts"].items()},
        rules={key: _read_rule(row) for key, row in table["rules"].items()},
        rates=RateTable(base=table["rate_base"], rates=_read_rates(table["rates"])),
    )


def _plain_rates(basis: Basis) -> list[list[str]]:
    """The newest rate of the day of each pair that leads between the currencies of the basis."""
    wanted = {basis.currency, basis.home_currency, basis.rates.base, *(line.currency for line in basis.lines)}
    found = []
    for (source, target), rates in sorted(basis.rates.rates.items()):
        known = [rate for rate in rates if rate.rate_on <= basis.on]
        if known and {source, target} <= wanted:
            newest = max(known, key=lambda rate: rate.rate_on)
            found.append([source, target, newest.rate_on.isoformat(), str(newest.rate)])
    return found


def _read_rates(rows: list[list[str]]) -> dict[tuple[str, str], tuple[DatedRate, ...]]:
    return {
        (source, target): (DatedRate(rate_on=date.fromisoformat(day), rate=Decimal(rate)),)
        for source, target, day, rate in rows
    }


def _plain_record(record: Any) -> Plain:
    return {each.name: _tagged(getattr(record, each.name)) for each in fields(record)}


def _read_record(table: Mapping[str, Any]) -> Plain:
    return {name: _untagged(value) for name, value in table.items()}


def _read_rule(table: Mapping[str, Any]) -> PriceRule:
    read = _read_record(table)
    return PriceRule(**{**read, "method": Method(read["method"])})


def _tagged(value: Any) -> Any:
    """Text, whole numbers and truths stand for themselves; what JSON would bend is named."""
    match value:
        case Money():
            return {"money": [str(value.amount), value.currency]}
        case Decimal():
            return {"decimal": str(value)}
        case date():
            return {"date": value.isoformat()}
        case tuple():
            return {"texts": list(value)}
        case _:
            return value


def _untagged(value: Any) -> Any:
    match value:
        case {"money": [amount, currency]}:
            return Money(Decimal(amount), currency)
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"texts": [*words]}:
            return tuple(words)
        case _:
            return value
