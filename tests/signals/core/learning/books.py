"""Small made-up tables of accounts with a known law of loss, for the tests of the learner."""

import tomllib
from pathlib import Path

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import Frame, category_column, number_column, object_array
from signals.core.learning.prior import Prior, parse_prior

LIBRARY = Path(__file__).resolve().parents[4] / "signals" / "library" / "prior.toml"


def shipped_prior() -> Prior:
    return parse_prior(tomllib.loads(LIBRARY.read_text("utf-8")))


def book(rows: int = 600, *, seed: int = 7, signal: float = 1.0, per_account: int = 1) -> Frame:
    """Accounts whose loss depends on tenure, plan, health and an interaction of two odd columns."""
    rng = np.random.default_rng(seed)
    tenure = rng.integers(0, 60, rows).astype(float)
    plan = rng.choice(["monthly", "annual", "two year"], rows, p=[0.5, 0.3, 0.2])
    health = rng.normal(60, 15, rows)
    odd, even = rng.normal(size=rows), rng.normal(size=rows)
    slope = {"monthly": 0.8, "annual": -0.3, "two year": -1.2}
    log_odds = -1.0 + signal * (
        -0.04 * (tenure - 30) - 0.05 * (health - 60) + np.array([slope[p] for p in plan]) + 0.8 * np.sign(odd * even)
    )
    outcome = (rng.random(rows) < expit(log_odds)).astype(float)
    health[rng.random(rows) < 0.1] = np.nan
    return Frame(
        keys=tuple(f"r{row}" for row in range(rows)),
        columns=(
            number_column("tenure_months", tenure),
            category_column("contract", plan),
            number_column("health_score", health, is_actionable=True),
            number_column("odd", odd, family="usage"),
            number_column("even", even, family="usage"),
        ),
        outcome=outcome,
        groups=object_array([f"a{row // per_account}" for row in range(rows)]),
        segments=object_array(["small" if row % 3 else "strategic" for row in range(rows)]),
        amounts=rng.uniform(1000, 9000, rows),
    )
