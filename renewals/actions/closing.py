"""Close a renewal and go on: its outcome, then the next term with its cycle, or the review of the loss.

Histories that are loaded bring their own terms and record outcomes alone (`outcomes.record_outcomes`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from renewals.actions.contracts import record_contracts
from renewals.actions.outcomes import record_outcome
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.contracts.amendments import TermChange, with_clauses
from renewals.core.contracts.following import Following, following_term, loss_dates
from renewals.core.errors import InvalidInput, RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.core.money import Money
from renewals.core.records import ContractRow, OutcomeRow, TermRow
from renewals.core.renewals import OutcomeKind
from renewals.core.terms import EndAction
from renewals.core.text import check_text
from renewals.models import Contract, LossReview, Notice, Outcome, Renewal, TermVersion
from renewals.queries.library import loss_rule
from renewals.queries.term_rows import live_term, term_row

NOTICES_OF_END = ("non_renewal", "opt_out")
SERVED = ("sent", "proven")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingOrder:
    """How a renewal ended and, when it goes on, what was agreed for the next term (None: as the contract says)."""

    outcome: OutcomeRow
    following: Following | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRenewal:
    """What became of it: the next renewal, None for an evergreen or last term; or the review of the loss."""

    outcome: Outcome
    next_renewal_id: int | None = None
    review: LossReview | None = None


@transaction.atomic
def close_renewal(*, order: ClosingOrder, by: Actor, now: datetime) -> ClosedRenewal:
    """Close a renewal, then write its next term and open the next cycle, or plan the review of the loss.

    A next term that is known already stays as it is. The same order again changes nothing. Raises as `record_outcome`
    and `following_term`; then nothing is written.
    """
    outcome = record_outcome(row=order.outcome, by=by, now=now)
    renewal = Renewal.objects.select_related("contract__account").get(id=order.outcome.renewal_id)
    if outcome.kind == OutcomeKind.CHURNED:
        return ClosedRenewal(outcome=outcome, review=_plan_review(renewal, outcome.decided_on, now))
    _write_next_term(renewal, order.following, by, now)
    open_renewal_cycles(by=by, now=now, account_ids=[renewal.account_id])
    later = Renewal.objects.filter(contract_id=renewal.contract_id, term_number__gt=renewal.term_number)
    following = later.order_by("term_number").values_list("id", flat=True).first()
    return ClosedRenewal(outcome=outcome, next_renewal_id=following)


@transaction.atomic
def carry_out_end_action(*, renewal_id: int, by: Actor, now: datetime, today: date) -> ClosedRenewal:
    """Do what the contract says happens when nobody acts by the due date: renew it, or let it go on without an end.

    At the same amount, closed on the due date. Raises StateNotAllowed before the due date, for a term that ends or
    needs a decision, and where a notice against renewal was served; UnknownReference, AlreadyClosed.
    """
    renewal = Renewal.objects.select_for_update().filter(id=renewal_id).first()
    if renewal is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.")
    where = f"Renewal {renewal_id}"
    if today < renewal.due_on:
        raise StateNotAllowed(f"Its term runs until {renewal.due_on - timedelta(days=1)}.", where=where)
    term = live_term(renewal.contract_id, renewal.term_number)
    if term is None or term.end_action not in (EndAction.RENEW, EndAction.EVERGREEN):
        raise StateNotAllowed("The contract does not say that it goes on by itself.", where=where)
    if Notice.objects.filter(renewal_id=renewal_id, kind__in=NOTICES_OF_END, state__in=SERVED).exists():
        raise StateNotAllowed("A notice against renewal was served.", where=where)
    outcome = OutcomeRow(
        renewal_id=renewal_id,
        final_amount=renewal.target_amount,
        primary_reason="contract_lock_in",
        decided_on=renewal.due_on,
    )
    return close_renewal(order=ClosingOrder(outcome=outcome), by=by, now=now)


@transaction.atomic
def hold_review(
    *, review_id: int, findings: str, held_on: date, win_back_on: date | None, by: Actor, now: datetime
) -> LossReview:
    """Keep what was learnt from a loss and when to ask the account back; None: never.

    Raises RequiredValueMissing without findings, UnknownReference, InvalidInput for a day back before the review.
    """
    said = check_text(findings, label="Findings")
    if not said:
        raise RequiredValueMissing("A review without findings teaches nothing.", where="findings")
    row = LossReview.objects.select_for_update().filter(id=review_id).first()
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.")
    if win_back_on is not None and win_back_on < held_on:
        raise InvalidInput("The day to ask them back lies before the review.", where="win_back_on")
    row.findings, row.held_on, row.win_back_on, row.updated_at = said, held_on, win_back_on, now
    row.save(update_fields=["findings", "held_on", "win_back_on", "updated_at"])
    return row


def _plan_review(renewal: Renewal, decided_on: date, now: datetime) -> LossReview:
    days = loss_dates(decided_on=decided_on, due_on=renewal.due_on, rule=loss_rule())
    made, _ = LossReview.objects.get_or_create(
        workspace_id=renewal.workspace_id,
        renewal=renewal,
        defaults={
            "owner_id": renewal.owner_id,
            "due_on": days.review_on,
            "win_back_on": days.win_back_on,
            "created_at": now,
            "updated_at": now,
        },
    )
    return made


def _write_next_term(renewal: Renewal, agreed: Following | None, by: Actor, now: datetime) -> None:
    contract: Contract = renewal.contract
    held = live_term(contract.id, renewal.term_number)
    if held is None or held.ends_on is None or contract.cancelled_on is not None:
        return
    if TermVersion.objects.filter(contract=contract, superseded_at__isnull=True, starts_on__gt=held.starts_on).exists():
        return
    term = term_row(held)
    final = Money(renewal.final_amount or renewal.target_amount * 0, renewal.currency)
    following = following_term(term, final=final, agreed=agreed)
    _record_terms(contract, (*_shortened(term, following), following), by, now)


def _record_terms(contract: Contract, terms: tuple[TermRow, ...], by: Actor, now: datetime) -> None:
    row = ContractRow(external_id=contract.external_id, account_external_id=contract.account.external_id, terms=terms)
    record_contracts(rows=[row], by=by, now=now)


def _shortened(term: TermRow, following: TermRow) -> tuple[TermRow, ...]:
    """Return the old term cut short when the next one begins early, so that they share no day."""
    day_before = following.starts_on - timedelta(days=1)
    if term.ends_on is None or term.ends_on <= day_before:
        return ()
    return (with_clauses(term, TermChange(ends_on=day_before)),)
