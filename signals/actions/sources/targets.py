"""The systems that are pulled from: whether one may be called now, and what its answers mean for the next call.

All pulls of one origin share a breaker, kept in a row of their own; `renewals.core.breaker` decides.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.breaker import (
    Breaker,
    BreakerRule,
    BreakerState,
    Passage,
    as_document,
    failed,
    from_document,
    pass_through,
    probe_soon,
    succeeded,
)
from signals.core.sources.addresses import origin_of
from signals.models import Pull, PullTarget

# Pulls are tried again after one, two, four minutes; four faults in a row of one pull open the breaker, too.
RULE = BreakerRule(
    failures=4, window=timedelta(minutes=30), opens_for=timedelta(minutes=15), longest=timedelta(hours=6)
)


@transaction.atomic
def locked_targets(*, pulls: Iterable[Pull], by: Actor, now: datetime) -> dict[str, PullTarget]:
    """Return the targets of these pulls by origin, locked in the order of their origins; missing ones are made."""
    origins = sorted({origin_of(pull.url) for pull in pulls})
    rows = [PullTarget(workspace_id=by.workspace_id, origin=origin, changed_at=now) for origin in origins]
    PullTarget.objects.bulk_create(rows, ignore_conflicts=True)
    found = PullTarget.objects.select_for_update().filter(origin__in=origins).order_by("origin")
    return {row.origin: row for row in found}


@transaction.atomic
def let_through(*, target: PullTarget, by: Actor, now: datetime) -> Passage:
    """Decide about one call to a locked target, and keep that a probe is on its way."""
    passage = pass_through(from_document(target.breaker), now=now, rule=RULE)
    _keep(target, passage.after, now)
    return passage


@transaction.atomic
def note_answer(*, pull: Pull, is_probe: bool, is_fault: bool, by: Actor, now: datetime) -> Breaker:
    """Keep what a call came to and return the breaker; a fault is one of the target as a whole, not of a page."""
    target = locked_targets(pulls=[pull], by=by, now=now)[origin_of(pull.url)]
    breaker = from_document(target.breaker)
    probes = is_probe and breaker.state is BreakerState.HALF_OPEN
    if is_fault:
        jitter = random.random()  # noqa: S311  # spreads retries; nothing secret or reproducible hangs on it
        after = failed(breaker, is_probe=probes, now=now, jitter=jitter, rule=RULE)
    else:
        after = succeeded(breaker, is_probe=probes)
    _keep(target, after, now)
    return after


@transaction.atomic
def probe_target(*, pull: Pull, by: Actor, now: datetime) -> None:
    """End the pause of a target, because a person says that it works again: the next call is the probe."""
    target = locked_targets(pulls=[pull], by=by, now=now)[origin_of(pull.url)]
    _keep(target, probe_soon(from_document(target.breaker), now=now), now)


def _keep(target: PullTarget, breaker: Breaker, now: datetime) -> None:
    document = as_document(breaker)
    if from_document(target.breaker) != breaker:
        target.breaker, target.changed_at = document, now
        target.save(update_fields=["breaker", "changed_at"])
