"""One item of the queue as a brief: what changed, why, last touches, promises, the draft or script, what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboards.core.dates import DateCell, date_cell, day_words, notice_cell
from dashboards.core.money import MoneyCell, money_words, percent_words
from dashboards.core.parts import Link, Reason, TimelineEntry
from dashboards.core.reason_words import reason_sentence
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import counted, signal_title, title
from dashboards.queries.asker import Asker
from dashboards.queries.comments import CommentPlace, comment_place
from dashboards.queries.exchange import Exchange
from dashboards.queries.meetings import has_meeting
from dashboards.queries.people import Choice, people_who_may, snooze_choices
from dashboards.queries.prices import price_sight
from dashboards.queries.queue import QueuePage
from dashboards.queries.queue_filters import queue_entries
from dashboards.queries.scoring import badge_of, earlier_reasons, movement_reasons, reasons_of
from dashboards.queries.timeline import Place, last_comments, last_touches
from playbooks.core.facts import ApprovalState
from playbooks.core.forms import form_from
from playbooks.core.step_parts import FormField
from playbooks.core.vocabulary import StepKind
from playbooks.models import Message, QueueEntry, StepApproval, StepRun, Task
from renewals.core.money import Money
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Milestone
from renewals.queries.accounts import milestones_of
from signals.models import CurrentRisk, CurrentScore, Signal
from signals.queries.earlier import EarlierScore, earlier_scores

ANSWER_NAME = "answer-"
NEWS_DAYS = 14
NEWS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message that waits for a person."""

    to: str
    subject: str
    body: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One field of an information request, as it is asked and as it was typed."""

    name: str
    label: str
    kind: str
    choices: tuple[str, ...]
    is_required: bool
    typed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPart:
    """What is to be done: with its outcome codes, its draft or script; `done_words` once it is done."""

    id: int
    title: str
    instructions: str
    due: DateCell
    why: tuple[Reason, ...]
    outcomes: tuple[Choice, ...]
    snoozes: tuple[Choice, ...]
    colleagues: tuple[Choice, ...]
    draft: Draft | None
    is_open: bool
    is_snoozed: bool
    done_words: str
    questions: tuple[Question, ...] = ()
    is_approval: bool = False
    decision_note: str = ""
    may_withdraw: bool = False
    meeting_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """How the place in the queue comes about; amounts are hidden with prices."""

    rows: tuple[tuple[str, str, str], ...]
    total: str
    term: str = "priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueItem:
    """The right pane in finished words."""

    renewal_id: int
    name: str
    account_href: str
    renewal_href: str
    facts: str
    amount: MoneyCell
    due: DateCell
    notice: DateCell | None
    probability: str
    health: ScoreBadge
    risk: ScoreBadge
    task: TaskPart | None
    changes: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    touches: tuple[TimelineEntry, ...]
    comments: tuple[TimelineEntry, ...]
    comment: CommentPlace | None
    promises: tuple[Link, ...]
    following: str
    arithmetic: Arithmetic
    may_change: bool


def open_item(asker: Asker, page: QueuePage) -> QueueItem | None:
    """Return the brief of the renewal a page has open; None when none is, or the person's queue does not hold it."""
    if page.open_id is None:
        return None
    return queue_item(asker, page.open_id, colleagues=page.colleagues)


def queue_item(asker: Asker, renewal_id: int, *, colleagues: tuple[Choice, ...] | None = None) -> QueueItem | None:
    """Return the brief of a renewal; None when the person's queue does not hold it.

    `colleagues` saves reading who the work could go to when the caller has read it.
    """
    found = _load(asker, renewal_id)
    if found is None:
        return None
    colleagues = people_who_may(asker, "tasks.change") if colleagues is None else colleagues
    entry, health, risk = found.entry, found.health, found.risk
    href = f"/accounts/{entry.account_id}/"
    earlier = _earlier(found)
    sight = price_sight(asker.member)
    is_seen = sight.sees_entry(entry)
    following = _following(entry, asker)
    return QueueItem(
        renewal_id=renewal_id,
        name=entry.account_name,
        account_href=href,
        renewal_href=f"/renewals/{renewal_id}/",
        facts=_facts(entry),
        amount=_amount(entry, asker, is_seen=is_seen),
        due=date_cell(entry.due_on, today=asker.today, is_deadline=True),
        notice=notice_cell(entry.notice_on, today=asker.today),
        probability="" if entry.renew_probability is None else percent_words(entry.renew_probability),
        health=badge_of(health, "health", now=asker.now, earlier=earlier["health"]),
        risk=badge_of(risk, "risk", now=asker.now, earlier=earlier["risk"]),
        task=None if entry.next_task is None else _task_part(entry.next_task, asker, following, colleagues),
        changes=_changes(entry, health, risk, asker),
        reasons=reasons_of(risk, "risk") or earlier_reasons(found.entry.account_id, "risk"),
        touches=last_touches(_place(entry, asker)),
        comments=last_comments(_place(entry, asker)),
        comment=_comment(entry, asker),
        promises=_promises(entry.account_id, asker.today),
        following=following,
        arithmetic=_arithmetic(entry, asker, is_seen=is_seen),
        may_change=can(asker.member, "tasks.change"),
    )


def with_typed(item: QueueItem | None, answers: Mapping[str, str]) -> QueueItem | None:
    """Return the item with what was typed into its form, so that a refusal loses nothing."""
    if item is None or item.task is None or not answers:
        return item
    questions = tuple(replace(each, typed=answers.get(each.name, "")) for each in item.task.questions)
    return replace(item, task=replace(item.task, questions=questions))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    entry: QueueEntry
    health: CurrentScore | None
    risk: CurrentRisk | None


def _load(asker: Asker, renewal_id: int) -> _Loaded | None:
    rows = queue_entries(asker).select_related("account", "owner", "next_task__completed_by", "renewal")
    entry = rows.filter(renewal_id=renewal_id).first()
    if entry is None:
        return None
    health = CurrentScore.objects.filter(account_id=entry.account_id).first()
    risk = CurrentRisk.objects.filter(renewal_id=renewal_id).first()
    return _Loaded(entry=entry, health=health, risk=risk)


def _earlier(found: _Loaded) -> dict[str, EarlierScore | None]:
    """Return the last numbers of what has none now, asked for only then."""
    account_id = found.entry.account_id
    rows = {"health": found.health, "risk": found.risk}
    return {
        kind: earlier_scores([account_id], kind=kind).get(account_id) if row is None or row.value is None else None
        for kind, row in rows.items()
    }


def _amount(entry: QueueEntry, asker: Asker, *, is_seen: bool) -> MoneyCell:
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    return exchange.cell(entry.renewal_amount, entry.currency, is_hidden=not is_seen)


def _comment(entry: QueueEntry, asker: Asker) -> CommentPlace | None:
    about = entry.next_title if entry.next_task else ""
    return comment_place(asker, account_id=entry.account_id, renewal_id=entry.renewal_id, about=about)


def _facts(entry: QueueEntry) -> str:
    words = (title(entry.tier), title(entry.segment), f"owned by {entry.owner}", f"{title(entry.stage).lower()} stage")
    return " · ".join(dict.fromkeys(word for word in words if word))


def _place(entry: QueueEntry, asker: Asker) -> Place:
    return Place(
        account_id=entry.account_id,
        member=asker.member,
        zone=asker.workspace.timezone,
        now=asker.now,
        today=asker.today,
        until=asker.now,
    )


def _task_part(task: Task, asker: Asker, following: str, colleagues: tuple[Choice, ...]) -> TaskPart:
    who = f" by {task.completed_by}" if task.completed_by else ""
    snoozed = f"Snoozed until {day_words(task.snoozed_until_on)}." if task.snoozed_until_on else ""
    return TaskPart(
        id=task.id,
        title=task.title,
        instructions=task.instructions,
        due=date_cell(task.due_on, today=asker.today, is_deadline=True),
        why=tuple(
            reason_sentence(item, zone=asker.workspace.timezone)
            for item in task.why
            if item.get("code") != "step" or item.get("outcome") != task.instructions
        ),
        outcomes=tuple(Choice(value=str(item["key"]), text=str(item["label"])) for item in task.outcomes),
        snoozes=snooze_choices(today=asker.today),
        colleagues=tuple(each for each in colleagues if each.value != str(task.assignee_id)),
        draft=_draft(task, asker),
        is_open=task.state in ("open", "snoozed"),
        is_snoozed=task.state == "snoozed",
        done_words=f"Done{who}. {following}" if task.state == "done" else snoozed,
        questions=tuple(_question(field) for field in form_from(task.form)),
        is_approval=task.kind == StepKind.APPROVAL,
        decision_note=_decision_note(task, asker),
        may_withdraw=_asked_by(task, asker),
        meeting_href=f"/tasks/{task.id}/meeting/" if has_meeting(task) else "",
    )


def _question(field: FormField) -> Question:
    return Question(
        name=f"{ANSWER_NAME}{field.key}",
        label=field.label,
        kind=field.kind.value,
        choices=field.choices,
        is_required=field.is_required,
    )


def _decision_note(task: Task, asker: Asker) -> str:
    """Say who asked and until when silence is waited out; empty unless the task is an open question to somebody."""
    if task.kind != StepKind.APPROVAL:
        return ""
    asked = StepApproval.objects.filter(step_run_id=task.step_run_id).select_related("requested_by").first()
    if asked is None or asked.state != ApprovalState.PENDING:
        return ""
    until = date_cell(asked.due_at.date(), today=asker.today)
    roles = ", ".join(title(role).lower() for role in asked.roles)
    return f"{asked.requested_by} asks. Decided by {roles}, not by who asks; until {until.day}."


def _asked_by(task: Task, asker: Asker) -> bool:
    """Answer whether this person asked the question behind an approval that nobody has decided."""
    if task.kind != StepKind.APPROVAL or task.step_run_id is None:
        return False
    mine = StepApproval.objects.filter(requested_by_id=asker.membership.user_id, state=ApprovalState.PENDING.value)
    return mine.filter(step_run_id=task.step_run_id).exists()


def _draft(task: Task, asker: Asker) -> Draft | None:
    if task.message_id is None and task.step_run_id is None:
        return None
    if granted_scope(asker.member, "messages.view") is Scope.NONE:
        return None
    rows = Message.objects.filter(state__in=("draft", "queued", "parked"))
    found = rows.filter(id=task.message_id) if task.message_id else rows.filter(step_run_id=task.step_run_id)
    message = found.first()
    if message is None:
        return None
    to = f"{message.to_name} <{message.to_address}>" if message.to_name else message.to_address
    return Draft(to=to, subject=message.subject, body=message.text_body, href=f"/messages/{message.id}/")


def _changes(
    entry: QueueEntry, health: CurrentScore | None, risk: CurrentRisk | None, asker: Asker
) -> tuple[Reason, ...]:
    moved = [words for row, kind in ((risk, "Risk"), (health, "Health")) if (words := _moved(row, kind))]
    since = asker.now - timedelta(days=NEWS_DAYS)
    rows = Signal.objects.filter(account_id=entry.account_id, occurred_at__gte=since, occurred_at__lte=asker.now)
    newest = rows.exclude(kind__startswith="usage.").order_by("-occurred_at")[:NEWS]
    why = movement_reasons(entry.account_id, now=asker.now)
    return (*moved, *why, *(_news(row, asker) for row in newest))


def _moved(row: CurrentScore | CurrentRisk | None, kind: str) -> Reason | None:
    if row is None or row.value is None or row.previous_value is None or abs(row.value - row.previous_value) < 1:
        return None
    is_good = (row.value > row.previous_value) == (kind == "Health")
    text = f"{kind} went from {row.previous_value:.0f} to {row.value:.0f} since yesterday"
    return Reason(text=text, state="good" if is_good else "bad")


def _news(row: Signal, asker: Asker) -> Reason:
    quoted = f" “{row.text[:140]}”" if row.text else ""
    when = date_cell(row.occurred_at.date(), today=asker.today)
    return Reason(text=f"{signal_title(row.kind, row.value, row.subject)}{quoted}", note=when.when)


def _promises(account_id: int, today: date) -> tuple[Link, ...]:
    rows = milestones_of(account_id).filter(achieved_on__isnull=True)[:NEWS]
    return tuple(Link(text=f"{row.name} – {_target(row, today)}") for row in rows)


def _target(row: Milestone, today: date) -> str:
    if row.target_on is None:
        return "no date agreed"
    cell = date_cell(row.target_on, today=today)
    return f"{cell.when} · {cell.day}"


def _following(entry: QueueEntry, asker: Asker) -> str:
    """What the playbook does next by itself."""
    rows = StepRun.objects.filter(enrolment__renewal_id=entry.renewal_id, state__in=("scheduled", "claimed"))
    step = rows.order_by("due_at").first()
    if step is None:
        return "No further step is planned."
    cell = date_cell(step.due_local_on, today=asker.today)
    was = "was due " if step.due_local_on < asker.today else ""
    return f"Next: {title(step.step_key)} ({title(step.kind).lower()}) {was}{cell.when} · {cell.day}."


def _arithmetic(entry: QueueEntry, asker: Asker, *, is_seen: bool) -> Arithmetic:
    home = asker.workspace.currency
    amount = entry.reporting_amount if entry.reporting_amount is not None else entry.renewal_amount
    shown = money_words(Money(amount, home if entry.reporting_amount is not None else entry.currency))
    return Arithmetic(
        rows=(
            ("Amount at risk", shown if is_seen else "Hidden", "what comes up for renewal"),
            ("× chance of loss", percent_words(entry.loss_probability), _loss_note(entry)),
            ("× urgency", f"{entry.urgency:.2f}", _urgency_note(entry)),
        ),
        total=f"{entry.priority:,.0f}" if is_seen else "Hidden",
    )


def _loss_note(entry: QueueEntry) -> str:
    return (
        "usual for the segment, not scored yet"
        if entry.parts.get("loss_source") != "score"
        else "1 − chance of renewal"
    )


def _urgency_note(entry: QueueEntry) -> str:
    days = int(entry.parts.get("urgency_days", 0))
    anchor = title(str(entry.parts.get("urgency_anchor", "due_date"))).lower()
    return f"{counted(abs(days), 'day')} {'to' if days >= 0 else 'past'} the {anchor}"
