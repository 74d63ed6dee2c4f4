"""The honesty of scores week by week as small charts under one another, one figure each. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.core.charts import ACCENT, INK, chart_frame

FEWEST_WEEKS = 2
ORDER, ERROR, WARNED = "Order: AUC (0.5 is chance)", "Brier score (0 is perfect)", "Warned, days before notice (median)"
GREEN, RED = "Lost although it looked well", "Renewed although it looked bad"
FIGURES: Mapping[str, str] = {"auc": ORDER, "brier": ERROR, "warned": WARNED, "green": GREEN, "red": RED}
"""The figures of a week by their keys, in the order in which they are shown."""


def weekly_chart(weeks: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any] | None:
    """Return one line per figure over the weeks, oldest first; None when fewer than two weeks have a figure.

    Each week has `week` (ISO day) and the keys of FIGURES, None for what is not known; a figure that no two weeks
    know has no line.
    """
    known = {key: [week for week in weeks if week[key] is not None] for key in FIGURES}
    shown = [key for key, found in known.items() if len(found) >= FEWEST_WEEKS]
    if "auc" not in shown:
        return None
    rows = [
        {"week": week["week"], "figure": FIGURES[key], "value": round(float(week[key]), 4)}
        for key in shown
        for week in known[key]
    ]
    return chart_frame(rows, name=name) | {
        "height": 90,
        "mark": {"type": "line", "point": {"size": 30, "color": ACCENT}, "strokeWidth": 2, "color": ACCENT},
        "encoding": {
            "row": {
                "field": "figure",
                "sort": [FIGURES[key] for key in shown],
                "title": None,
                "header": {"labelOrient": "top", "labelAnchor": "start", "labelColor": INK, "labelFontSize": 12},
            },
            "x": {"field": "week", "type": "temporal", "axis": {"title": None, "format": "%-d %b %y", "grid": False}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"zero": False, "nice": True},
                "axis": {"title": None, "tickCount": 3},
            },
        },
        "resolve": {"scale": {"y": "independent"}},
    }
