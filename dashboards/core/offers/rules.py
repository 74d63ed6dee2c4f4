"""A policy and an offer in words, what differs between two of them, and the numbers of a policy as a form has them."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboards.core.offers.words import MEASURES, UNITS, limit_value_words
from dashboards.core.parts import Difference

LARGEST = 10**15
Place = tuple[str, str, Any]
"""Name of the input, its label, its value."""


def limit_words(limit: Mapping[str, Any], levels: Mapping[str, str], *, currency: str) -> str:
    """Return a limit in one sentence: what is free, and who allows what lies beyond; `currency` is the workspace's."""
    measure = str(limit.get("measure"))
    reach = "from" if limit.get("kind") == "floor" else "up to"
    free = str(limit.get("free", 0))
    is_nothing = reach == "up to" and Decimal(free) == 0
    parts = ["nothing is free" if is_nothing else f"free {reach} {limit_value_words(measure, free, currency=currency)}"]
    for each in limit.get("thresholds", ()):
        level = levels.get(each.get("level"), each.get("level"))
        is_last = "up_to" not in each
        end = "" if is_last else limit_value_words(measure, each["up_to"], currency=currency)
        parts.append(f"{level} without end" if is_last else f"{level} {reach} {end}")
    last = limit.get("thresholds", ())[-1:] or [{"up_to": 0}]
    return "; ".join([*parts, *(["beyond that refused"] if "up_to" in last[0] else [])])


def measure_words(limit: Mapping[str, Any]) -> str:
    """Return what a limit looks at, and whether each line or the whole."""
    words = MEASURES.get(str(limit.get("measure")), str(limit.get("measure")))
    return f"{words}, each line" if limit.get("scope") == "line" else words


def numbers_of(policy: Mapping[str, Any], *, currency: str = "") -> tuple[Place, ...]:
    """Return the numbers of a policy with the names of their inputs, in its order; amounts are in `currency`."""
    found: list[Place] = []
    for name, label in (("uplift_percent", "Price uplift in %"), ("cpi_percent", "Price index in %")):
        if name in policy.get("defaults", {}):
            found.append((f"defaults:{name}", label, policy["defaults"][name]))
    levels = {each.get("key"): each.get("name") for each in policy.get("levels", ())}
    for at, limit in enumerate(policy.get("limits", ())):
        title = str(limit.get("key", at)).replace("_", " ").capitalize()
        unit = _unit(limit, currency)
        found.append((f"limits:{at}:free", f"{title}: free{unit}", limit.get("free")))
        for place, each in enumerate(limit.get("thresholds", ())):
            if "up_to" in each:
                level, reach = each.get("level"), "from" if limit.get("kind") == "floor" else "up to"
                label = f"{title}: {levels.get(level) or level} {reach}{unit}"
                found.append((f"limits:{at}:{place}", label, each["up_to"]))
    return tuple(found)


def _unit(limit: Mapping[str, Any], currency: str) -> str:
    """Return the unit behind a label: in %, months, days, or the workspace's currency."""
    measure = str(limit.get("measure"))
    unit = currency if measure == "below_policy_amount" else UNITS.get(measure, "")
    return f", in {unit}" if unit else ""


def with_numbers(policy: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the policy with the numbers that were typed; what is no number is kept as it was typed, to be told."""
    made = deepcopy(dict(policy))
    for name, _, _ in numbers_of(policy):
        if name not in typed:
            continue
        value, parts = typed_number(typed[name]), name.split(":")
        if parts[0] == "defaults":
            made["defaults"][parts[1]] = value
        elif parts[2] == "free":
            made["limits"][int(parts[1])]["free"] = value
        else:
            made["limits"][int(parts[1])]["thresholds"][int(parts[2])]["up_to"] = value
    return made


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what differs between two contents, place by place; everything is new against None."""
    old, new = dict(_leaves(before or {})), dict(_leaves(after))
    places = [*old, *(place for place in new if place not in old)]
    return tuple(
        Difference(field=place, before=str(old.get(place, "")), after=str(new.get(place, "")))
        for place in places
        if old.get(place) != new.get(place)
    )


def typed_number(text: str) -> int | float | str:
    """Return a number as it was typed, with a comma or a point; what is none stays as it was typed."""
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number) > LARGEST:
        return text
    return int(number) if number == number.to_integral_value() else float(number)


def _leaves(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(each, f"{place} › {name}" if place else str(name))
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for at, each in enumerate(value, start=1):
            yield from _leaves(each, f"{place} › {each.get('key', at)}")
    else:
        yield place, value
