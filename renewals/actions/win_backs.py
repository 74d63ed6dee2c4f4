"""Ask accounts back that left: who does it and when, and what it came to."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.core.text import check_line
from renewals.models import LossReview, Membership

WinBack = LossReview.WinBack


@dataclass(frozen=True, slots=True, kw_only=True)
class WinBackAnswer:
    """What they answered on a day; `again_on` is when to ask again, for `later`."""

    result: str
    asked_on: date
    again_on: date | None = None
    note: str = ""


@transaction.atomic
def plan_win_back(*, review_id: int, owner_id: int, win_back_on: date | None, by: Actor, now: datetime) -> LossReview:
    """Name who asks a lost account back and when; None: never. The same again changes nothing.

    Raises UnknownReference for a review or a member there is not, InvalidInput for one that was answered.
    """
    row = _locked(review_id)
    if row.win_back_result:
        raise InvalidInput("They were asked, and answered.", where="win_back_on")
    if not Membership.objects.filter(user_id=owner_id, is_active=True, user__is_active=True).exists():
        raise UnknownReference("Whoever is to ask is no member of this workspace.", where="owner")
    row.win_back_owner_id, row.win_back_on, row.updated_at = owner_id, win_back_on, now
    row.save(update_fields=["win_back_owner", "win_back_on", "updated_at"])
    return row


@transaction.atomic
def answer_win_back(*, review_id: int, answer: WinBackAnswer, by: Actor, now: datetime) -> LossReview:
    """Keep what asking an account back came to; `later` needs the day to ask again, which must lie after this one.

    Raises UnknownReference, InvalidInput for an unknown result or a day to ask again that is missing or passed.
    """
    row = _locked(review_id)
    if answer.result not in WinBack.values:
        raise InvalidInput(f"'{answer.result}' is no answer.", remedy=f"One of: {', '.join(WinBack.values)}.")
    is_later = answer.result == WinBack.LATER
    if is_later and (answer.again_on is None or answer.again_on <= answer.asked_on):
        raise InvalidInput("Say on which later day to ask again.", where="again_on")
    row.asked_on, row.win_back_note = answer.asked_on, check_line(answer.note, label="Note", longest=300)
    row.win_back_result = "" if is_later else answer.result
    row.win_back_on = answer.again_on if is_later else row.win_back_on
    row.updated_at = now
    row.save(update_fields=["asked_on", "win_back_note", "win_back_result", "win_back_on", "updated_at"])
    return row


def _locked(review_id: int) -> LossReview:
    row = LossReview.objects.select_for_update().filter(id=review_id).first()
    if row is None:
        raise UnknownReference(f"There is no review {review_id} in this workspace.")
    return row
