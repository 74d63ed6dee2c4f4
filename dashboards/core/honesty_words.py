"""The words of the honesty report: what a verdict means, why there is none, how early was warned. Computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.core.charts import ACCENT, MUTED, chart_frame
from dashboards.core.money import count_words, percent_words

VERDICTS: Mapping[str, tuple[str, str, str]] = {
    "honest": ("Honest", "good", "Losses are as frequent as foretold."),
    "fails": ("Not honest", "bad", "Losses are not as frequent as foretold; do not read the per cent as chances."),
    "orders": ("Orders", "good", "Accounts with less health were lost more often."),
    "no_order": ("No order", "bad", "Health says nothing about which renewals were lost."),
}


def too_few_words(rows: int, lost: int, *, minimum_rows: int, minimum_lost: int) -> str:
    """Return why a report gives no figure, and what would have to come."""
    return (
        f"Too few to say: {count_words(rows, 'renewal')} ended with a score that stood at the time, {lost:,} of them "
        f"lost. At least {minimum_rows:,} are needed, with {minimum_lost:,} lost and {minimum_lost:,} kept."
    )


def finding_words(kind: str, verdict: str, brier: float | None, auc: float | None) -> str:
    """Return the finding in one sentence with its figures."""
    _, _, said = VERDICTS[verdict]
    parts = [said]
    parts += [f"Brier score {brier:.3f} (0 is perfect)."] if brier is not None else []
    if auc is not None:
        name = "riskier" if kind == "risk" else "less healthy"
        parts.append(f"Of a lost and a kept renewal, the lost one was the {name} in {percent_words(auc)}.")
    return " ".join(parts)


def warning_words(figures: Mapping[str, Any], lost: int) -> str:
    """Return how early risk was seen as high before the notice deadline, or the due date without one."""
    quartiles, unwarned = figures.get("warned_days"), figures.get("unwarned", 0)
    never = f"{unwarned:,} of {lost:,} losses were never seen as high risk."
    if not quartiles:
        return never
    low, middle, high = quartiles
    return f"Risk was high {middle:.0f} days before the notice deadline (half: {low:.0f} to {high:.0f}). {never}"


def curve_chart(curve: Sequence[Mapping[str, float]], *, kind: str, name: str) -> dict[str, Any]:
    """Return the observed share of losses with its interval over the score; of risk with the line of honesty."""
    rows = [{key: round(float(step[key]) * (1 if key == "score" else 100), 1) for key in step} for step in curve]
    x = {"field": "score", "type": "quantitative", "scale": {"domain": [0, 100]}}
    x_axis = x | {"axis": {"title": "Risk foretold, %" if kind == "risk" else "Health", "grid": False}}
    y_axis = {"title": "Lost, %"}
    bar = {
        "mark": {"type": "rule", "color": MUTED},
        "encoding": {
            "x": x_axis,
            "y": {"field": "low", "type": "quantitative", "scale": {"domain": [0, 100]}, "axis": y_axis},
            "y2": {"field": "high"},
        },
    }
    point = {
        "mark": {"type": "point", "filled": True, "size": 80, "color": ACCENT},
        "encoding": {"x": x_axis, "y": {"field": "observed", "type": "quantitative"}},
    }
    honest = {
        "data": {"values": [{"score": 0, "observed": 0}, {"score": 100, "observed": 100}]},
        "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 4]},
        "encoding": {"x": x, "y": {"field": "observed", "type": "quantitative"}},
    }
    layers = [honest, bar, point] if kind == "risk" else [bar, point]
    return chart_frame(rows, name=name) | {"height": 260, "layer": layers}
