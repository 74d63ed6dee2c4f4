"""A file that knows one amount does not flatten a ramp that was agreed since: phases are amended on the contract."""

from datetime import date, datetime
from decimal import Decimal

from renewals.actions.amendments import amend_contract
from renewals.core.actors import Actor
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase
from renewals.models import Contract, ContractLine, Renewal
from renewals.queries.contracts import contract_arr
from tests.imports.conftest import Importing

ACCOUNTS = '[columns]\nexternal_id = "id"\n'
TERM = """[columns]
external_id = "id"
account = "account"
starts_on = "start"
ends_on = "end"
annual_amount = "arr"
notice_period = "notice"
"""
FILE = "id,account,start,end,arr,notice\nC-1,A-1,2026-01-01,2026-12-31,100,60\n"
LINES = '[columns]\nexternal_id = "sku"\ncontract = "contract"\nannual_amount = "arr"\n'
DAYS = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 12, 31))


def arr() -> list[Decimal]:
    """Return the contract's ARR on the last day before the ramp, its first, and the last of the term."""
    return [contract_arr(Contract.objects.get().id, on=day).amount for day in DAYS]


def test_import_leaves_the_phases_of_a_ramp_and_says_so(bring: Importing, admin: Actor, now: datetime) -> None:
    bring("accounts", "id\nA-1\n", ACCOUNTS)
    bring("contracts", FILE, TERM)
    item = ContractLine.objects.get().external_id
    order = AmendmentOrder(
        dates=AmendmentDates(effective_on=DAYS[1]),
        reason="Ramp",
        items=(ItemChange(item=item, phases=(Phase(starts_on=DAYS[1], arr_amount=Decimal(150)),)),),
    )
    amend_contract(contract_id=Contract.objects.get().id, order=order, by=admin, now=now)
    assert arr() == [100, 150, 150]
    assert bring("contracts", FILE.replace(",100,", ",120,"), TERM).counts.unchanged == 1
    assert arr() == [100, 150, 150]
    bring("contract_lines", "sku,contract,arr\nother,C-1,7\n", LINES)
    refused = bring("contract_lines", f"sku,contract,arr\n{item},C-1,9\n", LINES)
    assert dict(refused.problem_counts) == {"E-RAMP-04": 1}
    assert arr() == [107, 157, 157]
    assert bring("contracts", FILE.replace(",60\n", ",30\n"), TERM).counts.updated == 1
    assert arr() == [107, 157, 157]
    bring("contracts", FILE.replace("2026-12-31", "2026-09-30"), TERM)
    assert arr() == [107, 157, 0]
    assert Renewal.objects.get().target_amount == 157
