"""Merge plans: one end date, stubs to the cent, a survivor that takes all lines on; and what is no plan."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from renewals.core.contracts.merging import MergingContract, next_span, plan_merger
from renewals.core.errors import InvalidInput, MixedCurrencies
from renewals.core.money import Money
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction


def contract(contract_id: int, ends_on: date | None, amount: str, **more: object) -> MergingContract:
    """Return a contract whose last term began in 2026."""
    term = TermRow(
        number=1,
        starts_on=date(2026, 1, 1),
        ends_on=ends_on,
        end_action=EndAction.RENEW,
        is_auto_renewing=True,
        renewal_months=12,
        lines=(
            LineRow(external_id="seats", arr_amount=Decimal(amount)),
            LineRow(external_id="old", arr_amount=Decimal(1), ends_on=date(2026, 3, 31)),
            LineRow(external_id="set-up", arr_amount=Decimal(90), is_recurring=False),
        ),
    )
    facts = {"name": f"C{contract_id}", "account_id": 1, "currency": "EUR"} | more
    return MergingContract(contract_id=contract_id, term=term, **facts)


EARLY, LATE = contract(1, date(2026, 9, 30), "365"), contract(2, date(2026, 12, 31), "1000")


@pytest.mark.requirement(90)
def test_contracts_end_together_on_the_latest_day_and_the_earlier_pays_a_stub() -> None:
    plan = plan_merger((LATE, EARLY))
    early, late = plan.parts
    assert (plan.ends_on, plan.stub, plan.merged) == (date(2026, 12, 31), Money(Decimal("92.00"), "EUR"), None)
    assert (early.stub_from, [str(each.amount.amount) for each in early.stub_lines]) == (date(2026, 10, 1), ["92.00"])
    assert (early.term.ends_on, early.term.end_action) == (date(2026, 12, 31), EndAction.RENEW)
    assert [line.ends_on for line in early.term.lines] == [None, date(2026, 3, 31), None]
    assert (late.stub_from, late.stub_lines, late.term) == (None, (), LATE.term)


def test_survivor_takes_all_running_lines_on_and_the_others_end() -> None:
    plan = plan_merger((EARLY, LATE), survivor_id=2)
    assert [part.term.end_action for part in plan.parts] == [EndAction.END, EndAction.RENEW]
    assert (plan.merged.number, plan.merged.starts_on, plan.merged.ends_on) == (2, date(2027, 1, 1), date(2027, 12, 31))
    assert [(line.external_id, line.arr_amount) for line in plan.merged.lines] == [
        ("seats", Decimal(365)),
        ("seats/2", Decimal(1000)),
    ]


def test_a_later_common_day_gives_every_contract_a_stub() -> None:
    plan = plan_merger((EARLY, LATE), ends_on=date(2027, 3, 31))
    assert [part.stub_from for part in plan.parts] == [date(2026, 10, 1), date(2027, 1, 1)]
    assert plan.stub == Money(sum((part.stub.amount for part in plan.parts), Decimal(0)), "EUR")


@pytest.mark.parametrize(
    ("contracts", "more", "error"),
    [
        ((EARLY,), {}, InvalidInput),
        ((EARLY, EARLY), {}, InvalidInput),
        ((EARLY, replace(LATE, account_id=2)), {}, InvalidInput),
        ((EARLY, replace(LATE, currency="USD")), {}, MixedCurrencies),
        ((EARLY, contract(3, None, "1")), {}, InvalidInput),
        ((EARLY, LATE), {"ends_on": date(2026, 12, 30)}, InvalidInput),
        ((EARLY, LATE), {"survivor_id": 9}, InvalidInput),
    ],
)
def test_what_is_no_plan_is_refused(contracts, more, error) -> None:
    with pytest.raises(error):
        plan_merger(contracts, **more)


def test_next_term_of_a_leap_day_term_keeps_its_length() -> None:
    term = TermRow(number=1, starts_on=date(2027, 3, 1), ends_on=date(2028, 2, 29))
    following = next_span(term)
    assert (following.starts_on, following.ends_on) == (date(2028, 3, 1), date(2029, 2, 28))
    with pytest.raises(InvalidInput):
        next_span(replace(term, ends_on=None))
