"""Win-backs: those that are open, and the contracts an account has begun since it left."""

from datetime import date

from django.db.models import Min, Q, QuerySet

from renewals.models import Contract, LossReview, Renewal, User


def open_win_backs() -> QuerySet[LossReview]:
    """Return the losses whose account is to be asked back and has not answered for good, the next day first."""
    return LossReview.objects.filter(win_back_on__isnull=False, win_back_result="").order_by("win_back_on", "id")


def open_win_back(renewal_id: int) -> LossReview | None:
    """Return the win-back of a lost renewal while it is open; None otherwise."""
    return open_win_backs().filter(renewal_id=renewal_id).first()


def loss(review_id: int) -> LossReview | None:
    """Return one loss with its renewal; None when there is none."""
    return LossReview.objects.select_related("renewal").filter(id=review_id).first()


def has_left(renewal_id: int) -> bool:
    """Answer whether a renewal was lost: what is agreed on it from then on is for its win-back."""
    return LossReview.objects.filter(renewal_id=renewal_id).exists()


def lost_before(contract_id: int) -> Renewal | None:
    """Return the renewal with which the account left that came back with this contract; None for any other contract."""
    row = LossReview.objects.select_related("renewal").filter(won_contract_id=contract_id).order_by("-id").first()
    return None if row is None else row.renewal


def who_asks_back(renewal_id: int) -> User | None:
    """Return who asks the account of a lost renewal back; None for a renewal that was not lost."""
    row = LossReview.objects.select_related("win_back_owner", "owner").filter(renewal_id=renewal_id).first()
    return None if row is None else row.win_back_owner or row.owner


def returns_on(lost: Renewal, *, today: date) -> date:
    """Return the day on which a contract begins that brings an account back: today, or once the old one is over."""
    return max(today, lost.due_on)


def first_cycle(review: LossReview) -> int | None:
    """Return the first renewal of the contract they came back with; None where it has none."""
    rows = Renewal.objects.filter(contract_id=review.won_contract_id).order_by("term_number")
    return rows.values_list("id", flat=True).first() if review.won_contract_id else None


def begun_since(review: LossReview) -> QuerySet[Contract]:
    """Return the other contracts of the account whose first term begins on or after the day it left, newest first."""
    live = Q(terms__superseded_at__isnull=True)
    rows = Contract.objects.filter(account_id=review.renewal.account_id, cancelled_on__isnull=True)
    rows = rows.exclude(id=review.renewal.contract_id).annotate(begins_on=Min("terms__starts_on", filter=live))
    return rows.filter(begins_on__gte=review.renewal.due_on).order_by("-begins_on", "-id")
