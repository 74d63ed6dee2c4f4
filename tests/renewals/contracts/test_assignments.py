"""A contract that goes to another account: once, with its cap and its cycle; refused where it cannot."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from renewals.actions.assignments import AssignmentOrder, assign_contract
from renewals.actions.price_terms import note_price_terms
from renewals.core.contracts.amendments import AmendmentDates
from renewals.core.errors import (
    AmendmentOutsideTerm,
    Conflict,
    InvalidInput,
    RequiredValueMissing,
    StateNotAllowed,
    UnknownReference,
)
from renewals.core.price_terms import PriceTerms
from renewals.models import Amendment, Contract, Renewal, Succession
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.contracts import contract_arr
from renewals.queries.term_rows import live_term, price_terms
from tests.renewals.build import NOW, account, member, renewal

JULY = date(2026, 7, 1)
CAP = PriceTerms(cap_percent=Decimal(2), clause="Order form 7, clause 3")


def order(account_id: int, on: date = JULY, **more: object) -> AssignmentOrder:
    """Return an order to assign on a day."""
    return AssignmentOrder(
        **{"account_id": account_id, "dates": AmendmentDates(effective_on=on), "reason": "Sold the unit"} | more
    )


@pytest.mark.requirement(90)
def test_assigned_contract_ends_here_and_goes_on_there_with_cap_and_cycle(inside, actor) -> None:
    row = renewal(actor)
    other = account(actor, "B1", owner_id=member(actor, "Bea").user_id)
    for _ in range(2):
        assert note_price_terms(contract_id=row.contract_id, price=CAP, by=actor, now=NOW).version == 2
    made = assign_contract(contract_id=row.contract_id, order=order(other.id), by=actor, now=NOW, seen_version=2)
    days = (JULY - timedelta(days=1), JULY, date(2026, 12, 31))
    assert [contract_arr(row.contract_id, on=day).amount for day in days] == [1000, 0, 0]
    assert [contract_arr(made.id, on=day).amount for day in days] == [0, 1000, 1000]
    assert arr_of_accounts([row.account_id, other.id], on=JULY)[other.id].amount == 1000
    row.refresh_from_db()
    assert (row.final_amount, row.outcomes.get().primary_reason) == (1000, "contract_assigned")
    assert Renewal.objects.get(contract=made).due_on == date(2027, 1, 1)
    assert price_terms(live_term(made.id)) == CAP
    assert (Succession.objects.get().way, Amendment.objects.get().clauses) == ("assigned", {"party": other.name})
    with pytest.raises(StateNotAllowed):
        assign_contract(contract_id=row.contract_id, order=order(other.id), by=actor, now=NOW)


def test_assignment_that_cannot_be_is_refused_and_writes_nothing(inside, actor) -> None:
    row = renewal(actor)
    other = account(actor, "B1")
    refusals = (
        (order(row.account_id), InvalidInput),
        (order(other.id, reason=" "), InvalidInput),
        (order(other.id, external_id="C1"), InvalidInput),
        (order(10**9), UnknownReference),
        (order(other.id, date(2025, 12, 31)), AmendmentOutsideTerm),
        (order(other.id, date(2027, 1, 1)), AmendmentOutsideTerm),
    )
    for wrong, error in refusals:
        with pytest.raises(error):
            assign_contract(contract_id=row.contract_id, order=wrong, by=actor, now=NOW)
    with pytest.raises(Conflict):
        assign_contract(contract_id=row.contract_id, order=order(other.id), by=actor, now=NOW, seen_version=7)
    with pytest.raises(RequiredValueMissing):
        note_price_terms(contract_id=row.contract_id, price=PriceTerms(), by=actor, now=NOW)
    assert (Contract.objects.count(), Succession.objects.count()) == (1, 0)
