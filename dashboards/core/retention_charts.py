"""The waterfall of ARR as floating bars with their amounts written above. Computes nothing."""

from collections.abc import Callable
from typing import Any

from dashboards.core.charts import ACCENT, AMOUNTS, INK, chart_frame
from dashboards.core.retention_words import STEP_WORDS
from renewals.core.metrics import Waterfall

WHOLE, UP, DOWN = "Whole", "Came", "Went"
GOOD, BAD = "var(--color-good)", "var(--color-bad)"


def waterfall_chart(
    found: Waterfall, *, name: str, words: Callable[[Any], str], link: Callable[[str], str]
) -> dict[str, Any]:
    """Return the waterfall; `words` says an amount, `link` leads to the rows of a part."""
    rows = [_bar("opening", 0, found.opening, WHOLE, words(found.opening), link)]
    for step in found.steps:
        kind = UP if step.amount >= 0 else DOWN
        said = words(abs(step.amount))
        said = f"+{said}" if step.amount > 0 else f"−{said}" if step.amount < 0 else said
        rows.append(_bar(step.part, step.after - step.amount, step.after, kind, said, link))
    rows.append(_bar("closing", 0, found.closing, WHOLE, words(found.closing), link))
    x = {
        "field": "group",
        "type": "nominal",
        "sort": [row["group"] for row in rows],
        "axis": {"title": None, "labelAngle": 0},
    }
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": [WHOLE, UP, DOWN], "range": [ACCENT, GOOD, BAD]},
        "legend": None,
    }
    bars = {
        "mark": {"type": "bar", "size": 56},
        "encoding": {
            "x": x,
            "y": {"field": "low", "type": "quantitative", "axis": AMOUNTS | {"tickCount": 5}},
            "y2": {"field": "high"},
            "color": colour,
            "href": {"field": "href"},
        },
    }
    labels = {
        "mark": {"type": "text", "dy": -8, "fontSize": 12, "color": INK},
        "encoding": {"x": x, "y": {"field": "high", "type": "quantitative"}, "text": {"field": "words"}},
    }
    return chart_frame(rows, name=name) | {"height": 240, "layer": [bars, labels]}


def _bar(part: str, start: Any, end: Any, kind: str, words: str, link: Callable[[str], str]) -> dict[str, Any]:
    low, high = sorted((float(start), float(end)))
    return {
        "group": STEP_WORDS[part],
        "low": low,
        "high": high,
        "kind": kind,
        "words": words,
        "href": link(part),
    }
