"""The numbers of the rules by which offers are weighed, as a form has them: each with its place in the table."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from dashboards.core.offers.rules import Place, typed_number
from dashboards.core.offers.words import CAPABILITIES
from dashboards.core.wording import title

PLAIN = {
    "years": "Years that count",
    "discount_rate": "A year's discount on later money (0.1 is 10 %)",
    "task_cost": "Cost of a task",
    "holdout_percent": "Accounts held out, in %",
    "enough_outcomes": "Outcomes that make an effect known",
    "segment_sd": "How much segments differ (log-odds)",
}
RELIEF = {"effect": "A lower price: effect (log-odds)", "sd": "A lower price: how unsure"}
GUESS = {"effect": "effect (log-odds)", "sd": "how unsure", "tasks": "tasks it takes"}


def choice_numbers(rules: Mapping[str, Any], *, currency: str = "") -> tuple[Place, ...]:
    """Return the numbers of the rules with the names of their inputs; amounts are in `currency`."""
    unit = {"task_cost": f", in {currency}"} if currency else {}
    found = [(name, f"{words}{unit.get(name, '')}", rules.get(name)) for name, words in PLAIN.items()]
    relief = rules.get("price_relief", {})
    found += [(f"price_relief:{name}", words, relief.get(name)) for name, words in RELIEF.items()]
    for key, guess in rules.get("capabilities", {}).items():
        name = CAPABILITIES.get(key, title(key))
        found += [(f"capabilities:{key}:{each}", f"{name}: {words}", guess.get(each)) for each, words in GUESS.items()]
    for at, bound in enumerate(rules.get("most_discount", ())):
        words = f"Most below the policy price: {_who(bound)}, in %"
        found.append((f"most_discount:{at}:percent", words, bound.get("percent")))
    return tuple(found)


def guesses(rules: Mapping[str, Any]) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Return what an offer can do with what it is thought to bring: effect, how unsure, tasks; None for no tasks."""
    found = [("A lower price", rules.get("price_relief", {}))]
    found += [(CAPABILITIES.get(key, title(key)), guess) for key, guess in rules.get("capabilities", {}).items()]
    return tuple((words, tuple(guess.get(each) for each in GUESS)) for words, guess in found)


def plain_numbers(rules: Mapping[str, Any], *, currency: str) -> tuple[Place, ...]:
    """Return the numbers that stand alone: all but what an offer can do."""
    every = choice_numbers(rules, currency=currency)
    return tuple(each for each in every if not each[0].startswith(("capabilities:", "price_relief:")))


def with_choice_numbers(rules: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules with the numbers that were typed; what is no number is kept as it was typed, to be told."""
    made = deepcopy(dict(rules))
    for name, _, _ in choice_numbers(rules):
        if name not in typed:
            continue
        *way, last = name.split(":")
        table: Any = made
        for step in way:
            table = table[int(step)] if isinstance(table, list) else table[step]
        table[last] = typed_number(typed[name])
    return made


def _who(bound: Mapping[str, Any]) -> str:
    role, segment = bound.get("role"), bound.get("segment")
    return f"{title(role) if role else 'anybody'} to {title(segment).lower() if segment else 'any segment'}"
