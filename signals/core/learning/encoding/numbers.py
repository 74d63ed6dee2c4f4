"""The terms of a column of numbers: a straight line, a bend around it, and a mark for unknown.

Skewed counts are taken as ln(1 + x), extremes are kept at the outer quantiles, unknown is the average row, not zero.
"""

from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array

SKEWED = 1.5
OUTER = 0.005
FEW_VALUES = 8
SMALLEST_SPREAD = 1e-9
CLOSEST = 1e-3
"""Knots nearer than this, in standard deviations, are one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTerms:
    """How the numbers of one column become terms; `steps` (few values) and `knots` (many) exclude each other."""

    is_logarithmic: bool
    low: float
    high: float
    mean: float
    spread: float
    knots: tuple[float, ...] = ()
    bend: tuple[tuple[float, ...], ...] = ()
    steps: tuple[float, ...] = ()
    step_shares: tuple[float, ...] = ()
    missing_share: float = -1.0
    """Share of unknown rows in training; below 0 when unknown has no term."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each term: "line", "bend" or "missing"."""
        bends = len(self.steps) or (len(self.bend[0]) if self.bend else 0)
        return ("line",) + ("bend",) * bends + (("missing",) if self.missing_share >= 0 else ())

    def matrix(self, values: Array) -> Array:
        """Return one column per term; an unknown value adds nothing but its mark."""
        known = np.isfinite(values)
        z = self.standardised(values)
        parts = [z[:, None]]
        if self.steps:
            parts.append(_step_terms(values, self.steps, self.step_shares) * known[:, None])
        elif self.bend:
            parts.append((_bend_basis(z, self.knots) @ np.array(self.bend)) * known[:, None])
        if self.missing_share >= 0:
            parts.append((~known - self.missing_share)[:, None])
        return np.hstack(parts)

    def standardised(self, values: Array) -> Array:
        """Return the line: standard deviations from the mean, 0 where unknown."""
        kept = np.clip(values, self.low, self.high)
        if self.is_logarithmic:
            kept = np.log1p(kept)
        return np.where(np.isfinite(values), (kept - self.mean) / self.spread, 0.0)


def learn_number(values: Array, *, knots: int, smallest: int) -> NumberTerms | None:
    """Return the terms of these training values; None when every row is the same."""
    known = values[np.isfinite(values)]
    missing = len(values) - len(known)
    marks_missing = min(missing, len(known)) >= smallest
    if not len(known) or (np.ptp(known) == 0 and not marks_missing):
        return None
    low, high = _limits(known)
    kept = np.clip(known, low, high)
    is_logarithmic = bool(kept.min() >= 0 and _skewness(kept) > SKEWED and len(np.unique(kept)) > FEW_VALUES)
    kept = np.log1p(kept) if is_logarithmic else kept
    spread = float(kept.std())
    line = NumberTerms(
        is_logarithmic=is_logarithmic,
        low=low,
        high=high,
        mean=float(kept.mean()),
        spread=spread if spread > SMALLEST_SPREAD else 1.0,
        missing_share=missing / len(values) if marks_missing else -1.0,
    )
    return _with_bend(line, known, knots=knots, smallest=smallest)


def _limits(known: Array) -> tuple[float, float]:
    low, high = (float(q) for q in np.quantile(known, [OUTER, 1 - OUTER]))
    return (low, high) if high > low else (float(known.min()), float(known.max()))


def _skewness(values: Array) -> float:
    spread = float(values.std())
    return float((((values - values.mean()) / spread) ** 3).mean()) if spread > SMALLEST_SPREAD else 0.0


def _with_bend(line: NumberTerms, known: Array, *, knots: int, smallest: int) -> NumberTerms:
    parts = {name: getattr(line, name) for name in NumberTerms.__dataclass_fields__}
    unique, counts = np.unique(known, return_counts=True)
    if len(unique) <= FEW_VALUES:
        steps = unique[counts >= smallest] if len(unique) > 2 else unique[:0]
        shares = (float((known == step).mean()) for step in steps)
        return NumberTerms(**{**parts, "steps": tuple(map(float, steps)), "step_shares": tuple(shares)})
    z = line.standardised(known)
    places = _apart(np.unique(np.quantile(z, np.linspace(0.05, 0.95, knots))))
    if len(places) < 3 or len(known) < 4 * smallest:
        return line
    basis = _bend_basis(z, tuple(places.tolist()))
    bend = _residual_map(basis)
    return NumberTerms(**{**parts, "knots": tuple(places.tolist()), "bend": bend}) if bend else line


def _apart(places: Array) -> Array:
    """The places that stand clear of the one before: a bend needs room."""
    return np.asarray(places[np.concatenate([[True], np.diff(places) > CLOSEST])])


def _step_terms(values: Array, steps: tuple[float, ...], shares: tuple[float, ...]) -> Array:
    return np.column_stack([(values == step) - share for step, share in zip(steps, shares, strict=True)])


def _bend_basis(z: Array, knots: tuple[float, ...]) -> Array:
    """The restricted cubic spline of Harrell (linear beyond the outer knots), after 1 and the line itself."""
    k = np.array(knots)
    last, before = k[-1], k[-2]
    cubes = np.maximum(z[:, None] - k, 0.0) ** 3
    inner = cubes[:, :-2]
    tail = (cubes[:, -2:-1] * (last - k[:-2]) - cubes[:, -1:] * (before - k[:-2])) / (last - before)
    return np.hstack([np.ones((len(z), 1)), z[:, None], (inner - tail) / (last - k[0]) ** 2])


def _residual_map(basis: Array) -> tuple[tuple[float, ...], ...]:
    """Columns that make the curved part of the basis orthogonal to the line and of spread 1."""
    plain, curved = basis[:, :2], basis[:, 2:]
    on_plain = np.linalg.lstsq(plain, curved, rcond=None)[0]
    residual = curved - plain @ on_plain
    _, sizes, directions = np.linalg.svd(residual, full_matrices=False)
    kept = sizes > 1e-6 * max(1.0, float(np.sqrt(len(basis))))
    turn = directions[kept].T / sizes[kept] * np.sqrt(len(basis))
    return tuple(tuple(float(cell) for cell in row) for row in np.vstack([-on_plain @ turn, turn]))
