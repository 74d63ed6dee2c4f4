"""Write down what the model in force and its challenger say of new snapshots, before their outcomes are known."""

from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from signals.core.learning.training.run import predict
from signals.models import RiskModelVersion, RiskPrediction
from signals.queries.learned.models import ready_model
from signals.queries.learned.rows import untold_rows
from signals.queries.learned.versions import watched

CHUNK = 5_000


@transaction.atomic
def foretell(*, by: Actor, now: datetime, limit: int = CHUNK) -> int:
    """Return how many foretellings were written, `limit` at most per version; twice writes nothing."""
    return sum(_foretell(version, now, limit) for version in watched())


def _foretell(version: RiskModelVersion, now: datetime, limit: int) -> int:
    ready = ready_model(version)
    rows = untold_rows(version, ready.specs, limit=limit)
    if not rows.snapshot_ids:
        return 0
    said = predict(ready.model, rows.frame)
    made = [
        RiskPrediction(
            workspace_id=version.workspace_id,
            version=version,
            account_id=rows.account_ids[at],
            renewal_id=rows.renewal_ids[at],
            snapshot_key=str(rows.snapshot_ids[at]),
            taken_on=rows.taken_on[at],
            segment=str(rows.frame.segments[at]),
            loss_probability=float(said[at]),
            recorded_at=now,
        )
        for at in range(len(rows.snapshot_ids))
    ]
    RiskPrediction.objects.bulk_create(made, batch_size=1_000, ignore_conflicts=True)
    return len(made)
