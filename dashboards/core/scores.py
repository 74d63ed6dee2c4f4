"""Scores as badges and contributions as signed bars: number, word, shape, trend, coverage, age. Scores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from dashboards.core.dates import age_words, day_words
from dashboards.core.money import percent_words

ScoreKind = Literal["health", "risk", "expansion"]
STATES = ("good", "watch", "bad", "none")
SHAPES = {"good": "check-circle", "watch": "exclamation-triangle", "bad": "fire", "none": "question-mark-circle"}
TRENDS = {"up": "arrow-trending-up", "down": "arrow-trending-down", "flat": "minus-small", "": ""}
KIND_WORDS = {"health": "Health", "risk": "Risk", "expansion": "Expansion potential"}
STEADY_POINTS = 1.0
HALF = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBadge:
    """A score for a page. `number` is "–" when not scored; `spoken` is the whole badge for a screen reader.

    `href` leads to its explanation; it is empty for what was never computed.
    """

    kind: ScoreKind
    title: str
    number: str
    word: str
    state: str
    shape: str
    trend: str
    trend_shape: str
    note: str
    spoken: str
    earlier: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreFacts:
    """What a badge says: `score` 0-100 or None, `change` in points since `change_days` ago, `coverage` 0-1.

    `last` is the newest number there ever was and its day, shown muted while there is none now.
    """

    kind: ScoreKind
    score: float | None
    word: str
    state: str
    change: float | None = None
    change_days: int = 30
    coverage: float | None = None
    computed_at: datetime | None = None
    last: tuple[float, date] | None = None
    href: str = ""


def score_badge(facts: ScoreFacts, *, now: datetime) -> ScoreBadge:
    """Return the badge; a score of None reads "Not scored", never green."""
    is_scored = facts.score is not None
    number = f"{facts.score:.0f}" if facts.score is not None else "–"
    word = facts.word if is_scored else "Not scored"
    state = facts.state if is_scored and facts.state in STATES else "none"
    trend, arrow = _trend(facts) if is_scored else ("", "")
    last = None if is_scored else facts.last
    notes = (
        "" if last is None else f"last scored {day_words(last[1])}",
        _coverage(facts.coverage),
        _age(facts.computed_at, now),
    )
    note = " · ".join(part for part in notes if part)
    title = KIND_WORDS[facts.kind]
    earlier = "" if last is None else f"was {last[0]:.0f}"
    said = (f"{title} {number if is_scored else ''}".strip(), word, earlier, trend, note)
    spoken = ", ".join(part for part in said if part)
    return ScoreBadge(
        kind=facts.kind,
        title=title,
        number=number,
        word=word,
        state=state,
        shape=SHAPES[state],
        trend=trend,
        trend_shape=TRENDS[arrow],
        note=note,
        spoken=spoken,
        earlier=earlier,
        href=facts.href,
    )


def _trend(facts: ScoreFacts) -> tuple[str, str]:
    if facts.change is None:
        return "", ""
    since = "since yesterday" if facts.change_days == 1 else f"in {facts.change_days} days"
    if abs(facts.change) < STEADY_POINTS:
        return f"unchanged {since}", "flat"
    return f"{facts.change:+.0f} {since}".replace("-", "−"), "up" if facts.change > 0 else "down"


def _coverage(coverage: float | None) -> str:
    return "" if coverage is None else f"{percent_words(coverage)} known"


def _age(computed_at: datetime | None, now: datetime) -> str:
    return "" if computed_at is None else age_words(computed_at, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One part of a score in points; `evidence` says from what, `href` leads to it."""

    label: str
    points: float
    is_good: bool
    evidence: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A contribution as a bar: `left` and `width` in per cent of the track, whose axis stands at 50."""

    label: str
    points: str
    left: str
    width: str
    colour: str
    evidence: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bars that add up: `start` + bars = `total`; `note` says in which unit."""

    start: str
    rows: tuple[Bar, ...]
    total: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarWords:
    """What is said behind the first and the last figure, and below them."""

    start: str = ""
    total: str = ""
    note: str = ""


PLAIN = BarWords()


def contribution_bars(parts: Sequence[Contribution], *, start: float, total: float, words: BarWords = PLAIN) -> Bars:
    """Return the bars, the longest half the track wide, in the order given."""
    longest = max((abs(part.points) for part in parts), default=0.0)
    rows = tuple(_bar(part, longest) for part in parts)
    ends = (f"{_plain(start)}{words.start}", f"{_plain(total)}{words.total}")
    return Bars(start=ends[0], rows=rows, total=ends[1], note=words.note)


def _plain(points: float) -> str:
    return f"{points:.1f}".replace("-", "−")


def _bar(part: Contribution, longest: float) -> Bar:
    width = HALF * abs(part.points) / longest if longest else 0.0
    left = HALF if part.points >= 0 else HALF - width
    colour = "none" if part.points == 0 else "good" if part.is_good else "bad"
    return Bar(
        label=part.label,
        points=f"{part.points:+.1f}".replace("-", "−"),
        left=f"{left:.1f}",
        width=f"{width:.1f}",
        colour=colour,
        evidence=part.evidence,
        href=part.href,
    )


def spark_points(values: Sequence[float], *, width: float = 80.0, height: float = 20.0) -> str:
    """Return the points of an SVG polyline through `values` (0-100), oldest first; "" for fewer than two."""
    if len(values) < 2:
        return ""
    step = width / (len(values) - 1)
    return " ".join(f"{index * step:.1f},{height - value / 100 * height:.1f}" for index, value in enumerate(values))
