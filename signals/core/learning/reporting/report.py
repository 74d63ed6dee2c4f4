"""Puts the honesty report together: what was learned from, how it was tested, what was left out, what to conclude."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from signals.core.learning.explaining.explain import explain
from signals.core.learning.frame import Array, Column, Frame
from signals.core.learning.metrics.intervals import Interval
from signals.core.learning.reporting.figures import figures_row, known
from signals.core.learning.reporting.findings import findings
from signals.core.learning.reporting.parts import audit_rows, curve_rows, horizon_rows, period_rows, segment_rows
from signals.core.learning.reporting.trials import Trial, trial_rows
from signals.core.learning.screening import PROTECTED
from signals.core.learning.training.model import PRIOR, SCORECARD, STACK, TrainedModel
from signals.core.learning.training.run import readable
from signals.core.learning.watching import baseline_of

MEMBER_WORDS = {PRIOR: "Expert judgement", SCORECARD: "Learned scorecard", STACK: "Stack", "booster": "Trees"}
AUDITED = ("account.region", "account.country", "account.employees", "account.segment")
SAMPLE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What the report says about its making that the rows do not: as of when, which data set, when a risk is high.

    `older_count` is how many looks at renewals were left out, for older rules had made their features.
    """

    as_of: str
    dataset: str
    high_from: float
    code_version: str
    older_count: int = 0


def report_of(frame: Frame, model: TrainedModel, story: Story, trial: Trial) -> dict[str, Any]:
    """Return the report as plain data; `frame` is the table before columns were left out."""
    rng = np.random.default_rng(trial.seed)
    member = best_member(model)
    held, splits = model.report.held_out, model.report.split_names
    shown = {name: MEMBER_WORDS[name] for name in (member, PRIOR) if name in held}
    report: dict[str, Any] = {
        "what": _what(frame, model, story),
        "verdict": model.verdict.code,
        "verdict_words": model.verdict.words,
        "is_promotable": model.verdict.is_promotable,
        "form": model.in_force,
        "best": member,
        "learned_share": model.learned_share,
        "members": {name: figures_row(figures) for name, figures in model.figures.items()},
        "comparisons": [_comparison(asdict(each)) for each in model.report.comparisons],
        "tests": trial_rows(frame, model, member, trial) if member in held else {},
        "curve": curve_rows(frame, held, shown),
        "periods": period_rows(frame, splits, held, shown),
        "segments": segment_rows(frame, held[member], splits, rng=rng) if member in held else [],
        "horizons": horizon_rows(frame, held[member], splits, rng=rng) if member in held else [],
        "columns": column_rows(frame, model),
        "exclusions": [{"column": e.name, "code": e.reason, "detail": e.detail} for e in model.exclusions],
        "audit": _audit(frame, model, held.get(member), story),
    }
    baseline = baseline_of(readable(model, frame), (column.name for column in model.columns))
    return report | {"findings": findings(report), "baseline": baseline}


def best_member(model: TrainedModel) -> str:
    """Return the member that speaks or, when nothing learned may, the one that came nearest."""
    if model.in_force != PRIOR:
        return model.in_force
    return next((name for name in (SCORECARD, PRIOR) if name in model.report.held_out), PRIOR)


def foretold_rows(frame: Frame, model: TrainedModel) -> tuple[dict[str, Any], ...]:
    """Return each decided row with its outcome and what each member said of it unseen; None where it said nothing."""
    members = {name: held for name, held in model.report.held_out.items() if name in MEMBER_WORDS}
    return tuple(
        {
            "key": frame.keys[at],
            "account": str(frame.groups[at]),
            "segment": str(frame.segments[at]),
            "lost": int(frame.outcome[at]),
            **{name: known(float(held[at])) for name, held in members.items()},
        }
        for at in np.flatnonzero(frame.is_decided)
    )


def column_rows(frame: Frame, model: TrainedModel) -> list[dict[str, Any]]:
    """Return every column that may be read: how often it is known, how far it moves the log-odds."""
    step = max(1, len(frame) // SAMPLE)
    sample = frame.take(np.arange(0, len(frame), step)[:SAMPLE])
    told = explain(model, sample) if len(sample) else None
    parts = {**told.columns, **told.context} if told is not None else {}
    there = {column.name: column for column in frame.columns}
    rows = [_column_row(column, there.get(column.name), parts.get(column.name)) for column in model.columns]
    return sorted(rows, key=lambda row: (-row["strength"], row["name"]))


def _column_row(column: Column, values: Column | None, parts: Array | None) -> dict[str, Any]:
    return {
        "name": column.name,
        "family": column.family,
        "meaning": column.meaning,
        "is_actionable": column.is_actionable,
        "known_share": float(values.is_known.mean()) if values is not None and len(values) else None,
        "strength": float(np.abs(parts).mean()) if parts is not None and len(parts) else 0.0,
    }


def _what(frame: Frame, model: TrainedModel, story: Story) -> dict[str, Any]:
    decided = frame.is_decided
    days = None if frame.decided_on is None else frame.decided_on[decided]
    dated = days is not None and len(days) > 0
    return {
        "protocol": model.report.protocol,
        "dataset": story.dataset,
        "as_of": story.as_of,
        "code_version": story.code_version,
        "rows": len(frame),
        "older_rows": story.older_count,
        "outcomes": int(decided.sum()),
        "open": int((~decided).sum()),
        "lost": int(frame.outcome[decided].sum()),
        "accounts": len(set(frame.groups[decided].tolist())),
        "first_decided_on": str(days.min()) if dated and days is not None else "",
        "last_decided_on": str(days.max()) if dated and days is not None else "",
    }


def _comparison(plain: Mapping[str, Any]) -> dict[str, Any]:
    interval: Mapping[str, float] | Interval = plain["interval"]
    low, high = (interval["low"], interval["high"]) if isinstance(interval, Mapping) else (interval.low, interval.high)
    return {
        "challenger": plain["challenger"],
        "reference": plain["reference"],
        "difference": known(plain["difference"]),
        "low": known(low),
        "high": known(high),
        "is_better": bool(high < 0),
    }


def _audit(frame: Frame, model: TrainedModel, held: Array | None, story: Story) -> list[dict[str, Any]]:
    if held is None:
        return []
    protected = {e.name for e in model.exclusions if e.reason == PROTECTED}
    audited = tuple(column for column in frame.columns if column.name in protected or column.name in AUDITED)
    return audit_rows(frame, held, audited, high_from=story.high_from)
