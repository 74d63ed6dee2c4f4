"""The report of a training as tables for its page. The figures stand in the report; nothing is computed here."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboards.core.dates import date_cell, day_words
from dashboards.core.model_words import (
    FIGURES,
    FORMS,
    TESTS,
    exclusion_words,
    form_words,
    interval_words,
    number_words,
    share_words,
)
from dashboards.core.parts import Cell, Column, Reason, Table
from dashboards.core.wording import column_title, title
from dashboards.queries.asker import Asker
from signals.models import RiskModelVersion

Report = Mapping[str, Any]
MOST_DRIVERS = 12


def facts(version: RiskModelVersion, report: Report) -> tuple[tuple[str, str], ...]:
    """Return what a reader wants to know first."""
    what = report["what"]
    return (
        ("Learned from outcomes", share_words(version.learned_share)),
        ("Tested by", TESTS[version.protocol][0]),
        ("Outcomes from", _span(what)),
        ("Trained", day_words(version.trained_at.date())),
        ("By", version.author),
        ("Code", version.code_version),
    )


def members_table(report: Report) -> Table:
    """Return the figures of each member beside those of the expert judgement."""
    return Table(
        caption="Figures of each member",
        columns=(Column(title="Model"), *_figure_columns()),
        rows=tuple(
            (_named(form_words(name), name == report["form"]), *_figure_cells(figures))
            for name, figures in _ordered(report["members"], FORMS)
        ),
    )


def tests_table(report: Report) -> Table:
    """Return what each way of testing says of the same model: random folds flatter."""
    return Table(
        caption="Ways of testing",
        columns=(Column(title="Test"), *_figure_columns()),
        rows=tuple(
            (Cell(text=TESTS[name][0], note=TESTS[name][1]), *_figure_cells(figures))
            for name, figures in _ordered(report["tests"], TESTS)
        ),
    )


def parts_table(report: Report) -> Table:
    """Return the figures per segment and horizon."""
    return Table(
        caption="Segments and horizons",
        columns=(
            Column(title="Part"),
            Column(title="Rows", is_amount=True),
            Column(title="Lost", is_amount=True),
            Column(title="Lost per foretold", is_amount=True, term="observed_over_expected"),
            Column(title="AUC", is_amount=True, term="auc"),
            Column(title="Calibration error", is_amount=True, term="calibration_error"),
        ),
        rows=tuple(_part_row(each) for each in (*report["segments"], *report["horizons"])),
    )


def exclusions_table(report: Report) -> Table:
    """Return the columns that were left out, and why."""
    return Table(
        caption="Left out",
        columns=(Column(title="Column"), Column(title="Why")),
        rows=tuple(
            (Cell(text=column_title(each["column"])), Cell(text=each.get("words") or exclusion_words(each["code"])))
            for each in report["exclusions"]
        ),
    )


def audit_table(report: Report) -> Table:
    """Return how the model treats groups it must not know: foretold beside observed losses of each."""
    return Table(
        caption="Audit by protected attribute, region and size",
        columns=(
            Column(title="Group"),
            Column(title="Rows", is_amount=True),
            Column(title="Lost", is_amount=True),
            Column(title="Foretold", is_amount=True),
            Column(title="Called high", is_amount=True),
            Column(title="AUC", is_amount=True, term="auc"),
        ),
        rows=tuple(
            (
                Cell(text=f"{column_title(each['attribute'])}: {each['level']}"),
                Cell(text=f"{each['rows']:,}", is_amount=True),
                Cell(text=share_words(each["observed"]), is_amount=True),
                Cell(text=share_words(each["expected"]), is_amount=True),
                Cell(text=share_words(each["called_high"]), is_amount=True),
                Cell(text=number_words(each["auc"]), is_amount=True),
            )
            for each in report["audit"]
        ),
    )


def curve_table(report: Report) -> Table:
    """Return the points of the calibration curve."""
    return Table(
        caption="Calibration",
        columns=(
            Column(title="Model"),
            Column(title="Foretold", is_amount=True),
            Column(title="Observed", is_amount=True),
            Column(title="Rows", is_amount=True),
        ),
        rows=tuple(
            (
                Cell(text=each["series"]),
                Cell(text=share_words(each["foretold"]), is_amount=True),
                Cell(text=share_words(each["observed"]), is_amount=True),
                Cell(text=f"{each['rows']:,}", is_amount=True),
            )
            for each in report["curve"]
        ),
    )


def periods_table(report: Report) -> Table:
    """Return the AUC of each quarter."""
    return Table(
        caption="AUC by quarter",
        columns=(
            Column(title="Quarter"),
            Column(title="Model"),
            Column(title="Rows", is_amount=True),
            Column(title="AUC", is_amount=True, term="auc"),
        ),
        rows=tuple(
            (
                Cell(text=each["period"]),
                Cell(text=each["series"]),
                Cell(text=f"{each['rows']:,}", is_amount=True),
                Cell(text=number_words(each["auc"]), is_amount=True),
            )
            for each in report["periods"]
        ),
    )


def columns_table(report: Report) -> Table:
    """Return every column that the model reads, the strongest first."""
    return Table(
        caption="What the model reads",
        columns=(
            Column(title="Input"),
            Column(title="Family"),
            Column(title="Strength", is_amount=True),
            Column(title="Known in", is_amount=True),
        ),
        rows=tuple(
            (
                Cell(text=column_title(each["name"])),
                Cell(text=title(each["family"])),
                Cell(text=number_words(each["strength"]), is_amount=True),
                Cell(text=share_words(each["known_share"]), is_amount=True),
            )
            for each in report["columns"]
        ),
    )


def drivers(report: Report) -> list[dict[str, Any]]:
    """Return the strongest inputs for their chart."""
    strong = [each for each in report["columns"] if each["strength"]][:MOST_DRIVERS]
    return [{"driver": column_title(each["name"]), "weight": round(each["strength"], 4)} for each in strong]


def life(version: RiskModelVersion, asker: Asker) -> tuple[Reason, ...]:
    """Return what happened to the version, the latest first."""
    steps = [(version.trained_at, "Proposed", version.author, version.reason)]
    if version.promoted_at is not None:
        steps.append((version.promoted_at, "Put in force", version.promoted_by, version.promotion_reason))
    if version.ended_at is not None:
        steps.append((version.ended_at, title(version.state), version.ended_by, version.ended_reason))
    return tuple(
        Reason(text=f"{what} by {who}, {date_cell(at.date(), today=asker.today).when}", note=why)
        for at, what, who, why in sorted(steps, key=lambda step: step[0], reverse=True)
    )


def _figure_columns() -> tuple[Column, ...]:
    return (
        Column(title="Rows", is_amount=True),
        *(Column(title=words, is_amount=True, term=term) for _, words, term in FIGURES),
    )


def _figure_cells(figures: Mapping[str, Any]) -> tuple[Cell, ...]:
    cells = [Cell(text=f"{figures['rows']:,}", is_amount=True)]
    for key, _, _ in FIGURES:
        note = interval_words(figures) if key == "auc" else ""
        cells.append(Cell(text=number_words(figures[key]), note=note, is_amount=True))
    return tuple(cells)


def _ordered(figures: Mapping[str, Any], order: Iterable[str]) -> list[tuple[str, Any]]:
    """Return those that a reader is shown, in the order of reading; the database keeps none."""
    return [(name, figures[name]) for name in order if name in figures]


def _named(words: str, is_chosen: bool) -> Cell:
    return Cell(text=words, note="chosen" if is_chosen else "")


def _part_row(part: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(text=title(part["name"])),
        Cell(text=f"{part['rows']:,}", is_amount=True),
        Cell(text=f"{part['losses']:,}", is_amount=True),
        Cell(text=number_words(part["observed_over_expected"], digits=2), is_amount=True),
        Cell(text=number_words(part["auc"]), note=interval_words(part), is_amount=True),
        Cell(text=number_words(part["calibration_error"]), is_amount=True),
    )


def _span(what: Mapping[str, Any]) -> str:
    if not what["first_decided_on"]:
        return "no day is known"
    first, last = what["first_decided_on"], what["last_decided_on"]
    return first if first == last else f"{first} to {last}"
