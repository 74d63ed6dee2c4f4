"""Win accounts back that left: who does it, how far it has come, and the contract they came back with."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from renewals.actions.contracts import record_contract
from renewals.actions.renewals import open_renewal_cycles
from renewals.core.actors import Actor
from renewals.core.contracts.following import Following, following_term
from renewals.core.errors import InvalidInput, NegativeAmount, UnknownReference
from renewals.core.money import Money, stored
from renewals.core.price_terms import PriceTerms
from renewals.core.records import ContractRow
from renewals.core.renewal_states import RenewalStage, check_stage_step
from renewals.core.text import check_line
from renewals.models import Contract, LossReview, Membership
from renewals.queries.term_rows import live_term, term_row
from renewals.queries.win_backs import begun_since

WinBack = LossReview.WinBack
PLANNED = ("win_back_owner", "win_back_on", "win_back_stage", "win_back_amount", "win_back_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackPlan:
    """Who asks and when (None: never), how far it is, and what is hoped for by when (None: not said)."""

    owner_id: int
    win_back_on: date | None
    stage: RenewalStage = RenewalStage.UPCOMING
    amount: Decimal | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackAnswer:
    """What they answered on a day; `again_on` is for `later`, `contract_id` what they came back with, for `won`."""

    result: str
    asked_on: date
    again_on: date | None = None
    note: str = ""
    contract_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The contract they come back with; without a number it gets that of the one they left, and which return it is.

    `agreed` None: the lines of the one they left share the amount a year; else the lines that were agreed, exactly.
    """

    starts_on: date
    months: int
    amount: Decimal
    external_id: str = ""
    agreed: Following | None = None


@transaction.atomic
def plan_win_back(*, review_id: int, plan: WinBackPlan, by: Actor, now: datetime) -> LossReview:
    """Keep who wins a lost account back, and how far that is. The same again changes nothing.

    Raises UnknownReference for a review or a member there is not, InvalidInput for one that was answered,
    StateNotAllowed for a step between stages there is not, NegativeAmount.
    """
    row = _locked(review_id)
    if row.win_back_result:
        raise InvalidInput("They were asked, and answered.", where="win_back_on")
    if not Membership.objects.filter(user_id=plan.owner_id, is_active=True, user__is_active=True).exists():
        raise UnknownReference("Whoever is to ask is no member of this workspace.", where="owner")
    _check_plan(row, plan)
    row.win_back_owner_id, row.win_back_on, row.win_back_stage = plan.owner_id, plan.win_back_on, plan.stage.value
    row.win_back_amount, row.win_back_by = plan.amount if plan.amount is None else stored(plan.amount), plan.expected_on
    row.updated_at = now
    row.save(update_fields=[*PLANNED, "updated_at"])
    return row


@transaction.atomic
def answer_win_back(*, review_id: int, answer: WinBackAnswer, by: Actor, now: datetime) -> LossReview:
    """Keep what asking an account back came to.

    `later` needs the day to ask again, after this one; `won` a contract of the account that began since it left.
    Raises UnknownReference, InvalidInput for an unknown result and for what is missing.
    """
    row = _locked(review_id)
    if answer.result not in WinBack.values:
        raise InvalidInput(f"'{answer.result}' is no answer.", remedy=f"One of: {', '.join(WinBack.values)}.")
    is_later, is_won = answer.result == WinBack.LATER, answer.result == WinBack.WON
    if is_later and (answer.again_on is None or answer.again_on <= answer.asked_on):
        raise InvalidInput("Say on which later day to ask again.", where="again_on")
    if is_won and not begun_since(row).filter(id=answer.contract_id).exists():
        raise InvalidInput("Say with which contract they came back.", where="contract")
    row.asked_on, row.win_back_note = answer.asked_on, check_line(answer.note, label="Note", longest=300)
    row.win_back_result = "" if is_later else answer.result
    row.win_back_on = answer.again_on if is_later else row.win_back_on
    row.won_contract_id = answer.contract_id if is_won else None
    row.updated_at = now
    answered = ("asked_on", "win_back_note", "win_back_result", "win_back_on", "won_contract")
    row.save(update_fields=[*answered, "updated_at"])
    return row


@transaction.atomic
def sign_win_back(*, review_id: int, signed: Signed, by: Actor, now: datetime) -> LossReview:
    """Write the contract an account comes back with, open its renewal cycle, and close the win-back as won.

    Whoever calls has checked the price. Raises UnknownReference, InvalidInput for one that was answered, a contract
    that exists, or a start before they left.
    """
    row = _locked(review_id)
    lost = row.renewal
    if row.win_back_result:
        raise InvalidInput("They were asked, and answered.", where="amount")
    if signed.external_id and Contract.objects.filter(external_id=signed.external_id).exists():
        raise InvalidInput(f"There is a contract {signed.external_id} already.", where="external_id")
    if signed.starts_on < lost.due_on:
        raise InvalidInput(f"They left on {lost.due_on}; a new contract cannot begin before.", where="starts_on")
    made = record_contract(row=_contract(row, signed), by=by, now=now)
    open_renewal_cycles(by=by, now=now, account_ids=[lost.account_id])
    answer = WinBackAnswer(result=WinBack.WON, asked_on=now.date(), contract_id=made.id, note=row.win_back_note)
    return answer_win_back(review_id=review_id, answer=answer, by=by, now=now)


def _contract(row: LossReview, signed: Signed) -> ContractRow:
    lost = row.renewal
    held = live_term(lost.contract_id, lost.term_number)
    if held is None:
        raise InvalidInput("The term they left is not known any more.", remedy="Import their new contract.")
    agreed = replace(signed.agreed or Following(), starts_on=signed.starts_on, months=signed.months)
    term = following_term(term_row(held), final=Money(signed.amount, lost.currency), agreed=agreed)
    return ContractRow(
        external_id=signed.external_id or _free_number(lost.contract.external_id),
        account_external_id=lost.account.external_id,
        name=lost.contract.name,
        currency=lost.currency,
        terms=(replace(term, number=1, price=PriceTerms()),),
    )


def _free_number(left: str) -> str:
    """Return the number of the contract they left with the first return that is free: "C-17-back-1"."""
    taken = set(Contract.objects.filter(external_id__startswith=f"{left}-back-").values_list("external_id", flat=True))
    return next(
        number for number in (f"{left}-back-{count}" for count in range(1, len(taken) + 2)) if number not in taken
    )


def _check_plan(row: LossReview, plan: WinBackPlan) -> None:
    if plan.stage is RenewalStage.CLOSED:
        raise InvalidInput("It is closed by what they answered.", where="stage")
    check_stage_step(RenewalStage(row.win_back_stage), plan.stage)
    if plan.amount is not None and plan.amount < 0:
        raise NegativeAmount(f"{plan.amount} a year is below zero.", where="amount")


def _locked(review_id: int) -> LossReview:
    rows = LossReview.objects.select_for_update(of=("self",)).select_related("renewal__account", "renewal__contract")
    row = rows.filter(id=review_id).first()
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.")
    return row
