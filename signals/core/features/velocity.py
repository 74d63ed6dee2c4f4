"""Usage velocity: is an account using more or less than it did, apart from what every year brings.

The change per week is the mean of two robust figures: the Theil-Sen slope (median of all pairwise slopes), blind to a
recent stop, and the step from the median of the earlier weeks to that of the last four. With sixty weeks of history the
same figure of the same weeks of last year is taken off, so that a season is no trend.
"""

from dataclasses import dataclass

import numpy as np

from signals.core.features.chunk import Chunk, known
from signals.core.features.columns import FAR, Flags, Floats, Ints, counts, group_of, heads, middles, ratio, sums
from signals.core.features.reading import Readings, newest, reading
from signals.core.features.rules import RuleColumn

FLOWS = ("usage.events", "usage.active_users", "usage.logins")
FEATURE = "usage.feature_used"
PEOPLE = "usage.active_users"
NAMED = frozenset((*FLOWS, FEATURE, "usage.seats", "usage.usage_ratio", "usage.milestone"))
FEWEST_WEEKS = 4
FEWEST_DAYS_OF_A_WEEK = 3
RECENT_WEEKS = 4
YEAR_WEEKS = 52
WEEKS_FOR_A_SEASON = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Flows:
    """One flow of use per account and kind: its account, how far it reaches back, how long its feed is silent.

    `of` gives for each tally in `places` the flow it belongs to. People are a level: their week is the mean day.
    """

    places: Ints
    of: Ints
    row: Ints
    is_people: Flags
    first_age: Ints


def is_generic(kind: str) -> bool:
    """Answer whether `kind` is a use that has no measure of its own: it counts as a flow and as a feature."""
    return kind.startswith("usage.") and kind not in NAMED


def usage_velocity(chunk: Chunk, rule: RuleColumn) -> Readings:
    """Return the change of weekly use per week as a share of its mean, over an index of all flows.

    Weeks in which the source was silent are left out; weeks without use while it spoke count as 0. Nothing of the rule
    matters but its windows, so health and expansion potential share what is worked out.
    """
    asked = (rule.windows.tobytes(), rule.longest_window)
    if asked not in chunk.velocities:
        chunk.velocities[asked] = _velocity(chunk, rule)
    found: Readings = chunk.velocities[asked]
    return found


def _velocity(chunk: Chunk, rule: RuleColumn) -> Readings:
    flows = _flows(chunk)
    windows = rule.windows
    weeks = max(rule.longest_window // 7, 1)
    levels = _levels(chunk, flows, windows, first_week=0, weeks=weeks)
    value = _trend(levels)
    used = chunk.within(flows.places, windows)
    if np.any(flows.first_age // 7 >= WEEKS_FOR_A_SEASON):
        last_year = _trend(_levels(chunk, flows, windows, first_week=YEAR_WEEKS, weeks=weeks))
        has_season = np.zeros(chunk.size, dtype=np.bool_)
        has_season[flows.row[flows.first_age // 7 >= WEEKS_FOR_A_SEASON]] = True
        compared = has_season & known(last_year)
        value = np.where(compared, value - np.nan_to_num(last_year), value)
        used = _with_last_year(chunk, flows.places, windows, compared)
    sample = np.count_nonzero(known(levels), axis=1)
    recent = newest(chunk, chunk.within(flows.places, windows))
    return reading(value, where=known(value), sample=sample, age=recent, used=used)


def _flows(chunk: Chunk) -> Flows:
    tallies = chunk.tallies
    places = _flow_places(chunk)
    starts = heads(tallies.row[places], tallies.kind[places])
    people = tallies.kinds.index(PEOPLE) if PEOPLE in tallies.kinds else -1
    first_age = tallies.first_age[places]
    return Flows(
        places=places,
        of=group_of(starts, places.size),
        row=tallies.row[places][starts],
        is_people=tallies.kind[places][starts] == people,
        first_age=np.maximum.reduceat(first_age, starts) if starts.size else first_age,
    )


def _flow_places(chunk: Chunk) -> Ints:
    """Return the tallies of flows; uses of features are one for accounts that send no other."""
    places = chunk.matching(lambda kind: kind in FLOWS or is_generic(kind))
    features = chunk.of((FEATURE,))
    if not features.size:
        return places
    is_told = counts(chunk.tallies.row[places], chunk.size) > 0
    return np.sort(np.concatenate([places, features[~is_told[chunk.tallies.row[features]]]]))


def _levels(chunk: Chunk, flows: Flows, windows: Ints, *, first_week: int, weeks: int) -> Floats:
    """Return use per account and whole observed week, over the mean week of its flows; NaN where not observed."""
    tallies = chunk.tallies
    count = flows.row.size
    age = tallies.age[flows.places] - 7 * first_week
    inside = (age >= 0) & (age < windows[tallies.row[flows.places]])
    cells = flows.of * weeks + age // 7
    kept = inside & (age // 7 < weeks)
    volume = sums(cells[kept], _volume(chunk, flows)[kept], count * weeks).reshape(count, weeks)
    observed, days = _observed(chunk, flows, windows, inside=inside, first_week=first_week, weeks=weeks)
    rate = np.where(flows.is_people[:, None], volume, volume * 7 / np.maximum(days, 1))
    flow, week = np.nonzero(observed)
    mean = ratio(sums(flow, rate[observed], count), counts(flow, count))
    is_alive = mean[flow] > 0.0
    cells = (flows.row[flow] * weeks + week)[is_alive]
    index = (rate[observed] / np.where(mean[flow] > 0.0, mean[flow], 1.0))[is_alive]
    size = chunk.size * weeks
    return ratio(sums(cells, index, size), counts(cells, size)).reshape(chunk.size, weeks)


def _observed(
    chunk: Chunk, flows: Flows, windows: Ints, *, inside: Flags, first_week: int, weeks: int
) -> tuple[Flags, Ints]:
    """Return which weeks of each flow were observed, and on how many days its feed was not silent in them."""
    tallies = chunk.tallies
    count = flows.row.size
    silent, seen = np.full(count, FAR), np.zeros(count, dtype=np.bool_)
    if count:
        starts = heads(flows.of)
        silent = np.minimum.reduceat(np.where(inside, tallies.silent[flows.places], FAR), starts)
        seen = np.logical_or.reduceat(inside, starts)
    week = np.arange(weeks)[None, :] + first_week
    days = np.clip(7 * week + 7 - np.where(seen, silent, 0)[:, None], 0, 7)
    whole = np.minimum(flows.first_age // 7, first_week + windows[flows.row] // 7)
    observed: Flags = (week < whole[:, None]) & (days >= FEWEST_DAYS_OF_A_WEEK) & seen[:, None]
    return observed, days


def _volume(chunk: Chunk, flows: Flows) -> Floats:
    """Return the sum of values of each tally, or the number of its signals when none carried one."""
    tallies = chunk.tallies
    size, valued = tallies.size[flows.places], tallies.valued[flows.places]
    volume = np.where(valued > 0, tallies.total[flows.places], size)
    found: Floats = np.where(flows.is_people[flows.of] & (valued > 0), volume / np.maximum(valued, 1), volume)
    return found


def _trend(levels: Floats) -> Floats:
    """Return the change per week of each account; NaN with fewer than four known weeks."""
    observed = known(levels)
    nth = np.cumsum(observed, axis=1)
    week = np.broadcast_to(np.arange(levels.shape[1], dtype=np.float64), levels.shape)
    recent, prior = observed & (nth <= RECENT_WEEKS), observed & (nth > RECENT_WEEKS)
    span = _middle(week, prior) - _middle(week, recent)
    step = (_middle(levels, recent) - _middle(levels, prior)) / np.where(span > 0, span, 1.0)
    slope = _slope(levels)
    value = np.where(prior.any(axis=1), (slope + step) / 2, slope)
    return np.where(nth[:, -1] >= FEWEST_WEEKS, value, np.nan)


def _slope(levels: Floats) -> Floats:
    """Return the median of all pairwise slopes; weeks count backwards, so the newer one stands first."""
    newer, older = np.triu_indices(levels.shape[1], k=1)
    if not newer.size:
        return np.full(len(levels), np.nan)
    slope: Floats = middles((levels[:, newer] - levels[:, older]) / (older - newer))
    return slope


def _middle(values: Floats, where: Flags) -> Floats:
    return middles(np.where(where, values, np.nan))


def _with_last_year(chunk: Chunk, places: Ints, windows: Ints, compared: Flags) -> Ints:
    tallies = chunk.tallies
    age, rows = tallies.age[places], tallies.row[places]
    earlier = age - 7 * YEAR_WEEKS
    is_earlier = compared[rows] & (earlier >= 0) & (earlier < windows[rows])
    return places[(age < windows[rows]) | is_earlier]
