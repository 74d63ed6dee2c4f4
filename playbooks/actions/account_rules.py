"""How people set the treatment of an account: pauses, people only, its touch budget. Every change says who and why.

A change acts at once: messages wait under the account's lock, and drifting steps are planned again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from playbooks.actions.account_lock import lock_account
from playbooks.actions.bulk import insert_rows
from playbooks.actions.reactions import apply_waiting_reactions
from playbooks.actions.replan import replan_account
from playbooks.core.account_facts import TouchLimits
from playbooks.core.keys import decision_key
from playbooks.models import AccountPause, Decision, HumanOnly, TouchBudget
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, RequiredValueMissing, UnknownReference
from renewals.core.text import check_line

LONGEST_PAUSE_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseWish:
    """What an account asked for: days (both inclusive), who asked, and why."""

    from_on: date
    until_on: date
    asked_by: str
    reason: str


def pause_account(*, account_id: int, wish: PauseWish, by: Actor, now: datetime) -> AccountPause:
    """Stay away from an account on the days it asked for. The same wish again returns the pause there is.

    Contract dates, notices and tasks still happen; what was left of a drifting delay is left when it ends. Raises
    UnknownReference, RequiredValueMissing, InvalidInput for days that are over, turned round or more than a year.
    """
    asked_by = check_line(wish.asked_by, label="Who asked", longest=150, is_required=True)
    why = check_line(wish.reason, label="Reason", longest=300, is_required=True)
    if wish.until_on < max(wish.from_on, now.date()):
        raise InvalidInput("The pause ends before it begins, or is over.", where="until", remedy="Choose a later day.")
    if (wish.until_on - wish.from_on).days > LONGEST_PAUSE_DAYS:
        raise InvalidInput("A pause lasts a year at most.", where="until", remedy="Choose an earlier day.")
    with transaction.atomic():
        lock_account(account_id)
        pause, is_new = AccountPause.objects.get_or_create(
            workspace_id=by.workspace_id,
            account_id=account_id,
            from_on=wish.from_on,
            until_on=wish.until_on,
            ended_at=None,
            defaults={"asked_by": asked_by, "reason": why, "created_by": by.label[:150], "created_at": now},
        )
        if is_new:
            told = {"code": "pause", "until_on": wish.until_on.isoformat(), "asked_by": asked_by, "because": why}
            _log(account_id, "paused", told, pause.id, by=by, now=now)
            replan_account(account_id=account_id, by=by, now=now)
        return pause


def end_pause(*, pause_id: int, by: Actor, now: datetime) -> AccountPause:
    """End a pause now: what came in meanwhile acts, what drifts has the rest of its delay left.

    Ending it twice changes nothing. Raises UnknownReference.
    """
    found = AccountPause.objects.filter(id=pause_id).values_list("account_id", flat=True).first()
    if found is None:
        raise UnknownReference(f"There is no pause {pause_id} in this workspace.", where="pause")
    with transaction.atomic():
        lock_account(found)
        pause = AccountPause.objects.select_for_update().get(id=pause_id)
        if pause.ended_at is None:
            pause.ended_at, pause.ended_by = now, by.label[:150]
            pause.save(update_fields=["ended_at", "ended_by"])
            _log(found, "resumed", {"code": "pause_ended"}, pause.id, by=by, now=now)
            apply_waiting_reactions(by=by, now=now, account_ids=(found,))
            replan_account(account_id=found, by=by, now=now)
        return pause


def set_human_only(
    *, account_id: int, reason: str, until_on: date | None = None, by: Actor, now: datetime
) -> HumanOnly:
    """Let people alone write to an account, until a day (inclusive) or until it is switched off.

    Setting it again replaces reason and day. Raises RequiredValueMissing, InvalidInput for a day that is over.
    """
    why = check_line(reason, label="Reason", longest=300, is_required=True)
    if until_on is not None and until_on < now.date():
        raise InvalidInput(f"{until_on.isoformat()} is over.", where="until", remedy="Choose a later day.")
    with transaction.atomic():
        lock_account(account_id)
        row = HumanOnly.objects.filter(account_id=account_id, ended_at__isnull=True).first()
        if row is not None and (row.reason, row.until_on) == (why, until_on):
            return row
        if row is None:
            row = HumanOnly(workspace_id=by.workspace_id, account_id=account_id, created_at=now)
        row.reason, row.until_on, row.created_by = why, until_on, by.label[:150]
        row.save()
        told = {"code": "human_only_set", "because": why, "until_on": until_on.isoformat() if until_on else None}
        _log(account_id, "on", told, row.id, by=by, now=now)
        return row


def end_human_only(*, account_id: int, by: Actor, now: datetime) -> bool:
    """Let playbooks write again; returns whether the switch was on."""
    with transaction.atomic():
        lock_account(account_id)
        row = HumanOnly.objects.filter(account_id=account_id, ended_at__isnull=True).first()
        if row is None:
            return False
        row.ended_at, row.ended_by = now, by.label[:150]
        row.save(update_fields=["ended_at", "ended_by"])
        _log(account_id, "off", {"code": "human_only_ended"}, row.id, by=by, now=now)
        return True


def set_touch_budget(
    *, limits: TouchLimits, account_id: int | None = None, reason: str = "", by: Actor, now: datetime
) -> TouchBudget:
    """Set the budget of the workspace, or (with a reason) a tighter one of an account; looser parts have no effect.

    Raises InvalidInput for numbers that make no sense, RequiredValueMissing, UnknownReference.
    """
    if not (1 <= limits.max_touches <= 1000 and 1 <= limits.per_days <= 365 and 0 <= limits.min_gap_days <= 90):
        raise InvalidInput("A budget is 1 touch or more, in 1 to 365 days, with 0 to 90 days between two.")
    if account_id is not None and not reason.strip():
        raise RequiredValueMissing("Say why this account gets less.", where="reason", remedy="Write a few words.")
    with transaction.atomic():
        if account_id is not None:
            lock_account(account_id)
        numbers = {
            "max_touches": limits.max_touches,
            "per_days": limits.per_days,
            "min_gap_days": limits.min_gap_days,
        }
        row, _ = TouchBudget.objects.update_or_create(
            workspace_id=by.workspace_id,
            account_id=account_id,
            defaults={**numbers, "reason": reason.strip()[:200], "set_by": by.label[:150], "set_at": now},
        )
        if account_id is not None:
            _log(account_id, "set", {"code": "budget_set", **numbers}, row.id, by=by, now=now)
        return row


def drop_touch_budget(*, account_id: int, by: Actor, now: datetime) -> bool:
    """Give an account the workspace's budget again; returns whether it had its own."""
    with transaction.atomic():
        lock_account(account_id)
        row = TouchBudget.objects.filter(account_id=account_id).first()
        if row is None:
            return False
        number = row.id
        row.delete()
        _log(account_id, "dropped", {"code": "budget_dropped"}, number, by=by, now=now)
        return True


def _log(account_id: int, verdict: str, told: dict[str, object], row_id: int, *, by: Actor, now: datetime) -> None:
    row = {
        "workspace_id": by.workspace_id,
        "key": decision_key("treatment", by.workspace_id, row_id, str(told["code"]), now.isoformat()),
        "kind": "treatment",
        "verdict": verdict,
        "account_id": account_id,
        "rule_version": by.label[:80],
        "reasons": [{**told, "by": by.label}],
        "inputs": {"row": row_id},
        "decided_at": now,
    }
    insert_rows(Decision, [row], ignore_conflicts=True)
