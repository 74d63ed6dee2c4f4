"""Which channels and targets are out of order, for the pages that show it."""

from dataclasses import dataclass
from datetime import datetime

from playbooks.models import Circuit, WebhookTarget
from renewals.core.breaker import BreakerState, from_document


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitFacts:
    """One breaker that is not closed: what it guards, since when, when it is tried again, and the last fault."""

    name: str
    title: str
    state: BreakerState
    opened_at: datetime | None
    until: datetime | None
    last_error: str


def open_circuits() -> tuple[CircuitFacts, ...]:
    """Return the breakers that are open or waiting for a probe, by name."""
    rows = [(row, from_document(row.document)) for row in Circuit.objects.order_by("name")]
    names = {f"webhook:{row.id}": row.name for row in WebhookTarget.objects.all()}
    return tuple(
        CircuitFacts(
            name=row.name,
            title=names.get(row.name, row.name.replace("mail:", "mail through ")),
            state=breaker.state,
            opened_at=breaker.opened_at,
            until=breaker.until,
            last_error=row.last_error,
        )
        for row, breaker in rows
        if breaker.state is not BreakerState.CLOSED
    )
