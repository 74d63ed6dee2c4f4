"""What is expected of a figure, and whether it is met. The bars of named data sets are data, in bars.toml."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeGuard

FILE = Path(__file__).with_name("bars.toml")
ANY = "any"
MEASURED = "to be measured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A figure beside what it should be. `value` is None when it could not be measured: then it is not met."""

    bar: int
    figure: str
    value: float | str | bool | None
    target: str
    met: bool

    def row(self) -> dict[str, Any]:
        """Return the bar for the JSON document."""
        return asdict(self)


def at_least(bar: int, what: str, value: float | None, limit: float) -> Bar:
    """Return a bar that a figure must reach."""
    met = is_known(value) and bool(value >= limit)
    return Bar(bar=bar, figure=what, value=short(value), target=f">= {limit:g}", met=met)


def at_most(bar: int, what: str, value: float | None, limit: float) -> Bar:
    """Return a bar that a figure must stay under."""
    met = is_known(value) and bool(value <= limit)
    return Bar(bar=bar, figure=what, value=short(value), target=f"<= {limit:g}", met=met)


def between(bar: int, what: str, value: float | None, low: float, high: float) -> Bar:
    """Return a bar with two limits."""
    met = is_known(value) and bool(low <= value <= high)
    return Bar(bar=bar, figure=what, value=short(value), target=f"{low:g} to {high:g}", met=met)


def equal(bar: int, what: str, value: Any, wanted: Any) -> Bar:
    """Return a bar that asks for one value."""
    return Bar(bar=bar, figure=what, value=value, target=str(wanted), met=bool(value == wanted))


def broken(bar: int, what: str, problem: BaseException) -> Bar:
    """Return a bar whose figure could not be taken, with what went wrong."""
    return Bar(bar=bar, figure=what, value=f"{type(problem).__name__}: {problem}"[:300], target=MEASURED, met=False)


def is_known(value: float | None) -> TypeGuard[float]:
    """Answer whether there is a number."""
    return value is not None and math.isfinite(value)


def short(value: float | None) -> float | None:
    """Return six decimals at most; None for no number."""
    return round(float(value), 6) if is_known(value) else None


def judged(figures: Mapping[str, float | None], *, dataset: str, part: str) -> Iterator[Bar]:
    """Yield the bars that bars.toml has for this data set and part, those of "any" where the set has none of its own.

    `figures` are by the names the file uses. A rule is at_least, at_most, or both.
    """
    rules = tomllib.loads(FILE.read_text("utf-8"))
    own = rules.get(dataset, {})
    for rule in own.get(part) or rules[ANY].get(part, ()):
        value, name = figures.get(rule["figure"]), f"{part}: {rule['figure'].replace('_', ' ')}"
        if "at_least" in rule and "at_most" in rule:
            yield between(rule["bar"], name, value, rule["at_least"], rule["at_most"])
        elif "at_least" in rule:
            yield at_least(rule["bar"], name, value, rule["at_least"])
        else:
            yield at_most(rule["bar"], name, value, rule["at_most"])
