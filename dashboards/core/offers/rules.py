"""A policy and an offer in words, what differs between two of them, and the numbers of a policy as a form has them."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboards.core.offers.words import MEASURES, UNITS, number_words
from dashboards.core.parts import Difference

Place = tuple[str, str, Any]
"""Name of the input, its label, its value."""


def limit_words(limit: Mapping[str, Any], levels: Mapping[str, str]) -> str:
    """Return a limit in one sentence: what is free, and who allows what lies beyond."""
    unit = UNITS.get(str(limit.get("measure")), "")
    reach = "from" if limit.get("kind") == "floor" else "up to"
    free = str(limit.get("free", 0))
    is_nothing = reach == "up to" and Decimal(free) == 0
    parts = ["nothing is free" if is_nothing else f"free {reach} {number_words(free)} {unit}".strip()]
    for each in limit.get("thresholds", ()):
        level = levels.get(each.get("level"), each.get("level"))
        end = f"{reach} {number_words(str(each['up_to']))} {unit}".strip() if "up_to" in each else "without end"
        parts.append(f"{level} {end}")
    last = limit.get("thresholds", ())[-1:] or [{"up_to": 0}]
    return "; ".join([*parts, *(["beyond that refused"] if "up_to" in last[0] else [])])


def measure_words(limit: Mapping[str, Any]) -> str:
    """Return what a limit looks at, and whether each line or the whole."""
    words = MEASURES.get(str(limit.get("measure")), str(limit.get("measure")))
    return f"{words}, each line" if limit.get("scope") == "line" else words


def numbers_of(policy: Mapping[str, Any]) -> tuple[Place, ...]:
    """Return the numbers of a policy with the names of their inputs, in its order."""
    found: list[Place] = []
    for name, label in (("uplift_percent", "Price uplift in %"), ("cpi_percent", "Price index in %")):
        if name in policy.get("defaults", {}):
            found.append((f"defaults:{name}", label, policy["defaults"][name]))
    for at, limit in enumerate(policy.get("limits", ())):
        title = str(limit.get("key", at)).replace("_", " ").capitalize()
        found.append((f"limits:{at}:free", f"{title}: free", limit.get("free")))
        for place, each in enumerate(limit.get("thresholds", ())):
            if "up_to" in each:
                found.append((f"limits:{at}:{place}", f"{title}: {each.get('level')} up to", each["up_to"]))
    return tuple(found)


def with_numbers(policy: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the policy with the numbers that were typed; what is no number is kept as it was typed, to be told."""
    made = deepcopy(dict(policy))
    for name, _, _ in numbers_of(policy):
        if name not in typed:
            continue
        value, parts = _number(typed[name]), name.split(":")
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


def _number(text: str) -> int | float | str:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
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
