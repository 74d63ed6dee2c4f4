"""Call off messages that wait: the one way, for whoever does not want them any more.

What certainly has not left is cancelled. What may have left is never called cancelled: it is in doubt, for a person.
"""

from datetime import datetime

from django.db.models import F, Func, JSONField, Q, QuerySet, Value

from playbooks.actions.message_rows import load_messages
from playbooks.actions.send_checks import Verdict, may_have_arrived
from playbooks.actions.send_results import change_message
from playbooks.actions.step_rows import shown
from playbooks.core.facts import Reason
from playbooks.core.states import MessageState
from playbooks.models import Message, Task
from playbooks.queries.cases import load_step_cases

WAITING = ("draft", "queued", "parked")


def call_off_messages(messages: QuerySet[Message], why: Reason, *, now: datetime) -> int:
    """Call off those of these messages that wait, with the tasks that wait for them; returns how many were waiting.

    Inside the transaction of the caller, who holds the enrolments where the order of locks asks for it.
    """
    waiting = list(messages.filter(state__in=WAITING).select_for_update(of=("self",)).order_by("id"))
    if waiting:
        _free_tasks(waiting, why, now=now)
        _cancel([message.id for message in waiting if not is_doubtful(message)], why)
        _leave_in_doubt([message.id for message in waiting if is_doubtful(message)], why, now=now)
    return len(waiting)


def is_doubtful(message: Message) -> bool:
    """Answer whether a message waits for another try although an earlier one may have reached them."""
    return message.state == MessageState.QUEUED and message.may_have_left


def _free_tasks(waiting: list[Message], why: Reason, *, now: datetime) -> None:
    """The task of an invitation's step is the meeting itself, and stays."""
    steps = [message.step_run_id for message in waiting if not message.calendar_method]
    about = Q(message_id__in=[message.id for message in waiting]) | Q(step_run_id__in=steps)
    Task.objects.filter(about, state__in=("open", "snoozed")).update(
        state="cancelled", ended_reason=why.code, updated_at=now
    )


def _cancel(message_ids: list[int], why: Reason) -> None:
    said = Func(F("reasons"), Value(shown((why,)), JSONField()), arg_joiner=" || ", template="%(expressions)s")
    Message.objects.filter(id__in=message_ids).update(state="cancelled", reasons=said, fence=F("fence") + 1)


def _leave_in_doubt(message_ids: list[int], why: Reason, *, now: datetime) -> None:
    if not message_ids:
        return
    found = load_messages(message_ids)
    cases = {case.step_run_id: case for case in load_step_cases([item.step_run_id for item in found], now=now)}
    verdict = may_have_arrived(Verdict(state=MessageState.CANCELLED, reasons=(why,)))
    for message in found:
        change_message(message, cases[message.step_run_id], verdict, now=now)
