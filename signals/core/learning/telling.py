"""What a model says of rows, in the form in which it is stored with a score: enough to say the same again.

Log-odds are kept with nine decimals: the same row alone or among thousands may differ in the sixteenth digit.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from signals.core.learning.explaining.explain import explain
from signals.core.learning.frame import NUMBER, Frame, category_column, number_column, object_array
from signals.core.learning.training.model import TrainedModel
from signals.core.learning.training.run import readable

DECIMALS = 9
SMALLEST_PART = 5e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One row as a model sees it: base + parts = log-odds of loss (to 1e-6); `values` are the features it read.

    `parts` holds columns and, for trees, families together; parts of nothing are left out.
    """

    log_odds: float
    base: float
    parts: Mapping[str, float]
    families: Mapping[str, float]
    values: Mapping[str, float | str | None]
    segment: str
    days_to_renewal: float | None

    @property
    def loss_probability(self) -> float:
        """Return the probability of loss."""
        if self.log_odds >= 0.0:
            return 1.0 / (1.0 + math.exp(-self.log_odds))
        odds = math.exp(self.log_odds)
        return odds / (1.0 + odds)

    def record(self) -> dict[str, Any]:
        """Return it as plain data, from which `row_frame` makes the row again."""
        return {
            "log_odds": self.log_odds,
            "base": self.base,
            "parts": dict(self.parts),
            "families": dict(self.families),
            "values": dict(self.values),
            "segment": self.segment,
            "days_to_renewal": self.days_to_renewal,
        }


def told_rows(model: TrainedModel, frame: Frame) -> list[Told]:
    """Return what the model says of each row, with its reasons."""
    if not len(frame):
        return []
    rows, reasons = readable(model, frame), explain(model, frame)
    days = frame.days_to_renewal
    said = []
    for at in range(len(frame)):
        said.append(
            Told(
                log_odds=_kept(reasons.log_odds[at]),
                base=_kept(reasons.base[at]),
                parts=_parts(reasons.columns, at),
                families=_parts(reasons.families, at),
                values={column.name: _value(column.values[at]) for column in rows.columns},
                segment=str(frame.segments[at]),
                days_to_renewal=None if days is None else float(days[at]),
            )
        )
    return said


def told_plainly(model: TrainedModel, frame: Frame) -> list[Told]:
    """Return what the model says of each row without its reasons, which cost most: `parts` are empty."""
    if not len(frame):
        return []
    rows, days = readable(model, frame), frame.days_to_renewal
    log_odds = model.member_log_odds(rows, model.in_force)
    return [
        Told(
            log_odds=_kept(log_odds[at]),
            base=_kept(log_odds[at]),
            parts={},
            families={},
            values={column.name: _value(column.values[at]) for column in rows.columns},
            segment=str(frame.segments[at]),
            days_to_renewal=None if days is None else float(days[at]),
        )
        for at in range(len(frame))
    ]


def row_frame(record: Mapping[str, Any], model: TrainedModel) -> Frame:
    """Return the one row that was stored with a score."""
    values, days = record["values"], record["days_to_renewal"]
    columns = tuple(
        number_column(column.name, [values.get(column.name)])
        if column.kind == NUMBER
        else category_column(column.name, [values.get(column.name)])
        for column in model.columns
    )
    return Frame(
        keys=("again",),
        columns=columns,
        outcome=np.array([np.nan]),
        groups=object_array(["again"]),
        segments=object_array([record["segment"]]),
        days_to_renewal=None if days is None else np.array([days], dtype=np.float64),
    )


def _parts(columns: Mapping[str, Any], at: int) -> dict[str, float]:
    found = {name: _kept(values[at]) for name, values in columns.items()}
    return {name: value for name, value in found.items() if abs(value) > SMALLEST_PART}


def _kept(value: Any) -> float:
    return round(float(value), DECIMALS) + 0.0


def _value(value: Any) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    return float(value) if math.isfinite(value) else None
