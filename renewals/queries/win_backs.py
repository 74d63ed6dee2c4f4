"""Win-backs: those that are open, and the contracts an account has begun since it left."""

from django.db.models import Min, Q, QuerySet

from renewals.models import Contract, LossReview


def open_win_backs() -> QuerySet[LossReview]:
    """Return the losses whose account is to be asked back and has not answered for good, the next day first."""
    return LossReview.objects.filter(win_back_on__isnull=False, win_back_result="").order_by("win_back_on", "id")


def loss(review_id: int) -> LossReview | None:
    """Return one loss with its renewal; None when there is none."""
    return LossReview.objects.select_related("renewal").filter(id=review_id).first()


def begun_since(review: LossReview) -> QuerySet[Contract]:
    """Return the other contracts of the account whose first term begins on or after the day it left, newest first."""
    live = Q(terms__superseded_at__isnull=True)
    rows = Contract.objects.filter(account_id=review.renewal.account_id, cancelled_on__isnull=True)
    rows = rows.exclude(id=review.renewal.contract_id).annotate(begins_on=Min("terms__starts_on", filter=live))
    return rows.filter(begins_on__gte=review.renewal.due_on).order_by("-begins_on", "-id")
