"""Measures of product use: velocity, adoption, depth, and the time to the first value."""

from statistics import median

from signals.core.features.facts import Reading, Tally, View
from signals.core.scorecard import MeasureRule

FLOWS = ("usage.events", "usage.active_users", "usage.logins")
NAMED = frozenset((*FLOWS, "usage.feature_used", "usage.seats", "usage.usage_ratio", "usage.milestone"))
FEWEST_WEEKS = 4
FEWEST_DAYS_OF_A_WEEK = 3
RECENT_WEEKS = 4
MOST_RATIO = 2.0


def usage_velocity(view: View, rule: MeasureRule) -> Reading | None:
    """Return the change of weekly use per week as a share of its mean, over an index of all flows.

    It is the mean of two robust figures: the Theil-Sen slope (median of all pairwise slopes), which is blind to a
    recent stop, and the step from the median of the earlier weeks to that of the last four.
    Weeks in which the source was silent are left out; weeks without use while it spoke count as 0.
    """
    flows = {kind: view.of(kind, rule.window_days) for kind in (*FLOWS, *_others(view))}
    used = tuple(tally for tallies in flows.values() for tally in tallies)
    indices = [_index(kind, tallies, view, rule) for kind, tallies in flows.items() if tallies]
    weeks = sorted({week for index in indices for week in index})
    if len(weeks) < FEWEST_WEEKS:
        return None
    series = [(week, _mean([index[week] for index in indices if week in index])) for week in weeks]
    recent, prior = series[:RECENT_WEEKS], series[RECENT_WEEKS:]
    value = (_slope(series) + _step(recent, prior)) / 2 if prior else _slope(series)
    evidence = tuple((name, _middle(part)[1]) for name, part in (("recent", recent), ("prior", prior)) if part)
    return Reading(value=value, sample=float(len(weeks)), age_days=_newest(used), tallies=used, evidence=evidence)


def feature_adoption(view: View, rule: MeasureRule) -> Reading | None:
    """Return how many different features were used in the window before the source's last word."""
    everything = (*view.by_kind.get("usage.feature_used", ()), *_generic(view))
    if not everything:
        return None
    window = rule.window_days + view.silent_days(everything)
    used = tuple(tally for tally in everything if tally.age < window)
    names = {tally.subject or tally.kind for tally in used}
    seen = used or everything
    count = sum(tally.size for tally in seen)
    return Reading(value=float(len(names)), sample=float(count), age_days=_newest(seen), tallies=seen)


def usage_depth(view: View, rule: MeasureRule) -> Reading | None:
    """Return active users divided by seats, at most 2; a ratio sent as such wins. None without seats."""
    sent = view.of("usage.usage_ratio", rule.window_days + view.silent_days(view.by_kind.get("usage.usage_ratio", ())))
    ratios = [tally for tally in sent if tally.valued]
    if ratios:
        last = min(ratios, key=lambda tally: tally.age)
        return Reading(value=last.total / last.valued, sample=rule.full_sample, age_days=last.age, tallies=(last,))
    every = view.by_kind.get("usage.active_users", ())
    active = tuple(b for b in every if b.age < rule.window_days + view.silent_days(every) and b.valued)
    seats, seat_tally = _seats(view)
    if not active or not seats:
        return None
    people = _mean([tally.total / tally.valued for tally in active])
    used = (*active, seat_tally) if seat_tally else active
    evidence = (("active_users", people), ("seats", seats))
    value = min(people / seats, MOST_RATIO)
    return Reading(value=value, sample=float(len(active)), age_days=_newest(active), tallies=used, evidence=evidence)


def time_to_value(view: View, rule: MeasureRule) -> Reading | None:
    """Return the days from the start of the account to its first milestone; None before there is one.

    None also for an account older than the window: its first milestone may lie before what is read.
    """
    facts = view.facts
    age = (facts.as_of_on - facts.started_on).days if facts.started_on else None
    reached = view.of("usage.milestone", rule.window_days)
    ages = [b.first_age for b in reached] + [(facts.as_of_on - day).days for day in facts.milestones_on]
    ages = [each for each in ages if each >= 0]
    if age is None or age >= rule.window_days or not ages:
        return None
    return Reading(value=float(max(age - max(ages), 0)), sample=1.0, age_days=max(ages), tallies=reached)


def _slope(series: list[tuple[int, float]]) -> float:
    return median((y1 - y2) / (w2 - w1) for at, (w1, y1) in enumerate(series) for w2, y2 in series[at + 1 :])


def _step(recent: list[tuple[int, float]], prior: list[tuple[int, float]]) -> float:
    (week, level), (old_week, old_level) = _middle(recent), _middle(prior)
    return (level - old_level) / (old_week - week)


def _middle(part: list[tuple[int, float]]) -> tuple[float, float]:
    return median(week for week, _ in part), median(level for _, level in part)


def _index(kind: str, tallies: tuple[Tally, ...], view: View, rule: MeasureRule) -> dict[int, float]:
    """Return use per whole observed week as a share of the mean week; {} when nothing can be said."""
    silent = view.silent_days(tallies)
    first = max(tally.first_age for tally in view.by_kind[kind])
    last_week = min(first // 7, rule.window_days // 7)
    volumes: dict[int, float] = {}
    for tally in tallies:
        volumes[tally.week] = volumes.get(tally.week, 0.0) + _level(kind, tally)
    rates = {week: _rate(volumes.get(week, 0.0), week, silent, kind) for week in range(last_week)}
    known = {week: rate for week, rate in rates.items() if rate is not None}
    mean = _mean(list(known.values())) if known else 0.0
    return {week: rate / mean for week, rate in known.items()} if mean > 0.0 else {}


def _level(kind: str, tally: Tally) -> float:
    """People are a level, not a flow: their week is the mean day."""
    mean = tally.mean
    return mean if kind == "usage.active_users" and mean is not None else tally.volume


def _rate(volume: float, week: int, silent: int, kind: str) -> float | None:
    """Return the volume of a full week; None when the source was silent for most of it."""
    days = min(max(7 * week + 7 - silent, 0), 7)
    if days < FEWEST_DAYS_OF_A_WEEK:
        return None
    return volume if kind == "usage.active_users" else volume * 7 / days


def _others(view: View) -> list[str]:
    return sorted(kind for kind in view.by_kind if kind.startswith("usage.") and kind not in NAMED)


def _generic(view: View) -> list[Tally]:
    return [tally for kind in _others(view) for tally in view.by_kind[kind]]


def _seats(view: View) -> tuple[float | None, Tally | None]:
    sent = [tally for tally in view.by_kind.get("usage.seats", ()) if tally.valued]
    if not sent:
        return view.facts.seats, None
    last = min(sent, key=lambda tally: tally.age)
    return last.total / last.valued, last


def _newest(tallies: tuple[Tally, ...]) -> int | None:
    return min((tally.age for tally in tallies), default=None)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
