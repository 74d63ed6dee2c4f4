"""Vega-Lite specifications of the charts. Colours are the page's tokens, so one drawing serves both themes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

INK, MUTED, LINE, ACCENT = (f"var(--color-{name})" for name in ("ink", "muted", "line", "accent"))
SERIES = tuple(f"var(--color-series-{place})" for place in ("one", "two", "three", "four", "five"))

# Nothing is "0", not "0k".
AMOUNTS: dict[str, Any] = {"title": None, "format": "~s", "labelExpr": "datum.value ? datum.label : '0'"}
"""The axis of amounts: thousands and millions in one letter."""

CONFIG: dict[str, Any] = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED,
        "titleColor": MUTED,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": 400,
    },
    "legend": {"labelColor": INK, "title": None, "orient": "top", "labelFontSize": 12, "columnPadding": 24},
}


def score_history_chart(points: Sequence[tuple[date, str, float]], *, name: str) -> dict[str, Any]:
    """Return a line chart of (day, series, value 0-100), oldest first; `name` is read out as its label."""
    rows: list[dict[str, Any]] = [
        {"day": day.isoformat(), "series": series, "value": round(value, 1)} for day, series, value in points
    ]
    series = sorted({row["series"] for row in rows})
    return chart_frame(rows, name=name) | {
        "height": 180,
        "mark": {"type": "line", "point": {"size": 30}, "strokeWidth": 2},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%b %y", "grid": False}},
            "y": {"field": "value", "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": {"title": None}},
            "color": series_colour(series),
            "strokeDash": {"field": "series", "type": "nominal", "scale": {"domain": series}, "legend": None},
        },
    }


def score_story_chart(
    points: Sequence[tuple[date, str, float | None]], marks: Sequence[tuple[date, str]], *, name: str
) -> dict[str, Any]:
    """Return score lines of (day, series, value or None for a gap) with numbered marks of (day, number) above them."""
    rows: list[dict[str, Any]] = [
        {"day": day.isoformat(), "series": series, "value": None if value is None else round(value, 1)}
        for day, series, value in points
    ]
    series = sorted({row["series"] for row in rows})
    x = {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%-d %b %y", "grid": False}}
    line = {
        "mark": {"type": "line", "interpolate": "step-after", "point": {"size": 24}, "strokeWidth": 2},
        "encoding": {
            "x": x,
            "y": {"field": "value", "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": {"title": None}},
            "color": series_colour(series),
            "strokeDash": {"field": "series", "type": "nominal", "scale": {"domain": series}, "legend": None},
        },
    }
    happened = {"values": [{"day": day.isoformat(), "number": number} for day, number in marks]}
    rule = {
        "data": happened,
        "mark": {"type": "rule", "color": MUTED, "strokeDash": [2, 3]},
        "encoding": {"x": x},
    }
    number = {
        "data": happened,
        "mark": {"type": "text", "color": INK, "fontSize": 12, "dy": -6, "y": 0},
        "encoding": {"x": x, "text": {"field": "number"}},
    }
    return chart_frame(rows, name=name) | {"height": 180, "layer": [line, rule, number] if marks else [line]}


def arr_steps_chart(points: Sequence[tuple[date, str, float]], *, name: str) -> dict[str, Any]:
    """Return amounts as steps of (first day, series, amount a year), each up to the next; the last repeats its end."""
    rows: list[dict[str, Any]] = [
        {"day": day.isoformat(), "series": series, "value": round(value, 2)} for day, series, value in points
    ]
    series = list(dict.fromkeys(row["series"] for row in rows))
    return chart_frame(rows, name=name) | {
        "height": 180,
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
        "encoding": {
            "x": {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%b %y", "grid": False}},
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"zero": True},
                "axis": AMOUNTS | {"tickCount": 5},
            },
            "color": series_colour(series) | ({"legend": None} if len(series) == 1 else {}),
            "strokeDash": {"field": "series", "type": "nominal", "scale": {"domain": series}, "legend": None},
        },
    }


def stacked_bar_chart(
    cells: Sequence[Mapping[str, Any]], *, order: Sequence[str], series: Sequence[str], name: str
) -> dict[str, Any]:
    """Return bars of `value` per `group` stacked by `series`; each cell may carry an `href` to its rows."""
    return chart_frame([dict(cell) for cell in cells], name=name) | {
        "height": 200,
        "mark": {"type": "bar", "size": 40},
        "encoding": {
            "x": {"field": "group", "type": "nominal", "sort": list(order), "axis": {"title": None, "labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "axis": AMOUNTS | {"tickCount": 5}},
            "color": series_colour(series),
            "order": {"field": "rank", "type": "quantitative"},
            "href": {"field": "href"},
        },
    }


def chart_frame(rows: list[dict[str, Any]], *, name: str) -> dict[str, Any]:
    """Return what every chart has: its data, its label, its size and looks; marks and encoding are added to it."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": name,
        "width": 960,
        "data": {"values": rows},
        "config": CONFIG,
    }


def series_colour(series: Sequence[str]) -> dict[str, Any]:
    """Return the colour of each series by its place."""
    colours = [SERIES[k % len(SERIES)] for k in range(len(series))]
    return {"field": "series", "type": "nominal", "scale": {"domain": list(series), "range": colours}}
