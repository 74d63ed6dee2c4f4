"""Charts of a risk model: is it honest (calibration), does it hold (over time), what drives it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.core.charts import LINE, chart_frame, series_colour

PERCENT = ".0%"
AUC_SCALE = {"domain": [0.4, 1.0], "clamp": True, "zero": False}


def calibration_chart(points: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any]:
    """Return foretold against observed shares with their intervals, and the diagonal of an honest model.

    Each point has `series`, `foretold`, `observed`, `low` and `high`, all 0 to 1.
    """
    series = sorted({point["series"] for point in points})
    top = max((point["high"] for point in points), default=1.0)
    diagonal = {
        "data": {"values": [{"x": 0, "y": 0}, {"x": min(1.0, top), "y": min(1.0, top)}]},
        "mark": {"type": "line", "strokeDash": [4, 4], "color": LINE},
        "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}},
    }
    x = {"field": "foretold", "type": "quantitative", "axis": {"title": "Foretold loss", "format": PERCENT}}
    observed = {"field": "observed", "type": "quantitative", "axis": {"title": "Observed loss", "format": PERCENT}}
    colour = series_colour(series)
    limits = {
        "mark": {"type": "rule", "opacity": 0.5},
        "encoding": {"x": x, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": colour},
    }
    line = {
        "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2},
        "encoding": {"x": x, "y": observed, "color": colour},
    }
    return chart_frame([dict(point) for point in points], name=name) | {
        "height": 260,
        "layer": [diagonal, limits, line],
    }


def auc_over_time_chart(points: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any]:
    """Return the AUC by quarter and series; 0.5 is chance. Each point has `period`, `series` and `auc`."""
    series = sorted({point["series"] for point in points})
    order = sorted({point["period"] for point in points})
    chance = {
        "data": {"values": [{"chance": 0.5}]},
        "mark": {"type": "rule", "strokeDash": [4, 4], "color": LINE},
        "encoding": {"y": {"field": "chance", "type": "quantitative", "scale": AUC_SCALE}},
    }
    line = {
        "mark": {"type": "line", "point": {"size": 40}, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "sort": order, "axis": {"title": None, "labelAngle": 0}},
            "y": {
                "field": "auc",
                "type": "quantitative",
                "scale": AUC_SCALE,
                "axis": {"title": None, "format": ".2f"},
            },
            "color": series_colour(series),
        },
    }
    return chart_frame([dict(point) for point in points], name=name) | {"height": 220, "layer": [chance, line]}


def drivers_chart(rows: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any]:
    """Return bars of how strongly each input moves the risk, the strongest first; rows have `driver`, `weight`."""
    return chart_frame([{**row, "series": "Strength"} for row in rows], name=name) | {
        "height": {"step": 24},
        "mark": {"type": "bar", "size": 14},
        "encoding": {
            "y": {
                "field": "driver",
                "type": "nominal",
                "sort": [row["driver"] for row in rows],
                "axis": {"title": None, "labelLimit": 280},
            },
            "x": {"field": "weight", "type": "quantitative", "axis": {"title": None, "tickCount": 5}},
            "color": {**series_colour(["Strength"]), "legend": None},
        },
    }
