"""Truth tables of give and get, of what leaks and what comes back; sums of the report; prices that come back."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.errors import ConcessionNotPossible
from offers.core.negotiation.concessions import (
    ConcessionFacts,
    Get,
    GetKind,
    GetState,
    Give,
    GiveKind,
    GiveState,
    Leak,
    check_concession,
    comes_back,
    get_state,
    give_state,
    leaks_of,
    unnamed_amount,
)
from offers.core.negotiation.leakage import By, LeakItem, leak_groups, leak_sums, quarter_of_key, quarter_words
from offers.core.policy import Outcome
from offers.core.pricing import AgreedPrice, Wish, price_of
from renewals.core.errors import TooManyDecimals
from tests.offers.core.examples import DISCOUNT, euros, facts, judged, line, policy

D = Decimal
FIRST, LAST, TODAY = date(2027, 1, 1), date(2027, 12, 31), date(2027, 6, 1)


def concession(**more: object) -> ConcessionFacts:
    base = {"kind": GiveKind.PRICE, "amount": D(100), "starts_on": FIRST, "expires_on": LAST, "get_due_on": TODAY}
    return ConcessionFacts(**base | more)


@pytest.mark.requirement(90)
@pytest.mark.parametrize(
    ("today", "ended_on", "state"),
    [
        (date(2026, 12, 31), None, GiveState.COMING),
        (FIRST, None, GiveState.RUNNING),
        (LAST, None, GiveState.RUNNING),
        (date(2028, 1, 1), None, GiveState.STILL_GIVEN),
        (date(2028, 1, 1), date(2028, 1, 1), GiveState.BACK),
        (date(2028, 1, 1), date(2028, 1, 2), GiveState.STILL_GIVEN),
        (TODAY, date(2027, 3, 1), GiveState.BACK),
    ],
)
def test_give_stands_by_its_days(today: date, ended_on: date | None, state: GiveState) -> None:
    assert give_state(concession(ended_on=ended_on), today=today) is state


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"get_due_on": None}, GetState.NONE),
        ({"get_due_on": TODAY}, GetState.OPEN),
        ({"get_due_on": date(2027, 5, 31)}, GetState.LATE),
        ({"get_delivered_on": TODAY}, GetState.DELIVERED),
        ({"get_due_on": date(2027, 5, 31), "get_delivered_on": TODAY}, GetState.DELIVERED),
        ({"get_failed_on": TODAY}, GetState.FAILED),
    ],
)
def test_get_stands_by_its_days(more: dict[str, object], state: GetState) -> None:
    assert get_state(concession(**more), today=TODAY) is state


@pytest.mark.parametrize(
    ("more", "leaks"),
    [
        ({}, ()),
        ({"get_delivered_on": TODAY}, ()),
        ({"get_due_on": None}, (Leak.WITHOUT_GET,)),
        ({"get_due_on": date(2027, 5, 1)}, (Leak.NOT_DELIVERED,)),
        ({"get_failed_on": TODAY}, (Leak.NOT_DELIVERED,)),
        ({"expires_on": date(2027, 5, 31)}, (Leak.STILL_GIVEN,)),
        ({"expires_on": date(2027, 5, 31), "get_due_on": None}, (Leak.WITHOUT_GET, Leak.STILL_GIVEN)),
        ({"expires_on": date(2027, 5, 31), "get_due_on": None, "ended_on": TODAY}, ()),
    ],
)
def test_concession_leaks_by_what_became_of_it(more: dict[str, object], leaks: tuple[Leak, ...]) -> None:
    assert leaks_of(concession(**more), today=TODAY) == leaks


@pytest.mark.requirement(90)
@pytest.mark.parametrize(
    ("more", "answer"),
    [
        ({}, True),
        ({"expires_on": date(2028, 1, 1)}, False),
        ({"kind": GiveKind.SERVICE}, False),
        ({"ended_on": date(2027, 6, 1)}, False),
        ({"ended_on": date(2028, 1, 1)}, False),
        ({"ended_on": date(2028, 1, 2)}, True),
    ],
)
def test_price_that_expires_before_the_cycle_comes_back_in_it(more: dict[str, object], answer: bool) -> None:
    assert comes_back(concession(**more), due_on=date(2028, 1, 1)) is answer


def give(**more: object) -> Give:
    base = {"kind": GiveKind.PRICE, "what": "5 % less", "amount": euros("100"), "starts_on": FIRST}
    return Give(**base | {"expires_on": LAST, "reason": "They asked two others."} | more)


GET = Get(kind=GetKind.REFERENCE, what="A reference call", due_on=TODAY)


@pytest.mark.parametrize(
    ("bad", "get", "why"),
    [
        ({}, None, ""),
        ({"amount": euros("-1")}, GET, ""),
        ({"expires_on": date(2026, 12, 31)}, GET, ""),
        ({"what": " "}, GET, ""),
        ({"reason": ""}, GET, ""),
        ({}, Get(kind=GetKind.OTHER, what=" ", due_on=TODAY), ""),
    ],
)
def test_concession_that_cannot_be_is_refused(bad: dict[str, object], get: Get | None, why: str) -> None:
    with pytest.raises(ConcessionNotPossible):
        check_concession(give(**bad), get, no_get_reason=why)


def test_concession_with_a_get_or_a_reason_for_none_may_be() -> None:
    check_concession(give(), GET, no_get_reason="")
    check_concession(give(starts_on=LAST), None, no_get_reason="They were let down in March.")
    with pytest.raises(TooManyDecimals):
        check_concession(give(amount=euros("1.001")), GET, no_get_reason="")


@given(policy=st.integers(0, 10**6), net=st.integers(0, 10**6), named=st.integers(0, 10**6))
def test_named_and_unnamed_add_up_to_what_was_given(policy: int, net: int, named: int) -> None:
    found = unnamed_amount(policy=euros(str(policy)), net=euros(str(net)), named=euros(str(named)))
    assert found.amount >= 0
    assert found.amount + named == max(policy - net, named)


@pytest.mark.requirement(90)
def test_returning_price_is_where_the_next_one_starts_and_giving_it_on_is_a_discount() -> None:
    """1,000 paid after a concession of 100: the policy price is 1,100 + 4 %, and 1,040 again is 9.09 % off."""
    back = facts(line(comes_back=euros("100")))
    price, found = judged(policy(DISCOUNT), Wish(asked={"seats": D(1040)}), back)
    assert (price.policy, price.prior, price.start) == (euros("1144.00"), euros("1000"), euros("1100"))
    assert (found.outcome, found.level) == (Outcome.NEEDS_APPROVAL, "l1")
    assert [step.code for step in price.lines[0].steps][:3] == ["list", "prior", "comes_back"]


def test_returning_price_is_no_increase_and_stays_under_the_cap_of_the_contract() -> None:
    up = {"key": "up", "measure": "uplift_percent", "scope": "line", "free": 6, "thresholds": [{"level": "l1"}]}
    back = line(comes_back=euros("100"))
    price, found = judged(policy(up), Wish(), facts(back))
    assert (price.net, found.outcome) == (euros("1144.00"), Outcome.ALLOW)
    capped = price_of(facts(back, agreed=AgreedPrice(cap_percent=D(3))), Wish())
    assert capped.net == euros("1030.00")


def item(leak: Leak, amount: int | None, group: str = "Ana", number: int = 1) -> LeakItem:
    return LeakItem(leak=leak, group=group, number=number, amount=None if amount is None else D(amount))


def test_report_counts_what_has_no_rate_and_adds_up_the_rest() -> None:
    found = leak_sums([item(Leak.WITHOUT_GET, 5), item(Leak.WITHOUT_GET, None, number=3), item(Leak.STILL_GIVEN, 7)])
    without, still = found[Leak.WITHOUT_GET], found[Leak.STILL_GIVEN]
    assert (without.number, without.amount, without.unknown, still.amount) == (4, 5, 3, 7)
    assert found[Leak.NOT_DELIVERED].number == 0


def test_report_has_quarters_newest_first_and_owners_by_size() -> None:
    quarters = [item(Leak.WITHOUT_GET, 5, "2026-Q4"), item(Leak.WITHOUT_GET, 9, "2027-Q2")]
    assert [group.key for group in leak_groups(quarters, by=By.QUARTER)] == ["2027-Q2", "2026-Q4"]
    owners = [item(Leak.WITHOUT_GET, 5, "Ana"), item(Leak.WITHOUT_GET, 9, "Bo")]
    assert [group.key for group in leak_groups(owners, by=By.OWNER)] == ["Bo", "Ana"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(Leak)),
            st.one_of(st.none(), st.integers(0, 10**9)),
            st.sampled_from("AB"),
            st.integers(1, 9),
        )
    )
)
def test_lines_of_every_breakdown_add_up_to_the_headlines(rows: list[tuple[Leak, int | None, str, int]]) -> None:
    items = [item(*row) for row in rows]
    whole = leak_sums(items)
    for by in By:
        groups = leak_groups(items, by=by)
        for leak in Leak:
            parts = [group.sums[leak] for group in groups]
            assert sum(part.number for part in parts) == whole[leak].number
            assert sum(part.amount for part in parts) == whole[leak].amount
            assert sum(part.unknown for part in parts) == whole[leak].unknown


@pytest.mark.parametrize(("key", "found"), [("2027-Q1", (2027, 1)), ("2027-Q5", None), ("27-Q1", None), ("", None)])
def test_quarter_is_read_back_from_its_key(key: str, found: tuple[int, int] | None) -> None:
    assert quarter_of_key(key) == found
    assert found is None or quarter_words(*found) == key
