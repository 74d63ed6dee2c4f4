"""Scores over time with what happened beside them: one row per day, numbered marks, a finding. Knows no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.core.dates import day_words
from dashboards.core.parts import Cell, Column, Table

MOST_ROWS = 60
STEADY = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePoint:
    """A score of a day; `value` None is "not scored" and breaks the line."""

    on: date
    series: str
    value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that may have changed a score: a version, an override, a sponsor, an escalation."""

    on: date
    text: str


def daily(points: Sequence[ScorePoint]) -> tuple[ScorePoint, ...]:
    """Return the last point of each day and series, oldest first; the points come oldest first."""
    kept = {(point.on, point.series): point for point in points}
    return tuple(kept[key] for key in sorted(kept))


def finding(points: Sequence[ScorePoint], series: str) -> str:
    """Return what a line says in words: "Health fell from 71 to 62 since 3 Jan 2026"."""
    known = [(point.on, point.value) for point in points if point.series == series and point.value is not None]
    if not known:
        return f"{series} has not been scored"
    (first_on, first), (_, last) = known[0], known[-1]
    if len(known) == 1 or abs(last - first) < STEADY:
        return f"{series} {last:.0f}, steady since {day_words(first_on)}"
    return f"{series} {'rose' if last > first else 'fell'} from {first:.0f} to {last:.0f} since {day_words(first_on)}"


def story_table(points: Sequence[ScorePoint], marks: Sequence[Mark], series: Sequence[str]) -> Table:
    """Return the same figures as a table, the newest day first, with the marks in words."""
    values = {(point.on, point.series): point.value for point in points}
    said: dict[date, list[str]] = {}
    for mark in marks:
        said.setdefault(mark.on, []).append(mark.text)
    days = sorted({point.on for point in points} | set(said), reverse=True)[:MOST_ROWS]
    return Table(
        caption="Scores by day with what changed",
        columns=(
            Column(title="Day"),
            *(Column(title=name, is_amount=True) for name in series),
            Column(title="What changed"),
        ),
        rows=tuple(
            (
                Cell(text=day_words(day)),
                *(Cell(text=_value(values, (day, name)), is_amount=True) for name in series),
                Cell(text="; ".join(said.get(day, ()))),
            )
            for day in days
        ),
    )


def _value(values: dict[tuple[date, str], float | None], key: tuple[date, str]) -> str:
    if key not in values:
        return ""
    value = values[key]
    return "not scored" if value is None else f"{value:.0f}"
