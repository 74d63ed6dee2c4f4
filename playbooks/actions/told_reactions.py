"""Signals that are reactions: a reply, a look at the prices, seats asked for, a meeting booked act on every playbook.

The key of the reaction is the signal, so that a sweep that is repeated, or two at once, act once.
"""

from datetime import date, datetime, timedelta

from django.db import transaction

from playbooks.actions.reactions import record_reaction
from playbooks.core.clock_jump import read_from
from playbooks.core.reactions import ReactionKind
from playbooks.models import TriggerMark
from playbooks.queries.library import reaction_of_signals
from playbooks.queries.triggers import HeardSignal, heard_signals
from renewals.core.actors import Actor

MARK = "reactions"
OVERLAP = timedelta(minutes=5)
"""What committed late is read again; the keys say that it was seen."""
NEWS = timedelta(days=7)
"""What happened longer ago is history when it is told, and moves nothing any more."""


def react_to_signals(*, by: Actor, now: datetime) -> int:
    """Let what accounts did by themselves since the last sweep act; returns how many reactions are new.

    It reads what changed since its mark, never the history. The first sweep of a workspace only sets the mark.
    """
    kinds = reaction_of_signals()
    with transaction.atomic():
        start = {"seen_until_at": now}
        TriggerMark.objects.get_or_create(workspace_id=by.workspace_id, name=MARK, defaults=start)
        mark = TriggerMark.objects.select_for_update().get(name=MARK)
        since = read_from(mark.seen_until_at, overlap=OVERLAP, now=now)
        heard = heard_signals(kinds, since=since, now=now)
        found = sorted((each for each in heard if each.occurred_at > now - NEWS), key=lambda each: each.account_id)
        new = sum(_react(each, kinds[each.kind], by=by, now=now) for each in found)
        mark.seen_until_at = max(since, now - OVERLAP)
        mark.save(update_fields=["seen_until_at"])
    return new


def _react(heard: HeardSignal, kind: ReactionKind, *, by: Actor, now: datetime) -> bool:
    evidence = {"key": f"signal:{heard.signal_id}", "signal": heard.signal_id, "said": heard.kind}
    if kind is ReactionKind.REPLY:
        evidence["subject"] = heard.subject
    day = _day_in(heard.subject) if kind is ReactionKind.MEETING_BOOKED else None
    recorded = record_reaction(
        by=by,
        now=now,
        account_id=heard.account_id,
        contact_id=None,
        kind=kind.value,
        occurred_at=heard.occurred_at,
        evidence=evidence | ({"meeting_on": day.isoformat()} if day else {}),
    )
    return not recorded.is_repeat


def _day_in(subject: str) -> date | None:
    try:
        return date.fromisoformat(subject)
    except ValueError:
        return None
