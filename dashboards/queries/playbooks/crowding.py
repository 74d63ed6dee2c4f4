"""How many messages of a dry run on the book would wait for room at their account, beside what is projected for it."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from dashboards.core.money import count_words
from playbooks.core.budget import moments_with_room
from playbooks.core.cadence import send_window_of
from playbooks.core.definition import Step
from playbooks.core.vocabulary import MessageClass, is_message
from playbooks.core.windows import next_send_at
from playbooks.models import ProjectedTouch
from playbooks.queries.case_facts import StepCase
from renewals.core.dates import local_date
from renewals.models import Renewal
from renewals.queries.any_of import any_of

CAPPED = (MessageClass.RELATIONSHIP, MessageClass.MARKETING)


Beside = Mapping[int, Sequence[tuple[int, datetime]]]


def messages_beside(renewal_ids: Sequence[int], *, since: date) -> Beside:
    """Return the projected messages of the accounts of these renewals, by account: whose renewal, and when."""
    accounts = Renewal.objects.filter(any_of("id", renewal_ids)).values("account_id")
    rows = ProjectedTouch.objects.filter(account_id__in=accounts, effect="message", local_on__gte=since)
    found: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for account, renewal, at in rows.values_list("account_id", "renewal_id", "at"):
        found[account].append((renewal, at))
    return found


def message_waits(case: StepCase, acting: Sequence[tuple[Step, datetime]], beside: Beside) -> list[int]:
    """Return by how many days each capped message of a renewal would wait; empty where no budget is set."""
    limits = case.facts.account.limits
    planned = [at for step, at in acting if is_message(step.kind) and step.message_class in CAPPED]
    if limits is None or not planned:
        return []
    others = [at for renewal, at in beside.get(case.account_id, ()) if renewal != case.renewal_id]
    found = moments_with_room(limits, planned, others, opens=_hours_of(case))
    zone = case.plan.zone.name
    return [(local_date(leaves, zone) - local_date(at, zone)).days for at, leaves in found]


def _hours_of(case: StepCase) -> Callable[[datetime], datetime]:
    """Return what gives the next moment at which a message to this account may leave."""
    plan = case.plan
    return partial(
        next_send_at,
        window=send_window_of(case.definition),
        zone=plan.zone,
        calendar=plan.calendar,
        blackouts=plan.blackouts,
    )


def crowding_words(waits: Sequence[int]) -> str:
    """Return what the budget of touches does to the messages of a book, in a sentence or two."""
    late = [each for each in waits if each]
    if not waits:
        return "Nothing that a budget of touches counts would be written."
    if not late:
        return f"All {count_words(len(waits), 'message')} fit the touch budgets; replies cannot be foreseen."
    told = f"{len(late)} of {count_words(len(waits), 'message')} would wait for room at their account"
    return f"{told}, {max(late)} days at the longest; the weeks count the planned days. Replies cannot be foreseen."
