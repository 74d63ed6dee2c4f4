"""Differences between versions of the rules in words: "Weight of usage velocity, small: 0.2 became 0.25"."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.core.money import percent_words
from dashboards.core.parts import Difference
from dashboards.core.rule_edits import INPUTS, SPANS
from dashboards.core.rule_words import number_words, place_words
from dashboards.core.wording import band_words, title
from signals.core.editing.changes import RuleChange
from signals.core.editing.inheritance import EVERYWHERE
from signals.core.editing.values import LEVELS, WHOLE, RulePath
from signals.core.risk import probability

FIELDS = {"weight": "Weight", "curve": "Curve", **SPANS}
INHERITED = "as inherited"
TOPS = {
    "coverage_floor": "Share that must be known",
    "fed_floor": "Share that must be fed",
    "margin_points": "Margin in points",
    "days_to_confirm": "Days to confirm",
    "least_days_before_less_care": "Days before less care",
    "longest_override_days": "Longest time a tier is set by hand, in days",
}


def change_words(changes: Sequence[RuleChange], *, kind: str, labels: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return each change in words; `labels` names measures and inputs by key."""
    named = {
        change.path.key for change in changes if change.path.field == WHOLE and None in (change.before, change.after)
    }
    return tuple(
        _difference(change, kind, labels)
        for change in changes
        if change.path.field == WHOLE or change.path.key not in named
    )


def path_words(path: RulePath, *, kind: str, labels: Mapping[str, str]) -> str:
    """Return where a value stands, in words."""
    name = labels.get(path.key, title(path.key)).lower()
    if path.part == "scorecard":
        return TOPS.get(path.field, title(path.field))
    if path.part == "cell":
        risk, expansion = path.key.split(":")
        return f"{title(risk)} risk, {expansion} expansion"
    if path.part in LEVELS:
        return f"Upper edge of {path.key} {'risk' if path.part == 'risk_levels' else 'expansion potential'}"
    if path.part == "band":
        return f"Upper limit of “{band_words(kind, path.key)[0]}”"
    if path.part == "base":
        return f"Usual loss, {title(path.key).lower()}"
    if path.part == "input":
        return f"{INPUTS.get(path.field, 'What it is')} of {name}"
    where = f", {place_words(path.place).lower()}" if path.place != EVERYWHERE else ""
    return f"{FIELDS.get(path.field, 'What it is')} of {name}{where}"


def _difference(change: RuleChange, kind: str, labels: Mapping[str, str]) -> Difference:
    if change.path.field == WHOLE:
        return _whole(change, labels)
    return Difference(
        field=path_words(change.path, kind=kind, labels=labels),
        before=_side(change, change.before),
        after=_side(change, change.after),
    )


def _whole(change: RuleChange, labels: Mapping[str, str]) -> Difference:
    row = change.after or change.before
    name = str(row.get("label", labels.get(change.path.key, change.path.key)))
    if change.before is None:
        return Difference(field=f"New measure “{name}”", before="", after=str(row.get("meaning", "")) or "added")
    if change.after is None:
        return Difference(field=f"Measure “{name}”", before="in use", after="taken out")
    return Difference(field=f"Measure “{name}”", before="described otherwise", after="described anew")


def _side(change: RuleChange, value: Any) -> str:
    if value is not None:
        return _value(change.path, value)
    return f"{_value(change.path, change.inherited)}, inherited" if change.inherited is not None else INHERITED


def _value(path: RulePath, value: Any) -> str:
    if path.part == "base":
        return percent_words(probability(float(value)), digits=1)
    if path.field in ("coverage_floor", "fed_floor"):
        return percent_words(float(value))
    if isinstance(value, list | tuple):
        return " · ".join(number_words(float(each)) for each in value)
    if path.part == "cell":
        return title(str(value))
    return number_words(float(value)) if isinstance(value, int | float) else str(value)
