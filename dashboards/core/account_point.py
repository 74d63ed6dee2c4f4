"""The curve of one measure with the place of one account on it, as numbers for an SVG. Decides nothing about scores."""

from dataclasses import dataclass

WIDTH, HEIGHT, TOP = 240.0, 72.0, 8.0
MARGIN = 0.1
MOST_SPANS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PointDrawing:
    """A line in a box of 240 x 72, the account's point on it, the edges below it; `spoken` reads it out."""

    line: str
    x: str
    y: str
    edges: tuple[tuple[str, str], ...]
    spoken: str


def draw_point(points: tuple[float, float, float], value: float, score: float, *, name: str) -> PointDrawing:
    """Return the curve through floor, target and ceiling with the account at `value`, which gives `score` (0 to 1).

    A value far outside is drawn at the edge of the box: what it gives is flat there.
    """
    low, high = min(points), max(points)
    span = high - low
    low, high = min(low, max(value, low - MOST_SPANS * span)), max(high, min(value, high + MOST_SPANS * span))
    margin = MARGIN * (high - low)
    low, high = low - margin, high + margin
    floor, target, ceiling = points
    inner = [(floor, 0.0), (target, 0.5), (ceiling, 1.0)]
    ends = [(low, 0.0 if floor < ceiling else 1.0), (high, 1.0 if floor < ceiling else 0.0)]
    line = sorted([*inner, *ends])
    shown = min(max(value, low), high)
    return PointDrawing(
        line=" ".join(f"{_x(x, low, high):.1f},{_y(y):.1f}" for x, y in line),
        x=f"{_x(shown, low, high):.1f}",
        y=f"{_y(score):.1f}",
        edges=tuple((f"{_x(x, low, high):.1f}", f"{x:g}") for x in points),
        spoken=f"{name}: {value:.4g} gives {score:.2f} of 1; no points at {floor:g}, half at {target:g}, all at "
        f"{ceiling:g}",
    )


def _x(value: float, low: float, high: float) -> float:
    return (value - low) / (high - low) * WIDTH


def _y(points: float) -> float:
    return HEIGHT - TOP - points * (HEIGHT - 2 * TOP)
