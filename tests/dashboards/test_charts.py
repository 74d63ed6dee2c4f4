"""Charts: drawn without style or script, in the page's tokens, with links that stay on the page's own host."""

import re
from datetime import date

import pytest

from dashboards.chart_drawing import draw, fit
from dashboards.core.charts import score_history_chart, stacked_bar_chart
from dashboards.core.honesty_charts import FIGURES, ORDER, weekly_chart

POINTS = [(date(2026, 1, 5), "Health", 71.0), (date(2026, 2, 2), "Health", 64.0), (date(2026, 2, 2), "Risk", 30.0)]
CELLS = [{"group": "Q1 2026", "series": "Commit", "value": 1200.0, "rank": 1, "href": "/pipeline/?quarter=2026Q1"}]


def test_drawing_has_no_inline_style_script_or_literal_colour() -> None:
    svg = draw(score_history_chart(POINTS, name="Scores"))
    assert "style=" not in svg
    assert "<script" not in svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    assert {colour for colour in colours if not colour.startswith("var(--color-")} == set()


def test_drawing_every_point_says_what_it_is() -> None:
    svg = draw(score_history_chart(POINTS, name="Scores"))
    assert len(re.findall(r'aria-label="[^"]*value: 71[^"]*"', svg)) >= 1


def test_drawing_bar_links_to_its_rows_on_our_host() -> None:
    svg = draw(stacked_bar_chart(CELLS, order=["Q1 2026"], series=["Commit"], name="Pipeline"))
    assert re.findall(r'<a [^>]*href="([^"]*)"', svg) == ["/pipeline/?quarter=2026Q1"]


def test_drawing_escapes_names_in_the_data() -> None:
    cells = [CELLS[0] | {"series": "<img src=x>"}]
    svg = draw(stacked_bar_chart(cells, order=["Q1 2026"], series=["<img src=x>"], name="Pipeline"))
    assert "<img" not in svg


def weeks(count: int) -> list[dict[str, object]]:
    return [
        {"week": f"2026-03-{2 + 7 * k:02}", "auc": 0.7, "brier": None, "warned": 40, "green": k, "red": 0}
        for k in range(count)
    ]


def test_weekly_honesty_has_a_line_per_figure_that_two_weeks_know() -> None:
    chart = weekly_chart(weeks(3), name="Risk week by week")
    assert chart is not None
    assert chart["encoding"]["row"]["sort"] == [title for key, title in FIGURES.items() if key != "brier"]
    assert len(chart["data"]["values"]) == 12
    svg = draw(chart)
    assert ORDER in svg
    assert set(re.findall(r'(?:fill|stroke)="([^"v]+)"', svg)) <= {"none", "transparent"}
    assert weekly_chart(weeks(1), name="") is None


def test_fit_without_a_drawing_refuses() -> None:
    with pytest.raises(ValueError, match="no <svg>"):
        fit("nothing")
