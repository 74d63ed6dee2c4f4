"""The rules of health on one page: signal, measure, curve, weight, score, and what the score triggers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboards.core.curves import CurveDrawing, draw_curve
from dashboards.core.dates import day_words
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Chip, Filter, Tab
from dashboards.core.rule_words import COMPLEXITIES, kind_words, number_words, place_words
from dashboards.core.wording import band_words, title
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scorecards.triggers import Trigger, expansion_triggers, health_triggers
from renewals.queries.library import segment_book
from signals.core.editing.inheritance import Place, Setting, measure_keys, setting_of
from signals.models import CurrentExpansion, CurrentScore, ScorecardVersion
from signals.models.scores import OverridableRow
from signals.queries.distributions import Spread, measure_spread
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force

PATHS = {"health": "/scores/", "expansion": "/scores/expansion/"}
SHIPPED = {"health": "scorecard", "expansion": "expansion"}
NAMES = {"health": "Health", "expansion": "Expansion potential"}
ROWS: Mapping[str, type[OverridableRow]] = {"health": CurrentScore, "expansion": CurrentExpansion}


@dataclass(frozen=True, slots=True, kw_only=True)
class BandLine:
    """A band with its limits and how many accounts are in it now."""

    word: str
    state: str
    limits: str
    count: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureLine:
    """One measure from its signals to its weight; `weight_note` says from where the weight is inherited."""

    key: str
    label: str
    meaning: str
    signals: tuple[str, ...]
    window: str
    curve: CurveDrawing
    curve_words: str
    curve_note: str
    weight: str
    share: str
    share_width: str
    weight_note: str
    is_own: bool
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesPage:
    """The whole chain for one kind of account."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    version: str
    reason: str
    place: str
    filters: tuple[Filter, ...]
    measures: tuple[MeasureLine, ...]
    bands: tuple[BandLine, ...]
    coverage_floor: str
    not_scored: str
    not_scored_href: str
    triggers: tuple[Trigger, ...]
    noun: str


def segments() -> tuple[str, ...]:
    """Return the segments in the order of the workspace's book: from the smallest accounts to the largest."""
    return tuple(segment_book().names)


def in_book_order(keys: Iterable[str]) -> list[str]:
    """Return these segments as the book orders them; what it does not know comes last."""
    order = segments()
    return sorted(keys, key=lambda key: (order.index(key) if key in order else len(order), key))


def chosen_place(asked: Mapping[str, str]) -> Place:
    """Return the kind of account the address asks for; what is unknown counts as not asked."""
    segment, complexity = asked.get("segment", ""), asked.get("complexity", "")
    return Place(
        segment if segment in segments() else None,
        complexity if complexity in COMPLEXITIES else None,
    )


def rules_page(place: Place, kind: str = "health") -> RulesPage:
    """Return the rules of health or expansion potential in force for a kind of account."""
    version = version_in_force(kind)
    definition = version.definition if version else shipped(SHIPPED[kind])
    lines = _lines(definition, place, measure_spread(kind))
    rows, name = ROWS[kind].objects, NAMES[kind]
    counts = dict(rows.exclude(band="").values_list("band").annotate(n=Count("id")))
    weighing = sum(line.weight != "0" for line in lines)
    return RulesPage(
        title=f"{name} is made of {weighing} measures",
        unit=f"{place_words(place)} · {since_words(version)}",
        tabs=score_tabs(kind),
        crumbs=(),
        term="health" if kind == "health" else "expansion_potential",
        version=f"{name} scorecard {version.number}" if version else f"Shipped {name.lower()} scorecard",
        reason=f"{version.reason} ({version.author})" if version else "",
        place=place_words(place),
        filters=place_filters(PATHS[kind], place),
        measures=lines,
        bands=band_lines(kind, definition, counts),
        coverage_floor=percent_words(definition["coverage_floor"]),
        not_scored=count_words(rows.filter(value__isnull=True).count(), "account"),
        not_scored_href="/accounts/",
        triggers=health_triggers() if kind == "health" else expansion_triggers(),
        noun=name.lower(),
    )


def place_filters(path: str, place: Place) -> tuple[Filter, ...]:
    """Return the choice of segment and complexity as links."""
    choices = [Place(each, place.complexity) for each in (None, *segments())]
    chips = tuple(
        Chip(
            text=title(each.segment) if each.segment else "All",
            href=f"{path}{place_query(each)}",
            is_on=each == place,
        )
        for each in choices
    )
    return (Filter(title="Segment", chips=chips), complexity_filter(path, place.complexity, place.segment))


def complexity_filter(path: str, complexity: str | None, segment: str | None = None) -> Filter:
    """Return the choice of product complexity as links that keep the segment."""
    chips = tuple(
        Chip(
            text=f"{title(each)} complexity" if each else "Any complexity",
            href=f"{path}{place_query(Place(segment, each))}",
            is_on=each == complexity,
        )
        for each in (None, *COMPLEXITIES)
    )
    return Filter(title="Product complexity", chips=chips)


def place_query(place: Place) -> str:
    """Return the part of an address that names a kind of account; "" for all."""
    parts = [f"segment={place.segment}"] if place.segment else []
    parts += [f"complexity={place.complexity}"] if place.complexity else []
    return "?" + "&".join(parts) if parts else ""


def since_words(version: ScorecardVersion | None) -> str:
    """Return which version is in force since when."""
    if version is None or version.published_at is None:
        return "as shipped"
    return f"scorecard {version.number}, in force since {day_words(version.published_at.date())}"


def _lines(definition: Mapping[str, Any], place: Place, spread: Spread) -> tuple[MeasureLine, ...]:
    weights = {key: setting_of(definition, key, "weight", place) for key in measure_keys(definition)}
    total = sum(each.value for each in weights.values())
    lines = [_line(definition, row, weights[row["key"]], place, (spread, total)) for row in definition["measures"]]
    return tuple(sorted(lines, key=lambda line: -float(line.share_width)))


def _line(
    definition: Mapping[str, Any],
    row: Mapping[str, Any],
    weight: Setting,
    place: Place,
    context: tuple[Spread, float],
) -> MeasureLine:
    spread, total = context
    curve = setting_of(definition, row["key"], "curve", place)
    window = setting_of(definition, row["key"], "window_days", place)
    half_life = setting_of(definition, row["key"], "half_life_days", place)
    values = spread.of(row["key"], place.segment)
    floor, target, ceiling = curve.value
    share = weight.value / total if total else 0.0
    return MeasureLine(
        key=row["key"],
        label=row["label"],
        meaning=row["meaning"],
        signals=tuple(kind_words(kind) for kind in row["kinds"]),
        window=f"{window.value:,} days back · halves in {number_words(half_life.value)}",
        curve=draw_curve((floor, target, ceiling), values, name=row["label"]),
        curve_words=f"{number_words(floor)} · {number_words(target)} · {number_words(ceiling)}",
        curve_note=origin_words(curve, place),
        weight=number_words(weight.value),
        share=percent_words(share),
        share_width=f"{100 * share:.1f}",
        weight_note=origin_words(weight, place),
        is_own=weight.is_own,
        known=f"known for {len(values):,} accounts" if values else "not known for any account",
    )


def origin_words(setting: Setting, place: Place) -> str:
    """Return from where a value comes; "" on the page of all accounts, where everything is its own."""
    if place == Place():
        return ""
    if setting.is_own:
        return "own value"
    return f"from {place_words(setting.origin).lower()}"


def band_lines(kind: str, definition: Mapping[str, Any], counts: Mapping[str, int]) -> tuple[BandLine, ...]:
    """Return the bands of a kind of score with how many are in them now."""
    return tuple(_band(kind, row, counts.get(row["key"], 0)) for row in definition["bands"])


def _band(kind: str, row: Mapping[str, Any], count: int) -> BandLine:
    word, state = band_words(kind, row["key"])
    end = "to 100" if row["high"] == 100 else f"to below {number_words(row['high'])}"
    hrefs = {"health": f"/accounts/?health={row['key']}", "risk": f"/queue/?risk={row['key']}"}
    return BandLine(
        word=word,
        state=state,
        limits=f"{number_words(row['low'])} {end}",
        count=count_words(count, "renewal" if kind == "risk" else "account"),
        href=hrefs.get(kind, ""),
    )
