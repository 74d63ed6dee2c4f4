"""Add the ledger up: what frozen calls came to, per caller, person, checkpoint, segment and quarter."""

from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from signals.models import ForecastTally
from signals.queries.forecast.past import ledger_tallies
from signals.queries.library import forecast_rules


@transaction.atomic
def tally_calls(*, by: Actor, now: datetime) -> int:
    """Replace the sums of the ledger by those of the calls and outcomes there are; returns how many rows it has."""
    found = ledger_tallies(forecast_rules(), today=now.date())
    ForecastTally.objects.all().delete()
    rows = [
        ForecastTally(
            workspace_id=by.workspace_id,
            quarter_on=key.quarter_on,
            caller=key.caller,
            person_id=key.person_id,
            checkpoint_days=key.checkpoint_days,
            segment=key.segment,
            calls=tally.calls,
            missing=tally.missing,
            called=tally.called,
            actual=tally.actual,
            missed=tally.missed,
            chances=tally.chances,
            squares=tally.squares,
        )
        for key, tally in found.items()
    ]
    return len(ForecastTally.objects.bulk_create(rows, batch_size=1000))
