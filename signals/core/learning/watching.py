"""What the watch keeps of a model each month: drift, missing values and unseen words, and losses as foretold.

The figures and their limits are those of `drift`; here they become rows with a value, limits and an alarm.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from signals.core.learning.drift import (
    MISSING_ALARM,
    PSI_ALARM,
    SMALLEST_ROWS,
    UNSEEN_ALARM,
    FeatureDrift,
    OutcomeDrift,
    Profile,
    frame_drift,
    outcome_drift,
    profile,
)
from signals.core.learning.frame import Array, Frame
from signals.core.learning.late import Late
from signals.core.learning.metrics.honesty import clipped_logit, log_loss

STATS = Late("scipy.stats")

DRIFT, MISSING, UNSEEN, OBSERVED, LOG_LOSS = "drift", "missing", "unseen", "observed_expected", "log_loss"
ORDER = "order"
FEWEST_EXPECTED = 5.0
CHANCE = 0.999
ORDER_CHANCE = 0.9975
"""For the order, in each of several windows: a false alarm orders a training that the month brings anyway, a late one
costs a quarter of losses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One figure with its limits; None where there is none on that side. `details` are its parts."""

    kind: str
    subject: str
    rows: int
    value: float
    low: float | None
    high: float | None
    is_alarm: bool
    details: Mapping[str, Any]


def baseline_of(frame: Frame, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return how the columns were spread in training, as plain data."""
    wanted = set(names)
    return [asdict(profile(column)) for column in frame.columns if column.name in wanted]


def watch_columns(baseline: Iterable[Mapping[str, Any]], frame: Frame, trained_rows: int) -> Iterator[Watched]:
    """Yield drift, missing rate and unseen words of each column of these later rows; nothing below 30 rows."""
    if len(frame) < SMALLEST_ROWS:
        return
    before = {each["name"]: _profile(each) for each in baseline}
    for moved in frame_drift(before, frame):
        yield from _watched(moved, before[moved.name], trained_rows)


def watch_outcomes(outcome: Array, probability: Array, segments: Array, *, window: Array) -> Iterator[Watched]:
    """Yield losses per foretold loss over the window (a mask), and log-loss, for all rows and each segment."""
    taken = np.flatnonzero(window)
    if len(taken) < SMALLEST_ROWS:
        return
    outcome, probability, names = outcome[taken], probability[taken], segments[taken].astype(str)
    everything = np.full(len(taken), "", dtype=object)
    by_segment = (each for each in outcome_drift(outcome, probability, names) if each.name)
    drifts = [*outcome_drift(outcome, probability, everything), *by_segment]
    for found in drifts:
        rows = (names == found.name) if found.name else np.ones(len(taken), dtype=bool)
        if found.rows >= SMALLEST_ROWS:
            yield _against_foretold(found)
            yield _told(LOG_LOSS, found.name, found.rows, log_loss(outcome[rows], probability[rows]))


def watch_order(outcome: Array, probability: Array, parts: Mapping[str, Array], *, window: Array) -> Iterator[Watched]:
    """Yield whether losses still follow the order foretold, over the window: for all rows, and each word of each part.

    The value is the slope of outcomes on the log-odds foretold, one Newton step from 1: 1 is as foretold, 0 no order,
    below 0 the opposite. Rao's score test (1948) alarms when 1 is out of reach of chance; nothing below 30 rows.
    """
    taken = np.flatnonzero(window)
    outcome, probability = outcome[taken], probability[taken]
    everything = ("", np.ones(len(taken), dtype=bool))
    words = [(f"{name}: {word}", values[taken] == word) for name, values in parts.items() for word in _words(values)]
    for subject, rows in [everything, *words]:
        if rows.sum() >= SMALLEST_ROWS:
            yield from _order(subject, outcome[rows], probability[rows])


def worst_orders(found: Iterable[Watched]) -> Iterator[Watched]:
    """Yield of each subject the figure furthest below what chance explains, of those of several windows."""
    worst: dict[str, Watched] = {}
    for each in found:
        known = worst.get(each.subject)
        if known is None or _beyond(each) > _beyond(known):
            worst[each.subject] = each
    yield from worst.values()


def _beyond(order: Watched) -> float:
    """How far the slope lies below 1, in units of what chance explains."""
    return (1.0 - order.value) / (1.0 - order.low) if order.low is not None else 0.0


def _words(values: Array) -> list[str]:
    return sorted({str(value) for value in values} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The slope of outcomes on the log-odds foretold, and the lowest that chance explains where it is 1."""

    slope: float
    low: float


def order_of(outcome: Array, probability: Array, *, chance: float) -> Order | None:
    """Return the slope by one Newton step from 1 with its limit (Rao's score test); None for too little to tell."""
    weight, log_odds = probability * (1 - probability), clipped_logit(probability)
    if len(outcome) < SMALLEST_ROWS or probability.sum() < FEWEST_EXPECTED or np.ptp(log_odds) == 0:
        return None
    off = log_odds - np.average(log_odds, weights=weight)
    known = float((weight * off**2).sum())
    slope = 1.0 + float(((outcome - probability) * off).sum()) / known
    return Order(slope=slope, low=1.0 - float(STATS.norm.ppf(chance)) / float(np.sqrt(known)))


def _order(subject: str, outcome: Array, probability: Array) -> Iterator[Watched]:
    found = order_of(outcome, probability, chance=ORDER_CHANCE)
    if found is not None:
        is_alarm = found.slope < found.low
        yield _told(ORDER, subject, len(outcome), found.slope, low=found.low, is_alarm=is_alarm)


def _watched(moved: FeatureDrift, before: Profile, trained_rows: int) -> Iterator[Watched]:
    if np.isfinite(moved.psi):
        limit = max(PSI_ALARM, _noise(len(before.shares), moved.rows, trained_rows))
        yield _told(DRIFT, moved.name, moved.rows, moved.psi, high=limit, is_alarm=moved.psi > limit)
    room = MISSING_ALARM + 3.0 * float(np.sqrt(0.25 / moved.rows))
    limit = min(before.missing_share + room, 1.0)
    is_alarm = abs(moved.missing_change) > room
    low = max(before.missing_share - room, 0.0)
    yield _told(MISSING, moved.name, moved.rows, moved.missing_share, low=low, high=limit, is_alarm=is_alarm)
    if moved.unseen_share > 0.0:
        is_alarm = moved.unseen_share > UNSEEN_ALARM
        yield _told(UNSEEN, moved.name, moved.rows, moved.unseen_share, high=UNSEEN_ALARM, is_alarm=is_alarm)


def _noise(steps: int, rows: int, trained_rows: int) -> float:
    """Return the index that chance alone exceeds once in a thousand months: a small month must not cry wolf."""
    return float(STATS.chi2.ppf(CHANCE, max(1, steps - 1))) * (1 / rows + 1 / max(1, trained_rows))


def _against_foretold(found: OutcomeDrift) -> Watched:
    """The limits are those of the ratio: 1 outside of them is an alarm (Garwood 1936)."""
    is_alarm = found.expected >= FEWEST_EXPECTED and found.is_alarm
    details = {"observed": found.observed, "expected": round(found.expected, 3)}
    limits = {name: float(value) for name, value in (("low", found.limits.low), ("high", found.limits.high))}
    ratio = found.ratio if np.isfinite(found.ratio) else 0.0
    return _told(OBSERVED, found.name, found.rows, ratio, is_alarm=is_alarm, details=details, **_finite(limits))


def _finite(limits: Mapping[str, float]) -> dict[str, float | None]:
    return {name: value if np.isfinite(value) else None for name, value in limits.items()}


def _profile(plain: Mapping[str, Any]) -> Profile:
    listed = {name: tuple(plain[name]) for name in ("edges", "levels", "shares")}
    return Profile(name=plain["name"], missing_share=plain["missing_share"], **listed)


def _told(kind: str, subject: str, rows: int, value: float, **more: Any) -> Watched:
    known = {"low": None, "high": None, "is_alarm": False, "details": {}} | more
    return Watched(kind=kind, subject=subject, rows=rows, value=float(value), **known)
