"""What training reads: the table of snapshots and outcomes, the beliefs, and what the imports call the data set."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from renewals.models import ImportRun
from signals.core.learning.prior import Prior, parse_prior
from signals.queries.library import shipped
from signals.queries.scorecards import RulesInForce
from signals.queries.snapshots.frames import FrameRows, frame_of, has_flat_rows

HIGH = "high"
ROLLING, HASH5 = "rolling", "hash5"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingTable:
    """Rows with outcomes, how they are to be tested, and from where on a risk is called high (0 to 1)."""

    rows: FrameRows
    protocol: str
    dataset: str
    high_from: float


def training_table(workspace_id: int, *, as_of: datetime, protocol: str, rules: RulesInForce) -> TrainingTable:
    """Return the table as it was known at `as_of`; an empty `protocol` is chosen by the data.

    Accounts whose end was told with them (a table without time) are tested on folds, renewals on later quarters.
    """
    flat = has_flat_rows(workspace_id)
    chosen = protocol or (HASH5 if flat else ROLLING)
    return TrainingTable(
        rows=frame_of(workspace_id, as_of=as_of, rules=rules, is_flat=flat and chosen == HASH5),
        protocol=chosen,
        dataset=dataset_name(),
        high_from=next((band.low / 100.0 for band in rules.book.model.bands if band.key == HIGH), 1.0),
    )


def dataset_name() -> str:
    """Return what the newest import with outcomes calls its data set; it salts the folds. "" when it has no name."""
    done = ImportRun.objects.filter(state=ImportRun.State.DONE).order_by("-id")
    for text in done.values_list("mapping", flat=True):
        tables = tomllib.loads(text)
        if "outcome" in tables or tables.get("kind") == "outcomes":
            return str(tables.get("dataset", ""))
    return ""


@cache
def shipped_prior() -> Prior:
    """Return the shipped beliefs about what foretells a loss."""
    return parse_prior(shipped("prior"))
