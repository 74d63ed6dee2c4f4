"""Record what a contract says of notices, and switch jurisdiction packs on or off; open renewals follow at once."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from renewals.actions.notices.plan import replan_notices
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.notices.plan import CONTRACT
from renewals.core.notices.rules import NoticeRule, check_rule, write_rule
from renewals.core.text import check_line
from renewals.models import Contract, NoticeClause, NoticePack, Renewal
from renewals.queries.library import jurisdiction_packs


@transaction.atomic
def record_clause(*, contract_id: int, rule: NoticeRule, by: Actor, now: datetime) -> NoticeClause:
    """Keep a notice clause of a contract, one of each kind; `rule.source` says where it stands.

    The same rule again changes nothing, another one gets the next version. Raises InvalidInput, UnknownReference.
    """
    reference = check_line(rule.source, label="Where it stands", is_required=True)
    if not Contract.objects.filter(id=contract_id).exists():
        raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
    written = write_rule(check_rule(replace(rule, key=CONTRACT)))
    row = (
        NoticeClause.objects.select_for_update()
        .filter(contract_id=contract_id, kind=rule.kind.value, removed_at__isnull=True)
        .first()
    )
    if row is not None and (row.rule, row.reference) == (written, reference):
        return row
    if row is None:
        row = NoticeClause(workspace_id=by.workspace_id, contract_id=contract_id, kind=rule.kind.value, version=0)
    row.rule, row.reference, row.version = written, reference, row.version + 1
    row.recorded_at, row.recorded_by = now, by.label[:150]
    row.save()
    _follow(contract_id, by, now)
    return row


@transaction.atomic
def remove_clause(*, clause_id: int, by: Actor, now: datetime) -> NoticeClause:
    """Take a clause out of force; its notices are called off unless served. Twice is once. Raises UnknownReference."""
    row = NoticeClause.objects.select_for_update().filter(id=clause_id).first()
    if row is None:
        raise UnknownReference(f"There is no notice clause {clause_id} in this workspace.")
    if row.removed_at is None:
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        _follow(row.contract_id, by, now)
    return row


@transaction.atomic
def switch_pack(*, key: str, is_on: bool, by: Actor, now: datetime) -> NoticePack:
    """Use a shipped jurisdiction pack or stop using it; every open renewal is planned again in this transaction.

    Raises UnknownReference for a pack that is not shipped.
    """
    if key not in jurisdiction_packs():
        raise UnknownReference(f"There is no jurisdiction pack '{key}'.")
    row = NoticePack.objects.select_for_update().filter(key=key).first()
    if row is None:
        row = NoticePack(workspace_id=by.workspace_id, key=key)
    if row.pk is None or row.is_on != is_on:
        row.is_on, row.changed_at, row.changed_by = is_on, now, by.label[:150]
        row.save()
        ids = Renewal.objects.filter(closed_on__isnull=True).order_by("id").values_list("id", flat=True)
        replan_notices(renewal_ids=list(ids), by=by, now=now)
    return row


def _follow(contract_id: int, by: Actor, now: datetime) -> None:
    ids = Renewal.objects.filter(contract_id=contract_id, closed_on__isnull=True).values_list("id", flat=True)
    replan_notices(renewal_ids=list(ids), by=by, now=now)
