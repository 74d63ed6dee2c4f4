"""What puts a renewal at risk and whether that can be acted on: the rules as data, and one reason for one renewal.

Decides no chance of loss and no amount: both come from the scores and the contract.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from renewals.core.problems import Problem
from renewals.core.reading import UNKNOWN, Reader

HEALTH = "health"
MEASURE = "measure."
TOGETHER = " (together)"
LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRiskRules:
    """Which reasons belong to which family, which families can be acted on, and which bands count as at risk."""

    version: int
    swing_bands: frozenset[str]
    families: Mapping[str, bool]
    reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MainReason:
    """The reason that weighs most; `key` is "" and `is_actionable` None when nothing raises the risk."""

    key: str
    is_actionable: bool | None


NOTHING = MainReason(key="", is_actionable=None)


def main_reason(
    rules: AtRiskRules, *, risk: Sequence[Mapping[str, Any]], health: Sequence[Mapping[str, Any]]
) -> MainReason:
    """Return what raises the risk most, from the kept reasons of the risk and of the health of the account.

    Effects of a risk count against us when positive, those of health when negative. NOTHING where no reason does.
    """
    key = _strongest(risk, sign=1)
    if key == HEALTH:
        key = _strongest(health, sign=-1) or HEALTH
    if not key:
        return NOTHING
    name = reason_key(rules, key)
    return MainReason(key=name, is_actionable=is_actionable(rules, name))


def reason_key(rules: AtRiskRules, key: str) -> str:
    """Return the key under which a reason is added up: its measure where that is known, else its family or itself."""
    plain = key.removesuffix(TOGETHER)
    measure = plain.removeprefix(MEASURE)
    if measure in rules.reasons:
        return measure
    family = plain.partition(".")[0]
    return family if family in rules.families else plain[:LONGEST]


def is_actionable(rules: AtRiskRules, key: str) -> bool:
    """Answer whether the team can do something about a reason; no for one of no known family."""
    return rules.families.get(rules.reasons.get(key, key), False)


def is_swing(rules: AtRiskRules, found: MainReason, *, band: str, due_on: date, today: date) -> bool:
    """Answer whether the renewal can still be saved: at risk, for a reason that can be acted on, not past its date."""
    return bool(found.is_actionable) and band in rules.swing_bands and due_on >= today


def parse_at_risk(table: Mapping[str, object]) -> tuple[AtRiskRules, tuple[Problem, ...]]:
    """Return the rules in a TOML mapping and every problem of reading them."""
    problems: list[Problem] = []
    reader = Reader(table, "at_risk", problems)
    families, reasons = reader.child("families"), reader.child("reasons")
    rules = AtRiskRules(
        version=reader.whole("version", least=1),
        swing_bands=frozenset(reader.texts("swing_bands")),
        families={name: families.truth(name, default=False) for name in families.table},
        reasons={name: reasons.text(name) for name in reasons.table},
    )
    reader.finish()
    strangers = sorted(set(rules.reasons.values()) - set(rules.families))
    if strangers:
        reader.tell(
            UNKNOWN, f"No family is called {', '.join(strangers)}.", "Name it under [families].", name="reasons"
        )
    return rules, tuple(problems)


def _strongest(reasons: Sequence[Mapping[str, Any]], *, sign: int) -> str:
    """Return the key of the largest effect of this sign; of equal ones the first by name."""
    found = [(-sign * float(item.get("effect") or 0.0), str(item["key"])) for item in reasons]
    against = sorted(each for each in found if each[0] < 0)
    return against[0][1] if against else ""
