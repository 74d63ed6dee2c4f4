"""What a reaction sets off: the contact's own consequence, each playbook's rule, and a task for a person.

Every playbook of the account gets its own entry in the decision log, with its rule version and what was not done.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from playbooks.actions.bulk import insert_rows
from playbooks.actions.calling_off import call_off_messages
from playbooks.actions.message_rows import SUPPRESSIBLE
from playbooks.actions.shut import not_owed
from playbooks.actions.step_rows import shown
from playbooks.actions.unsubscribe import unsubscribe
from playbooks.core.facts import Reason, reason
from playbooks.core.keys import decision_key
from playbooks.core.reactions import ReactionEffect, ReactionKind, ReactionRule, is_dead_address, rule_for
from playbooks.core.vocabulary import AnchorKind
from playbooks.models import AccountPause, Decision, Enrolment, Message, Reaction, StepRun, Task
from playbooks.queries.assignees import person_at
from playbooks.queries.definitions import PublishedVersion, definitions_of
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor

OPEN = ("active", "paused")
TASKS: dict[ReactionKind, tuple[str, str]] = {
    ReactionKind.REPLY: (
        "Answer their reply",
        "They wrote back. Our messages to everybody there are hushed meanwhile.",
    ),
    ReactionKind.BOUNCE_HARD: ("Find a new address", "The address is dead: nothing reaches this person any more."),
    ReactionKind.COMPLAINT: (
        "Look into a complaint",
        "They reported our message as unwanted. All our messages stopped.",
    ),
    ReactionKind.BUYING_SIGNAL: ("Talk to them: they look at buying", "They showed interest by themselves. Call soon."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a reaction did at its account; `is_waiting` when a pause keeps its effect until it ends."""

    hushed: int = 0
    advanced: int = 0
    playbooks: int = 0
    is_waiting: bool = False


def apply_to_contact(*, reaction: Reaction, by: Actor, now: datetime) -> None:
    """Do what a reaction means for the one person it is about: suppress a dead address, honour an unsubscribe."""
    contact_id, kind = reaction.contact_id, ReactionKind(reaction.kind)
    if contact_id is None:
        return
    if kind in (ReactionKind.UNSUBSCRIBE, ReactionKind.COMPLAINT):
        unsubscribe(contact_id=contact_id, by=by, now=now, origin=kind.value)
    if kind is ReactionKind.BOUNCE_HARD or _is_dead(reaction, kind, now=now):
        add_suppression(contact_id=contact_id, origin="hard_bounce", by=by, now=now)
        call_off_messages(not_owed(contact_id), reason("address_is_dead", contact=contact_id), now=now)


def apply_to_account(*, reaction: Reaction, by: Actor, now: datetime) -> Applied:
    """Let each open playbook of the account follow its own rule, and give a person what is theirs to do.

    The caller holds the account. Enrolments are locked next, as everybody does.
    """
    kind = ReactionKind(reaction.kind)
    if kind is ReactionKind.BUYING_SIGNAL and _is_paused(reaction.account_id, now=now):
        return Applied(is_waiting=True)
    open_ones = list(_locked_enrolments(reaction.account_id))
    versions = definitions_of({item.version_id for item in open_ones})
    rules = {item.id: rule_for(versions[item.version_id].definition.reactions, kind) for item in open_ones}
    hushed = _hush([item.id for item in open_ones if rules[item.id].effect is ReactionEffect.STOP], reaction, now=now)
    advanced = _advance([item for item in open_ones if rules[item.id].effect is ReactionEffect.ADVANCE], versions, now)
    rows = [
        _log_row(reaction, item, versions[item.version_id], rules[item.id], advanced.get(item.id, ()), now=now)
        for item in open_ones
    ]
    insert_rows(Decision, rows or [_bare_row(reaction, by=by, now=now)], ignore_conflicts=True)
    _give_task(reaction, kind, open_ones, now=now)
    Reaction.objects.filter(id=reaction.id).update(applied_at=now)
    moved = sum(any(why.code == "advanced" for why in reasons) for reasons in advanced.values())
    return Applied(hushed=hushed, advanced=moved, playbooks=len(open_ones))


def bring_forward(enrolment: Enrolment, step: StepRun, *, now: datetime) -> None:
    """Make the open step of an enrolment due now, and keep that with the enrolment; the caller holds both.

    Another step may take the open place before it has acted: then it comes right after that one.
    """
    step.due_at = step.planned_at = now
    step.save(update_fields=["due_at", "planned_at"])
    enrolment.advanced = {**enrolment.advanced, step.step_key: now.isoformat()}
    enrolment.updated_at = now
    enrolment.save(update_fields=["advanced", "updated_at"])


def _locked_enrolments(account_id: int) -> QuerySet[Enrolment]:
    found = Enrolment.objects.select_for_update(no_key=True).filter(account_id=account_id, state__in=OPEN)
    return found.order_by("id")


def _is_paused(account_id: int, *, now: datetime) -> bool:
    """Only what would bring a message forward waits; whatever stops or holds acts at once, paused or not."""
    today = now.date()
    pauses = AccountPause.objects.filter(account_id=account_id, ended_at__isnull=True)
    return pauses.filter(from_on__lte=today, until_on__gte=today).exists()


def _is_dead(reaction: Reaction, kind: ReactionKind, *, now: datetime) -> bool:
    if kind is not ReactionKind.BOUNCE_SOFT:
        return False
    earlier = Reaction.objects.filter(account_id=reaction.account_id, contact_id=reaction.contact_id, kind=kind.value)
    return is_dead_address(tuple(earlier.values_list("occurred_at", flat=True)), now=now)


def _hush(enrolment_ids: list[int], reaction: Reaction, *, now: datetime) -> int:
    """What has left is let go; an invitation is a person's, and waits for them to call it off."""
    waiting = Message.objects.filter(enrolment_id__in=enrolment_ids, message_class__in=SUPPRESSIBLE, calendar_method="")
    why = reason("hushed", kind=reaction.kind, occurred_at=reaction.occurred_at)
    return call_off_messages(waiting, why, now=now)


def _advance(
    enrolments: list[Enrolment], versions: Mapping[int, PublishedVersion], now: datetime
) -> dict[int, tuple[Reason, ...]]:
    """Bring the open step of each playbook forward to now if it drifts; what hangs on the contract never does."""
    told: dict[int, tuple[Reason, ...]] = {}
    by_id = {item.id: item for item in enrolments}
    open_steps = StepRun.objects.select_for_update().filter(enrolment_id__in=by_id, state="scheduled").order_by("id")
    for step in open_steps:
        anchor = versions[by_id[step.enrolment_id].version_id].definition.step(step.step_key).anchor.kind
        if anchor is not AnchorKind.AFTER_PREVIOUS:
            told[step.enrolment_id] = (reason("not_advanced", step=step.step_key, because="contract_date"),)
        elif step.planned_at <= now:
            told[step.enrolment_id] = (reason("not_advanced", step=step.step_key, because="due_already"),)
        else:
            told[step.enrolment_id] = (reason("advanced", step=step.step_key, old=step.planned_at, new=now),)
            bring_forward(by_id[step.enrolment_id], step, now=now)
    return told


def _log_row(
    reaction: Reaction,
    enrolment: Enrolment,
    version: PublishedVersion,
    rule: ReactionRule,
    told: tuple[Reason, ...],
    *,
    now: datetime,
) -> dict[str, object]:
    why = reason("reaction", kind=reaction.kind, effect=rule.effect.value, days=rule.days)
    return _bare(reaction, now=now) | {
        "key": decision_key("reaction", reaction.workspace_id, reaction.id, enrolment.id),
        "verdict": rule.effect.value,
        "renewal_id": enrolment.renewal_id,
        "enrolment_id": enrolment.id,
        "rule_version": version.rule_version,
        "reasons": shown((why, *told)),
    }


def _bare_row(reaction: Reaction, *, by: Actor, now: datetime) -> dict[str, object]:
    return _bare(reaction, now=now) | {
        "key": decision_key("reaction", reaction.workspace_id, reaction.id),
        "verdict": "none",
        "rule_version": by.label[:80],
        "reasons": shown((reason("no_open_playbook", kind=reaction.kind),)),
    }


def _bare(reaction: Reaction, *, now: datetime) -> dict[str, object]:
    return {
        "workspace_id": reaction.workspace_id,
        "kind": "reaction",
        "account_id": reaction.account_id,
        "inputs": {
            "reaction": reaction.id,
            "contact": reaction.contact_id,
            "occurred_at": reaction.occurred_at,
            "until_on": reaction.until_on,
            "signal": reaction.evidence.get("signal"),
        },
        "decided_at": now,
    }


def _give_task(reaction: Reaction, kind: ReactionKind, enrolments: list[Enrolment], *, now: datetime) -> None:
    """Make one task per account and kind; while it is open, the next reaction of its kind is told inside it."""
    if kind not in TASKS:
        return
    prefix = f"reaction:{reaction.account_id}:{kind.value}:"
    why = {"code": "reaction", "kind": kind.value, "occurred_at": reaction.occurred_at, "reaction": reaction.id}
    is_open = Task.objects.filter(account_id=reaction.account_id, state__in=("open", "snoozed"))
    for task in is_open.filter(origin_key__startswith=prefix)[:1]:
        task.why = [*task.why, {**why, "occurred_at": reaction.occurred_at.isoformat()}]
        task.updated_at = now
        task.save(update_fields=["why", "updated_at"])
        return
    assignee_id, renewal_id = person_at(reaction.account_id)
    if assignee_id is None:
        return
    title, instructions = TASKS[kind]
    row = {
        "workspace_id": reaction.workspace_id,
        "origin_key": f"{prefix}{reaction.id}",
        "account_id": reaction.account_id,
        "renewal_id": renewal_id,
        "enrolment_id": enrolments[0].id if len(enrolments) == 1 else None,
        "assignee_id": assignee_id,
        "title": title,
        "instructions": instructions,
        "why": [why],
        "outcomes": [],
        "due_on": now.date(),
        "created_at": now,
        "updated_at": now,
    }
    insert_rows(Task, [row], ignore_conflicts=True)
