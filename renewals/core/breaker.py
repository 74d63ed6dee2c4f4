"""A circuit breaker for one target on the network: when it may be called, and what its answer changes.

Pure: who keeps the state calls it under a lock on the row of the target. It counts faults of the other side (no
connection, 5xx, 429); a refusal of one item alone is an answer, and is told here as a success.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class BreakerState(StrEnum):
    """Closed lets every call through, open none, half_open a single probe."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRule:
    """When a breaker opens and for how long. Each failed probe doubles the time, up to `longest`."""

    failures: int = 5
    window: timedelta = timedelta(minutes=10)
    opens_for: timedelta = timedelta(minutes=5)
    longest: timedelta = timedelta(hours=2)
    probe_lasts: timedelta = timedelta(minutes=2)

    def __post_init__(self) -> None:
        """Raise ValueError for a rule that could never open or never close."""
        if self.failures < 1 or min(self.window, self.opens_for, self.probe_lasts) <= timedelta():
            raise ValueError("a breaker needs at least one failure and spans longer than nothing")
        if self.longest < self.opens_for:
            raise ValueError("the longest pause is shorter than the first one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The state of one target. `trips` counts openings in a row; `until` ends the pause, or the wait for a probe."""

    state: BreakerState = BreakerState.CLOSED
    failed_at: tuple[datetime, ...] = ()
    trips: int = 0
    opened_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Whether a call may go out; `after` is to be kept before it does. `retry_at` is when to ask again if not."""

    is_allowed: bool
    is_probe: bool
    retry_at: datetime | None
    after: Breaker


DEFAULT_RULE = BreakerRule()
CLOSED = Breaker()


def ask(breaker: Breaker, *, now: datetime) -> bool:
    """Return whether a call could go out now, without taking the probe."""
    return breaker.state is BreakerState.CLOSED or breaker.until is None or now >= breaker.until


def pass_through(breaker: Breaker, *, now: datetime, rule: BreakerRule = DEFAULT_RULE) -> Passage:
    """Decide about one call. After the pause one caller gets the probe; a probe that never answers is given anew."""
    if breaker.state is BreakerState.CLOSED:
        return Passage(is_allowed=True, is_probe=False, retry_at=None, after=breaker)
    if not ask(breaker, now=now):
        return Passage(is_allowed=False, is_probe=False, retry_at=breaker.until, after=breaker)
    probing = replace(breaker, state=BreakerState.HALF_OPEN, until=now + rule.probe_lasts)
    return Passage(is_allowed=True, is_probe=True, retry_at=None, after=probing)


def succeeded(breaker: Breaker, *, is_probe: bool) -> Breaker:
    """Return the breaker after an answer: a probe closes it, and an answer while closed forgets the failures.

    A late answer to a call from before the opening closes nothing.
    """
    if is_probe or breaker.state is BreakerState.CLOSED:
        return CLOSED
    return breaker


def failed(
    breaker: Breaker, *, is_probe: bool, now: datetime, jitter: float, rule: BreakerRule = DEFAULT_RULE
) -> Breaker:
    """Return the breaker after a fault. `jitter` in 0..1, drawn by the caller, spreads the end of the pause by a fifth.

    A call from before the opening that fails now changes nothing more. Raises ValueError for a jitter outside 0..1.
    """
    if not 0.0 <= jitter <= 1.0:
        raise ValueError(f"jitter {jitter} is outside 0..1")
    if is_probe:
        return _opened(breaker, now, jitter, rule)
    if breaker.state is not BreakerState.CLOSED:
        return breaker
    recent = (*(at for at in breaker.failed_at if at > now - rule.window), now)[-rule.failures :]
    if len(recent) < rule.failures:
        return replace(breaker, failed_at=recent)
    return _opened(replace(breaker, failed_at=recent), now, jitter, rule)


def _opened(breaker: Breaker, now: datetime, jitter: float, rule: BreakerRule) -> Breaker:
    """Open it: the pause doubles with every opening in a row. The first opening's time stays until it closes."""
    pause = min(rule.opens_for * 2 ** min(breaker.trips, 20), rule.longest)
    return Breaker(
        state=BreakerState.OPEN,
        failed_at=breaker.failed_at,
        trips=breaker.trips + 1,
        opened_at=breaker.opened_at or now,
        until=now + pause * (1 + jitter / 5),
    )


def probe_soon(breaker: Breaker, *, now: datetime) -> Breaker:
    """Return the breaker with its pause ended by a person: the next call is the probe. Closed ones stay closed."""
    return breaker if breaker.state is BreakerState.CLOSED else replace(breaker, state=BreakerState.OPEN, until=now)


def as_document(breaker: Breaker) -> dict[str, Any]:
    """Return the breaker as JSON can keep it; `from_document` reads it back to the same value."""
    return {
        "state": breaker.state.value,
        "failed_at": [at.isoformat() for at in breaker.failed_at],
        "trips": breaker.trips,
        "opened_at": breaker.opened_at.isoformat() if breaker.opened_at else None,
        "until": breaker.until.isoformat() if breaker.until else None,
    }


def from_document(document: Mapping[str, Any]) -> Breaker:
    """Return the breaker that a row keeps; an empty document is a closed one.

    Raises ValueError for an unknown state.
    """
    if not document:
        return CLOSED
    return Breaker(
        state=BreakerState(document["state"]),
        failed_at=tuple(datetime.fromisoformat(at) for at in document["failed_at"]),
        trips=document["trips"],
        opened_at=_instant(document["opened_at"]),
        until=_instant(document["until"]),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
