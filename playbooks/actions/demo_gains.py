"""What accounts of the demo say their milestones bring: some realised and confirmed, some ahead, some not known."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from playbooks.queries.demo import GainingAccount, gaining_accounts
from renewals.actions.milestones import confirm_milestone, record_milestones, state_gain
from renewals.core.actors import Actor
from renewals.core.gains import GainStated
from renewals.core.records import MilestoneRow

SECOND = "second-team"
TIMES_PAID = (Decimal("1.9"), Decimal("2.6"), Decimal("0.8"))
AHEAD_OF_PAID = Decimal("0.6")
SAID_BEFORE, AHEAD = timedelta(days=24), timedelta(days=75)
ROUND = Decimal(500)
SHOWN = ("minutes of the value review", "their report to the board", "e-mail after the quarterly review")


@transaction.atomic
def state_gains(*, by: Actor, now: datetime, today: date) -> int:
    """State what some accounts gain: of every three, one confirmed, one not, one not known; returns how many."""
    found = [each for each in gaining_accounts(today=today) if each.paid > 0]
    told = [each for place, each in enumerate(found) if place % 3 != 2]
    for place, each in enumerate(told):
        _tell(each, place, by=by, now=now, today=today)
    return len(told)


def _tell(each: GainingAccount, place: int, *, by: Actor, now: datetime, today: date) -> None:
    said = {"currency": each.currency, "said_by": each.contact, "said_on": today - SAID_BEFORE}
    reached = GainStated(
        amount=_rounded(each.paid * TIMES_PAID[place % len(TIMES_PAID)]), evidence=SHOWN[place % len(SHOWN)], **said
    )
    state_gain(milestone_id=each.milestone_id, stated=reached, today=today, by=by, now=now)
    if place % 2 == 0:
        day = max(each.achieved_on, today - SAID_BEFORE)
        confirm_milestone(milestone_id=each.milestone_id, contact_id=each.contact_id, on=day, by=by, now=now)
    second = MilestoneRow(
        external_id=SECOND,
        account_external_id=each.external_id,
        name="Second team works with it",
        target_on=today + AHEAD,
    )
    made = record_milestones(rows=[second], by=by, now=now)
    ahead = GainStated(amount=_rounded(each.paid * AHEAD_OF_PAID), evidence="their plan for next year", **said)
    state_gain(milestone_id=made.ids[SECOND], stated=ahead, today=today, by=by, now=now)


def _rounded(amount: Decimal) -> Decimal:
    return max(ROUND, (amount / ROUND).quantize(Decimal(1)) * ROUND)
