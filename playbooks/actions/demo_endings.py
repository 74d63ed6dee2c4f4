"""Contracts that end, run on, or were left, for the demo: a planned end, one without an end, an account to win back.

To the account that left a price is proposed, approved and ready to be sent.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from offers.actions.concessions import Concluded, record_concession
from offers.core.negotiation.concessions import Get, GetKind, Give, GiveKind
from playbooks.actions.demo_proposals import Story, propose
from playbooks.queries.demo import LossReview, names_of, quiet_renewals
from renewals.actions.amendments import amend_contract
from renewals.actions.closing import ClosingOrder, close_renewal
from renewals.actions.win_backs import WinBackPlan, plan_win_back
from renewals.core.actors import Actor, person_actor
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, TermChange
from renewals.core.errors import NamedError
from renewals.core.money import Money
from renewals.core.records import OutcomeRow
from renewals.core.renewal_states import RenewalStage
from renewals.core.terms import EndAction

ENDS = (EndAction.END, EndAction.EVERGREEN)
BACK = Story(
    discount=8,
    term_months=24,
    why="They left over the price; two years at less than they paid would bring them back.",
    said="Two years are worth it.",
)


def end_some(*, by: Actor, now: datetime) -> int:
    """Agree on an end, let one contract run on, lose one; returns how many were done."""
    found = quiet_renewals(limit=len(ENDS))
    steps = [lambda row=row, end=end: _amend(row[1], end, by, now) for row, end in zip(found, ENDS, strict=False)]
    soonest = [row for row in quiet_renewals(limit=len(ENDS) + 1, is_soonest=True) if row not in found]
    steps += [lambda row=row: _lose(row[0], row[2], by, now) for row in soonest[:1]]
    return sum(_taken(step) for step in steps)


def _taken(step: Callable[[], None]) -> bool:
    with suppress(NamedError), transaction.atomic():
        step()
        return True
    return False


def _amend(contract_id: int, action: EndAction, by: Actor, now: datetime) -> None:
    order = AmendmentOrder(
        dates=AmendmentDates(effective_on=now.date()),
        reason="Agreed in the yearly review",
        term=TermChange(end_action=action),
    )
    amend_contract(contract_id=contract_id, order=order, by=by, now=now)


def _lose(renewal_id: int, owner_id: int, by: Actor, now: datetime) -> None:
    outcome = OutcomeRow(
        renewal_id=renewal_id,
        final_amount=Decimal(0),
        primary_reason="price",
        decided_on=now.date(),
        is_lost=True,
    )
    lost = close_renewal(order=ClosingOrder(outcome=outcome), by=by, now=now)
    if lost.review is None:
        return
    plan = WinBackPlan(
        owner_id=owner_id,
        win_back_on=now.date() + timedelta(days=21),
        stage=RenewalStage.ENGAGED,
        amount=(lost.review.renewal.target_amount * Decimal("0.9")).quantize(Decimal(100)),
        expected_on=now.date() + timedelta(days=90),
    )
    plan_win_back(review_id=lost.review.id, plan=plan, by=by, now=now)
    owner = person_actor(by.workspace_id, owner_id, names_of([owner_id])[owner_id])
    given = Concluded(give=_give(lost.review, now), get=_get(now))
    record_concession(renewal_id=renewal_id, given=given, by=owner, now=now)
    propose(renewal_id, owner, BACK, now=now)


def _give(review: LossReview, now: datetime) -> Give:
    return Give(
        kind=GiveKind.SERVICE,
        what="Onboarding once more, two days",
        amount=Money(Decimal(1500), review.renewal.currency),
        starts_on=now.date(),
        expires_on=now.date() + timedelta(days=364),
        reason="Half of their people are new.",
    )


def _get(now: datetime) -> Get:
    return Get(kind=GetKind.REFERENCE, what="A reference call in spring", due_on=now.date() + timedelta(days=150))
