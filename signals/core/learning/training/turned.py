"""Finds the parts of the book whose losses stopped following the order foretold, and since when.

A part is a segment, or one word of a column about accounts. Which one turned is said by the worst figure of the order;
since when, by the day after which that figure is worst.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from signals.core.learning.frame import CATEGORY, Array, Frame
from signals.core.learning.metrics.honesty import clipped_logit
from signals.core.learning.settings import TurnedPart
from signals.core.learning.watching import order_of

MOST_WORDS = 6
PARTS_OF = "account"
"""Parts of the book are its segments, and the words of each column about the account that has few of them."""
BROKEN = 0.998
"""Chance under which an order is called broken, for each part: a dozen parts are looked at."""
FEWEST_SINCE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """Rows that were foretold unseen, one per decision, with their log-odds; `latest` marks those of late."""

    frame: Frame
    log_odds: Array
    latest: Array


def turned_part(seen: Foretold) -> TurnedPart | None:
    """Return the part whose order of late is broken the furthest while that of the others holds, with its day.

    None when no part is broken, or when the rest of the book is, too: then it is the world that turned.
    """
    late, probability = seen.frame.take(seen.latest), np.asarray(expit(seen.log_odds[seen.latest]))
    worst, found = 1.0, None
    for column, word, rows in parts_of(late):
        beyond = _beyond(late.outcome[rows], probability[rows])
        if word and beyond > worst and _beyond(late.outcome[~rows], probability[~rows]) <= 1.0:
            worst, found = beyond, TurnedPart(column=column, word=word)
    return None if found is None else replace(found, since=_since(seen, found))


def _beyond(outcome: Array, probability: Array) -> float:
    """How far the slope lies below 1, in units of what chance explains: broken above 1; 0 for too little to tell."""
    order = order_of(outcome, probability, chance=BROKEN)
    return 0.0 if order is None else (1.0 - order.slope) / (1.0 - order.low)


def parts_of(frame: Frame) -> Iterator[tuple[str, str, Array]]:
    """Yield column, word and mask of each part: everything (no word), each segment, each word about accounts."""
    yield "", "", np.ones(len(frame), dtype=bool)
    columns = [(each.name, each.values) for each in frame.columns if each.kind == CATEGORY and each.family == PARTS_OF]
    for name, values in (("", frame.segments), *columns):
        words = sorted({str(value) for value in values if value})
        if 1 < len(words) <= MOST_WORDS:
            yield from ((name, word, np.asarray(values == word, dtype=bool)) for word in words)


def _since(seen: Foretold, part: TurnedPart) -> np.datetime64 | None:
    """The day after which the order of the part is furthest below 1, in standard errors; None without days."""
    rows = np.flatnonzero(part.rows(seen.frame))
    days = seen.frame.decided_on
    if days is None or len(rows) < FEWEST_SINCE:
        return None
    rows = rows[np.argsort(days[rows], kind="stable")]
    p = np.asarray(expit(seen.log_odds[rows]))
    weight, log_odds = p * (1 - p), clipped_logit(p)
    off = log_odds - np.average(log_odds, weights=weight)
    score = np.cumsum(((seen.frame.outcome[rows] - p) * off)[::-1])[::-1]
    known = np.cumsum((weight * off**2)[::-1])[::-1]
    figure = np.where(known > 0, score / np.sqrt(np.maximum(known, 1e-12)), 0.0)
    figure[len(rows) - FEWEST_SINCE + 1 :] = np.inf
    return np.datetime64(days[rows[int(np.argmin(figure))]], "D")
