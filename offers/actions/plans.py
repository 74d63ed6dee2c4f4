"""Order, work on, cancel and forget plans of offers. It writes what they found; no offer is made and nobody is asked.

A worker weighs the offers of some renewals, writes them and moves the cursor, all in one transaction; the last part
solves the whole. A plan is a recommendation: accepting a row is a person's step on the proposal of its renewal.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from offers.core.choice import Choice, Proposed, Worth, binding, greedy_plan, is_held_out, next_slice, solve
from offers.core.choice.asked import PlanAsked, check_plan_asked, limits_of, plan_asked_from
from offers.core.errors import PriceNotPossible
from offers.models import OfferPlan, PlannedOffer
from offers.queries.cases import home_currency, renewal_case
from offers.queries.choice import Ahead, choice_rules, count_ahead, next_ahead, weighed
from offers.queries.library import PublishedOffer, PublishedPolicy, policy_in_force, published_offers
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError, UnknownReference

log = logging.getLogger(__name__)
CHUNK = 50
KEPT_DAYS = 180
KEPT_RUNS = 20
MOST_RUNNING = 2
CENTS = 100
State = OfferPlan.State


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWorked:
    """How many renewals one part of the work weighed; `is_over` when nothing waits any more."""

    renewals: int
    is_over: bool


@transaction.atomic
def order_plan(*, asked: PlanAsked, by: Actor, now: datetime) -> OfferPlan:
    """Begin a plan for a worker to do. Raises InvalidInput for limits that cannot be, or nothing to plan."""
    check_plan_asked(asked)
    total = count_ahead(today=now.date(), days=asked.days_ahead)
    if not total:
        raise InvalidInput("No open renewal comes up in these days.", where="days_ahead", remedy="Look further ahead.")
    if OfferPlan.objects.filter(state=State.RUNNING).count() >= MOST_RUNNING:
        raise InvalidInput(f"{MOST_RUNNING} plans are being made.", where="plan", remedy="Wait, or cancel one.")
    return OfferPlan.objects.create(
        workspace_id=by.workspace_id,
        asked=asked.table(),
        policy_number=policy_in_force().policy.number,
        ordered_by_id=by.id,
        ordered_at=now,
        total=total,
    )


@transaction.atomic
def cancel_plan(*, run_id: int, by: Actor, now: datetime) -> OfferPlan:
    """Stop a plan that is being made; one that is over stays as it ended. Raises UnknownReference."""
    run = OfferPlan.objects.select_for_update().filter(id=run_id).first()
    if run is None:
        raise UnknownReference(f"There is no plan {run_id} here.", where="plan")
    if run.state == State.RUNNING:
        run.state, run.finished_at, run.ended_by = State.CANCELLED, now, by.label[:150]
        run.save()
    return run


@transaction.atomic
def work_plan(*, now: datetime, limit: int = CHUNK) -> PlanWorked:
    """Weigh the next renewals of the oldest plan, or solve it; one that breaks says so and leaves the others alone."""
    waiting = OfferPlan.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=State.RUNNING)
    run = waiting.order_by("id").first()
    if run is None:
        return PlanWorked(renewals=0, is_over=True)
    rows: Sequence[Ahead] = ()
    try:
        with transaction.atomic():
            rows = _weigh_next(run, limit)
            if len(rows) < limit:
                run.found = _solve(run)
    except Exception as problem:  # whatever is wrong is said on the page
        log.exception("A plan of offers failed.", extra={"run": run.id})
        words = str(problem) if isinstance(problem, NamedError) else f"{type(problem).__name__}: {problem}"
        run.state, run.finished_at, run.error = State.FAILED, now, words[:300]
    else:
        run.done, run.beat_at = run.done + len(rows), now
        run.cursor = rows[-1].renewal_id if rows else run.cursor
        if len(rows) < limit:
            run.state, run.finished_at, run.total = State.DONE, now, run.done
    run.save()
    return PlanWorked(renewals=len(rows), is_over=False)


@transaction.atomic
def forget_old_plans(*, now: datetime) -> int:
    """Drop plans that ended half a year ago, and all but the newest twenty; returns how many."""
    over = OfferPlan.objects.exclude(state=State.RUNNING)
    newest = over.order_by("-ordered_at", "-id").values_list("id", flat=True)[:KEPT_RUNS]
    old = over.filter(finished_at__lt=now - timedelta(days=KEPT_DAYS)) | over.exclude(id__in=list(newest))
    ids = list(old.values_list("id", flat=True))
    PlannedOffer.objects.filter(run_id__in=ids).delete()
    OfferPlan.objects.filter(id__in=ids).delete()
    return len(ids)


def _weigh_next(run: OfferPlan, limit: int) -> Sequence[Ahead]:
    asked = plan_asked_from(run.asked)
    today = run.ordered_at.date()
    rows = next_ahead(today=today, days=asked.days_ahead, weeks=asked.weeks, after=run.cursor, limit=limit)
    policy, offers = policy_in_force(), published_offers(is_active=True)
    found = [
        each for row in rows for each in _of_renewal(run, row, _kept_back(row, asked), policy=policy, offers=offers)
    ]
    PlannedOffer.objects.bulk_create(found, batch_size=500)
    return rows


def _kept_back(row: Ahead, asked: PlanAsked) -> str:
    """Return why nothing is offered to a renewal, "" when something may be."""
    if is_held_out(row.account_id, choice_rules()):
        return "held_out"
    return asked.kept_back.get(row.account_id, "") or ("proposed" if row.is_proposed else "")


def _of_renewal(
    run: OfferPlan, row: Ahead, back: str, *, policy: PublishedPolicy, offers: tuple[PublishedOffer, ...]
) -> list[PlannedOffer]:
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
    found = weighed(case, owner_id=row.owner_id, policy=policy, offers=offers)
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
