"""The breakers of channels and webhook targets: asked under a row lock before a call, told of its answer after it.

`renewals.core.breaker` decides. A target that asks to be left alone for a while (Retry-After) is, that long.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from playbooks.actions.jitter import jitter
from playbooks.channels.base import Receipt, SendResult
from playbooks.models import Circuit
from renewals.core.actors import Actor
from renewals.core.breaker import (
    Breaker,
    BreakerRule,
    BreakerState,
    Passage,
    as_document,
    ask,
    failed,
    from_document,
    pass_through,
    probe_soon,
    succeeded,
)

# Messages wait meanwhile without using up their tries; a probe costs one message one try.
RULE = BreakerRule(
    failures=5,
    window=timedelta(minutes=10),
    opens_for=timedelta(seconds=5),
    longest=timedelta(minutes=15),
    probe_lasts=timedelta(minutes=1),
)
LONGEST_ASKED = timedelta(hours=6)


def is_shut(name: str, *, now: datetime) -> bool:
    """Answer whether nothing may be sent through it now, without taking the probe."""
    document = Circuit.objects.filter(name=name).values_list("document", flat=True).first()
    return document is not None and not ask(from_document(document), now=now)


def let_through(*, name: str, by: Actor, now: datetime) -> Passage:
    """Decide about one call; the probe is given to one caller alone. Call in a transaction."""
    row = Circuit.objects.select_for_update().filter(name=name).first()
    passage = pass_through(from_document(row.document if row else {}), now=now, rule=RULE)
    if row is not None:
        _keep(row, passage.after, now=now)
    return passage


def note_answer(*, name: str, result: SendResult, by: Actor, now: datetime) -> None:
    """Keep what an answer says about the channel; one about the message alone counts as an answer. In a transaction."""
    is_fault = result.receipt in (Receipt.TRY_LATER, Receipt.UNKNOWN) and not result.is_about_message
    if is_fault:
        Circuit.objects.bulk_create(
            [Circuit(workspace_id=by.workspace_id, name=name, changed_at=now)], ignore_conflicts=True
        )
    elif not Circuit.objects.filter(name=name).exclude(document={}).exists():
        return
    row = Circuit.objects.select_for_update().get(name=name)
    before = from_document(row.document)
    probes = before.state is BreakerState.HALF_OPEN
    if is_fault:
        after = failed(before, is_probe=probes, now=now, jitter=jitter(), rule=RULE)
        row.last_error = result.reason[:300]
        _keep(row, _asked(after, result.retry_after_seconds, now), now=now, is_told=True)
    else:
        _keep(row, succeeded(before, is_probe=probes), now=now)


def try_again_now(*, name: str, by: Actor, now: datetime) -> bool:
    """End the pause, because a person says that it works again: the next call is the probe. False if it was closed."""
    row = Circuit.objects.select_for_update().filter(name=name).first()
    if row is None or from_document(row.document).state is BreakerState.CLOSED:
        return False
    _keep(row, probe_soon(from_document(row.document), now=now), now=now)
    return True


def probe_all_soon(*, now: datetime) -> None:
    """Let the next call through each shut breaker be the probe: nobody knows by which clock its pause was told."""
    for row in Circuit.objects.select_for_update().exclude(document={}).order_by("id"):
        _keep(row, probe_soon(from_document(row.document), now=now), now=now)


def _asked(breaker: Breaker, seconds: float | None, now: datetime) -> Breaker:
    """Open it until the end of the wait that was asked for, if it would be called before."""
    if not seconds:
        return breaker
    until = now + min(timedelta(seconds=seconds), LONGEST_ASKED)
    if breaker.until is not None and breaker.until >= until:
        return breaker
    opened_at = breaker.opened_at or now
    return replace(breaker, state=BreakerState.OPEN, trips=max(breaker.trips, 1), opened_at=opened_at, until=until)


def _keep(row: Circuit, breaker: Breaker, *, now: datetime, is_told: bool = False) -> None:
    if from_document(row.document) == breaker and not is_told:
        return
    row.document = {} if breaker == Breaker() else as_document(breaker)
    row.changed_at = now
    row.save(update_fields=["document", "last_error", "changed_at"])
