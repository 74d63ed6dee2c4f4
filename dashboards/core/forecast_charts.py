"""The charts of the forecast: bands by quarter with baselines, the tornado, bias by checkpoint. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.core.charts import ACCENT, AMOUNTS, INK, LINE, MUTED, SERIES, chart_frame

DUE, COMMITS = "Due", "Signed + commit"
NO_SIGN_AT_ZERO = "datum.value == 0 ? '0%' : datum.label"
SHAPES = {DUE: "triangle-down", COMMITS: "diamond"}


def band_chart(rows: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any]:
    """Return a bar from P10 to P90 a quarter with marks on it; a row has quarter, low, middle, high, due, commits."""
    order = [row["quarter"] for row in rows]
    marks = [
        {"quarter": row["quarter"], "mark": mark, "value": row[key]}
        for row in rows
        for mark, key in ((DUE, "due"), (COMMITS, "commits"))
    ]
    x = {"field": "quarter", "type": "nominal", "sort": order, "axis": {"title": None, "labelAngle": 0}}
    axis = AMOUNTS | {"tickCount": 5}
    bar = {
        "mark": {"type": "bar", "size": 44, "color": ACCENT, "opacity": 0.28, "cornerRadius": 3},
        "encoding": {
            "x": x,
            "y": {"field": "low", "type": "quantitative", "axis": axis, "scale": {"zero": True}},
            "y2": {"field": "high"},
            "href": {"field": "href"},
        },
    }
    half = {
        "mark": {"type": "tick", "color": INK, "thickness": 3, "size": 44},
        "encoding": {"x": x, "y": {"field": "middle", "type": "quantitative"}},
    }
    return chart_frame([dict(row) for row in rows], name=name) | {
        "height": 240,
        "layer": [bar, half, _points(marks, x)],
    }


def _points(marks: Sequence[Mapping[str, Any]], x: Mapping[str, Any]) -> dict[str, Any]:
    """Return the marks beside the band, each kind with a shape of its own."""
    scale = {"domain": list(SHAPES), "range": [MUTED, SERIES[1]]}
    legend = {"title": None, "orient": "top"}
    shape = {"domain": list(SHAPES), "range": list(SHAPES.values())}
    return {
        "data": {"values": list(marks)},
        "mark": {"type": "point", "filled": True, "size": 130, "strokeWidth": 3},
        "encoding": {
            "x": dict(x),
            "y": {"field": "value", "type": "quantitative"},
            "shape": {"field": "mark", "type": "nominal", "scale": shape, "legend": legend},
            "color": {"field": "mark", "type": "nominal", "scale": scale, "legend": legend},
        },
    }


def tornado_chart(rows: Sequence[Mapping[str, Any]], *, name: str) -> dict[str, Any]:
    """Return a bar a lever from the least to the most it may do, with its best guess; zero is the forecast."""
    y: dict[str, Any] = {"field": "lever", "type": "nominal", "sort": [row["lever"] for row in rows]}
    y["axis"] = {"title": None, "labelLimit": 360}
    x = {"field": "least", "type": "quantitative", "axis": AMOUNTS | {"tickCount": 6}}
    bar = {
        "mark": {"type": "bar", "size": 18, "color": ACCENT, "opacity": 0.35},
        "encoding": {"y": y, "x": x, "x2": {"field": "most"}},
    }
    tick = {
        "mark": {"type": "tick", "color": INK, "thickness": 3, "size": 18},
        "encoding": {"y": y, "x": {"field": "guess", "type": "quantitative"}},
    }
    zero = {
        "data": {"values": [{"at": 0}]},
        "mark": {"type": "rule", "color": LINE, "strokeWidth": 2},
        "encoding": {"x": {"field": "at", "type": "quantitative"}},
    }
    return chart_frame([dict(row) for row in rows], name=name) | {
        "height": 32 * max(1, len(rows)),
        "width": 720,
        "padding": {"left": 64, "right": 8, "top": 4, "bottom": 4},
        "layer": [zero, bar, tick],
    }


def bias_chart(rows: Sequence[Mapping[str, Any]], *, callers: Sequence[str], name: str) -> dict[str, Any]:
    """Return bias by checkpoint, a bar a caller side by side; zero is no bias."""
    order = list(dict.fromkeys(row["checkpoint"] for row in rows))
    return chart_frame([dict(row) for row in rows], name=name) | {
        "height": 180,
        "mark": {"type": "bar", "size": 28},
        "encoding": {
            "x": {"field": "checkpoint", "type": "nominal", "sort": order, "axis": {"title": None, "labelAngle": 0}},
            "xOffset": {"field": "series", "sort": list(callers)},
            "y": {
                "field": "value",
                "type": "quantitative",
                "axis": {"title": None, "format": "+.0%", "labelExpr": NO_SIGN_AT_ZERO, "tickCount": 5},
            },
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": {"domain": list(callers), "range": list(SERIES[: len(callers)])},
            },
        },
    }
