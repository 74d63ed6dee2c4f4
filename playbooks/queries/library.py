"""The shipped playbooks, message templates, selection rules and queue weights, read from the files of this version."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from playbooks import library
from playbooks.core.at_risk import AtRiskRules, parse_at_risk
from playbooks.core.budget import TouchLimits
from playbooks.core.indicators import IndicatorRules, parse_indicators
from playbooks.core.queue_weights import QueueWeights, parse_weights
from playbooks.core.reactions import ReactionKind
from playbooks.core.reviews.rules import ReviewRules, parse_review_rules
from playbooks.core.selection import SelectionRules, parse_selection
from renewals.core.errors import InvalidInput
from renewals.core.problems import Problem

FOLDER = Path(library.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedPlaybook:
    """One shipped definition and the templates its steps name, as plain tables ready to be published."""

    key: str
    name: str
    table: Mapping[str, Any]
    templates: tuple[Mapping[str, Any], ...]


@lru_cache(maxsize=1)
def shipped_playbooks() -> tuple[ShippedPlaybook, ...]:
    """Return the shipped playbooks by key, each with the templates it uses."""
    templates = shipped_templates()
    found = []
    for path in sorted((FOLDER / "playbooks").glob("*.toml")):
        table = _read(path)
        used = dict.fromkeys(step["template"] for step in table.get("steps", []) if step.get("template"))
        found.append(
            ShippedPlaybook(
                key=table["key"],
                name=table["name"],
                table=table,
                templates=tuple(templates[name] for name in used if name in templates),
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def shipped_proposal_playbooks() -> Mapping[str, ShippedPlaybook]:
    """Return by key the playbooks that bring a proposal to an account; one is published when it is first used."""
    found = {}
    for path in sorted((FOLDER / "proposals").glob("*.toml")):
        table = _read(path)
        templates = tuple(table.pop("templates"))
        found[table["key"]] = ShippedPlaybook(key=table["key"], name=table["name"], table=table, templates=templates)
    return found


@lru_cache(maxsize=1)
def shipped_templates() -> Mapping[str, Mapping[str, Any]]:
    """Return the shipped message templates by key; a file holds one, or a list of them."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((FOLDER / "messages").glob("*.toml")):
        table = _read(path)
        for template in table.get("templates", [table]):
            found[template["key"]] = template
    return found


@lru_cache(maxsize=1)
def selection_rules() -> SelectionRules:
    """Return the rules that give a renewal its playbook. Raises InvalidInput if the shipped file is broken."""
    keys = frozenset(item.key for item in shipped_playbooks())
    rules, problems = parse_selection(selection_table(), playbook_keys=keys)
    _refuse(problems, "selection.toml")
    return rules


def selection_table() -> Mapping[str, Any]:
    """Return the shipped selection order as a plain table."""
    return _read(FOLDER / "selection.toml")


@lru_cache(maxsize=1)
def queue_weights() -> QueueWeights:
    """Return the numbers of the queue. Raises InvalidInput if the shipped file is broken."""
    weights, problems = parse_weights(_read(FOLDER / "queue.toml"))
    _refuse(problems, "queue.toml")
    return weights


@lru_cache(maxsize=1)
def review_rules() -> ReviewRules:
    """Return what brings something onto the agenda of a review. Raises InvalidInput if the shipped file is broken."""
    rules, problems = parse_review_rules(_read(FOLDER / "reviews.toml"))
    _refuse(problems, "reviews.toml")
    return rules


@lru_cache(maxsize=1)
def at_risk_rules() -> AtRiskRules:
    """Return what reasons of a risk are about. Raises InvalidInput if the shipped file is broken."""
    rules, problems = parse_at_risk(_read(FOLDER / "at_risk.toml"))
    _refuse(problems, "at_risk.toml")
    return rules


@lru_cache(maxsize=1)
def indicator_rules() -> IndicatorRules:
    """Return the numbers of the indicators. Raises InvalidInput if the shipped file is broken."""
    rules, problems = parse_indicators(_read(FOLDER / "indicators.toml"))
    _refuse(problems, "indicators.toml")
    return rules


@lru_cache(maxsize=1)
def touch_budget() -> TouchLimits:
    """Return the shipped budget of an account, in force until a workspace sets its own."""
    table = _read(FOLDER / "budget.toml")
    return TouchLimits(max_touches=table["max_touches"], per_days=table["per_days"], min_gap_days=table["min_gap_days"])


@lru_cache(maxsize=1)
def reaction_of_signals() -> Mapping[str, ReactionKind]:
    """Return by kind of signal which reaction of the account it is."""
    rows = _read(FOLDER / "reactions.toml")["signals"]
    return {row["kind"]: ReactionKind(row["reaction"]) for row in rows}


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)


def _refuse(problems: tuple[Problem, ...], where: str) -> None:
    errors = [problem.what for problem in problems if problem.is_error]
    if errors:
        raise InvalidInput("; ".join(errors), where=where)
