"""How sources are worded: their mood, their volumes, the line of their last weeks, raw messages without amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.money import count_words
from renewals.core.breaker import Breaker, BreakerState, ask
from signals.core.sources.volumes import Pulse

MOODS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "off": ("Switched off", "none"),
        "never": ("Nothing kept yet", "watch"),
        "failing": ("Pull fails", "bad"),
        "silent": ("Silent", "bad"),
        "low": ("Less than usual", "watch"),
        "high": ("More than usual", "watch"),
        "new": ("Too new to judge", "none"),
        "well": ("As usual", "good"),
    }
)
DOORS: Mapping[str, str] = MappingProxyType(
    {"api": "API", "file": "Files", "webhook": "Signed messages", "pull": "Pulled", "person": "People"}
)
FATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "accepted": ("kept", "good"),
        "unchanged": ("known already", "none"),
        "duplicate": ("known, said otherwise", "none"),
        "unmatched": ("of unknown accounts", "watch"),
        "refused": ("refused", "bad"),
        "ignored": ("left out", "none"),
        "unknown": ("of unknown type", "watch"),
        "broken": ("unreadable", "bad"),
    }
)
WIDTH, HEIGHT = 112, 24
HIDDEN = "•••"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spark:
    """A line of daily counts as points of an SVG, and what it says in words."""

    points: str
    words: str


def spark(days: Mapping[date, int], *, today: date, shown: int = 56) -> Spark:
    """Return the line of the last `shown` whole days; the tallest day reaches the top."""
    span = [today - timedelta(days=back) for back in range(shown, 0, -1)]
    counts = [days.get(day, 0) for day in span]
    top = max(counts) or 1
    step = WIDTH / (shown - 1)
    points = " ".join(
        f"{place * step:.1f},{HEIGHT - 2 - count / top * (HEIGHT - 4):.1f}" for place, count in enumerate(counts)
    )
    return Spark(points=points, words=f"{count_words(sum(counts), 'signal')} in {shown} days, {top:,} on the busiest")


def volume_words(pulse: Pulse, *, today: date) -> str:
    """Return the last day that should be in against the usual, in words."""
    if pulse.mood == "never":
        return ""
    if pulse.mood == "silent" and pulse.silent_days:
        return f"nothing for {count_words(pulse.silent_days, 'day')}"
    back = (today - pulse.judged_on).days
    if back > 1:
        return f"{_on_a_day(pulse)}; comes within {count_words(back - 1, 'day')}"
    if pulse.usual.count is None:
        return f"{pulse.count:,} yesterday"
    if not pulse.usual.count and not pulse.count:
        return "nothing on this weekday, as ever"
    return f"{pulse.count:,} yesterday, usually {pulse.usual.count:,.0f}"


def _on_a_day(pulse: Pulse) -> str:
    on = day_words(pulse.judged_on)
    if not pulse.usual.count and not pulse.count:
        return f"nothing on {on}, as ever"
    return f"{pulse.count:,} on {on}" + ("" if pulse.usual.count is None else f", usually {pulse.usual.count:,.0f}")


def breaker_words(breaker: Breaker | None, *, now: datetime, zone: str) -> str:
    """Return why a system is not called at present and until when; "" while it is called as usual."""
    if breaker is None or breaker.state is BreakerState.CLOSED:
        return ""
    if breaker.state is BreakerState.HALF_OPEN:
        return "asked once whether it works again"
    since = instant_cell(breaker.opened_at, now=now, zone=zone).when
    if ask(breaker, now=now):
        return f"out of order since {since}; asked again with the next turn"
    return f"out of order since {since}; left alone until {instant_cell(breaker.until, now=now, zone=zone).when}"


def counts_words(counts: Mapping[str, int]) -> str:
    """Return what became of the events of a message, the good news first."""
    said = [f"{counts[fate]:,} {words}" for fate, (words, _) in FATES.items() if counts.get(fate)]
    return ", ".join(said) or "nothing in it"


def worst_state(counts: Mapping[str, int], state: str) -> str:
    """Return the state that a message is marked with."""
    if state == "failed":
        return "bad"
    states = {FATES[fate][1] for fate, count in counts.items() if count and fate in FATES}
    return next((each for each in ("bad", "watch", "good") if each in states), "none")


def without_numbers(document: Any) -> Any:
    """Return a raw message with every number hidden, for people who may not see amounts."""
    if isinstance(document, dict):
        return {name: without_numbers(value) for name, value in document.items()}
    if isinstance(document, list):
        return [without_numbers(value) for value in document]
    is_amount = isinstance(document, int | float) and not isinstance(document, bool)
    looks_like_one = isinstance(document, str) and document.replace(".", "", 1).replace("-", "", 1).isdecimal()
    return HIDDEN if is_amount or looks_like_one else document


def source_title(alarms: Sequence[str], unheard: Sequence[str], count: int) -> str:
    """Return the finding over the list of sources; `unheard` names those of which no signal was ever kept."""
    if not count:
        return "No source sends signals yet"
    if unheard and not alarms:
        some = f"{len(unheard):,} of {count_words(count, 'source')} have"
        return f"{f'{unheard[0]} has' if len(unheard) == 1 else some} sent nothing that counts yet"
    if not alarms:
        return f"All {count:,} sources are heard" if count > 1 else "The one source is heard"
    if len(alarms) == 1:
        return f"{alarms[0]} needs a look"
    return f"{len(alarms):,} of {count_words(count, 'source')} need a look"
