"""Plan the notices of renewals and plan them again: the same facts change nothing, a moved window is told old to new.

Called in the transaction that moves a contract's dates, and by the sweep for what is new or due.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.core.notices.escalation import level_on
from renewals.core.notices.plan import PlannedNotice, plan_notices
from renewals.core.notices.rules import NoticeSide, write_rule
from renewals.core.notices.states import NoticeState, Service, check_notice_step, standing_on
from renewals.models import Notice, Renewal
from renewals.queries.library import notice_ladder
from renewals.queries.notices import NoticeCase, notice_cases, proofs_of, renewals_to_look_at, standing_of_row

BATCH = 1000
DAYS = ("anchor_on", "opens_on", "planned_on", "safe_latest_on", "closes_on")
FOLLOWED = (
    "rule_version",
    "rule",
    "source",
    *DAYS,
    "zone",
    "zone_source",
    "country",
    "region",
    "channels",
    "owner_id",
)
DECIDED = ("state", "state_reason", "level", "escalated_at")
MOVES_KEPT = 20


@transaction.atomic
def replan_notices(*, renewal_ids: Iterable[int], by: Actor, now: datetime, ending: Iterable[int] = ()) -> int:
    """Bring the notices of open renewals to their terms, clauses, packs and the day; returns how many changed.

    A window that is already over makes the notice missed and escalated in the same transaction (F30).
    """
    cases = notice_cases(renewal_ids, now=now, ending=ending)
    # The renewal's lock orders two plans of the same renewal; the notices follow.
    ids = [case.renewal_id for case in cases]
    list(Renewal.objects.select_for_update(no_key=True).filter(id__in=ids).order_by("id").values_list("id"))
    kept = list(Notice.objects.select_for_update().filter(renewal_id__in=ids).order_by("id"))
    rows = {(row.renewal_id, row.kind, row.rule_key): row for row in kept}
    proofs = proofs_of(row.id for row in kept)
    fresh: list[Notice] = []
    changed: list[Notice] = []
    for case in cases:
        planned = {(case.renewal_id, item.rule.kind.value, item.rule.key): item for item in plan_notices(case.facts)}
        for key, item in planned.items():
            row = rows.get(key) or _new(case, item, now)
            if _bring(row, case, item, proofs.get(row.id, ()), now):
                (changed if key in rows else fresh).append(row)
        gone = [row for key, row in rows.items() if key[0] == case.renewal_id and key not in planned]
        changed += [row for row in gone if _call_off(row, "rule_gone", now)]
    _write(fresh, changed)
    return len(fresh) + len(changed)


@transaction.atomic
def end_notices(*, renewal_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Call off what is not yet served of renewals that have closed; what was missed stays on record as missed."""
    open_states = (NoticeState.PLANNED, NoticeState.DUE)
    found = Notice.objects.select_for_update().filter(renewal_id__in=list(renewal_ids), state__in=open_states)
    changed = [row for row in found.order_by("id") if _call_off(row, "renewal_closed", now)]
    _write([], changed)
    return len(changed)


def tend_notices(*, by: Actor, now: datetime, batch: int = BATCH) -> int:
    """Plan the notices of new renewals, and look again at those that are due or whose facts have moved.

    For sweeps: one batch at a time, the whole workspace in the end; returns how many notices changed.
    """
    changed = after = 0
    while found := renewals_to_look_at(now=now, most=batch, after=after):
        changed += replan_notices(renewal_ids=found, by=by, now=now)
        after = found[-1]
    return changed


def _new(case: NoticeCase, item: PlannedNotice, now: datetime) -> Notice:
    rule = item.rule
    return Notice(
        workspace_id=case.workspace_id,
        renewal_id=case.renewal_id,
        account_id=case.account_id,
        kind=rule.kind.value,
        side=rule.side.value,
        rule_key=rule.key,
        state=NoticeState.PLANNED.value,
        moves=[],
        created_at=now,
        updated_at=now,
    )


def _bring(row: Notice, case: NoticeCase, item: PlannedNotice, proofs: tuple[Service, ...], now: datetime) -> bool:
    """Set what the plan says on a row and decide where it stands; answers whether anything changed."""
    before = {name: getattr(row, name) for name in (*FOLLOWED, *DECIDED)} if row.pk else {}
    wanted = _wanted(case, item)
    if any(name in before and before[name] != wanted[name] for name in ("opens_on", "closes_on")):
        row.moves = [*row.moves, _move(row, item, now)][-MOVES_KEPT:]
    for name, value in wanted.items():
        setattr(row, name, value)
    _decide(row, case, item, proofs, now)
    is_changed = not before or any(before[name] != getattr(row, name) for name in before)
    if is_changed:
        row.updated_at = now
    return is_changed


def _wanted(case: NoticeCase, item: PlannedNotice) -> dict[str, Any]:
    rule, window = item.rule, item.window
    return {
        "rule_version": rule.version,
        "rule": write_rule(rule),
        "source": rule.source[:300],
        **{name: getattr(window, name) for name in DAYS},
        "zone": case.zone,
        "zone_source": case.zone_source,
        "country": case.facts.country,
        "region": case.region,
        "channels": [channel.value for channel in rule.channels],
        "owner_id": case.owner_id,
    }


def _decide(row: Notice, case: NoticeCase, item: PlannedNotice, proofs: tuple[Service, ...], now: datetime) -> None:
    state, why = standing_on(
        standing_of_row(row, proofs),
        item.window,
        side=item.rule.side,
        channels=item.rule.channels,
        today=case.today,
    )
    check_notice_step(NoticeState(row.state), state)
    row.state, row.state_reason = state.value, why
    if row.sent_on is not None and state in (NoticeState.PLANNED, NoticeState.DUE, NoticeState.MISSED):
        row.sent_on, row.sent_channel = None, ""  # served for a window that is no more; the proofs keep it
    level = 0
    if item.rule.side is NoticeSide.OURS and state in (NoticeState.DUE, NoticeState.SENT, NoticeState.MISSED):
        level = level_on(notice_ladder(), item.window, calendar=case.facts.calendar, today=case.today)
    if level != row.level:
        row.level, row.escalated_at = level, now if level else None


def _move(row: Notice, item: PlannedNotice, now: datetime) -> dict[str, str]:
    return {
        "at": now.isoformat(),
        "old_opens_on": row.opens_on.isoformat(),
        "old_closes_on": row.closes_on.isoformat(),
        "new_opens_on": item.window.opens_on.isoformat(),
        "new_closes_on": item.window.closes_on.isoformat(),
    }


def _call_off(row: Notice, why: str, now: datetime) -> bool:
    """Set a notice to not needed; what is served, proven or called off already stays."""
    if row.state in (NoticeState.SENT, NoticeState.PROVEN, NoticeState.NOT_NEEDED):
        return False
    row.state, row.state_reason, row.level, row.escalated_at = NoticeState.NOT_NEEDED.value, why, 0, None
    row.updated_at = now
    return True


def _write(fresh: list[Notice], changed: list[Notice]) -> None:
    Notice.objects.bulk_create(fresh, batch_size=BATCH)
    names = [
        name.removesuffix("_id") for name in (*FOLLOWED, *DECIDED, "moves", "sent_on", "sent_channel", "updated_at")
    ]
    update_rows(changed, names)
