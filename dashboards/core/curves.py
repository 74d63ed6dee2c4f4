"""A curve with the spread of the accounts behind it, as numbers for an SVG. Decides nothing about scores."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, TOP = 240.0, 72.0, 6.0
SLOTS = 24
EDGE = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadBar:
    """One bar of the histogram."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveDrawing:
    """The curve in a box of 240 x 72; `marks` are the x of floor, target and ceiling; `spoken` reads it out."""

    line: str
    bars: tuple[SpreadBar, ...]
    marks: tuple[tuple[str, str], ...]
    spoken: str


def draw_curve(points: tuple[float, float, float], values: Sequence[float], *, name: str) -> CurveDrawing:
    """Return the drawing of floor, target and ceiling over `values` (any order; none gives no bars)."""
    low, high = _domain(points, values)
    line = [(low, _height(points, low)), *((x, y) for x, y in zip(points, (0.0, 0.5, 1.0), strict=True))]
    line = sorted([*line, (high, _height(points, high))])
    floor, target, ceiling = points
    known = f"{len(values):,} accounts known" if values else "no account known"
    return CurveDrawing(
        line=" ".join(f"{_x(x, low, high):.1f},{_y(y):.1f}" for x, y in line),
        bars=_bars(values, low, high),
        marks=tuple((f"{_x(x, low, high):.1f}", f"{_y(y):.1f}") for x, y in zip(points, (0.0, 0.5, 1.0), strict=True)),
        spoken=f"{name}: no points at {floor:g}, half at {target:g}, all at {ceiling:g}; {known}",
    )


def _domain(points: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return what is shown: the curve with a margin, and nearly all accounts, but never more than thrice the curve."""
    low, high = min(points), max(points)
    span = high - low
    ordered = sorted(values)
    if ordered:
        low = min(low, max(ordered[len(ordered) // 50], low - span))
        high = max(high, min(ordered[-1 - len(ordered) // 50], high + span))
    margin = EDGE * (high - low)
    return low - margin, high + margin


def _height(points: tuple[float, float, float], x: float) -> float:
    floor, _, ceiling = points
    return 0.0 if abs(x - floor) < abs(x - ceiling) else 1.0


def _bars(values: Sequence[float], low: float, high: float) -> tuple[SpreadBar, ...]:
    counts = [0] * SLOTS
    for value in values:
        at = int((min(max(value, low), high) - low) / (high - low) * SLOTS)
        counts[min(at, SLOTS - 1)] += 1
    most, width = max(counts), WIDTH / SLOTS
    return tuple(
        SpreadBar(
            x=f"{at * width + 0.5:.1f}",
            y=f"{HEIGHT - (HEIGHT - TOP) * count / most:.1f}",
            width=f"{width - 1:.1f}",
            height=f"{(HEIGHT - TOP) * count / most:.1f}",
        )
        for at, count in enumerate(counts)
        if count
    )


def _x(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) * WIDTH


def _y(points: float) -> float:
    return HEIGHT - points * (HEIGHT - TOP)
