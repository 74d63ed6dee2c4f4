"""The rules of renewal risk: the usual loss of each segment, the inputs and their coefficients, what it triggers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Tab
from dashboards.core.rule_edits import INPUTS
from dashboards.core.rule_words import number_words
from dashboards.core.wording import title
from dashboards.queries.scorecards.draft import NOTHING, LimitField, Refused
from dashboards.queries.scorecards.rules import BandLine, band_lines, in_book_order, since_words
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scorecards.triggers import Trigger, risk_triggers
from dashboards.queries.scoring import measure_labels
from signals.core.risk import probability
from signals.models import CurrentRisk, ScorecardVersion
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class InputLine:
    """One input of risk in words; the bar shows how strongly it moves the log-odds, to the right when it is bad."""

    key: str
    label: str
    effect: str
    centre: str
    coefficient: str
    left: str
    width: str
    colour: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskPage:
    """The rules of risk in force."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    version: str
    reason: str
    bases: tuple[tuple[str, str], ...]
    inputs: tuple[InputLine, ...]
    bands: tuple[BandLine, ...]
    coverage_floor: str
    not_scored: str
    not_scored_href: str
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """The fields of one input in the form of a draft."""

    label: str
    fields: tuple[LimitField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputForm:
    """The form of a draft of risk: the usual loss by segment, and the numbers of each input."""

    columns: tuple[str, ...]
    rows: tuple[InputRow, ...]
    bases: tuple[LimitField, ...]


def risk_page() -> RiskPage:
    """Return the rules of renewal risk in force."""
    version = version_in_force("risk")
    definition = version.definition if version else shipped("risk")
    counts = dict(CurrentRisk.objects.exclude(band="").values_list("band").annotate(n=Count("id")))
    unscored = CurrentRisk.objects.filter(value__isnull=True).count()
    return RiskPage(
        title=f"Renewal risk is made of {len(definition['inputs'])} inputs",
        unit=f"The transparent rules · {since_words(version)}",
        tabs=score_tabs("risk"),
        crumbs=(),
        term="risk",
        version=f"Risk {version.number}" if version else "Shipped risk",
        reason=f"{version.reason} ({version.author})" if version else "",
        bases=tuple((_segment(key), percent_words(probability(odds))) for key, odds in _bases(definition)),
        inputs=_lines(definition),
        bands=band_lines("risk", definition, counts),
        coverage_floor=percent_words(definition["coverage_floor"]),
        not_scored=count_words(unscored, "renewal"),
        not_scored_href="",
        triggers=risk_triggers(),
    )


def draft_inputs(version: ScorecardVersion, refused: Refused = NOTHING) -> InputForm:
    """Return the form of the inputs of a draft of risk."""
    definition = version.definition
    return InputForm(
        columns=tuple(INPUTS.values()),
        rows=tuple(
            InputRow(
                label=row["label"],
                fields=tuple(
                    _field(f"i:{row['key']}:{field}", f"{word} of {row['label']}", _plain(row[field]), refused)
                    for field, word in INPUTS.items()
                ),
            )
            for row in definition["inputs"]
        ),
        bases=tuple(
            _field(
                f"b:{key}", f"Usual loss, {_segment(key).lower()}", percent_words(probability(odds), digits=1), refused
            )
            for key, odds in _bases(definition)
        ),
    )


def _bases(definition: Mapping[str, Any]) -> list[tuple[str, float]]:
    return [(key, definition["base"][key]) for key in in_book_order(definition["base"])]


def _lines(definition: Mapping[str, Any]) -> tuple[InputLine, ...]:
    longest = max(abs(row["coefficient"]) for row in definition["inputs"])
    return tuple(_line(row, longest) for row in definition["inputs"])


def _line(row: Mapping[str, Any], longest: float) -> InputLine:
    is_bad = row["coefficient"] > 0
    width = 50.0 * abs(row["coefficient"]) / longest
    what = measure_labels().get(row["key"], row["label"]).lower()
    step = f"twice the {what}" if row.get("is_logarithmic") else f"{number_words(row['scale'])} more of {what}"
    return InputLine(
        key=row["key"],
        label=row["label"],
        effect=f"a step is {step}: it {'raises' if is_bad else 'lowers'} the risk",
        centre=f"neutral at {number_words(row['centre'])}",
        coefficient=number_words(row["coefficient"]),
        left=f"{50.0 if is_bad else 50.0 - width:.1f}",
        width=f"{width:.1f}",
        colour="bad" if is_bad else "good",
        limits=f"kept within {number_words(row['low'])} to {number_words(row['high'])} steps",
    )


def _segment(key: str) -> str:
    return "Any other" if key == "default" else title(key)


def _share(log_odds: float) -> str:
    return percent_words(probability(log_odds), digits=1)


def _plain(value: float) -> str:
    return f"{value:g}"


def _field(name: str, label: str, value: str, refused: Refused) -> LimitField:
    return LimitField(
        name=name, label=label, value=refused.typed.get(name, value), problem=refused.problems.get(name, "")
    )
