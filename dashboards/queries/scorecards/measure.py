"""One measure of a draft for one kind of account: its curve with the accounts behind it, its spans, a suggestion."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from dashboards.core.curves import CurveDrawing, draw_curve
from dashboards.core.parts import Filter, Link, Tab
from dashboards.core.rule_edits import CURVE, SPANS
from dashboards.core.rule_words import number_words, place_words
from dashboards.queries.scorecards.draft import NOTHING, PATH, POINTS, Refused
from dashboards.queries.scorecards.rules import place_filters, place_query
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scorecards.words import version_words
from signals.core.editing.curves import suggested_curve
from signals.core.editing.inheritance import EVERYWHERE, Place, measure_keys, setting_of
from signals.core.editing.manual import PREFIX
from signals.models import ScorecardVersion
from signals.queries.distributions import measure_spread

CURVE_LABELS = {"floor": "Floor: no points", "target": "Target: half", "ceiling": "Ceiling: all points"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleField:
    """A number of the measure; `inherited` stands behind the empty field, `note` says from where."""

    name: str
    label: str
    value: str
    inherited: str
    note: str
    is_own: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A curve from the spread of the accounts, as hidden fields and in words."""

    words: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurePage:
    """The measure in finished words."""

    id: int
    key: str
    href: str
    back_href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    term: str
    meaning: str
    revision: int
    filters: tuple[Filter, ...]
    curve: CurveDrawing
    points: tuple[RuleField, ...]
    spans: tuple[RuleField, ...]
    suggestion: Suggestion | None
    no_suggestion: str
    may_inherit: bool
    is_manual: bool


def measure_page(version: ScorecardVersion, key: str, place: Place, refused: Refused = NOTHING) -> MeasurePage:
    """Return the page of a measure of a draft; Http404 when the draft has no such measure."""
    if version.kind not in POINTS or key not in measure_keys(version.definition):
        raise Http404("No such measure.")
    row = next(each for each in version.definition["measures"] if each["key"] == key)
    values = measure_spread(version.kind).of(key, place.segment)
    curve = setting_of(version.definition, key, "curve", place).value
    suggestion = _suggestion(version.definition, key, place, values)
    path = f"{PATH}{version.id}/measures/{key}/"
    return MeasurePage(
        id=version.id,
        key=key,
        href=f"{path}{place_query(place)}",
        back_href=f"{PATH}{version.id}/{place_query(Place(None, place.complexity))}",
        title=row["label"],
        unit=f"{place_words(place)} · {version_words(version).lower()}: {version.reason}",
        crumbs=(
            Link(text="Versions", href="/scores/versions/"),
            Link(text=version_words(version), href=f"{PATH}{version.id}/"),
        ),
        tabs=score_tabs("versions"),
        term="",
        meaning=row["meaning"],
        revision=version.revision,
        filters=place_filters(path, place),
        curve=draw_curve((curve[0], curve[1], curve[2]), values, name=row["label"]),
        points=_points(version.definition, key, place, refused),
        spans=tuple(_span(version.definition, key, field, (place, refused)) for field in SPANS),
        suggestion=suggestion,
        no_suggestion=""
        if suggestion
        else f"Known for {len(values):,} accounts: too few, or too alike, to suggest one.",
        may_inherit=place != EVERYWHERE,
        is_manual=any(kind.startswith(PREFIX) for kind in row["kinds"]),
    )


def _points(definition: Mapping[str, Any], key: str, place: Place, refused: Refused) -> tuple[RuleField, ...]:
    found = setting_of(definition, key, "curve", place)
    shows = found.is_own or place == EVERYWHERE
    return tuple(
        RuleField(
            name=name,
            label=CURVE_LABELS[name],
            value=refused.typed.get(name, number_words(found.value[at]) if shows else ""),
            inherited=number_words(found.inherited[at]) if place != EVERYWHERE else "",
            note="" if shows else place_words(found.origin),
            is_own=found.is_own and place != EVERYWHERE,
            problem=refused.problems.get(name, ""),
        )
        for at, name in enumerate(CURVE)
    )


def _span(definition: Mapping[str, Any], key: str, field: str, context: tuple[Place, Refused]) -> RuleField:
    place, refused = context
    found = setting_of(definition, key, field, place)
    shows = found.is_own or place == EVERYWHERE
    return RuleField(
        name=field,
        label=SPANS[field],
        value=refused.typed.get(field, _plain(found.value) if shows else ""),
        inherited=_plain(found.inherited) if place != EVERYWHERE else "",
        note="" if shows else place_words(found.origin),
        is_own=found.is_own and place != EVERYWHERE,
        problem=refused.problems.get(field, ""),
    )


def _plain(value: float) -> str:
    return number_words(value).replace(",", "")


def _suggestion(definition: Mapping[str, Any], key: str, place: Place, values: list[float]) -> Suggestion | None:
    curve = setting_of(definition, key, "curve", place).value
    found = suggested_curve(values, is_falling=curve[0] > curve[2])
    if found is None:
        return None
    words = " · ".join(number_words(each) for each in found)
    fields = [(name, f"{value:g}") for name, value in zip(CURVE, found, strict=True)]
    for field in SPANS:
        kept = setting_of(definition, key, field, place)
        fields.append((field, _plain(kept.value) if kept.is_own or place == EVERYWHERE else ""))
    return Suggestion(words=words, fields=tuple(fields))
