"""Merge plans over contracts as they stand: what `renewals.core.contracts.merging` decides, to be looked at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from renewals.core.contracts.merging import MergePlan, MergingContract, plan_merger
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.models import Contract
from renewals.queries.term_rows import live_term, term_row


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeOrder:
    """Which contracts end together, on which day (None: the latest end), and which of them goes on alone, if one."""

    contract_ids: tuple[int, ...]
    ends_on: date | None = None
    survivor_id: int | None = None


def merge_plan(order: MergeOrder) -> MergePlan:
    """Return the plan for contracts of this workspace; writes nothing.

    Raises UnknownReference for a contract that is not there, InvalidInput, MixedCurrencies as `plan_merger`.
    """
    return plan_merger(_taking_part(order.contract_ids), ends_on=order.ends_on, survivor_id=order.survivor_id)


def _taking_part(contract_ids: Iterable[int]) -> tuple[MergingContract, ...]:
    ids = sorted(set(contract_ids))
    rows = {row.id: row for row in Contract.objects.filter(id__in=ids)}
    found = []
    for contract_id in ids:
        row = rows.get(contract_id)
        if row is None:
            raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
        term = live_term(contract_id)
        if term is None or row.cancelled_on is not None:
            raise InvalidInput(f"Contract {row.external_id} has no term that runs.")
        found.append(
            MergingContract(
                contract_id=row.id,
                name=row.name or row.external_id,
                account_id=row.account_id,
                currency=row.currency,
                term=term_row(term),
            )
        )
    return tuple(found)
