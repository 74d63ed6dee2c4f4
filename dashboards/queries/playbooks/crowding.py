"""How many messages of a dry run on the book would wait for room at their account, beside what is projected for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.core.money import count_words
from playbooks.core.budget import waiting_days
from playbooks.core.definition import Step
from playbooks.core.vocabulary import MessageClass, is_message
from playbooks.models import ProjectedTouch
from playbooks.queries.case_facts import StepCase
from renewals.models import Renewal
from renewals.queries.any_of import any_of

CAPPED = (MessageClass.RELATIONSHIP, MessageClass.MARKETING)


Beside = Mapping[int, Sequence[tuple[int, date]]]


def messages_beside(renewal_ids: Sequence[int], *, since: date) -> Beside:
    """Return the projected messages of the accounts of these renewals, by account: whose renewal, and the day."""
    accounts = Renewal.objects.filter(any_of("id", renewal_ids)).values("account_id")
    rows = ProjectedTouch.objects.filter(account_id__in=accounts, effect="message", local_on__gte=since)
    found: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for account, renewal, day in rows.values_list("account_id", "renewal_id", "local_on"):
        found[account].append((renewal, day))
    return found


def message_waits(case: StepCase, acting: Sequence[tuple[Step, date]], beside: Beside) -> list[int]:
    """Return by how many days each capped message of a renewal would wait; empty where no budget is set."""
    limits = case.facts.account.limits
    planned = [on for step, on in acting if is_message(step.kind) and step.message_class in CAPPED]
    if limits is None or not planned:
        return []
    others = [day for renewal, day in beside.get(case.account_id, ()) if renewal != case.renewal_id]
    return list(waiting_days(limits, planned, others))


def crowding_words(waits: Sequence[int]) -> str:
    """Return what the budget of touches does to the messages of a book, in a sentence or two."""
    late = [each for each in waits if each]
    if not waits:
        return "Nothing that a budget of touches counts would be written."
    if not late:
        return f"All {count_words(len(waits), 'message')} fit the touch budgets; replies cannot be foreseen."
    told = f"{len(late)} of {count_words(len(waits), 'message')} would wait for room at their account"
    return f"{told}, {max(late)} days at the longest; the weeks count the planned days. Replies cannot be foreseen."
