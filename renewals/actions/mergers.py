"""Apply merge plans and splits: terms and lines move between contracts, renewals close as what became of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from renewals.actions.contracts import amend_term, record_contract
from renewals.actions.outcomes import record_outcomes
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.contracts.following import split_lines
from renewals.core.contracts.merging import MergePlan, next_span
from renewals.core.errors import AlreadyClosed, Conflict, InvalidInput, UnknownReference
from renewals.core.records import ContractRow, OutcomeRow, TermRow
from renewals.core.text import check_line
from renewals.models import Amendment, Contract, Renewal, Succession
from renewals.queries.mergers import MergeOrder, merge_plan
from renewals.queries.term_rows import live_term, term_row

Way = Succession.Way
REASONS = {Way.MERGED: "contract_merged", Way.SPLIT: "contract_split"}


@transaction.atomic
def apply_merger(*, order: MergeOrder, seen: MergePlan, reason: str, by: Actor, now: datetime) -> tuple[int, ...]:
    """Write what the plan says and return the contracts it changed.

    Terms get their common end, each with an amendment; with a survivor its next term is written, the renewals of all
    parts close as merged at their targets, and the survivor's next cycle opens. Raises Conflict when the plan differs
    from the one the person has `seen`, InvalidInput without a reason, and as `merge_plan`; then nothing is written.
    """
    said = check_line(reason, label="The reason", longest=300)
    if not said:
        raise InvalidInput("A merger says why: give a reason.")
    found = Contract.objects.select_for_update(of=("self",)).select_related("account").filter(id__in=order.contract_ids)
    contracts = {row.id: row for row in found.order_by("id")}
    plan = merge_plan(order)
    if plan != seen:
        raise Conflict("A contract has changed since the plan was shown.", remedy="Look at the plan as it is now.")
    changed = [_write_part(contracts[part.contract_id], part.term, said, by, now) for part in plan.parts]
    if plan.survivor_id is not None and plan.merged is not None:
        _close_all(list(contracts), by, now)
        survivor = contracts[plan.survivor_id]
        _record(survivor, survivor.external_id, plan.merged, by, now)
        for part in plan.parts:
            before, after = (part.contract_id, part.term.number), (survivor.id, plan.merged.number)
            _succeed(before, after, Way.MERGED, by, now)
        open_renewal_cycles(by=by, now=now, account_ids=[survivor.account_id])
    return tuple(contract_id for contract_id in changed if contract_id is not None)


@transaction.atomic
def split_renewal(
    *, renewal_id: int, groups: Mapping[str, tuple[str, ...]], decided_on: date, by: Actor, now: datetime
) -> tuple[int, ...]:
    """Let the lines of a term go on in several contracts (external id -> items) and return the contracts' ids.

    Its own contract is one of the groups and goes on; the others are made. The renewal closes as split at its target.
    Raises UnknownReference, AlreadyClosed, InvalidInput as `split_lines` or for a contract that exists.
    """
    renewal = Renewal.objects.select_for_update(of=("self",)).filter(id=renewal_id).first()
    if renewal is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.")
    if renewal.closed_on is not None:
        raise AlreadyClosed(f"This renewal was closed on {renewal.closed_on.isoformat()}.")
    contract = Contract.objects.select_related("account").get(id=renewal.contract_id)
    held = live_term(contract.id, renewal.term_number)
    if held is None or contract.external_id not in groups:
        raise InvalidInput(f"Contract {contract.external_id} goes on with some of its lines.")
    _check_new(set(groups) - {contract.external_id})
    term = term_row(held)
    lines = split_lines(term, groups=groups)
    record_outcomes(rows=[_outcome(renewal, Way.SPLIT, decided_on)], by=by, now=now)
    following = replace(next_span(term), change_reason="Split")
    ids = []
    for external_id, own in lines.items():
        number = following.number if external_id == contract.external_id else 1
        target = _record(contract, external_id, replace(following, number=number, lines=own), by, now)
        _succeed((contract.id, term.number), (target.id, number), Way.SPLIT, by, now)
        ids.append(target.id)
    open_renewal_cycles(by=by, now=now, account_ids=[contract.account_id])
    return tuple(ids)


def _check_new(external_ids: set[str]) -> None:
    taken = Contract.objects.filter(external_id__in=external_ids).values_list("external_id", flat=True).first()
    if taken is not None:
        raise InvalidInput(f"There is a contract {taken} already.", remedy="Give the new contract an id of its own.")


def _record(contract: Contract, external_id: str, term: TermRow, by: Actor, now: datetime) -> Contract:
    row = ContractRow(
        external_id=external_id,
        account_external_id=contract.account.external_id,
        currency=contract.currency,
        terms=(term,),
    )
    return record_contract(row=row, by=by, now=now)


def _write_part(contract: Contract, term: TermRow, reason: str, by: Actor, now: datetime) -> int | None:
    """Record a part's changed term with its amendment; None when the plan leaves it as it is."""
    held = live_term(contract.id, term.number)
    if held is not None and term_row(held) == term:
        return None
    effective_on = held.ends_on if held is not None and held.ends_on is not None else term.starts_on
    version = amend_term(contract_id=contract.id, term=term, reason=reason, by=by, now=now)
    Amendment.objects.create(
        workspace_id=by.workspace_id,
        contract=contract,
        term=version,
        number=Amendment.objects.filter(contract=contract, version=1).count() + 1,
        effective_on=effective_on,
        reason=reason,
        recorded_at=now,
        recorded_by=by.label[:150],
    )
    return contract.id


def _close_all(contract_ids: list[int], by: Actor, now: datetime) -> None:
    rows = Renewal.objects.filter(contract_id__in=contract_ids, closed_on__isnull=True).order_by("id")
    record_outcomes(rows=[_outcome(row, Way.MERGED, now.date()) for row in rows], by=by, now=now)


def _outcome(renewal: Renewal, way: Way, decided_on: date) -> OutcomeRow:
    return OutcomeRow(
        renewal_id=renewal.id,
        final_amount=renewal.target_amount,
        primary_reason=REASONS[way],
        decided_on=decided_on,
    )


def _succeed(before: tuple[int, int], after: tuple[int, int], way: Way, by: Actor, now: datetime) -> None:
    Succession.objects.create(
        workspace_id=by.workspace_id,
        way=way.value,
        from_contract_id=before[0],
        from_term=before[1],
        to_contract_id=after[0],
        to_term=after[1],
        recorded_at=now,
        recorded_by=by.label[:150],
    )
