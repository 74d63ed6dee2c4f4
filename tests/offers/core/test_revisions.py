"""Price revisions: the contract goes before the rule, each exclusion by its reason, sums by currency, the last day."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.errors import PriceNotPossible
from offers.core.pricing import AgreedPrice, LineFacts, Method, PriceRule, PricingDefaults, Wish, price_line
from offers.core.revisions import (
    Book,
    Candidate,
    Choices,
    Revision,
    RevisionMethod,
    RevisionRule,
    plain_revision,
    read_revision,
    revised_price,
    revised_term,
)
from offers.core.revisions.terms import REASONS, totals
from renewals.core.money import Money
from tests.offers.core.examples import line

TODAY = date(2027, 12, 31)
LEAP = date(2028, 2, 29)
BOOK = Book(ends_from=date(2028, 1, 1), ends_until=date(2028, 6, 30))
RULE = RevisionRule(method=RevisionMethod.PERCENT, percent=Decimal(5))
REVISION = Revision(book=BOOK, rule=RULE)
CANDIDATE = Candidate(
    contract_id=1,
    term_number=1,
    currency="EUR",
    ends_on=date(2028, 3, 31),
    notice_on=date(2028, 3, 30),
    lines=(line(),),
    agreed=AgreedPrice(),
)


@pytest.mark.requirement(44)
@pytest.mark.parametrize(
    ("rule", "agreed", "new", "fired"),
    [
        (RULE, AgreedPrice(), "1050", "uplift_offer"),
        (RULE, AgreedPrice(cap_percent=Decimal(3)), "1030", "uplift_offer_capped"),
        (RULE, AgreedPrice(uplift_percent=Decimal(2)), "1020", "uplift_contract"),
        (RULE, AgreedPrice(cap_percent=Decimal("0.005")), "1000.05", "uplift_offer_capped"),
        (RevisionRule(method=RevisionMethod.CPI, percent=Decimal("2.5")), AgreedPrice(), "1025", "cpi_workspace"),
        (RevisionRule(method=RevisionMethod.LIST), AgreedPrice(), "1200", "list"),
        (RevisionRule(method=RevisionMethod.LIST), AgreedPrice(cap_percent=Decimal(10)), "1100", "list_capped"),
    ],
)
def test_contract_goes_before_the_rule(rule: RevisionRule, agreed: AgreedPrice, new: str, fired: str) -> None:
    made = revised_price(line(), rule, agreed)
    assert (made.net.amount, made.rule) == (Decimal(new), fired)


@pytest.mark.requirement(44)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"is_closed": True}, "closed"),
        ({"ends_on": None, "notice_on": None}, "open_ended"),
        ({"ends_on": date(2028, 7, 1)}, "runs_on"),
        ({"is_revised": True}, "revised_already"),
        ({"is_at_risk": True}, "at_risk"),
        ({"is_overdue": True}, "overdue"),
        ({"is_in_talks": True}, "in_talks"),
        ({"notice_on": date(2028, 1, 29)}, "deadline_past"),
        ({"notice_on": date(2028, 1, 30)}, ""),
        ({"notice_on": None, "ends_on": date(2028, 1, 29)}, "deadline_past"),
        ({"agreed": AgreedPrice(cap_percent=Decimal(0))}, "no_change"),
        ({"is_closed": True, "is_at_risk": True}, "closed"),
    ],
)
def test_first_reason_against_a_term_is_told(change: dict[str, object], reason: str) -> None:
    assert revised_term(replace(CANDIDATE, **change), REVISION, today=TODAY).reason == reason


def test_what_people_chose_decides_and_is_told_with_its_reason() -> None:
    all_in = replace(REVISION, choices=Choices(skips_at_risk=False, skips_overdue=False, skips_in_talks=False))
    troubled = replace(CANDIDATE, is_at_risk=True, is_overdue=True, is_in_talks=True)
    assert revised_term(troubled, all_in, today=TODAY).reason == ""
    left = revised_term(CANDIDATE, replace(REVISION, choices=Choices(left_out={1: "Promised"})), today=TODAY)
    assert (left.reason, left.note) == ("left_out", "Promised")
    assert {"left_out", "no_list_price"} < set(REASONS)


def test_line_without_list_price_and_lines_of_other_products() -> None:
    lines = (line("a", list_price=None, product="gold"), line("b", product="silver"))
    to_list = Revision(book=BOOK, rule=RevisionRule(method=RevisionMethod.LIST))
    made = revised_term(replace(CANDIDATE, lines=lines), to_list, today=TODAY)
    assert (made.reason, [each.new.amount for each in made.lines]) == ("no_list_price", [1000, 1200])
    silver = replace(to_list, book=replace(BOOK, products=("silver",)))
    made = revised_term(replace(CANDIDATE, lines=lines), silver, today=TODAY)
    assert (made.reason, made.old.amount, made.new.amount) == ("", 2000, 2200)


def test_last_day_to_announce_counts_over_the_leap_day() -> None:
    made = revised_term(replace(CANDIDATE, notice_on=LEAP + timedelta(days=30)), REVISION, today=TODAY)
    assert made.announce_on == LEAP


def test_sums_of_three_currencies_stay_apart_and_need_no_rate() -> None:
    lines = {
        code: LineFacts(key="a", name="A", currency=code, prior=Money(Decimal(100), code))
        for code in ("EUR", "JPY", "USD")
    }
    terms = [
        revised_term(replace(CANDIDATE, currency=code, lines=(each,)), REVISION, today=TODAY)
        for code, each in lines.items()
    ]
    left = revised_term(replace(CANDIDATE, is_closed=True), REVISION, today=TODAY)
    assert {code: (old.amount, new.amount) for code, (old, new) in totals([*terms, left]).items()} == {
        "EUR": (100, 105),
        "JPY": (100, 105),
        "USD": (100, 105),
    }


@pytest.mark.requirement(44)
@given(
    prior=st.decimals(0, 10**9, places=2),
    percent=st.decimals(-100, 1000, places=3),
    cap=st.decimals(-100, 1000, places=3),
    code=st.sampled_from(["EUR", "JPY", "BHD"]),
)
def test_no_revision_goes_beyond_the_cap_of_a_contract(
    prior: Decimal, percent: Decimal, cap: Decimal, code: str
) -> None:
    sold = LineFacts(key="a", name="A", currency=code, prior=Money(prior, code))
    rule = RevisionRule(method=RevisionMethod.PERCENT, percent=percent)
    made = revised_price(sold, rule, AgreedPrice(cap_percent=cap))
    assert made.net <= Money(prior, code).times((100 + cap) / 100).rounded()


def test_price_in_force_is_the_policy_price_under_the_cap_and_no_offer_of_the_old_price() -> None:
    sold = line(revised=Money(Decimal(1080), "EUR"))
    defaults = PricingDefaults(method=Method.SAME)

    def priced(rule: PriceRule, cap: str | None = None) -> tuple[Decimal, Decimal]:
        agreed = AgreedPrice(cap_percent=None if cap is None else Decimal(cap))
        made = price_line(sold, rule, agreed=agreed, defaults=defaults, wish=Wish())
        return made.net.amount, made.policy.amount

    assert priced(PriceRule(method=Method.SAME, is_policy=True)) == (1080, 1080)
    assert priced(PriceRule(method=Method.SAME)) == (1000, 1080)
    assert priced(PriceRule(method=Method.SAME, is_policy=True), cap="3") == (1030, 1030)


def test_revision_reads_back_as_it_was_kept() -> None:
    whole = Revision(
        book=replace(BOOK, segments=("small",), tiers=("basic",), products=("gold",)),
        rule=RevisionRule(method=RevisionMethod.CPI, percent=Decimal("2.125"), lead_days=45),
        choices=Choices(skips_at_risk=False, left_out={7: "Promised"}),
    )
    assert read_revision(plain_revision(whole)) == whole
    with pytest.raises(PriceNotPossible):
        read_revision({"book": {}})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Book(ends_from=LEAP, ends_until=LEAP - timedelta(days=1)),
        lambda: RevisionRule(method=RevisionMethod.PERCENT),
        lambda: RevisionRule(method=RevisionMethod.CPI, percent=Decimal("NaN")),
        lambda: RevisionRule(method=RevisionMethod.PERCENT, percent=Decimal(-101)),
        lambda: RevisionRule(method=RevisionMethod.LIST, lead_days=366),
    ],
)
def test_revision_that_cannot_be_is_refused(wrong) -> None:
    with pytest.raises(PriceNotPossible):
        wrong()
