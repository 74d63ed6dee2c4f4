"""Stored models made ready to predict, each read once per process; and renewals as they stand, told by a model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signals.core.learning.documents.model import from_document
from signals.core.learning.telling import Told, row_frame, told_plainly, told_rows
from signals.core.learning.training.model import TrainedModel
from signals.core.snapshots.columns import ColumnSpec
from signals.models import RiskModelBody, RiskModelVersion
from signals.queries.learned.versions import stored_model
from signals.queries.scorecards import RulesInForce
from signals.queries.snapshots.frames import open_frame

MOST_KEPT = 8
_kept: dict[str, "ReadyModel"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyModel:
    """A model that can be asked; `specs` say from where in a snapshot its columns are read.

    `strengths` is how far each column moved the log-odds on average in training: what is known is weighed by it.
    """

    number: int
    version_id: int
    model: TrainedModel
    specs: tuple[ColumnSpec, ...]
    strengths: Mapping[str, float]


def ready_model(version: RiskModelVersion) -> ReadyModel:
    """Return the version ready to predict; raises ModelDamaged, ModelInvalid."""
    sha256 = RiskModelBody.objects.values_list("sha256", flat=True).get(version=version)
    key = f"{version.id}:{sha256}"
    if key not in _kept:
        stored = stored_model(version)
        made = from_document(stored.document)
        names = {column.name for column in made.columns}
        specs = tuple(spec for spec in stored.specs if spec.name in names)
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        strengths = {each["name"]: each["strength"] for each in stored.report.get("columns", ())}
        _kept[key] = ReadyModel(
            number=version.number, version_id=version.id, model=made, specs=specs, strengths=strengths
        )
    return _kept[key]


def told_renewals(
    workspace_id: int,
    renewal_ids: Iterable[int],
    *,
    ready: ReadyModel,
    rules: RulesInForce,
    now: datetime,
    has_reasons: bool = True,
) -> dict[int, Told]:
    """Return what the model says of these open renewals as they stand now; reasons take most of the time."""
    wanted: Sequence[int] = list(renewal_ids)
    if not wanted:
        return {}
    rows = open_frame(workspace_id, wanted, specs=ready.specs, rules=rules, now=now)
    said = told_rows(ready.model, rows.frame) if has_reasons else told_plainly(ready.model, rows.frame)
    return dict(zip(rows.renewal_ids, said, strict=True))


def told_again(version: RiskModelVersion, record: dict[str, Any]) -> Told:
    """Return what the version says of a row that was stored with a score; equal to what it said then."""
    ready = ready_model(version)
    return told_rows(ready.model, row_frame(record, ready.model))[0]
