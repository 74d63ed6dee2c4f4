"""The indicators in words: names, shares with their denominators, trends, and the finding. Counts nothing itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboards.core.charts import ACCENT, INK, chart_frame
from dashboards.core.money import percent_words
from dashboards.core.parts import Cell
from playbooks.core.indicators import Counted, Tally, added

QUARTER = 3
FEWEST = 2
STEADY_POINTS = 0.5
HUNDRED = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure on the pages: its name, its definition in the glossary, and how its figure is read.

    `form` is "share" of a base, or "per_hundred"; `is_good_high` is None where neither way is better.
    """

    key: str
    name: str
    term: str
    form: str = "share"
    is_good_high: bool | None = True


LEADING = (
    Measure(key="early_interest", name="Early renewal interest", term="early_interest"),
    Measure(key="milestones", name="Milestones reached in time", term="milestone_attainment"),
    Measure(
        key="escalations",
        name="Escalations raised",
        term="escalation_activations",
        form="per_hundred",
        is_good_high=None,
    ),
    Measure(key="proactive", name="Risks recorded in time", term="proactivity"),
)
WORK = (
    Measure(key="tasks_on_time", name="Done on time", term="on_time_work"),
    Measure(key="personalised", name="Personalised", term="personalisation_rate"),
    Measure(key="bounced", name="Bounced", term="bounce_rate", is_good_high=False),
    Measure(key="complained", name="Complained of", term="complaint_rate", is_good_high=False),
)
TOUCHES = (
    Measure(key="answered", name="Answered", term="response_rate"),
    Measure(key="converted", name="Renewed after it", term="conversion_rate"),
)
HANDOVERS = Measure(key="handovers", name="Handovers accepted", term="handover_acceptance")
REVIEWS = (
    Measure(key="attendance", name="Invited people who came", term="review_attendance"),
    Measure(key="decisions", name="Decisions done by their day", term="decision_completion"),
)
NAMES: Mapping[str, str] = {each.key: each.name for each in (*LEADING, *WORK, *TOUCHES, HANDOVERS, *REVIEWS)}

WITH_WORDS: Mapping[str, str] = {"sponsor_stability": "{share} of them have a sponsor in place"}
"""Measures that say yes or no of an account: the middle one of them tells nothing, their share does."""


def share_words(counted: Counted, form: str = "share") -> str:
    """Return a figure: "62%" of a base, or "4.2" for each hundred; "no cases" where the base is nothing."""
    if counted.share is None:
        return "no cases"
    return f"{counted.share * HUNDRED:.1f}" if form == "per_hundred" else percent_words(counted.share)


def share_cell(counted: Counted, form: str = "share", *, state: str = "") -> Cell:
    """Return a figure with its denominator beside it."""
    note = f"{counted.hits:,} of {counted.base:,}" if counted.base else ""
    return Cell(text=share_words(counted, form), note=note, is_amount=not state, state=state)


def change_words(latest: Counted, before: Counted) -> str:
    """Return how far a share has moved: "+8 points", "level", or "not known" where either has no cases."""
    if latest.share is None or before.share is None:
        return "not known"
    points = (latest.share - before.share) * HUNDRED
    if abs(points) < STEADY_POINTS:
        return "level"
    return f"{points:+.0f} points".replace("-", "−")


def of_measure(tallies: Iterable[Tally], key: str, *, since: date | None = None, until: date | None = None) -> Counted:
    """Return a measure added up over the months from `since` to before `until`."""
    return added(
        each
        for each in tallies
        if each.measure == key
        and (since is None or each.month_on >= since)
        and (until is None or each.month_on < until)
    )


def finding(tallies: Sequence[Tally], since: date, before: date) -> str:
    """Return the title: the leading share that moved most between the last three months and those before them."""
    moved = []
    for measure in LEADING:
        now = of_measure(tallies, measure.key, since=since)
        then = of_measure(tallies, measure.key, since=before, until=since)
        if measure.form == "share" and now.share is not None and then.share is not None:
            moved.append((abs(now.share - then.share), measure, now.share, then.share))
    if not moved:
        return "Too few months to see what is ahead"
    points, measure, share, then_share = max(moved, key=lambda each: each[0])
    if points * HUNDRED < STEADY_POINTS:
        return f"{measure.name}: level at {percent_words(share)}"
    way = "rose" if share > then_share else "fell"
    return f"{measure.name} {way} to {percent_words(share)}, from {percent_words(then_share)} the quarter before"


def monthly_chart(tallies: Sequence[Tally], measures: Sequence[Measure], *, name: str) -> dict[str, Any] | None:
    """Return one line per measure over the months, oldest first; None when none has two months with cases."""
    months = sorted({each.month_on for each in tallies})
    rows = [
        {"month": month.strftime("%b %y"), "figure": measure.name, "value": round(counted.share * HUNDRED, 2)}
        for measure in measures
        for month in months
        for counted in [added(t for t in tallies if t.measure == measure.key and t.month_on == month)]
        if counted.share is not None
    ]
    shown = [m.name for m in measures if sum(row["figure"] == m.name for row in rows) >= FEWEST]
    if not shown:
        return None
    return chart_frame([row for row in rows if row["figure"] in shown], name=name) | {
        "height": 70,
        "mark": {"type": "line", "point": {"size": 30, "color": ACCENT}, "strokeWidth": 2, "color": ACCENT},
        "encoding": {
            "row": {
                "field": "figure",
                "sort": shown,
                "title": None,
                "header": {"labelOrient": "top", "labelAnchor": "start", "labelColor": INK, "labelFontSize": 12},
            },
            "x": {
                "field": "month",
                "type": "ordinal",
                "sort": [month.strftime("%b %y") for month in months],
                "axis": {"title": None, "labelAngle": 0},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "scale": {"domainMin": 0},
                "axis": {"title": None, "tickCount": 3},
            },
        },
        "resolve": {"scale": {"y": "independent"}},
    }
