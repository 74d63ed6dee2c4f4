"""Offer choice in the core: effects with evidence, value in three parts that add up, and plans that break no limit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from math import isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offers.core.approvals import Way
from offers.core.choice import (
    Asked,
    ChoiceRules,
    Effect,
    Limits,
    Plan,
    Proposed,
    Situation,
    Trial,
    binding,
    choices_of,
    effect_of,
    greedy_plan,
    is_held_out,
    next_slice,
    prior_effect,
    read_choice_rules,
    solve,
    worth_of,
)
from offers.core.choice import assignment as solver
from offers.core.choice.assignment import rows_of
from offers.core.choice.rules import most_discount
from offers.core.judging import Basis
from offers.core.library import OfferDefinition, read_offer
from offers.queries.library import shipped_choice
from renewals.core.money import Money
from tests.offers.core.examples import DISCOUNT, FACTS, line, policy

RULES: ChoiceRules = read_choice_rules(shipped_choice())[0]
SURE = Effect(mean=0.4, sd=0.1, count=500, is_enough=True)
chances = st.floats(min_value=0.02, max_value=0.98)
amounts = st.decimals(min_value=1, max_value=200_000, places=2)


def random_offers(random: Random, accounts: int, offers: int) -> list[Proposed]:
    """A book of accounts, each with some offers; values below nothing among them."""
    return [
        Proposed(
            account=account,
            offer=f"o{offer}",
            value=random.randint(-2_000, 40_000),
            spend=random.randint(0, 20_000),
            tasks=random.randint(1, 4),
            owner=account % 3,
            week=random.randint(0, 3),
            level=random.choice(("", "", "lead", "board")),
        )
        for account in range(accounts)
        for offer in range(offers)
    ]


def random_limits(random: Random) -> Limits:
    return Limits(
        budget=random.choice((None, random.randint(0, 60_000))),
        tasks={owner: tuple(random.randint(0, 4) for _ in range(4)) for owner in range(3)},
        has_tasks=random.random() < 0.8,
        approvals=random.choice(({}, {"lead": 1}, {"lead": 2, "board": 0})),
    )


def breaks(offers: Sequence[Proposed], limits: Limits, plan: Plan) -> list[str]:
    """Every limit that a plan breaks, counted anew from what the limits say, week by week."""
    chosen = [offers[place] for place in plan.chosen]
    found = ["account"] * (len(chosen) - len({each.account for each in chosen}))
    if limits.budget is not None and sum(each.spend for each in chosen) > limits.budget:
        found.append("budget")
    found += [level for level, most in limits.approvals.items() if sum(each.level == level for each in chosen) > most]
    for owner, week in product(range(3), range(4)) if limits.has_tasks else ():
        due = sum(each.tasks for each in chosen if each.owner == owner and each.week <= week)
        if due > sum(limits.tasks.get(owner, ())[: week + 1]):
            found.append(f"tasks of {owner} to week {week}")
    return found


def brute_force(offers: Sequence[Proposed], limits: Limits) -> int:
    """The most value of all ways to give each account one of its offers or none."""
    rows = rows_of(offers, limits)
    by_account: dict[int, list[int | None]] = {}
    for place, each in enumerate(offers):
        by_account.setdefault(each.account, [None]).append(place)
    best = 0
    for way in product(*by_account.values()):
        chosen = {place for place in way if place is not None}
        if all(sum(row.weights[place] for place in chosen & row.weights.keys()) <= row.most for row in rows):
            best = max(best, sum(offers[place].value for place in chosen))
    return best


@pytest.mark.parametrize("seed", range(2))
def test_plan_is_the_best_of_all_ways(seed: int) -> None:
    """Seven accounts with four offers: every one of 78,125 ways."""
    random = Random(seed)
    offers, limits = random_offers(random, 7, 4), random_limits(random)
    plan = solve(offers, limits)
    assert (plan.value, plan.method, breaks(offers, limits, plan)) == (brute_force(offers, limits), "optimal", [])


def test_no_limit_is_broken_and_more_budget_never_lowers_the_value() -> None:
    random = Random(15)
    for _ in range(20):
        offers, limits = random_offers(random, 15, 3), random_limits(random)
        plan = solve(offers, limits)
        assert breaks(offers, limits, plan) == []
        assert all(offers[place].value > 0 for place in plan.chosen)
        greedy = greedy_plan(offers, limits)
        assert breaks(offers, limits, greedy) == []
        assert greedy.value <= plan.value
        if limits.budget is not None:
            cost, gain = next_slice(offers, limits, plan) or (0, -1)
            richer = solve(offers, replace(limits, budget=limits.budget + cost))
            assert (gain, richer.value >= plan.value) == (richer.value - plan.value, True)


def test_what_binds_is_what_would_add_value_without_it() -> None:
    """Two accounts, room for one task list and money for one: lifting either alone helps only where it is the one."""
    offers = [
        Proposed(account=place, offer="o", value=100, spend=60, tasks=1, owner=0, week=0, level="lead")
        for place in range(3)
    ]
    poor = Limits(budget=120, tasks={0: (9,)}, approvals={"lead": 3})
    plan = solve(offers, poor)
    assert (plan.value, binding(offers, poor, plan), next_slice(offers, poor, plan)) == (200, {"budget": 100}, (12, 0))
    busy = Limits(budget=None, tasks={0: (1,)}, approvals={"lead": 2})
    assert binding(offers, busy, solve(offers, busy)) == {"tasks": 100}
    assert next_slice(offers, busy, solve(offers, busy)) is None
    assert solve(offers, Limits(tasks={})).chosen == ()


def test_solver_that_finds_nothing_leaves_the_greedy_plan_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = random_offers(Random(3), 10, 3)
    monkeypatch.setattr(solver, "_solved", lambda *given: None)
    assert solve(offers, Limits(budget=20_000, has_tasks=False)).method == "greedy"


@settings(deadline=None, max_examples=40)
@given(chances, amounts, st.decimals(min_value=0, max_value=1, places=3), st.integers(1, 60))
def test_value_is_its_parts_and_a_surer_effect_is_worth_more(
    renews: float, price: Decimal, share: Decimal, months: int
) -> None:
    net = (price * (1 - share / 2)).quantize(Decimal("0.01"))
    asked, given = Asked(policy=price, net=net, term_months=months, tasks=2), {"renews": renews, "rules": RULES}
    found, unsure = (
        worth_of(asked, effect=SURE, **given),
        worth_of(asked, effect=replace(SURE, is_enough=False), **given),
    )
    assert found.value == found.kept - found.given - found.cost
    assert (found.cost, found.spend) == (Decimal(120), price - net + Decimal(120))
    assert unsure.value <= found.value
    assert unsure.after <= found.after == found.likely
    assert found.given >= 0


def test_value_of_nothing_changed_is_minus_its_cost() -> None:
    none = Effect(mean=0.0, sd=0.0, count=900, is_enough=True)
    asked = Asked(policy=Decimal(1000), net=Decimal(1000), term_months=12, tasks=1)
    found = worth_of(asked, renews=0.7, effect=none, rules=RULES)
    assert (found.value, found.kept, found.given) == (Decimal(-60), Decimal(0), Decimal(0))
    longer = replace(asked, net=Decimal(900), term_months=24, tasks=0)
    closed = worth_of(longer, renews=0.5, effect=none, rules=RULES)
    first, second, third = 1.0, 1 / 1.1, 1 / 1.21
    kept = 1000 * (second * (0.5 - 0.25) + third * (0.25 - 0.125))
    assert isclose(float(closed.kept), kept, abs_tol=0.01)
    assert isclose(float(closed.given), 100 * 0.5 * (first + second), abs_tol=0.01)


@pytest.mark.parametrize("kept", [40, 90])
def test_outcomes_move_the_guess_by_their_weight_and_stop_the_pessimism_at_two_hundred(kept: int) -> None:
    prior = prior_effect(("level",), 0.04, RULES)
    assert (prior.count, round(prior.mean, 3)) == (0, 0.27)
    assert prior.counted < prior.mean
    few = Trial(offer="o", segment="small", treated=10, treated_kept=kept // 10, held=10, held_kept=7)
    many = replace(few, treated=100, treated_kept=kept, held=100, held_kept=70)
    arguments = {"offer": "o", "segment": "small", "rules": RULES}
    some, lots = effect_of(prior, [few], **arguments), effect_of(prior, [many], **arguments)
    assert (some.is_enough, lots.is_enough, lots.count) == (False, True, 200)
    assert abs(lots.mean - prior.mean) > abs(some.mean - prior.mean) > 0
    assert (lots.mean > prior.mean) == (kept == 90)
    elsewhere = effect_of(prior, [replace(many, segment="strategic")], **arguments)
    assert abs(elsewhere.mean - prior.mean) < abs(lots.mean - prior.mean)
    assert (elsewhere.is_enough, elsewhere.counted < elsewhere.mean) == (False, True)
    assert effect_of(prior, [replace(many, offer="other")], **arguments) == prior


def test_the_same_accounts_are_held_out_and_about_as_many_as_said() -> None:
    found = [account for account in range(20_000) if is_held_out(account, RULES)]
    assert 1850 < len(found) < 2150
    fewer = replace(RULES, holdout_percent=5)
    assert {account for account in range(20_000) if is_held_out(account, fewer)} < set(found)
    assert not any(is_held_out(account, replace(RULES, holdout_percent=0)) for account in range(500))


def test_bounds_of_a_discount_go_by_role_then_segment() -> None:
    found = [
        most_discount(RULES, role=role, segment=segment)
        for role, segment in (("csm", "strategic"), ("csm", "small"), ("finance", "small"))
    ]
    assert found == [15, 10, 25]
    assert most_discount(replace(RULES, most_discount=()), role="csm", segment="") == 0


def offer(key: str, **more: object) -> OfferDefinition:
    table = {"key": key, "name": key.title(), "value_proposition": "Good.", "price": {"method": "same"},
             "capabilities": ["level"], "terms": []}  # fmt: skip
    made, problems = read_offer(table | more)
    assert problems == ()
    return made


def test_offers_of_a_renewal_are_ordered_by_value_and_say_why_not() -> None:
    cheap = {"price": {"method": "same", "discount_percent": 8}}
    offers = [
        offer("hold"),
        offer("cheap", **cheap),
        offer("away", eligibility={"field": "account.tier", "op": "eq", "value": "basic"}),
        offer("unknown", eligibility={"field": "health.score", "op": "ge", "value": 50}),
        offer("over", valid_until="2025-01-01"),
        offer("list", price={"method": "list"}),
        offer("gift", price={"method": "same", "discount_percent": 60}),
    ]
    facts = FACTS | {"risk.loss_probability": 0.4, "account.segment": "small"}
    lines = (line(prior="10000", list_price=None),)
    basis = Basis(currency="EUR", home_currency="EUR", lines=lines, facts=facts, on=date(2026, 5, 1), role="csm")
    found = choices_of(Situation(basis=basis, policy=policy(DISCOUNT), rules=RULES), offers)
    assert [(each.offer.key, each.why) for each in found[2:]] == [
        ("away", "not_eligible"),
        ("gift", "refused"),
        ("list", "no_price"),
        ("over", "not_in_time"),
        ("unknown", "not_known"),
    ]
    best, second = found[:2]
    assert best.worth is not None
    assert second.worth is not None
    assert best.worth.value > second.worth.value
    by_key = {each.offer.key: each for each in found}
    assert (by_key["cheap"].way, by_key["cheap"].level, by_key["cheap"].is_beyond_bound) == (Way.ASK, "l2", True)
    assert (by_key["hold"].way, by_key["hold"].is_beyond_bound) == (Way.INSIDE, False)
    assert [each.evidence.field for each in by_key["away"].grounds] == ["account.tier"]
    unscored = replace(basis, facts=FACTS)
    assert {
        each.why for each in choices_of(Situation(basis=unscored, policy=policy(DISCOUNT), rules=RULES), offers[:1])
    } == {"no_risk"}
    dollars = replace(basis, home_currency="USD", lines=(replace(lines[0], prior=Money(Decimal(10000), "EUR")),))
    assert choices_of(Situation(basis=dollars, policy=policy(DISCOUNT), rules=RULES), offers[:1])[0].why == "no_rate"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"years": 0}, "rules, years"),
        ({"discount_rate": 2}, "rules, discount_rate"),
        ({"task_cost": "nan"}, "rules, task_cost"),
        ({"holdout_percent": 51}, "rules, holdout_percent"),
        ({"capabilities": {"fly": {"effect": 0.1, "sd": 0.1, "tasks": 1}}}, "rules, capabilities"),
        ({"capabilities": {"scale": {"effect": 9, "sd": 0.1, "tasks": 1}}}, "rules, capabilities, scale, effect"),
        ({"most_discount": [{"role": "king", "segment": "", "percent": 5}]}, "most discount 1, role"),
        ({"most_discount": [{"role": "", "segment": "", "percent": -1}]}, "most discount 1, percent"),
        ({"yaers": 3}, "rules, yaers"),
    ],
)
def test_rules_that_cannot_be_are_told_where(change: dict[str, object], where: str) -> None:
    assert [each.where for each in read_choice_rules(dict(shipped_choice()) | change)[1]] == [where]
    assert read_choice_rules(shipped_choice())[1] == ()
