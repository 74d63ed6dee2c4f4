"""A challenger against the model in force, on what both foretold before it was decided."""

from datetime import date

import numpy as np

from signals.core.learning.reporting.duel import Contest, duel
from signals.core.model_life import Duel
from signals.models import RiskModelVersion
from signals.queries.learned.rows import foretold
from signals.queries.learned.versions import model_in_force

SEED = 1


def duel_of(version: RiskModelVersion, *, today: date) -> Duel | None:
    """Return the comparison of this version with the one in force; None when there is none but itself."""
    champion = model_in_force()
    if champion is None or champion.id == version.id:
        return None
    mine, theirs = foretold(version, today=today), foretold(champion, today=today)
    places = {key: place for place, key in enumerate(theirs.keys)}
    pairs = [(place, places[key]) for place, key in enumerate(mine.keys) if key in places]
    own, other = (np.array([pair[side] for pair in pairs], dtype=np.intp) for side in (0, 1))
    contest = Contest(
        outcome=mine.outcome[own],
        challenger=mine.probability[own],
        champion=theirs.probability[other],
        groups=mine.groups[own],
        segments=mine.segments[own],
    )
    return duel(contest, rng=np.random.default_rng(SEED))
