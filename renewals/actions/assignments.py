"""Assign a contract to another account: it ends for the one and goes on, as it stands, for the other."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from renewals.actions.contracts import record_contract
from renewals.actions.outcomes import record_outcomes
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.contracts.amendments import AmendmentDates, check_dates
from renewals.core.contracts.assigning import assigned_terms
from renewals.core.errors import Conflict, InvalidInput, StateNotAllowed, UnknownReference
from renewals.core.records import ContractRow, OutcomeRow, TermRow
from renewals.core.text import check_line
from renewals.models import Account, Amendment, Contract, Renewal, Succession, TermVersion
from renewals.queries.term_rows import live_terms, term_row

REASON = "contract_assigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentOrder:
    """To whom a contract goes, with the three dates, why, and the id of the new contract; empty: made from the old."""

    account_id: int
    dates: AmendmentDates
    reason: str
    external_id: str = ""


@transaction.atomic
def assign_contract(
    *, contract_id: int, order: AssignmentOrder, by: Actor, now: datetime, seen_version: int | None = None
) -> Contract:
    """Let a contract go on with another account from a day on and return the new contract.

    The old one ends the day before, its open renewal closes as assigned at its target, and the new account's cycle
    opens. Raises InvalidInput without a reason, for the same account or a taken id, UnknownReference, Conflict when
    the term has another version than the one seen, StateNotAllowed for a cancelled contract, AmendmentOutsideTerm.
    """
    contract = _locked(contract_id)
    where, day = f"Contract {contract.external_id}", order.dates.effective_on
    account, live = _account(order, contract, where), live_terms(contract_id)
    if not live:
        raise InvalidInput("A contract without a term has nothing to assign.", where=where)
    check_dates(order.dates, contract_starts_on=live[0].starts_on, where=where)
    if contract.cancelled_on is not None:
        raise StateNotAllowed(f"It was cancelled on {contract.cancelled_on.isoformat()}.", where=where)
    taken_over = assigned_terms((term_row(term) for term in live), effective_on=day, where=where)
    held = next(term for term in live if term.ends_on is None or term.ends_on >= day)
    if seen_version is not None and held.version != seen_version:
        raise Conflict(f"Term {held.number} stands at version {held.version} by now.", where=where)
    _close_open(contract, now.date(), by, now)
    made = _hand_over(contract, account, taken_over, order, by, now)
    _keep(contract, held, made, order, by, now)
    open_renewal_cycles(by=by, now=now, account_ids=[account.id])
    return made


def _locked(contract_id: int) -> Contract:
    row = Contract.objects.select_for_update(of=("self",)).select_related("account").filter(id=contract_id).first()
    if row is None:
        raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
    return row


def _account(order: AssignmentOrder, contract: Contract, where: str) -> Account:
    if not order.reason.strip():
        raise InvalidInput("An assignment says why: give a reason.", where=where)
    if order.account_id == contract.account_id:
        raise InvalidInput("It belongs to this account already.", where=where)
    account = Account.objects.filter(id=order.account_id).first()
    if account is None:
        raise UnknownReference(f"There is no account {order.account_id} in this workspace.", where=where)
    return account


def _close_open(contract: Contract, decided_on: date, by: Actor, now: datetime) -> None:
    rows = Renewal.objects.filter(contract=contract, closed_on__isnull=True).order_by("id")
    outcomes = [
        OutcomeRow(renewal_id=row.id, final_amount=row.target_amount, primary_reason=REASON, decided_on=decided_on)
        for row in rows
    ]
    record_outcomes(rows=outcomes, by=by, now=now)


def _hand_over(
    contract: Contract, account: Account, terms: tuple[TermRow, ...], order: AssignmentOrder, by: Actor, now: datetime
) -> Contract:
    external_id = order.external_id.strip() or f"{contract.external_id}/{account.external_id}"[:200]
    if Contract.objects.filter(external_id=external_id).exists():
        raise InvalidInput(f"There is a contract {external_id} already.", remedy="Give the new contract another id.")
    ended = ContractRow(
        external_id=contract.external_id,
        account_external_id=contract.account.external_id,
        cancelled_on=order.dates.effective_on,
    )
    record_contract(row=ended, by=by, now=now)
    row = ContractRow(
        external_id=external_id,
        account_external_id=account.external_id,
        name=contract.name,
        currency=contract.currency,
        signed_on=order.dates.accepted_on,
        terms=terms,
    )
    return record_contract(row=row, by=by, now=now)


def _keep(
    contract: Contract, held: TermVersion, made: Contract, order: AssignmentOrder, by: Actor, now: datetime
) -> None:
    """Keep the amendment on the old contract and the link between the two."""
    Amendment.objects.create(
        workspace_id=by.workspace_id,
        contract=contract,
        term=held,
        number=Amendment.objects.filter(contract=contract, version=1).count() + 1,
        effective_on=order.dates.effective_on,
        activated_on=order.dates.activated_on,
        accepted_on=order.dates.accepted_on,
        clauses={"party": made.account.name},
        reason=check_line(order.reason, label="The reason", longest=300),
        recorded_at=now,
        recorded_by=by.label[:150],
    )
    Succession.objects.create(
        workspace_id=by.workspace_id,
        way=Succession.Way.ASSIGNED,
        from_contract=contract,
        from_term=held.number,
        to_contract=made,
        to_term=1,
        recorded_at=now,
        recorded_by=by.label[:150],
    )
