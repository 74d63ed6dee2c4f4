"""From draws to figures: P10, P50, P90 of each part of the book, and the tornado of the levers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from signals.core.forecast.draw import Cell, Drawn, OpenRenewal, Plan, draw_quarters, nothing
from signals.core.forecast.levers import Floats
from signals.core.forecast.rules import LeverRule

LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
Key = tuple[date, str, int, int]
"""Quarter, segment ("" all), owner (0 all), team (0 all); never an owner and a team at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Out of ten quarters one comes out below `low`, one above `high`; half of them below `middle`."""

    low: float
    middle: float
    high: float
    mean: float

    def plus(self, amount: float) -> "Band":
        """Return the band with a certain amount added."""
        return Band(
            low=self.low + amount, middle=self.middle + amount, high=self.high + amount, mean=self.mean + amount
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFigures:
    """What the open renewals of a part come to."""

    total: Band
    kept: Band
    expansion: Band
    slipped: Band
    count: Band


@dataclass(frozen=True, slots=True, kw_only=True)
class TornadoBar:
    """What one lever at one size does to the mean, when its effect is at its low, best and high guess."""

    key: str
    value: float
    low: float
    middle: float
    high: float

    @property
    def reach(self) -> float:
        """Return how far the bar reaches from the forecast."""
        return max(abs(self.low), abs(self.middle), abs(self.high))


def band_of(sums: Floats) -> Band:
    """Return the band of some draws."""
    low, middle, high = (float(each) for each in np.quantile(sums, (LOW, MIDDLE, HIGH)))
    return Band(low=low, middle=middle, high=high, mean=float(np.mean(sums)))


def figures_of(drawn: Drawn) -> PartFigures:
    """Return the bands of a part."""
    return PartFigures(
        total=band_of(drawn.total),
        kept=band_of(drawn.kept),
        expansion=band_of(drawn.expansion),
        slipped=band_of(drawn.slipped),
        count=band_of(drawn.count),
    )


def parts_of(cells: Mapping[Cell, Drawn]) -> dict[Key, Drawn]:
    """Return the sums of every part a page may ask for: all, a segment, an owner, a team, and a segment of those."""
    found: dict[Key, Drawn] = {}
    for (quarter_on, (segment, owner, team)), drawn in sorted(cells.items()):
        for key in part_keys(quarter_on, segment, owner, team):
            found[key] = found[key] + drawn if key in found else drawn
    return found


def part_keys(quarter_on: date, segment: str, owner: int, team: int) -> list[Key]:
    """Return the parts a renewal belongs to."""
    who = dict.fromkeys(((0, 0), (owner, 0), (0, team)))
    return [(quarter_on, part, *each) for part in dict.fromkeys(("", segment)) for each in who]


def scenario_figures(renewals: Sequence[OpenRenewal], plan: Plan) -> dict[date, PartFigures]:
    """Return the figures of each quarter with the levers of the plan."""
    return {quarter: figures_of(drawn) for quarter, drawn in _by_quarter(draw_quarters(renewals, plan), plan).items()}


def tornado(renewals: Sequence[OpenRenewal], plan: Plan, sizes: Mapping[str, float]) -> tuple[TornadoBar, ...]:
    """Return what each lever at its size does to the mean of all quarters together, the farthest reaching first."""
    before = _mean(renewals, replace(plan, levers={}))
    bars = [
        TornadoBar(
            key=rule.key,
            value=sizes[rule.key],
            **{
                name: _mean(renewals, _with(plan, rule, effect, sizes[rule.key])) - before
                for name, effect in (("low", rule.low), ("middle", rule.effect), ("high", rule.high))
            },
        )
        for rule in plan.lever_rules
        if sizes.get(rule.key)
    ]
    return tuple(sorted(bars, key=lambda bar: -bar.reach))


def _with(plan: Plan, rule: LeverRule, effect: float, size: float) -> Plan:
    rules = tuple(replace(each, effect=effect) if each.key == rule.key else each for each in plan.lever_rules)
    return replace(plan, lever_rules=rules, levers={rule.key: size})


def _mean(renewals: Sequence[OpenRenewal], plan: Plan) -> float:
    sums = _by_quarter(draw_quarters(renewals, plan), plan).values()
    return float(sum(np.mean(each.total) for each in sums))


def _by_quarter(cells: Mapping[Cell, Drawn], plan: Plan) -> dict[date, Drawn]:
    found: dict[date, Drawn] = {}
    for (quarter_on, _), drawn in sorted(cells.items()):
        found[quarter_on] = found.get(quarter_on, nothing(plan.draws)) + drawn
    return found
