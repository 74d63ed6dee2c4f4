"""What a contract says happens when nobody acts, carried out by a daily sweep, once, at a price that was allowed.

What may not go on by itself is left to its owner, with the reason.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from offers.actions.closing import close_as_approved
from offers.queries.revisions import revised_total
from renewals.actions.end_actions import EndOrder, end_order, note_end_action
from renewals.core.actors import Actor
from renewals.core.errors import NamedError
from renewals.queries.end_actions import due_end_actions

PART = 100


def tend_end_actions(*, today: date, by: Actor, now: datetime, most: int = PART) -> int:
    """Carry out what is due, each renewal in a savepoint of its own; returns how many were dealt with.

    A renewal is dealt with once, whatever came of it: another sweep passes it by.
    """
    done = 0
    for renewal_id in due_end_actions(today=today, most=most):
        with transaction.atomic():
            done += _tend(renewal_id, today=today, by=by, now=now)
    return done


def _tend(renewal_id: int, *, today: date, by: Actor, now: datetime) -> bool:
    """Deal with one renewal; False when somebody else has meanwhile."""
    found = end_order(renewal_id=renewal_id, today=today, amount_of=revised_total)
    if found is None:
        return False
    why = found.why or _refusal(lambda: _close(found, by, now))
    return note_end_action(order=found, why=why, by=by, now=now)


def _close(found: EndOrder, by: Actor, now: datetime) -> None:
    if found.closing is not None:
        close_as_approved(order=found.closing, by=by, now=now)


def _refusal(act: Callable[[], None]) -> str:
    """Return why it was refused, empty when it was done; a refusal leaves nothing behind."""
    try:
        with transaction.atomic():
            act()
    except NamedError as refusal:
        return refusal.what[:300]
    return ""
