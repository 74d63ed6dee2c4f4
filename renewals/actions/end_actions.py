"""Decide what the daily sweep does with a term that ended while nobody acted, and keep that it was done, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from renewals.actions.closing import NOTICES_OF_END, SERVED, ClosingOrder
from renewals.core.actors import Actor
from renewals.core.contracts.ending import EndDecision, EndFacts, decide_end
from renewals.core.records import OutcomeRow
from renewals.core.terms import EndAction
from renewals.models import EndActionRun, Notice, Renewal
from renewals.queries.term_rows import live_term

AmountOf = Callable[[int, int], Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrder:
    """What is to be done with a renewal: `closing` None leaves it to its owner, `why` says why."""

    renewal_id: int
    workspace_id: int
    action: EndAction
    decision: EndDecision
    closing: ClosingOrder | None
    why: str


def end_order(*, renewal_id: int, today: date, amount_of: AmountOf) -> EndOrder | None:
    """Return what happens to a renewal whose due date has passed, locked until the transaction ends.

    `amount_of` gives what follows costs a year by an announced price (contract, term), None: as it was. None: it is
    closed, or a sweep has dealt with it.
    """
    row = Renewal.objects.select_for_update().filter(id=renewal_id, closed_on__isnull=True).first()
    if row is None or EndActionRun.objects.filter(renewal_id=renewal_id).exists():
        return None
    term = live_term(row.contract_id, row.term_number)
    served = Notice.objects.filter(renewal_id=renewal_id, kind__in=NOTICES_OF_END, state__in=SERVED).exists()
    facts = EndFacts(
        action=EndAction(term.end_action) if term else None, is_notice_served=served, is_due=today >= row.due_on
    )
    decision, why = decide_end(facts)
    amount = amount_of(row.contract_id, row.term_number)
    return EndOrder(
        renewal_id=renewal_id,
        workspace_id=row.workspace_id,
        action=facts.action or EndAction.MANUAL,
        decision=decision,
        closing=_closing(row, decision, row.target_amount if amount is None else amount),
        why=why,
    )


def note_end_action(*, order: EndOrder, why: str, by: Actor, now: datetime) -> bool:
    """Keep what was done with a renewal; `why` makes it a question to its owner. False when it was kept before."""
    _, is_new = EndActionRun.objects.get_or_create(
        workspace_id=order.workspace_id,
        renewal_id=order.renewal_id,
        defaults={
            "action": order.action.value,
            "result": EndDecision.ASKED.value if why else order.decision.value,
            "why": why[:300],
            "done_at": now,
        },
    )
    return is_new


def _closing(row: Renewal, decision: EndDecision, amount: Decimal) -> ClosingOrder | None:
    if decision is EndDecision.ASKED:
        return None
    is_lost = decision is EndDecision.ENDED
    outcome = OutcomeRow(
        renewal_id=row.id,
        final_amount=Decimal(0) if is_lost else amount,
        primary_reason="contract_ended" if is_lost else "contract_lock_in",
        decided_on=row.due_on,
        is_lost=is_lost,
    )
    return ClosingOrder(outcome=outcome)
