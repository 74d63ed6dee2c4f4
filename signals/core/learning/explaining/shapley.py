"""Exact Shapley values of the trees over at most eight families of features, against fixed background rows.

All coalitions are tried, so the values add up by construction; the segment of a row is never swapped.
"""

from itertools import combinations
from math import factorial

import numpy as np

from signals.core.learning.booster import SEGMENT, Booster, booster_matrix
from signals.core.learning.frame import Array, Frame

MOST_PLAYERS = 8
ROWS_AT_ONCE = 200_000


def family_values(booster: Booster, frame: Frame, background: Frame, players: dict[str, tuple[str, ...]]) -> Array:
    """Return one column per player: its Shapley value in log-odds for each row; sums to value(all) - value(none)."""
    if len(players) > MOST_PLAYERS:
        raise ValueError(f"{len(players)} players: at most {MOST_PLAYERS} can be tried in full.")
    values = coalition_values(booster, frame, background, players)
    count = len(players)
    shares = np.zeros((len(frame), count))
    for player in range(count):
        others = [other for other in range(count) if other != player]
        for size in range(count):
            weight = factorial(size) * factorial(count - size - 1) / factorial(count)
            for team in combinations(others, size):
                mask = sum(1 << member for member in team)
                shares[:, player] += weight * (values[:, mask | 1 << player] - values[:, mask])
    return shares


def coalition_values(booster: Booster, frame: Frame, background: Frame, players: dict[str, tuple[str, ...]]) -> Array:
    """Return the mean log-odds of each row (down) when only a coalition (across, as bits) keeps the row's values."""
    rows = booster_matrix(frame, booster.names, booster.levels)
    others = booster_matrix(background, booster.names, booster.levels)
    owned = np.array([[name in names or name == SEGMENT for name in booster.names] for names in players.values()])
    owned = owned.reshape(len(players), len(booster.names))
    values = np.empty((len(rows), 1 << len(players)))
    step = max(1, ROWS_AT_ONCE // max(1, len(others)))
    for mask in range(1 << len(players)):
        kept = np.array([name == SEGMENT for name in booster.names])
        for player in range(len(players)):
            kept |= owned[player] if mask >> player & 1 else False
        for start in range(0, len(rows), step):
            part = rows[start : start + step]
            mixed = np.where(kept, part[:, None, :], others[None, :, :]).reshape(-1, len(booster.names))
            values[start : start + step, mask] = tree_log_odds(booster, mixed).reshape(len(part), -1).mean(axis=1)
    return values


def tree_log_odds(booster: Booster, rows: Array) -> Array:
    """Return the log-odds of coded rows: the mean over the seeds."""
    return np.asarray(np.mean([trees.decision_function(rows) for trees in booster.trees], axis=0))
