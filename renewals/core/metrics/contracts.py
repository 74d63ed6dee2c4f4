"""What a metric promises: name, formula, denominator, which rows, grace, rates, version, and its other denominators.

The contracts are data in library/metrics.toml; this module reads them and refuses a word it does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from renewals.core.errors import InvalidInput
from renewals.core.metrics.parts import ACCOUNT_PARTS, COUNTS, DAYS, RENEWAL_PARTS

ROW_WORDS = ("rows_in", "rows_out", "grace")


class Unit(StrEnum):
    """What a figure is measured in."""

    SHARE = "share"
    MONEY = "money"
    COUNT = "count"
    DAYS = "days"


class RowSet(StrEnum):
    """Which rows take part."""

    ACCOUNTS = "accounts"
    ACCOUNTS_DUE = "accounts_due"
    ACCOUNTS_ELIGIBLE = "accounts_eligible"
    RENEWALS_DUE = "renewals_due"
    RENEWALS_CLOSED = "renewals_closed"

    @property
    def is_of_accounts(self) -> bool:
        """Answer whether the rows are movements of accounts; else they are renewals."""
        return self.value.startswith("accounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to reckon a metric; `denominator` empty: a sum. The first way of a contract is its headline."""

    key: str
    name: str
    formula: str
    of: str
    unit: Unit
    rows: RowSet
    numerator: str
    denominator: str = ""
    rows_in: str = ""
    rows_out: str = ""
    grace: str = ""

    @property
    def is_middle(self) -> bool:
        """Answer whether the figure is the middle one of its rows and no sum."""
        return self.unit is Unit.DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricContract:
    """A metric and what it promises, in words a person can check. `term` is its key in the glossary.

    `better` is up or down.
    """

    key: str
    term: str
    name: str
    spelled_out: str
    version: int
    better: str
    rates: str
    ways: tuple[Way, ...]

    @property
    def headline(self) -> Way:
        """Return the way it is reckoned unless another one is asked for."""
        return self.ways[0]

    def way(self, key: str = "") -> Way:
        """Return a way to reckon it, the headline for an empty key; raises InvalidInput."""
        found = next((each for each in self.ways if each.key == key), None) if key else self.headline
        if found is None:
            known = ", ".join(each.key for each in self.ways)
            raise InvalidInput(f"{self.name} is not reckoned by '{key}'.", remedy=f"Known: {known}.")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricBook:
    """All contracts in their order, and how many days late a renewal may come without a break."""

    grace_days: int
    metrics: tuple[MetricContract, ...]

    def metric(self, key: str) -> MetricContract:
        """Return a contract by its key; raises InvalidInput."""
        found = next((each for each in self.metrics if each.key == key), None)
        if found is None:
            raise InvalidInput(f"There is no metric '{key}'.", remedy=f"Known: {', '.join(self.keys)}.")
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys in order."""
        return tuple(each.key for each in self.metrics)


def read_metrics(document: Mapping[str, Any]) -> MetricBook:
    """Return the contracts of the file; raises InvalidInput for a part it does not know or a key that stands twice."""
    grace_days = int(document["grace_days"])
    common = {name: str(text).format(grace=grace_days) for name, text in document["common"].items()}
    metrics = tuple(_contract(row, common) for row in document["metrics"])
    keys = [metric.key for metric in metrics]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise InvalidInput(f"The metric {twice[0]} is defined twice.")
    return MetricBook(grace_days=grace_days, metrics=metrics)


def _contract(row: Mapping[str, Any], common: Mapping[str, str]) -> MetricContract:
    headline = row["ways"][0]["rows"]
    own = {name: str(row[name]) for name in ROW_WORDS if name in row}
    return MetricContract(
        key=row["key"],
        term=str(row["term"]),
        name=row["name"],
        spelled_out=row.get("spelled_out", ""),
        version=int(row["version"]),
        better=row["better"],
        rates=common["rates"],
        ways=tuple(_way(each | (own if each["rows"] == headline else {}), row["key"], common) for each in row["ways"]),
    )


def _way(row: Mapping[str, Any], metric: str, common: Mapping[str, str]) -> Way:
    rows = RowSet(row["rows"])
    kind = "accounts" if rows.is_of_accounts else "renewals"
    said = {name: common[f"{kind}_{name}"] for name in ROW_WORDS}
    made = Way(**{**said, **row, "unit": Unit(row["unit"]), "rows": rows})
    known = set(ACCOUNT_PARTS) if made.rows.is_of_accounts else set(RENEWAL_PARTS)
    if made.is_middle:
        known = set(DAYS)
    if unknown := {made.numerator, made.denominator} - known - {""}:
        raise InvalidInput(f"The metric {metric} speaks of '{unknown.pop()}', which no row has.")
    return made


def unit_of(part: str) -> Unit:
    """Return what a part is measured in."""
    return Unit.COUNT if part in COUNTS else Unit.DAYS if part in DAYS else Unit.MONEY
