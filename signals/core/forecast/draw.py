"""Draw the quarters again and again: which renewals are lost, what the kept ones come to, and which are signed late.

Each renewal has random numbers of its own, made from the seed and its id: another renewal, a lever, or the order of the
rows changes none of them (common random numbers).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from signals.core.forecast.laws import Laws, RatioLaw
from signals.core.forecast.levers import Floats, moved, needs_chance
from signals.core.forecast.rules import LeverRule

Flags = npt.NDArray[np.bool_]
OUTCOME, RATIO, DELAY = range(3)
RENEWALS, QUARTERS, SEGMENTS, PARAMETERS = 1, 2, 3, 4
"""Streams of random numbers."""
CHUNK = 1000
SMALLEST = 1e-9
FARTHEST_ODDS = 4.0
"""Beyond these log-odds a wrong slope moves a chance no further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRenewal:
    """An open renewal whose chance is known: its amount a year, and its days left (below 0: over).

    `slack_days` runs from the due date to the end of its quarter; `overdue_days` from the due date to today.
    """

    renewal_id: int
    quarter_on: date
    segment: str
    cell: tuple[str, int, int]
    amount: float
    loss_probability: float
    slack_days: int
    overdue_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Sums of some renewals, one number a draw: kept (at most the target), expansion, kept after the quarter, count."""

    kept: Floats
    expansion: Floats
    slipped: Floats
    count: Floats

    def __add__(self, other: "Drawn") -> "Drawn":
        """Return the sums of both."""
        return Drawn(
            kept=self.kept + other.kept,
            expansion=self.expansion + other.expansion,
            slipped=self.slipped + other.slipped,
            count=self.count + other.count,
        )

    @property
    def total(self) -> Floats:
        """Return what is kept and what is sold on top; neither counts the other."""
        return self.kept + self.expansion


def nothing(draws: int) -> Drawn:
    """Return the sums of no renewal."""
    return Drawn(kept=np.zeros(draws), expansion=np.zeros(draws), slipped=np.zeros(draws), count=np.zeros(draws))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How it is drawn: by which laws, from which seed, how often, and with which levers moved."""

    laws: Laws
    seed: int
    draws: int
    levers: Mapping[str, float]
    lever_rules: Sequence[LeverRule]


Cell = tuple[date, tuple[str, int, int]]


def draw_quarters(renewals: Sequence[OpenRenewal], plan: Plan) -> dict[Cell, Drawn]:
    """Return the sums by quarter and cell (segment, owner, team). Equal inputs give equal bits in any order."""
    ordered = sorted(renewals, key=lambda each: (each.quarter_on, each.cell, each.renewal_id))
    found: dict[Cell, Drawn] = {}
    for rows in _chunks(ordered):
        key = (rows[0].quarter_on, rows[0].cell)
        found[key] = found.get(key, nothing(plan.draws)) + _draw(rows, plan)
    return found


def _chunks(ordered: Sequence[OpenRenewal]) -> Iterator[list[OpenRenewal]]:
    """Yield renewals of one quarter and cell, a chunk at a time."""
    rows: list[OpenRenewal] = []
    for each in ordered:
        if rows and ((each.quarter_on, each.cell) != (rows[0].quarter_on, rows[0].cell) or len(rows) == CHUNK):
            yield rows
            rows = []
        rows.append(each)
    if rows:
        yield rows


def _draw(rows: list[OpenRenewal], plan: Plan) -> Drawn:
    """Draw renewals of one quarter and segment."""
    chance = np.stack([_uniforms(each, plan) for each in rows], axis=1)
    shift, factor = moved(plan.levers, plan.lever_rules, chance[DELAY + 1 :])
    odds = _log_odds(np.array([each.loss_probability for each in rows]))[:, None]
    shared = shared_factor(plan, rows[0].quarter_on, rows[0].segment)[None, :]
    loss = 1.0 / (1.0 + np.exp(-(odds + shared + shift + parameter_shift(plan, odds))))
    kept = chance[OUTCOME] >= loss
    ratio = ratios_at(plan.laws.ratio_of(rows[0].segment), chance[RATIO]) * factor
    amount = np.array([each.amount for each in rows])[:, None]
    base = np.where(kept, amount * np.minimum(ratio, 1.0), 0.0)
    late = _late(rows, plan, chance[DELAY])
    return Drawn(
        kept=base.sum(axis=0),
        expansion=np.where(kept, amount * np.maximum(ratio - 1.0, 0.0), 0.0).sum(axis=0),
        slipped=np.where(late, base, 0.0).sum(axis=0),
        count=kept.sum(axis=0).astype(float),
    )


def _uniforms(each: OpenRenewal, plan: Plan) -> Floats:
    """Return rows of numbers: outcome, ratio, delay, then one per lever when a lever needs them."""
    rows = DELAY + 1 + (len(plan.lever_rules) if needs_chance(plan.levers) else 0)
    return np.random.default_rng([plan.seed, RENEWALS, each.renewal_id]).random((rows, plan.draws))


def shared_factor(plan: Plan, quarter_on: date, segment: str) -> Floats:
    """Return what a quarter and a segment in it share, one number a draw, on the log-odds of a loss."""
    law, quarter = plan.laws.factor, quarter_on.year * 4 + (quarter_on.month - 1) // 3
    whole = np.random.default_rng([plan.seed, QUARTERS, quarter])
    own = np.random.default_rng([plan.seed, SEGMENTS, quarter, _number(segment)])
    common = whole.standard_t(law.quarters, size=plan.draws) * np.sqrt(law.variance)
    shared: Floats = common + own.standard_t(law.quarters, size=plan.draws) * np.sqrt(law.segment_variance)
    return shared


def parameter_shift(plan: Plan, odds: Floats) -> Floats:
    """Return how far the chances of all renewals, of every quarter, are off together in each draw."""
    law = plan.laws.parameters
    drawn = np.random.default_rng([plan.seed, PARAMETERS]).standard_normal((2, plan.draws))
    root = np.sqrt(law.level)
    slope = law.both / root if root else 0.0
    rest = np.sqrt(max(0.0, law.slope - slope * slope))
    found: Floats = root * drawn[0] + (slope * drawn[0] + rest * drawn[1]) * np.clip(
        odds, -FARTHEST_ODDS, FARTHEST_ODDS
    )
    return found


def ratios_at(law: RatioLaw, chance: Floats) -> Floats:
    """Return the ratio of a kept renewal by a uniform number: contracted, flat, then expanded, ever higher."""
    until_flat = law.contracted + law.flat
    expanded = max(SMALLEST, 1.0 - until_flat)
    below = _between(law.contracted_ratios, chance / max(SMALLEST, law.contracted))
    above = _between(law.expanded_ratios, (chance - until_flat) / expanded)
    return np.where(chance < law.contracted, below, np.where(chance < until_flat, 1.0, above))


def _late(rows: list[OpenRenewal], plan: Plan, chance: Floats) -> Flags:
    """Answer where a kept renewal is signed after its quarter; one that is overdue was not signed up to now."""
    quantiles = np.asarray(plan.laws.delay_days)
    places = np.linspace(0.0, 1.0, len(quantiles))
    over = np.array([each.overdue_days for each in rows], dtype=float)[:, None]
    passed = np.where(over > quantiles[0], np.interp(over, quantiles, places), 0.0)
    days = np.interp(passed + (1.0 - passed) * chance, places, quantiles)
    slack = np.array([each.slack_days for each in rows], dtype=float)[:, None]
    late: Flags = np.maximum(days, over) > slack
    return late


def _between(quantiles: Sequence[float], place: Floats) -> Floats:
    found: Floats = np.interp(place, np.linspace(0.0, 1.0, len(quantiles)), np.asarray(quantiles))
    return found


def _log_odds(chance: Floats) -> Floats:
    safe = np.clip(chance, SMALLEST, 1 - SMALLEST)
    odds: Floats = np.log(safe) - np.log1p(-safe)
    return odds


def _number(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
