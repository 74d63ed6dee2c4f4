"""What the age of contracts foretells by itself: what a model must beat to have told anything of accounts.

How long an account has been there grows with each day, whatever happens. Where old contracts are lost more often than
young ones, a learner finds an order without having understood anything, and nobody can act on it.
"""

from collections.abc import Mapping
from dataclasses import replace

from signals.core.learning.frame import Array, Frame
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import Split
from signals.core.learning.settings import Settings
from signals.core.learning.training.held_out import Tuned, hold_out, join
from signals.core.learning.training.model import AGE, SCORECARD

PASSING = frozenset({"account.age_months", "contract.months_into_term", "contract.tenure_months", "days_to_renewal"})
"""The columns of the product's own tables that change by nothing but time."""


def by_age_alone(
    frame: Frame, splits: tuple[Split, ...], prior: Prior, *, settings: Settings, seed: int
) -> Mapping[str, Array]:
    """Return the held-out log-odds of a scorecard of these columns as AGE; nothing where there are none."""
    columns = tuple(column for column in frame.columns if column.name in PASSING)
    if not columns:
        return {}
    alone, plain = frame.with_columns(columns), replace(settings, booster_rows=10**9, turned=())
    held = join(hold_out(alone, splits, prior, settings=plain, seed=seed, tuned=Tuned()), frame.outcome, is_timed=True)
    return {AGE: held.log_odds[SCORECARD]} if SCORECARD in held.log_odds else {}
