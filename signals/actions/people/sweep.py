"""What time does to people's words: notes and overrides expire, and overrides are judged when a renewal has closed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from renewals.core.actors import Actor
from signals.actions.people.overrides import end_override
from signals.actions.scores.changes import mark_changed
from signals.actions.scores.standing import settle_overrides
from signals.core.noted import judged_error
from signals.models import NotedFact, ScoreOverride
from signals.queries.noted import Ending, endings_of

MOST_AT_ONCE = 1_000
JUDGED_WITHIN = timedelta(days=400)


@transaction.atomic
def tend_people(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """End what has expired, have the accounts scored again, judge overrides; return how many rows were touched."""
    return (
        _expire_facts(workspace_id, by, now) + _expire_overrides(workspace_id, by, now) + _judge(workspace_id, by, now)
    )


def _expire_facts(workspace_id: int, by: Actor, now: datetime) -> int:
    due = NotedFact.objects.select_for_update(skip_locked=True).filter(ended_at__isnull=True, expires_at__lte=now)
    facts = list(due.order_by("expires_at")[:MOST_AT_ONCE])
    ids = [fact.id for fact in facts]
    NotedFact.objects.filter(id__in=ids).update(ended_at=now, ended_how="expired", ended_by=by.label)
    if facts:
        mark_changed(workspace_id=workspace_id, account_ids={fact.account_id for fact in facts}, by=by, now=now)
    return len(facts)


def _expire_overrides(workspace_id: int, by: Actor, now: datetime) -> int:
    due = ScoreOverride.objects.select_for_update(skip_locked=True).filter(ended_at__isnull=True, expires_at__lte=now)
    found = list(due.order_by("expires_at")[:MOST_AT_ONCE])
    for override in found:
        end_override(found=override, how="expired", by=by, now=now)
    if found:
        settle_overrides(
            workspace_id=workspace_id, account_ids=sorted({each.account_id for each in found}), by=by, now=now
        )
    return len(found)


def _judge(workspace_id: int, by: Actor, now: datetime) -> int:
    """Judge by the first renewal that closed after the override began: its own, or for health any of the account."""
    since = now - JUDGED_WITHIN
    waiting = ScoreOverride.objects.select_for_update(skip_locked=True).filter(judged_at__isnull=True)
    overrides = list(waiting.filter(starts_at__gte=since).order_by("id"))
    if not overrides:
        return 0
    endings = endings_of({each.account_id for each in overrides}, since=since.date())
    return sum(_judge_one(override, endings.get(override.account_id, ()), by, now) for override in overrides)


def _judge_one(override: ScoreOverride, endings: Sequence[Ending], by: Actor, now: datetime) -> bool:
    ending = next((each for each in endings if _ends(each, override)), None)
    if ending is None:
        return False
    override.judged_at, override.judged_by_renewal_id, override.was_lost = now, ending.renewal_id, ending.was_lost
    override.person_error = judged_error(override.kind, override.value, was_lost=ending.was_lost)
    if override.machine_value is not None:
        override.machine_error = judged_error(override.kind, override.machine_value, was_lost=ending.was_lost)
    override.save()
    if override.kind == "risk" and override.ended_at is None:
        end_override(found=override, how="closed", by=by, now=now)
    return True


def _ends(ending: Ending, override: ScoreOverride) -> bool:
    is_its_own = override.renewal_id in (None, ending.renewal_id)
    return is_its_own and ending.closed_on >= override.starts_at.date()
