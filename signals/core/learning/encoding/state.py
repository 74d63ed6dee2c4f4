"""The common state behind measures that show it, each with its own error: one factor, told without any outcome.

How far measures agree says how much of each is error. What all of them say together is one opinion; what one says
beside the others keeps the share of the expert's word that is not error. What a renewal is (its age, its length) tells
of the state only where nobody saw it: it counts by what is left unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signals.core.learning.encoding.expert import ExpertTerm
from signals.core.learning.frame import Array
from signals.core.learning.prior import Prior

STATE = "state"
"""The family under which outcomes judge the opinion of the common state."""
FEWEST_MEASURES, FEWEST_ROWS = 3, 100
FEWEST_KNOWN = 30
STEPS, ENOUGH = 200, 1e-6
SMALLEST_OWN = 0.05
SAME = 1e-9
"""Values that lie so close together, relative to their size, are one value."""
AGREEING = 0.8
"""Share of the expert's opinions, by weight, that must point the same way: else the factor is no state he means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One measure: the mean of the expert's terms at `places`, standardised; `own` is its variance beside the state."""

    places: tuple[int, ...]
    mean: float
    spread: float
    loading: float
    own: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The measures of the state, and its opinion: log-odds of loss per standard deviation of the state.

    `explains` is whether what is known of the state lowers what else the expert says; models stored before have not.
    """

    showings: tuple[Showing, ...]
    opinion: float
    explains: bool = False

    @property
    def places(self) -> tuple[int, ...]:
        """The places of the expert's terms that show the state, in the order of the measures."""
        return tuple(place for each in self.showings for place in each.places)

    def shares(self, x: Array) -> Array:
        """Return what each term at `places` adds to the estimate of the state; its rows sum to it.

        The estimate is the mean of the state given what is known of the row: 0 where nothing is.
        """
        parts = []
        for each in self.showings:
            own = x[:, each.places]
            known = np.isfinite(own)
            off = np.where(known, own - each.mean, 0.0) / each.spread
            parts.append(off / np.maximum(known.sum(axis=1), 1)[:, None] * (each.loading / each.own))
        return np.asarray(np.hstack(parts) * self.unknown(x)[:, None])

    def unknown(self, x: Array) -> Array:
        """Return the variance of the state that is left given what is known of each row: 1 where nothing is."""
        precision = np.ones(len(x))
        for each in self.showings:
            precision = precision + np.isfinite(x[:, each.places]).any(axis=1) * (each.loading**2 / each.own)
        return np.asarray(1.0 / precision)

    def left_to_say(self, x: Array, stands_in: Array) -> Array:
        """Return the share of each term's word that still counts; `stands_in` marks what a renewal is.

        A fact that goes with the state tells as much of it as the variance that is left. What a measure says beside
        the state is either error or its own: it keeps the root of that.
        """
        left = np.ones(x.shape)
        if self.explains:
            unknown = self.unknown(x)[:, None]
            left[:, stands_in] = unknown
            left[:, list(self.places)] = np.sqrt(unknown)
        return left

    def beside(self, x: Array) -> Array:
        """Return x with what the state makes one expect, and the share that is error, taken off its terms."""
        state, left = self.shares(x).sum(axis=1), x.copy()
        for each in self.showings:
            places = list(each.places)
            expected = each.mean + each.spread * each.loading * state
            left[:, places] = each.mean + each.own * (x[:, places] - expected[:, None])
        return left


def learn_state(expert: tuple[ExpertTerm, ...], x: Array, prior: Prior) -> State | None:
    """Return the state that these rows of the expert's terms show (nan unknown); None when they show none."""
    measures = _measures(expert, x, prior)
    if len(measures) < FEWEST_MEASURES or len(x) < FEWEST_ROWS:
        return None
    means = {places: _mean_of(x[:, places]) for places in measures.values()}
    middles = {places: (float(np.nanmean(each)), float(np.nanstd(each))) for places, each in means.items()}
    z = np.column_stack([(means[places] - middle) / spread for places, (middle, spread) in middles.items()])
    loadings, own = one_factor(z)
    beliefs = np.array([sum(expert[at].coefficient for at in places) * middles[places][1] for places in middles])
    told = beliefs * loadings
    if abs(told.sum()) < AGREEING * np.abs(told).sum():
        return None
    rows = zip(middles.items(), loadings.tolist(), own.tolist(), strict=True)
    showings = (
        Showing(places=places, mean=middle, spread=spread, loading=loading, own=error)
        for (places, (middle, spread)), loading, error in rows
    )
    return State(showings=tuple(showings), opinion=float(told.sum()), explains=True)


def one_factor(z: Array) -> tuple[Array, Array]:
    """Return loadings and own variances of standardised columns (nan unknown): maximum likelihood of one factor by EM.

    Rubin and Thayer, EM algorithms for ML factor analysis, Psychometrika 47 (1982).
    """
    known = np.isfinite(z)
    value, rows = np.where(known, z, 0.0), known.sum(axis=0)
    loadings, own = np.full(z.shape[1], 0.5), np.full(z.shape[1], 0.75)
    for _ in range(STEPS):
        precision = 1.0 + known @ (loadings**2 / own)
        state = value @ (loadings / own) / precision
        square = state**2 + 1.0 / precision
        crossed = value.T @ state
        fitted = crossed / (known.T @ square)
        own = np.maximum(((value**2).sum(axis=0) - fitted * crossed) / rows, SMALLEST_OWN)
        moved, loadings = float(np.abs(fitted - loadings).max()), fitted
        if moved < ENOUGH:
            break
    return loadings, own


def _measures(expert: tuple[ExpertTerm, ...], x: Array, prior: Prior) -> Mapping[str, tuple[int, ...]]:
    """The places of the terms of each meaning that shows the state, where it is known and varies."""
    found: dict[str, tuple[int, ...]] = {}
    for place, term in enumerate(expert):
        if prior.meanings[term.meaning].shows_state:
            found[term.meaning] = (*found.get(term.meaning, ()), place)
    means = {meaning: _mean_of(x[:, places]) for meaning, places in found.items()}
    return {meaning: found[meaning] for meaning, mean in means.items() if _varies(mean)}


def _varies(values: Array) -> bool:
    """Whether it is known often enough and is not one value; by its ends, for a sum of equal numbers is rounded."""
    known = values[np.isfinite(values)]
    return len(known) >= FEWEST_KNOWN and float(np.ptp(known)) > SAME * max(1.0, float(np.abs(known).max()))


def _mean_of(columns: Array) -> Array:
    """The mean of what is known in each row; nan where nothing is."""
    known = np.isfinite(columns)
    total = np.where(known, columns, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)
