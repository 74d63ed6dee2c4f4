"""Amend contracts: each amendment writes a new version of its term and keeps its three dates, who and why."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from renewals.actions.contracts import amend_term
from renewals.actions.refusals import refusing_a_race
from renewals.core.actors import Actor
from renewals.core.contracts.amendments import (
    AmendmentDates,
    AmendmentOrder,
    ItemChange,
    TermChange,
    amended_term,
    check_dates,
    said_clauses,
)
from renewals.core.contracts.standing import StandingFacts, key_of, line_standings
from renewals.core.contracts.states import ALLOWED, LineOperation, check_operation
from renewals.core.errors import Conflict, InvalidInput, StateNotAllowed, UnknownReference
from renewals.core.price_terms import PriceTerms
from renewals.core.text import check_line
from renewals.models import Amendment, Contract, TermVersion
from renewals.queries.contracts import contracts, term_facts
from renewals.queries.term_rows import live_term, term_row


@transaction.atomic
def amend_contract(
    *, contract_id: int, order: AmendmentOrder, by: Actor, now: datetime, seen_version: int | None = None
) -> Amendment:
    """Change the term that governs the effective day and return the amendment; open renewals follow.

    `seen_version` is the version the person had before their eyes. Raises Conflict when it is another by now,
    UnknownReference, AmendmentOutsideTerm, StateNotAllowed for a line that is over, and as `amended_term`.
    """
    contract = _locked(contract_id)
    where = f"Contract {contract.external_id}"
    live = [term for term in contract.terms.all() if term.superseded_at is None]
    if not live:
        raise InvalidInput("A contract without a term has nothing to amend.", where=where)
    check_dates(order.dates, contract_starts_on=min(term.starts_on for term in live), where=where)
    if contract.cancelled_on is not None and order.dates.effective_on >= contract.cancelled_on:
        raise StateNotAllowed(f"It was cancelled on {contract.cancelled_on.isoformat()}.", where=where)
    term = _governing(live, order.dates.effective_on)
    if seen_version is not None and term.version != seen_version:
        raise Conflict(f"Term {term.number} stands at version {term.version} by now.", where=where)
    _check_lines(contract, order)
    held = live_term(contract_id, term.number) or term
    amended = amended_term(term_row(held), order, where=where)
    version = amend_term(contract_id=contract_id, term=amended, reason=order.reason, by=by, now=now)
    with refusing_a_race("amendment"):
        return Amendment.objects.create(
            workspace_id=by.workspace_id,
            contract_id=contract_id,
            term=version,
            number=Amendment.objects.filter(contract_id=contract_id, version=1).count() + 1,
            effective_on=order.dates.effective_on,
            activated_on=order.dates.activated_on,
            accepted_on=order.dates.accepted_on,
            items=[_kept(change) for change in order.items],
            clauses=kept_clauses(order.term),
            reason=check_line(order.reason, label="The reason", longest=300),
            recorded_at=now,
            recorded_by=by.label[:150],
        )


@transaction.atomic
def date_amendment(
    *, amendment_id: int, by: Actor, now: datetime, activated_on: date | None = None, accepted_on: date | None = None
) -> Amendment:
    """Write down when the service ran or the account accepted, as a new version; the same dates change nothing.

    None: not said. Raises UnknownReference, DateOutOfRange, and Conflict for a version that is not in force any more.
    """
    row = Amendment.objects.select_for_update().filter(id=amendment_id).first()
    if row is None:
        raise UnknownReference(f"There is no amendment {amendment_id} in this workspace.")
    if row.superseded_at is not None:
        raise Conflict("Somebody dated this amendment after you opened it.", where=f"Amendment {row.number}")
    dates = AmendmentDates(
        effective_on=row.effective_on,
        activated_on=activated_on or row.activated_on,
        accepted_on=accepted_on or row.accepted_on,
    )
    if (dates.activated_on, dates.accepted_on) == (row.activated_on, row.accepted_on):
        return row
    check_dates(dates, contract_starts_on=row.effective_on, where=f"Amendment {row.number}")
    row.superseded_at = max(now, row.recorded_at)
    row.save(update_fields=["superseded_at"])
    row.pk, row.superseded_at, row.version = None, None, row.version + 1
    row.activated_on, row.accepted_on = dates.activated_on, dates.accepted_on
    row.recorded_at, row.recorded_by = now, by.label[:150]
    row.save(force_insert=True)
    return row


def _locked(contract_id: int) -> Contract:
    Contract.objects.select_for_update().filter(id=contract_id).first()
    contract = contracts().filter(id=contract_id).first()
    if contract is None:
        raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
    return contract


def _governing(live: list[TermVersion], day: date) -> TermVersion:
    """Return the term that holds the day; the nearest one for a day in no term, so that the refusal can name it."""
    holding = (term for term in live if term.starts_on <= day and (term.ends_on is None or day <= term.ends_on))
    return next(holding, max((term for term in live if term.starts_on <= day), key=lambda term: term.starts_on))


def _check_lines(contract: Contract, order: AmendmentOrder) -> None:
    """Refuse to remove an item whose lines are all over on the effective day."""
    facts = StandingFacts(
        terms=tuple(term_facts(term) for term in contract.terms.all()),
        on=order.dates.effective_on,
        cancelled_on=contract.cancelled_on,
    )
    standings = line_standings(facts)
    for item in (change.item for change in order.items if not change.phases):
        states = [each.state for each in standings if key_of(each.line) == item]
        if states and not any(LineOperation.REMOVE in ALLOWED[state] for state in states):
            check_operation(states[-1], LineOperation.REMOVE, where=f"Item {item}")


def _kept(change: ItemChange) -> dict[str, Any]:
    """Return what the amendment keeps of a change, exact amounts as text."""
    return {
        "item": change.item,
        "phases": [
            {
                "starts_on": phase.starts_on.isoformat(),
                "ends_on": phase.ends_on.isoformat() if phase.ends_on else None,
                "arr_amount": str(phase.arr_amount),
                "quantity": None if phase.quantity is None else str(phase.quantity),
                "is_suspended": phase.is_suspended,
            }
            for phase in change.phases
        ],
    }


def kept_clauses(change: TermChange) -> dict[str, Any]:
    """Return what an amendment keeps of changed clauses: dates and percentages as text."""
    said = said_clauses(change)
    price = said.pop("price", None)
    kept = {name: value if isinstance(value, int) else str(value) for name, value in said.items()}
    if isinstance(price, PriceTerms):
        kept |= {
            "uplift_percent": None if price.uplift_percent is None else f"{price.uplift_percent:f}",
            "cap_percent": None if price.cap_percent is None else f"{price.cap_percent:f}",
            "price_clause": price.clause,
        }
    return kept
