"""The simulator's core: a basis comes back exactly, history comes again, another policy changes sides."""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offers.core.approvals import Way, asking_for
from offers.core.judging import Basis, judge, judge_again
from offers.core.plain import plain_baseline, plain_price, plain_verdict
from offers.core.plain_basis import plain_basis, read_basis
from offers.core.policy import Policy, read_policy
from offers.core.pricing import AgreedPrice, Wish
from offers.core.simulation import (
    AnsweredStep,
    Decided,
    SimulationAsked,
    asked_from,
    check_asked,
    clocks_of,
    hours_of,
    queues_of,
    simulate_closing,
    simulate_proposal,
)
from renewals.core.errors import InvalidInput
from renewals.core.money import DatedRate, RateTable
from tests.offers.core.examples import DISCOUNT, FACTS, line, policy, policy_table

DAY = date(2026, 5, 1)
ROLES = ("csm", "finance")
percents = st.decimals(min_value=0, max_value=45, places=2)
wishes = st.builds(
    Wish,
    discount_percent=percents,
    term_months=st.integers(1, 60),
    payment_days=st.integers(0, 120),
    asked=st.one_of(st.just({}), st.fixed_dictionaries({"seats": st.decimals(min_value=1, max_value=3000, places=2)})),
    quantities=st.one_of(st.just({}), st.fixed_dictionaries({"seats": st.integers(1, 20).map(Decimal)})),
    ramp_percent=st.sampled_from((Decimal(0), Decimal("2.5"))),
)
bases = st.builds(
    Basis,
    currency=st.just("EUR"),
    home_currency=st.sampled_from(("EUR", "USD", "JPY")),
    lines=st.sampled_from(((line(),), (line(), line("support", prior="333.33")))),
    agreed=st.sampled_from((AgreedPrice(), AgreedPrice(uplift_percent=Decimal("1.5"), cap_percent=Decimal(3)))),
    facts=st.fixed_dictionaries(
        {
            "account.tier": st.sampled_from(("basic", "growth", None)),
            "renewal.amount": st.one_of(st.none(), percents),
            "renewal.auto_renews": st.sampled_from((True, False, None)),
        }
    ),
    rates=st.just(
        RateTable(
            base="USD",
            rates={
                ("EUR", "USD"): (DatedRate(rate_on=date(2026, 1, 1), rate=Decimal("1.0837")),),
                ("GBP", "USD"): (DatedRate(rate_on=date(2026, 1, 1), rate=Decimal("1.3")),),
            },
        )
    ),
    on=st.just(DAY),
    role=st.sampled_from(ROLES),
)


def rules(number: int, *, free: str = "5", uplift: int = 4, own: tuple[str, ...] = ()) -> Policy:
    """A policy with a discount, a tier and days to pay under limits; `own` may allow the first level alone."""
    basic = {**DISCOUNT, "key": "basic", "free": 0, "when": {"field": "account.tier", "op": "eq", "value": "basic"}}
    days = {"key": "days", "measure": "payment_days", "free": 30, "thresholds": [{"up_to": 90, "level": "l2"}]}
    table = policy_table({**DISCOUNT, "free": free}, basic, days)
    table["defaults"]["uplift_percent"] = uplift
    table["levels"][0]["own_roles"] = list(own)
    made, problems = read_policy(table, number=number)
    assert problems == ()
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One version of a random proposal: what was wished, on which facts, under which policy, and the answer."""

    wish: Wish
    basis: Basis
    policy: Policy
    says_yes: bool


OLD, NEW = rules(1), rules(2, free="7", own=("finance",))
asked = st.builds(Asked, wish=wishes, basis=bases, policy=st.sampled_from((OLD, NEW)), says_yes=st.booleans())


def recorded(versions: list[Asked]) -> list[Decided]:
    """What the product records when these versions are kept, asked and answered one after the other."""
    rows: list[Decided] = []
    approved = None
    for number, each in enumerate(versions, 1):
        made = judge(each.basis, each.policy, each.wish)
        found = asking_for(each.policy, made.verdict, approved=approved, role=each.basis.role)
        is_approved = found.is_approved or (found.way is Way.ASK and each.says_yes)
        rows.append(
            Decided(
                number=number,
                request_id=None if found.way is Way.REFUSED else number,
                basis=read_basis(json.loads(json.dumps(plain_basis(each.basis)))),
                policy=each.policy,
                wish=each.wish,
                offer=None,
                way=found.way.value,
                level=each.policy.level(found.level).name if found.level else "",
                is_approved=is_approved,
                price=json.loads(json.dumps(plain_price(made.price))),
                verdict=json.loads(json.dumps(plain_verdict(made.verdict))),
                approved_before=plain_baseline(approved or {}),
            )
        )
        approved = made.verdict.values if is_approved else approved
    return rows


@settings(deadline=None, max_examples=40)
@given(bases)
def test_basis_comes_back_from_json_exactly(basis: Basis) -> None:
    back = read_basis(json.loads(json.dumps(plain_basis(basis))))
    assert replace(back, rates=basis.rates) == basis
    assert back.rates.rates == {("EUR", "USD"): basis.rates.rates["EUR", "USD"]}


@pytest.mark.requirement("X14")
@pytest.mark.requirement(32)
@settings(deadline=None, max_examples=40)
@given(st.lists(asked, min_size=1, max_size=5))
def test_every_random_book_comes_again_under_the_policies_of_then(versions: list[Asked]) -> None:
    """Row by row: price, verdict, what was approved before, who was asked."""
    found = simulate_proposal(recorded(versions), other=None)
    assert [(each.is_reproduced, each.why) for each in found] == [(True, "")] * len(versions)
    assert [each.after for each in found] == [each.before for each in found]


@settings(deadline=None, max_examples=40)
@given(st.lists(asked, min_size=1, max_size=4), st.sampled_from((OLD, NEW)))
def test_what_would_have_been_is_what_the_product_does_under_that_policy(versions: list[Asked], other: Policy) -> None:
    """Where the same prices were proposed under it and answered alike, nothing else comes out of the product itself."""
    same_price = [replace(each, policy=other) for each in versions]
    found = simulate_proposal(recorded(versions), other=other)
    expected = simulate_proposal(recorded(same_price), other=None)
    for now, then in zip(found[:1], expected[:1], strict=True):
        assert now.after is not None
        assert then.before is not None
        assert (now.after.way, now.after.judged.verdict) == (then.before.way, then.before.judged.verdict)


@settings(deadline=None, max_examples=40)
@given(bases, wishes)
def test_judged_again_by_the_same_policy_is_judged(basis: Basis, wish: Wish) -> None:
    assert judge_again(basis, wish, priced_by=OLD, judged_by=OLD) == judge(basis, OLD, wish)


def test_price_stays_and_the_policy_price_is_the_other_ones() -> None:
    basis = Basis(currency="EUR", home_currency="EUR", lines=(line(),), facts=FACTS, on=DAY)
    dearer = rules(3, uplift=10)
    made = judge_again(basis, Wish(discount_percent=Decimal(10)), priced_by=OLD, judged_by=dearer)
    assert (made.price.net.amount, made.price.policy.amount) == (Decimal("936.00"), Decimal("1100.00"))
    assert made.verdict.outcome.value == "needs_approval"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"basis": None}, "basis_not_kept"),
        ({"policy": None}, "policy_not_readable"),
        ({"policy": NEW}, "other_verdict"),
        ({"approved_before": {"discount": "1"}}, "other_values_before"),
        ({"way": "inside"}, "other_way"),
    ],
)
def test_what_does_not_come_again_says_why(change: dict[str, Any], why: str) -> None:
    basis = Basis(currency="EUR", home_currency="EUR", lines=(line(),), facts=FACTS, on=DAY, role="csm")
    row = recorded([Asked(wish=Wish(discount_percent=Decimal(8)), basis=basis, policy=OLD, says_yes=True)])[0]
    found = simulate_proposal([replace(row, **change)], other=None)[0]
    assert (found.is_reproduced, found.why) == (False, why)
    nameless = replace(row, basis=replace(basis, role=""), way="own_limit", level="")
    assert simulate_proposal([nameless], other=None)[0].why == "role_not_kept"


def test_other_price_and_a_policy_without_a_price_say_so() -> None:
    basis = Basis(currency="EUR", home_currency="EUR", lines=(line(list_price=None),), facts=FACTS, on=DAY, role="csm")
    row = recorded([Asked(wish=Wish(), basis=basis, policy=OLD, says_yes=True)])[0]
    assert simulate_proposal([replace(row, wish=Wish(discount_percent=Decimal(1)))], other=None)[0].why == "other_price"
    table = policy_table(DISCOUNT)
    table["defaults"] = {"method": "list"}
    found = simulate_proposal([row], other=read_policy(table, number=3)[0])[0]
    assert (found.is_reproduced, found.after, found.why) == (True, None, "no_policy_price")


def test_unknown_facts_are_named_and_hold() -> None:
    basis = Basis(currency="EUR", home_currency="EUR", lines=(line(),), facts={"account.tier": None}, on=DAY)
    side = simulate_closing(basis, Wish(asked={"seats": Decimal(1000)}), policy=rules(1))
    assert side is not None
    assert (side.way, side.unknown) == (Way.ASK, ("account.tier", "payment_days"))
    known = simulate_closing(replace(basis, facts=FACTS), Wish(asked={"seats": Decimal(1000)}), policy=rules(1))
    assert known is not None
    assert (known.way, known.unknown) == (Way.INSIDE, ("payment_days",))


def test_clock_is_the_median_of_a_queue_and_stages_follow_one_another() -> None:
    made = clocks_of(
        AnsweredStep(level=level, queue="finance", hours=hours)
        for level, hours in (("l1", 2.0), ("l1", 4.0), ("l1", 30.0), ("l2", 8.0))
    )
    assert [(each.level, each.hours, each.count) for each in made] == [("", 6.0, 4), ("l1", 4.0, 3), ("l2", 8.0, 1)]
    levels = policy(DISCOUNT).levels
    assert [hours_of(level, made) for level in (*levels, None)] == [4.0, 8.0, 6.0, 0.0]
    step = levels[0].steps[0]
    later = replace(step, key="t", stage=2)
    both = replace(levels[0], steps=(step, replace(step, key="u", roles=("csm",)), later))
    assert (hours_of(both, made), queues_of(both)) == (None, ("finance", "csm", "finance"))
    assert hours_of(replace(both, steps=(step, later)), made) == 8.0


def test_asked_comes_back_and_refuses_days_that_cannot_be() -> None:
    wanted = SimulationAsked(first_on=DAY, last_on=DAY, number=2)
    assert asked_from(wanted.table()) == wanted
    assert (wanted.is_unchanged, replace(wanted, number=0).is_unchanged) == (False, True)
    for bad in (
        replace(wanted, last_on=date(2026, 4, 1)),
        replace(wanted, first_on=date(2019, 1, 1)),
        replace(wanted, draft_id=1),
    ):
        with pytest.raises(InvalidInput):
            check_asked(bad, today=DAY)
    with pytest.raises(InvalidInput):
        check_asked(wanted, today=date(2026, 4, 30))
