"""What follows when an account answers a proposal: it is entered as a touch, and where a person is wanted, a task."""

from datetime import date, datetime

from django.db import transaction

from offers.actions.answers import Answered, LinkAnswer, answer_link
from offers.core.links import AnswerKind
from playbooks.actions.bulk import insert_rows
from playbooks.actions.queue import refresh_entries
from playbooks.actions.step_rows import Row
from playbooks.core.vocabulary import StepKind
from playbooks.models import Task
from playbooks.queries.assignees import who_answers_for
from playbooks.queries.proposals import ProposalAnswer, Renewal, asking_back, renewal_with_account
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor
from renewals.core.records import TouchpointRow

SUBJECTS = {
    AnswerKind.ACCEPTED: "Accepted the proposal, version {number}",
    AnswerKind.DECLINED: "Declined the proposal, version {number}",
    AnswerKind.ASKED: "Asked about the proposal, version {number}",
}
TITLES = {
    AnswerKind.ACCEPTED: "Accepted, but the contract could not be written",
    AnswerKind.DECLINED: "Proposal declined by {name}",
    AnswerKind.ASKED: "Answer {name}'s question on the proposal",
}
KINDS = {AnswerKind.DECLINED: StepKind.ESCALATION.value}


@transaction.atomic
def take_answer(*, link_id: int, given: LinkAnswer, today: date, by: Actor, now: datetime) -> Answered:
    """Keep an answer with its touch and its task: the owner hears of it whatever it is; errors as in `answer_link`.

    The same answer again adds nothing.
    """
    done = answer_link(link_id=link_id, given=given, today=today, by=by, now=now)
    if done.is_repeat:
        return done
    answer, kind = done.answer, given.kind
    row = renewal_with_account(answer.link.proposal.renewal_id)
    record_touchpoint(row=_touch(answer, kind, row, now=now), by=by, now=now)
    made = _task(answer, kind, row, done.trouble, today=today, now=now)
    if done.is_settled:
        made |= _news(answer, done.next_renewal_id or row.id)
    insert_rows(Task, [made], ignore_conflicts=True)
    refresh_entries(renewal_ids=sorted({row.id, made["renewal_id"]}), now=now)
    return done


def _touch(answer: ProposalAnswer, kind: AnswerKind, row: Renewal, *, now: datetime) -> TouchpointRow:
    return TouchpointRow(
        account_id=row.account_id,
        contact_id=answer.link.contact_id,
        renewal_id=row.id,
        occurred_at=now,
        channel="other",
        direction="inbound",
        subject=SUBJECTS[kind].format(number=answer.version.number),
        summary=f"{_who(answer)}: {answer.words}" if answer.words else _who(answer),
        origin="proposal link",
        origin_key=f"proposal-answer:{answer.id}",
    )


def _task(answer: ProposalAnswer, kind: AnswerKind, row: Renewal, trouble: str, *, today: date, now: datetime) -> Row:
    return {
        "workspace_id": row.workspace_id,
        "origin_key": f"proposal-answer:{answer.id}",
        "account_id": row.account_id,
        "renewal_id": row.id,
        "assignee_id": who_answers_for(row, first=asking_back(answer.link.proposal)),
        "kind": KINDS.get(kind, StepKind.TASK.value),
        "title": TITLES[kind].format(name=answer.name)[:200],
        "instructions": f"{_who(answer)} <{answer.email}>: {answer.words or trouble}",
        "why": [{"code": f"proposal_{kind.value}", "by": answer.name, "version": answer.version.number}],
        "outcomes": [],
        "due_on": today,
        "created_at": now,
        "updated_at": now,
    }


def _news(answer: ProposalAnswer, renewal_id: int) -> Row:
    """Good news for the owner, on the cycle that has begun: the closed one asks nobody for anything any more."""
    return {
        "renewal_id": renewal_id,
        "title": f"Accepted by {answer.name}: thank them and look at the new term"[:200],
        "why": [{"code": "proposal_closed", "by": answer.name, "version": answer.version.number}],
    }


def _who(answer: ProposalAnswer) -> str:
    return f"{answer.name}, {answer.title}" if answer.title else answer.name
