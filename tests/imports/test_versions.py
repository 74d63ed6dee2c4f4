"""What a file changes of a contract leaves a new version: read as known before, the old amount stands."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from renewals.core.actors import Actor
from renewals.models import Contract, ContractLine, TermVersion
from renewals.queries.contracts import contract_arr
from renewals.queries.term_rows import live_term, price_terms
from signals.actions.imports import undo_import
from tests.imports.conftest import Importing

ACCOUNTS = '[columns]\nexternal_id = "id"\n'
TERM = """[columns]
external_id = "id"
account = "account"
starts_on = "start"
ends_on = "end"
annual_amount = "arr"
product = "plan"
"""
LINES = '[columns]\nexternal_id = "sku"\ncontract = "contract"\nannual_amount = "arr"\nquantity = "n"\n'
FILE = "id,account,start,end,arr,plan\nC-1,A-1,2026-01-01,2026-12-31,100,gold\n"
DAY = date(2026, 6, 1)


def arr(known_at: datetime | None = None) -> Decimal:
    """Return the contract's ARR on a day, as known then."""
    return contract_arr(Contract.objects.get().id, on=DAY, known_at=known_at).amount


@pytest.fixture
def first(bring: Importing, now: datetime) -> datetime:
    """Import account and contract a day before; return when."""
    bring("accounts", "id\nA-1\n", ACCOUNTS)
    bring("contracts", FILE, TERM)
    earlier = now - timedelta(days=1)
    TermVersion.objects.update(recorded_at=earlier)
    return earlier


@pytest.mark.requirement(90)
def test_amount_in_a_contract_file_is_a_new_version_and_the_same_file_again_is_none(
    bring: Importing, first: datetime, admin: Actor, now: datetime
) -> None:
    changed = FILE.replace(",100,", ",120.50,")
    for count in (1, 0):
        assert bring("contracts", changed, TERM).counts.updated == count
    assert (TermVersion.objects.count(), ContractLine.objects.count()) == (2, 2)
    assert (arr(), arr(first)) == (Decimal("120.50"), 100)
    added = bring("contracts", changed + "C-1,A-1,2026-01-01,2026-12-31,7,silver\n", TERM)
    assert (arr(), TermVersion.objects.count()) == (Decimal("127.50"), 3)
    undo_import(run_id=added.run_id, by=admin, now=now)
    assert (arr(), TermVersion.objects.count(), live_term(Contract.objects.get().id).version) == (
        Decimal("120.5"),
        2,
        2,
    )


@pytest.mark.requirement(90)
def test_lines_in_a_file_of_their_own_are_new_versions_too(
    bring: Importing, first: datetime, admin: Actor, now: datetime
) -> None:
    text = "sku,contract,arr,n\ngold,C-1,90,\nbronze,C-1,20,4\n"
    for count in (2, 0):
        counts = bring("contract_lines", text, LINES).counts
        assert counts.created + counts.updated == count
    assert (arr(), arr(first), TermVersion.objects.count()) == (110, 100, 2)
    kept = {line.external_id: line for line in live_term(Contract.objects.get().id).lines.all()}
    assert (kept["gold"].product.external_id, kept["bronze"].quantity) == ("gold", 4)
    more = bring("contract_lines", "sku,contract,arr,n\nbronze,C-1,25,\n", LINES)
    assert (arr(), live_term(Contract.objects.get().id).lines.get(external_id="bronze").quantity) == (115, 4)
    undo_import(run_id=more.run_id, by=admin, now=now)
    assert (arr(), TermVersion.objects.count()) == (110, 2)


@pytest.mark.requirement(63)
def test_price_terms_come_with_the_contract_and_an_empty_cell_keeps_them(bring: Importing, first: datetime) -> None:
    mapping = TERM + 'uplift_percent = "up"\ncap_percent = "cap"\nprice_clause = "where"\n'
    head = FILE.splitlines()[0] + ",up,cap,where\n"
    row = FILE.splitlines()[1]
    for count in (1, 0):
        assert bring("contracts", f"{head}{row},3.33333,5,Order form 4.2\n", mapping).counts.updated == count
    contract = Contract.objects.get()
    agreed = price_terms(live_term(contract.id))
    assert (agreed.uplift_percent, agreed.cap_percent, agreed.clause) == (Decimal("3.333"), 5, "Order form 4.2")
    assert bring("contracts", FILE, TERM).counts.unchanged == 1
    refused = bring("contracts", f"{head}{row},,2,\n", mapping)
    assert dict(refused.problem_counts) == {"E-PRICE-01": 1}
    bring("contracts", f"{head}C-2,A-1,2026-01-01,2026-12-31,1,gold,,-4,\n", mapping)
    second = price_terms(live_term(Contract.objects.get(external_id="C-2").id))
    assert (second.uplift_percent, second.cap_percent, second.clause) == (None, -4, "Contract record")
