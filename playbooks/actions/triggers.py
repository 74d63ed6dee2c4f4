"""Publish, retire and run trigger rules: one open piece of work per account, type and reason, carrying its signal.

The unique key of the firing decides; a sweep that is repeated, or two at once, make nothing twice.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from playbooks.actions.bulk import insert_rows
from playbooks.actions.trigger_work import give_work
from playbooks.core.clock_jump import read_from
from playbooks.core.triggers import parse_trigger
from playbooks.models import TriggerFiring, TriggerMark, TriggerRule
from playbooks.queries.case_facts import Candidate
from playbooks.queries.cases import load_candidates
from playbooks.queries.triggers import Spotted, next_renewals, rules_in_force, shipped_triggers, spotted_since
from renewals.core.actors import Actor
from renewals.core.conditions import Answer, evaluate
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownReference

MARK = "changes"
OVERLAP = timedelta(minutes=5)
"""What committed late is read again; the keys say that it was seen."""

REARM = """
UPDATE playbooks_triggerfiring AS f SET rearmed_at = %(now)s FROM playbooks_triggerrule AS r
WHERE f.rearmed_at IS NULL AND r.workspace_id = f.workspace_id AND r.id = f.rule_id
  AND f.fired_at <= %(now)s - make_interval(days => coalesce((r.definition ->> 'rearm_days')::int, 30))
  AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.workspace_id = f.workspace_id AND t.id = f.task_id
      AND t.state IN ('open', 'snoozed'))
  AND NOT EXISTS (SELECT 1 FROM playbooks_enrolment AS e WHERE e.workspace_id = f.workspace_id
      AND e.id = f.enrolment_id AND e.state IN ('active', 'paused', 'parked'))
"""
SEEN_AGAIN = """
UPDATE playbooks_triggerfiring SET times = times + 1, last_at = %(at)s
WHERE account_id = %(account)s AND type = %(type)s AND reason = %(reason)s AND rearmed_at IS NULL AND last_at < %(at)s
"""


def publish_trigger(*, definition: Mapping[str, Any], by: Actor, now: datetime) -> TriggerRule:
    """Put a rule in force as its next version; the same content again changes nothing.

    The version before is retired. Raises InvalidInput naming every problem.
    """
    parsed = parse_trigger(definition)
    if parsed.trigger is None:
        told = " ".join(f"{item.where}: {item.what} {item.remedy}" for item in parsed.problems if item.is_error)
        raise InvalidInput(told, where=f"trigger '{definition.get('key', '?')}'")
    content = json.loads(json.dumps(dict(definition), sort_keys=True))
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        versions = TriggerRule.objects.select_for_update().filter(key=parsed.trigger.key).order_by("-number")
        newest = versions.first()
        if newest is not None and newest.retired_at is None:
            if newest.content_hash == content_hash:
                return newest
            _retire(newest, "replaced", by=by, now=now)
        return TriggerRule.objects.create(
            workspace_id=by.workspace_id,
            key=parsed.trigger.key,
            number=newest.number + 1 if newest else 1,
            name=parsed.trigger.name,
            definition=content,
            content_hash=content_hash,
            published_at=now,
            published_by=by.label[:150],
        )


def publish_triggers_if_none(*, by: Actor, now: datetime) -> int:
    """Publish the shipped rules into a workspace that never had any; returns how many."""
    if TriggerRule.objects.exists():
        return 0
    return len([publish_trigger(definition=table, by=by, now=now) for table in shipped_triggers()])


def retire_trigger(*, rule_id: int, why: str, by: Actor, now: datetime) -> TriggerRule:
    """Let a rule fire no more; what it made stays. A second call changes nothing.

    Raises UnknownReference, RequiredValueMissing without a reason.
    """
    if not why.strip():
        raise RequiredValueMissing("Say why the rule is retired.", where="reason", remedy="Write a few words.")
    with transaction.atomic():
        rule = TriggerRule.objects.select_for_update().filter(id=rule_id).first()
        if rule is None:
            raise UnknownReference(f"There is no trigger {rule_id} in this workspace.", where="trigger")
        if rule.retired_at is None:
            _retire(rule, why.strip(), by=by, now=now)
        return rule


def sweep_triggers(*, by: Actor, now: datetime) -> int:
    """Fire every rule that something since the last sweep sets off; returns how many pieces of work were made.

    It reads what changed since its mark, never the history. The first sweep of a workspace only sets the mark.
    """
    publish_triggers_if_none(by=by, now=now)
    with transaction.atomic():
        start = {"seen_until_at": now}
        TriggerMark.objects.get_or_create(workspace_id=by.workspace_id, name=MARK, defaults=start)
        mark = TriggerMark.objects.select_for_update().get(name=MARK)
        since = read_from(mark.seen_until_at, overlap=OVERLAP, now=now)
        with connection.cursor() as cursor:
            cursor.execute(REARM, {"now": now})
        spotted = spotted_since(rules_in_force(), since=since, now=now)
        fired = _fire(spotted, by=by, now=now) if spotted else 0
        mark.seen_until_at = max(since, now - OVERLAP)
        mark.save(update_fields=["seen_until_at"])
    return fired


def _retire(rule: TriggerRule, why: str, *, by: Actor, now: datetime) -> None:
    rule.retired_at, rule.retired_by, rule.retired_reason = now, by.label[:150], why[:200]
    rule.save(update_fields=["retired_at", "retired_by", "retired_reason"])


def _fire(spotted: Sequence[Spotted], *, by: Actor, now: datetime) -> int:
    renewals = next_renewals(item.account_id for item in spotted)
    fresh = _not_seen_before(spotted, now=now)
    found = load_candidates({renewals[item.account_id] for item in fresh if item.account_id in renewals}, now=now)
    candidates = {candidate.account_id: candidate for candidate in found}
    work: list[tuple[Spotted, Candidate]] = []
    rows: list[dict[str, Any]] = []
    for item in fresh:
        candidate = candidates.get(item.account_id)
        if candidate is not None and evaluate(item.rule.trigger.when, candidate.facts.facts).answer is Answer.YES:
            work.append((item, candidate))
            rows.append(_row(item, candidate, now=now))
    new = set(insert_rows(TriggerFiring, rows, ignore_conflicts=True))
    _note_again(spotted)
    return give_work(work=work, firing_ids=new, by=by, now=now)


def _not_seen_before(spotted: Sequence[Spotted], *, now: datetime) -> list[Spotted]:
    """Leave out signals that have fired already, and a second crossing of the same day."""
    accounts = {item.account_id for item in spotted}
    earlier = TriggerFiring.objects.filter(account_id__in=accounts).values_list(
        "account_id", "type", "reason", "signal_id", "fired_at"
    )
    signals = {(account, type_, why, signal) for account, type_, why, signal, _ in earlier if signal is not None}
    days = {(account, type_, why, at.date()) for account, type_, why, _, at in earlier}
    return [
        item
        for item in spotted
        if (
            (*_key(item), item.signal_id) not in signals
            if item.signal_id is not None
            else (*_key(item), now.date()) not in days
        )
    ]


def _key(item: Spotted) -> tuple[int, str, str]:
    return item.account_id, item.rule.trigger.type.value, item.rule.trigger.reason


def _note_again(spotted: Sequence[Spotted]) -> None:
    """What is seen while the work is open is counted on it, once for each time it is seen."""
    with connection.cursor() as cursor:
        for item in spotted:
            account, type_, why = _key(item)
            cursor.execute(SEEN_AGAIN, {"at": item.seen_at, "account": account, "type": type_, "reason": why})


def _row(item: Spotted, candidate: Candidate, *, now: datetime) -> dict[str, Any]:
    trigger = item.rule.trigger
    finding = evaluate(trigger.when, candidate.facts.facts)
    asked = [{"field": each.field, "found": str(each.found)} for each in finding.evidence]
    return {
        "workspace_id": candidate.facts.workspace_id,
        "rule_id": item.rule.rule_id,
        "account_id": item.account_id,
        "renewal_id": candidate.facts.renewal_id,
        "rule_key": trigger.key,
        "type": trigger.type.value,
        "reason": trigger.reason,
        "signal_id": item.signal_id,
        "score_id": item.score_id,
        "verdict": trigger.do.value,
        "inputs": {"before": item.before, "value": item.value, "asked": asked},
        "fired_at": now,
        "last_at": max(item.seen_at, now),
    }
