"""Order, work on, cancel and forget plans of offers. It writes what they found; no offer is made and nobody is asked.

A worker weighs the offers of some renewals, writes them and moves the cursor, all in one transaction; the last part
solves the whole. A plan is a recommendation: accepting a row is a person's step on the proposal of its renewal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from offers.core.choice import (
    Choice,
    ChoiceRules,
    Proposed,
    Worth,
    binding,
    greedy_plan,
    is_held_out,
    next_slice,
    solve,
)
from offers.core.choice.asked import PlanAsked, check_plan_asked, limits_of, plan_asked_from
from offers.core.errors import PriceNotPossible
from offers.models import OfferPlan, PlannedOffer
from offers.queries.cases import home_currency, renewal_case
from offers.queries.choice import Ahead, choice_number, choice_rules, count_ahead, next_ahead, weighed
from offers.queries.library import PublishedOffer, PublishedPolicy, policy_in_force, policy_numbered, published_offers
from renewals.actions.ordered_runs import Keeping, Worked, cancel_run, check_room, forget_runs, work_run
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput

CHUNK = 50
KEEPING = Keeping(days=180, runs=20)
MOST_RUNNING = 2
CENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighing:
    """What the offers of a part are weighed by: of every part the versions in force when the plan was ordered."""

    policy: PublishedPolicy
    offers: tuple[PublishedOffer, ...]
    rules: ChoiceRules


@transaction.atomic
def order_plan(*, asked: PlanAsked, by: Actor, now: datetime) -> OfferPlan:
    """Begin a plan for a worker to do. Raises InvalidInput for limits that cannot be, or nothing to plan."""
    check_plan_asked(asked)
    total = count_ahead(today=now.date(), days=asked.days_ahead)
    if not total:
        raise InvalidInput("No open renewal comes up in these days.", where="days_ahead", remedy="Look further ahead.")
    check_room(OfferPlan, most=MOST_RUNNING, noun="plans", where="plan")
    return OfferPlan.objects.create(
        workspace_id=by.workspace_id,
        asked=asked.table(),
        policy_number=policy_in_force().policy.number,
        rules_number=choice_number(),
        ordered_by_id=by.id,
        ordered_at=now,
        total=total,
    )


def cancel_plan(*, run_id: int, by: Actor, now: datetime) -> OfferPlan:
    """Stop a plan that is being made, as `cancel_run` does."""
    return cancel_run(model=OfferPlan, run_id=run_id, noun="plan", by=by, now=now)


def work_plan(*, now: datetime, limit: int = CHUNK) -> Worked:
    """Weigh the next renewals of the oldest plan, or solve it, as `work_run` does."""
    return work_run(OfferPlan, _part, now=now, limit=limit)


def forget_old_plans(*, now: datetime) -> int:
    """Drop plans that ended half a year ago, and all but the newest twenty; returns how many."""
    return forget_runs(OfferPlan, [PlannedOffer], keeping=KEEPING, now=now)


def _part(run: OfferPlan, limit: int) -> Sequence[int]:
    rows = _weigh_next(run, limit)
    if len(rows) < limit:
        run.found = _solve(run)
    return [row.renewal_id for row in rows]


def _weigh_next(run: OfferPlan, limit: int) -> Sequence[Ahead]:
    asked = plan_asked_from(run.asked)
    today = run.ordered_at.date()
    rows = next_ahead(today=today, days=asked.days_ahead, weeks=asked.weeks, after=run.cursor, limit=limit)
    by = _Weighing(
        policy=policy_numbered(run.policy_number),
        offers=published_offers(is_active=True, at=run.ordered_at),
        rules=choice_rules(run.rules_number),
    )
    found = [each for row in rows for each in _of_renewal(run, row, _kept_back(row, asked, by.rules), by)]
    PlannedOffer.objects.bulk_create(found, batch_size=500)
    return rows


def _kept_back(row: Ahead, asked: PlanAsked, rules: ChoiceRules) -> str:
    """Return why nothing is offered to a renewal, "" when something may be."""
    if is_held_out(row.account_id, rules):
        return "held_out"
    return asked.kept_back.get(row.account_id, "") or ("proposed" if row.is_proposed else "")


def _of_renewal(run: OfferPlan, row: Ahead, back: str, by: _Weighing) -> list[PlannedOffer]:
    """A renewal that is kept back or has no offer stands in the plan once, with why."""
    shared = {
        "workspace_id": run.workspace_id,
        "run_id": run.id,
        "account_id": row.account_id,
        "renewal_id": row.renewal_id,
        "owner_id": row.owner_id,
        "week": row.week,
    }
    if back:
        return [PlannedOffer(**shared, why=back)]
    try:
        case = renewal_case(row.renewal_id, home_currency=home_currency(), today=run.ordered_at.date())
    except PriceNotPossible:
        return [PlannedOffer(**shared, why="none_fits")]
    found = weighed(case, owner_id=row.owner_id, policy=by.policy, offers=by.offers, rules=by.rules)
    rows = [
        PlannedOffer(**shared, **_worth(offer, choice, choice.worth))
        for offer, choice in found
        if choice.worth is not None
    ]
    return rows or [PlannedOffer(**shared, why=_nothing(found))]


def _nothing(found: tuple[tuple[PublishedOffer, Choice], ...]) -> str:
    """Nobody scored the renewal, or nothing fits."""
    return "no_risk" if any(choice.why == "no_risk" for _, choice in found) else "none_fits"


def _worth(offer: PublishedOffer, choice: Choice, worth: Worth) -> dict[str, Any]:
    return {
        "offer_id": offer.offer_id,
        "why": "no_value" if worth.value <= 0 else "beyond_bound" if choice.is_beyond_bound else "",
        **{name: getattr(worth, name) for name in ("value", "kept", "given", "cost", "spend", "tasks")},
        **{name: getattr(worth, name) for name in ("before", "after", "likely")},
        "outcomes": choice.effect.count if choice.effect else 0,
        "level": choice.level,
        "discount_percent": choice.discount_percent,
    }


def _solve(run: OfferPlan) -> dict[str, object]:
    """Mark what is chosen and return what the plan comes to, in cents of the workspace's currency."""
    rows = list(PlannedOffer.objects.filter(run=run, why="").order_by("id"))
    offers = [_proposed(row) for row in rows]
    limits = limits_of(plan_asked_from(run.asked), tuple(sorted({row.level for row in rows} - {""})))
    plan = solve(offers, limits)
    PlannedOffer.objects.filter(id__in=[rows[place].id for place in plan.chosen]).update(is_chosen=True)
    return {
        "value": plan.value,
        "spend": plan.spend,
        "method": plan.method,
        "gap": plan.gap,
        "greedy": greedy_plan(offers, limits).value,
        "binding": dict(binding(offers, limits, plan)),
        "next_slice": next_slice(offers, limits, plan),
        "tasks": sum(rows[place].tasks for place in plan.chosen),
    }


def _proposed(row: PlannedOffer) -> Proposed:
    return Proposed(
        account=row.account_id,
        offer=str(row.offer_id),
        value=_cents(row.value),
        spend=_cents(row.spend),
        tasks=row.tasks,
        owner=row.owner_id or 0,
        week=row.week,
        level=row.level,
    )


def _cents(amount: Decimal | None) -> int:
    return 0 if amount is None else int(amount * CENTS)
