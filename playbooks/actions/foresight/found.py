"""Turn what a replay found of a renewal into the rows that are kept of it. Pure: nothing is read or written."""

from collections.abc import Iterator

from playbooks.actions.foresight.replay import Replayed
from playbooks.actions.step_rows import Row
from playbooks.core.replay.acts import ENTER, Act
from playbooks.core.replay.compare import LOST, Compared, Side, Unequal, lead_of

UNEQUAL = "unequal"


def renewal_row(found: Replayed) -> Row:
    """Return the row of one renewal: its touches and alarms on both sides, and how much of it came again."""
    renewal = found.renewal
    lead = None
    if renewal.outcome == LOST and renewal.decided_on is not None:
        lead = lead_of(found.before, found.after, lost_on=renewal.decided_on)
    return {
        "account_id": renewal.account_id,
        "renewal_id": renewal.renewal_id,
        "outcome": renewal.outcome,
        "decided_on": renewal.decided_on,
        "was_enrolled": _is_in(found.before),
        "is_enrolled": _is_in(found.after),
        "touches_before": found.before.touches,
        "touches_after": found.after.touches,
        "human_before": found.before.human,
        "human_after": found.after.human,
        "alarm_before_at": found.before.alarm_at,
        "alarm_after_at": found.after.alarm_at,
        "lead_before_days": lead.before_days if lead else None,
        "lead_after_days": lead.after_days if lead else None,
        "decisions": len(found.recorded) + sum(item.recorded is None for item in found.unequal),
        "equal_decisions": len(found.recorded) - sum(item.recorded is not None for item in found.unequal),
    }


def act_rows(found: Replayed) -> Iterator[Row]:
    """Yield a row for every decision of either side, and one for each that the unchanged replay did not give again."""
    for item in found.compared:
        yield _row(item.told, item.before, item.after) | _change(item)
    for each in found.unequal:
        yield _row(each.recorded or _replayed(each), each.recorded, each.replayed) | {
            "change": UNEQUAL,
            "days": Compared(before=each.recorded, after=each.replayed).days,
            "why": each.why,
        }


def _change(item: Compared) -> Row:
    return {"change": item.change.value, "days": item.days, "why": item.told.why}


def _row(told: Act, before: Act | None, after: Act | None) -> dict[str, object]:
    return {
        "account_id": told.account_id,
        "renewal_id": told.renewal_id,
        "playbook_key": told.playbook_key,
        "step_key": told.step_key,
        "name": told.name[:200],
        "kind": told.kind,
        "before_effect": before.effect if before else "",
        "after_effect": after.effect if after else "",
        "before_at": before.at if before else None,
        "after_at": after.at if after else None,
        "before_owner_id": before.owner_id if before else None,
        "after_owner_id": after.owner_id if after else None,
        "at": min(act.at for act in (before, after) if act is not None),
    }


def _is_in(side: Side) -> bool:
    return any(act.effect == ENTER or act.is_touch for act in side.acts)


def _replayed(item: Unequal) -> Act:
    if item.replayed is None:
        raise ValueError("A decision that differs has at least one side.")
    return item.replayed
