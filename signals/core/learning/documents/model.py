"""The whole trained model as one JSON document. Held-out rows are not in it: they are rows, not a model."""

from collections.abc import Mapping
from typing import Any

from signals.core.errors import ModelInvalid
from signals.core.learning.documents.members import (
    booster_in,
    booster_out,
    scorecard_in,
    scorecard_out,
    stack_in,
    stack_out,
)
from signals.core.learning.documents.plain import column_in, column_out, frame_in, frame_out, number_in, number_out
from signals.core.learning.frame import object_array
from signals.core.learning.metrics.figures import Figures
from signals.core.learning.metrics.intervals import Interval
from signals.core.learning.prior import parse_prior, prior_document
from signals.core.learning.screening import Exclusion
from signals.core.learning.training.model import Comparison, Report, TrainedModel, Verdict

FORMAT = "perennial-risk-model-1"


def to_document(model: TrainedModel) -> dict[str, Any]:
    """Return the model as values that JSON holds; `from_document` gives the same predictions bit for bit."""
    return {
        "format": FORMAT,
        "in_force": model.in_force,
        "verdict": {"code": model.verdict.code, "is_promotable": model.verdict.is_promotable},
        "exclusions": [{"name": e.name, "reason": e.reason, "detail": e.detail} for e in model.exclusions],
        "columns": [column_out(column) for column in model.columns],
        "prior": prior_document(model.prior_card.prior),
        "prior_card": scorecard_out(model.prior_card),
        "scorecard": None if model.scorecard is None else scorecard_out(model.scorecard),
        "booster": None if model.booster is None else booster_out(model.booster),
        "stack": None if model.stack is None else stack_out(model.stack),
        "calibrations": {name: stack_out(line) for name, line in model.calibrations.items()},
        "background": None if model.background is None else frame_out(model.background),
        "report": report_out(model.report),
        "seed": model.seed,
    }


def from_document(document: Mapping[str, Any]) -> TrainedModel:
    """Return the model of a document; raise ModelInvalid when it is none or of a format that is not known."""
    if document.get("format") != FORMAT:
        raise ModelInvalid(f"The stored model is of the format {document.get('format')!r}, not {FORMAT!r}.")
    prior = parse_prior(document["prior"])
    order = tuple(column["name"] for column in document["columns"])
    parts = {name: document[name] for name in ("scorecard", "booster", "stack", "background")}
    return TrainedModel(
        in_force=document["in_force"],
        verdict=Verdict(**document["verdict"]),
        exclusions=tuple(Exclusion(**one) for one in document["exclusions"]),
        columns=tuple(column_in(column) for column in document["columns"]),
        prior_card=scorecard_in(document["prior_card"], prior, order),
        scorecard=None if parts["scorecard"] is None else scorecard_in(parts["scorecard"], prior, order),
        booster=None if parts["booster"] is None else booster_in(parts["booster"]),
        stack=None if parts["stack"] is None else stack_in(parts["stack"]),
        calibrations={name: stack_in(line) for name, line in document["calibrations"].items()},
        background=None if parts["background"] is None else frame_in(parts["background"]),
        report=_report_in(document["report"]),
        seed=document["seed"],
    )


def report_out(report: Report) -> dict[str, Any]:
    """Return the figures and comparisons of a report."""
    return {
        "protocol": report.protocol,
        "rows": report.rows,
        "decided_rows": report.decided_rows,
        "losses": report.losses,
        "figures": {name: figures_out(figures) for name, figures in report.figures.items()},
        "comparisons": [
            {
                "challenger": one.challenger,
                "reference": one.reference,
                "difference": number_out(one.difference),
                "interval": _interval_out(one.interval),
            }
            for one in report.comparisons
        ],
    }


def figures_out(figures: Figures) -> dict[str, Any]:
    """Return the figures; what is not defined is null."""
    names = [name for name in Figures.__dataclass_fields__ if name != "auc_interval"]
    plain = {name: number_out(getattr(figures, name)) for name in names}
    whole = {"rows": figures.rows, "losses": figures.losses}
    return {**plain, **whole, "auc_interval": _interval_out(figures.auc_interval)}


def _report_in(document: Mapping[str, Any]) -> Report:
    return Report(
        protocol=document["protocol"],
        rows=document["rows"],
        decided_rows=document["decided_rows"],
        losses=document["losses"],
        split_names=object_array([]),
        held_out={},
        figures={name: _figures_in(figures) for name, figures in document["figures"].items()},
        comparisons=tuple(
            Comparison(
                challenger=one["challenger"],
                reference=one["reference"],
                difference=number_in(one["difference"]),
                interval=_interval_in(one["interval"]),
            )
            for one in document["comparisons"]
        ),
    )


def _figures_in(document: Mapping[str, Any]) -> Figures:
    special = ("auc_interval", "rows", "losses")
    numbers = {name: number_in(value) for name, value in document.items() if name not in special}
    return Figures(
        rows=document["rows"],
        losses=document["losses"],
        auc_interval=_interval_in(document["auc_interval"]),
        **numbers,
    )


def _interval_out(interval: Interval) -> list[float | None]:
    return [number_out(interval.low), number_out(interval.high)]


def _interval_in(pair: list[float | None]) -> Interval:
    return Interval(number_in(pair[0]), number_in(pair[1]))
