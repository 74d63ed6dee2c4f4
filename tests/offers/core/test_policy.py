"""Truth tables of the verdict, what a policy may say, what is worse, and the properties that hold for every policy."""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.approvals import Way, asking_for
from offers.core.policy import (
    Kind,
    OfferClass,
    Outcome,
    Verdict,
    read_policy,
    remaining,
    strictly_worse,
    verdict_of,
)
from offers.core.pricing import AgreedPrice, Wish, price_of
from tests.offers.core.examples import DISCOUNT, FACTS, euros, facts, judged, line, policy, policy_table

D = Decimal
SHIPPED = tomllib.loads((Path(__file__).parents[3] / "offers" / "library" / "policy.toml").read_text("utf-8"))
PERCENT = st.decimals(min_value=0, max_value=100, places=2)


@pytest.mark.requirement(32)
@pytest.mark.parametrize(
    ("discount", "outcome", "level"),
    [
        ("0", Outcome.ALLOW, ""),
        ("5", Outcome.ALLOW, ""),
        ("5.01", Outcome.NEEDS_APPROVAL, "l1"),
        ("10", Outcome.NEEDS_APPROVAL, "l1"),
        ("10.01", Outcome.NEEDS_APPROVAL, "l2"),
        ("20", Outcome.NEEDS_APPROVAL, "l2"),
        ("20.01", Outcome.NEEDS_APPROVAL, "l3"),
        ("30", Outcome.NEEDS_APPROVAL, "l3"),
        ("30.01", Outcome.REFUSE, ""),
        ("100", Outcome.REFUSE, ""),
    ],
)
def test_verdict_at_each_edge_of_a_discount(discount: str, outcome: Outcome, level: str) -> None:
    found = judged(policy(DISCOUNT), Wish(discount_percent=D(discount)))[1]
    assert (found.outcome, found.level, found.policy_number) == (outcome, level, 7)


@pytest.mark.parametrize(
    ("months", "outcome", "level"),
    [(24, Outcome.ALLOW, ""), (12, Outcome.ALLOW, ""), (11, Outcome.NEEDS_APPROVAL, "l1"), (5, Outcome.REFUSE, "")],
)
def test_floor_is_passed_by_less(months: int, outcome: Outcome, level: str) -> None:
    rules = policy(
        {"key": "t", "measure": "term_months", "kind": "floor", "free": 12, "thresholds": [{"up_to": 6, "level": "l1"}]}
    )
    found = judged(rules, Wish(term_months=months))[1]
    assert (found.outcome, found.level) == (outcome, level)


@pytest.mark.parametrize(
    ("tier", "region", "months", "outcome"),
    [
        ("scale", "amer", 12, Outcome.NEEDS_APPROVAL),
        ("growth", "amer", 12, Outcome.ALLOW),
        ("scale", "emea", 12, Outcome.ALLOW),
        ("scale", "amer", 24, Outcome.ALLOW),
        (None, "amer", 12, Outcome.NEEDS_APPROVAL),
        (None, "emea", 12, Outcome.ALLOW),
    ],
)
def test_limit_by_tier_region_and_term_holds_where_unknown(
    tier: str | None, region: str, months: int, outcome: Outcome
) -> None:
    when = {
        "all": [
            {"field": "account.tier", "op": "eq", "value": "scale"},
            {"field": "account.region", "op": "eq", "value": "amer"},
            {"field": "proposal.term_months", "op": "le", "value": 12},
        ]
    }
    wish = Wish(discount_percent=D(6), term_months=months)
    known = {"account.tier": tier, "account.region": region}
    assert judged(policy({**DISCOUNT, "when": when}), wish, **known)[1].outcome is outcome


def test_limit_of_a_product_looks_at_its_lines_alone() -> None:
    when = {"field": "line.product", "op": "eq", "value": "core"}
    rules = policy({**DISCOUNT, "scope": "line", "when": when})
    given_facts = facts(line("a", product="core"), line("b", product="extra"))
    found = judged(rules, Wish(line_discounts={"b": D(90)}), given_facts)[1]
    assert (found.outcome, [finding.key for finding in found.findings]) == (Outcome.ALLOW, ["discount:a"])


def test_limit_of_a_product_needs_approval_for_its_own_line() -> None:
    when = {"field": "line.product", "op": "eq", "value": "core"}
    rules = policy({**DISCOUNT, "scope": "line", "when": when})
    given_facts = facts(line("a", product="core"), line("b", product="extra"))
    found = judged(rules, Wish(line_discounts={"a": D(9)}), given_facts)[1]
    assert (found.outcome, found.level, found.reasons[0].value) == (Outcome.NEEDS_APPROVAL, "l1", Fraction(9))


def test_price_at_the_cap_of_a_contract_is_not_above_it() -> None:
    given_facts = facts(agreed=AgreedPrice(cap_percent=D(5)))
    assert judged(policy(DISCOUNT), Wish(asked={"seats": D(1050)}), given_facts)[1].outcome is Outcome.ALLOW
    above = judged(policy(DISCOUNT), Wish(asked={"seats": D("1050.01")}), given_facts)[1]
    assert (above.outcome, above.reasons[0].code) == (Outcome.REFUSE, "above_cap")


def test_limit_that_did_not_hold_for_the_approved_version_is_asked_for() -> None:
    rules = policy(DISCOUNT)
    verdict = judged(rules, Wish(discount_percent=D(8)))[1]
    left = remaining(rules, verdict, {"another": Fraction(50)})
    assert (left.outcome, left.level) == (Outcome.NEEDS_APPROVAL, "l1")


def test_offer_of_a_level_that_the_policy_lost_needs_the_highest() -> None:
    price = price_of(facts(), Wish())
    offer = OfferClass(key="pause", level="gone")
    found = verdict_of(policy(DISCOUNT), price, FACTS, below_policy=price.given, offer=offer)
    assert (found.outcome, found.level) == (Outcome.NEEDS_APPROVAL, "l3")


def test_hardest_limit_decides_and_stands_first() -> None:
    rules = policy({**DISCOUNT, "key": "soft", "free": 9}, DISCOUNT | {"free": 1})
    found = judged(rules, Wish(discount_percent=D(8)))[1]
    assert (found.outcome, found.level) == (Outcome.NEEDS_APPROVAL, "l1")
    assert [(finding.key, finding.code) for finding in found.findings] == [("discount", "above"), ("soft", "within")]


def test_unknown_list_price_is_asked_and_never_free() -> None:
    rules = policy(DISCOUNT | {"measure": "off_list_percent"})
    found = judged(rules, Wish(), facts(line(list_price=None)))[1]
    assert (found.outcome, found.level, found.reasons[0].code) == (Outcome.NEEDS_APPROVAL, "l1", "unknown")


@pytest.mark.parametrize(
    ("agreed", "outcome", "code"),
    [
        (AgreedPrice(), Outcome.NEEDS_APPROVAL, "above"),
        (AgreedPrice(uplift_percent=D(9)), Outcome.ALLOW, "agreed"),
        (AgreedPrice(cap_percent=D(5)), Outcome.REFUSE, "above_cap"),
    ],
)
def test_what_the_contract_agreed_goes_before_the_policy(agreed: AgreedPrice, outcome: Outcome, code: str) -> None:
    rules = policy(
        {
            "key": "up",
            "measure": "uplift_percent",
            "scope": "line",
            "free": 6,
            "thresholds": [{"up_to": 20, "level": "l1"}],
        }
    )
    found = judged(rules, Wish(asked={"seats": D(1090)}), facts(agreed=agreed))[1]
    assert (found.outcome, found.findings[0].code) == (outcome, code)


def test_offer_of_an_approval_class_needs_its_level_once() -> None:
    rules, offer = policy(DISCOUNT), OfferClass(key="pause", level="l2")
    price = price_of(facts(), Wish())
    found = verdict_of(rules, price, FACTS, below_policy=price.given, offer=offer)
    assert (found.outcome, found.level) == (Outcome.NEEDS_APPROVAL, "l2")
    assert remaining(rules, found, found.values).outcome is Outcome.ALLOW


def test_price_rounded_below_a_floor_is_below_it() -> None:
    """9.5 % off 0.10 is 0.0905, which is 0.09: the account pays 10 % less, and that is what is judged."""
    rules = policy(DISCOUNT | {"free": "9.5", "thresholds": [{"up_to": 20, "level": "l1"}]})
    price, found = judged(rules, Wish(discount_percent=D("9.5")), facts(line(prior="0.10"), uplift=None))
    assert (price.net, found.outcome) == (euros("0.09"), Outcome.NEEDS_APPROVAL)
    assert found.findings[0].value == Fraction(10)


@pytest.mark.requirement("X14")
@pytest.mark.parametrize(
    ("kind", "value", "than", "answer"),
    [
        (Kind.CEILING, 6, 5, True),
        (Kind.CEILING, 5, 5, False),
        (Kind.CEILING, 4, 5, False),
        (Kind.FLOOR, 4, 5, True),
        (Kind.FLOOR, 5, 5, False),
        (Kind.FLOOR, 6, 5, False),
        (Kind.CEILING, None, 5, True),
        (Kind.FLOOR, None, None, False),
        (Kind.CEILING, 99, None, False),
    ],
)
def test_strictly_worse_is_one_rule(kind: Kind, value: int | None, than: int | None, answer: bool) -> None:
    value_, than_ = (None if each is None else Fraction(each) for each in (value, than))
    assert strictly_worse(kind, value_, than_) is answer


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"limits": []}, "no limit"),
        ({"levels": []}, "no level"),
        ({"defaults": {"method": "usage"}}, "units"),
        ({"defaults": {"method": "uplift"}}, "percentage"),
        ({"limits": [DISCOUNT, DISCOUNT]}, "twice"),
        ({"limits": [DISCOUNT | {"kind": "floor"}]}, "no floor"),
        ({"limits": [DISCOUNT | {"measure": "payment_days", "scope": "line"}]}, "the whole"),
        ({"limits": [DISCOUNT | {"thresholds": [{"up_to": 3, "level": "l1"}]}]}, "further out"),
        (
            {"limits": [DISCOUNT | {"thresholds": [{"up_to": 9, "level": "l2"}, {"up_to": 12, "level": "l1"}]}]},
            "lower level",
        ),
        ({"limits": [DISCOUNT | {"thresholds": [{"level": "nobody"}]}]}, "no level 'nobody'"),
        ({"limits": [DISCOUNT | {"when": {"field": "account.colour", "op": "eq", "value": "red"}}]}, "not a fact"),
        ({"limits": [DISCOUNT | {"fre": 1}]}, "not known"),
    ],
)
def test_policy_that_cannot_hold_is_told(change: dict[str, object], word: str) -> None:
    problems = read_policy(policy_table(DISCOUNT) | change)[1]
    assert [problem.what for problem in problems if word in problem.what] != []


def test_shipped_policy_has_no_problem() -> None:
    assert read_policy(SHIPPED)[1] == ()


SHIPPED_POLICY = read_policy(SHIPPED, number=1)[0]
RANK = {level.key: place for place, level in enumerate(SHIPPED_POLICY.levels, start=1)} | {"": 0}


def _hardness(rules: object, discount: D, agreed: AgreedPrice, tier: str) -> int:
    verdict = judged(rules, Wish(discount_percent=discount), facts(agreed=agreed), **{"account.tier": tier})[1]
    return 99 if verdict.outcome is Outcome.REFUSE else RANK[verdict.level]


@pytest.mark.requirement(32)
@given(
    discounts=st.tuples(PERCENT, PERCENT),
    uplift=st.none() | st.decimals(min_value=0, max_value=20, places=1),
    tier=st.sampled_from(["basic", "growth", "strategic"]),
)
def test_more_discount_never_needs_less_approval(discounts: tuple[D, D], uplift: D | None, tier: str) -> None:
    low, high = (
        _hardness(SHIPPED_POLICY, each, AgreedPrice(uplift_percent=uplift), tier) for each in sorted(discounts)
    )
    assert low <= high


AMOUNT = st.decimals(min_value="0.05", max_value=90_000, places=2)
GIVEN = st.tuples(PERCENT, PERCENT, PERCENT)
"""Discounts of the whole and of each of two lines."""


def _asked(lines: tuple[D, D], given_: tuple[D, D, D], role: str, approved: tuple[D, D, D] | None) -> int:
    """Return how high up somebody has to be asked: 0 for nobody, 99 for what nobody may allow."""

    def judged_at(discounts: tuple[D, D, D]) -> Verdict:
        wish = Wish(discount_percent=discounts[0], line_discounts={"a": discounts[1], "b": discounts[2]})
        both = facts(*(line(key, prior=str(amount), list_price=None) for key, amount in zip("ab", lines, strict=True)))
        return judged(SHIPPED_POLICY, wish, both, **{"account.tier": "growth"})[1]

    before = None if approved is None else judged_at(approved).values
    found = asking_for(SHIPPED_POLICY, judged_at(given_), approved=before, role=role)
    return 99 if found.way is Way.REFUSED else 0 if found.is_approved else RANK[found.level]


@pytest.mark.requirement(32)
@given(
    lines=st.tuples(AMOUNT, AMOUNT),
    low=GIVEN,
    more=GIVEN,
    role=st.sampled_from(["csm", "renewal_manager", "finance", "executive"]),
    approved=st.none() | GIVEN,
)
def test_more_discount_anywhere_never_asks_fewer_whoever_asks_and_whatever_was_approved(
    lines: tuple[D, D], low: tuple[D, D, D], more: tuple[D, D, D], role: str, approved: tuple[D, D, D] | None
) -> None:
    high = tuple(max(one, other) for one, other in zip(low, more, strict=True))
    assert _asked(lines, low, role, approved) <= _asked(lines, high, role, approved)


@given(first=PERCENT, second=PERCENT)
def test_what_was_approved_is_asked_again_only_when_worse(first: D, second: D) -> None:
    rules = policy(DISCOUNT)
    _, before = judged(rules, Wish(discount_percent=first))
    price, after = judged(rules, Wish(discount_percent=second))
    left = remaining(rules, after, before.values)
    is_worse = after.values["discount"] > before.values["discount"]
    if after.outcome is Outcome.REFUSE:
        assert left.outcome is Outcome.REFUSE
    elif is_worse:
        assert (left.outcome, left.level) == (after.outcome, after.level)
    else:
        assert left.outcome is Outcome.ALLOW
    assert price.policy == euros("1040.00")
