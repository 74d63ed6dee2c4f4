"""What is known about accounts whatever the playbook: budget, touches, rivals, pauses, reactions, people only.

Two statements, however many accounts; read under the account's lock it is what the ledger will be asked to hold to.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from playbooks.core.account_facts import AccountFacts, Rival, Touch, TouchLimits
from playbooks.core.budget import tighter
from playbooks.core.facts import Blackout
from playbooks.core.reactions import Reacted, ReactionKind
from playbooks.core.vocabulary import MessageClass
from playbooks.queries.library import touch_budget

LOOK_BACK_DAYS = 366
CAPPED = [MessageClass.RELATIONSHIP.value, MessageClass.MARKETING.value]

# Touches by people come from the ledger of touchpoints; a completed task without a channel is no touch.
STATE = """
WITH by_people AS MATERIALIZED (
    SELECT account_id, json_agg(occurred_at) AS occurred_at FROM renewals_touchpoint
    WHERE account_id = ANY(%(accounts)s::bigint[]) AND direction = 'outbound' AND channel <> 'other'
      AND occurred_at > %(since)s AND occurred_at <= %(now)s AND origin_key NOT LIKE 'message:%%'
    GROUP BY account_id
)
SELECT w.id,
(SELECT json_agg(json_build_array(b.account_id, b.max_touches, b.per_days, b.min_gap_days))
 FROM playbooks_touchbudget AS b WHERE b.account_id = w.id OR b.account_id IS NULL),
(SELECT json_agg(json_build_array(t.occurred_at, t.slot, t.frees_at, t.rests_until_at, n.step_run_id, t.is_exempt))
 FROM playbooks_accounttouch AS t
 LEFT JOIN playbooks_message AS n ON n.workspace_id = t.workspace_id AND n.id = t.message_id
 WHERE t.account_id = w.id AND t.released_at IS NULL AND t.occurred_at > %(since)s),
p.occurred_at,
(SELECT json_agg(json_build_array(s.from_on, s.until_on, s.reason, s.ended_at) ORDER BY s.from_on, s.id)
 FROM playbooks_accountpause AS s WHERE s.account_id = w.id AND s.until_on > %(since)s::date),
(SELECT json_agg(json_build_array(r.kind, r.occurred_at, r.until_on)) FROM (
   SELECT DISTINCT ON (kind) kind, occurred_at, until_on FROM playbooks_reaction
   WHERE account_id = w.id AND occurred_at > %(since)s AND occurred_at <= %(now)s ORDER BY kind, occurred_at DESC, id
 ) AS r),
(SELECT json_agg(json_build_array(o.contact_id, o.until_on)) FROM playbooks_reaction AS o
 WHERE o.account_id = w.id AND o.kind = 'out_of_office' AND o.until_on > %(today)s),
(SELECT min(h.reason) FROM playbooks_humanonly AS h
 WHERE h.account_id = w.id AND h.ended_at IS NULL AND (h.until_on IS NULL OR h.until_on >= %(today)s))
FROM unnest(%(accounts)s::bigint[]) AS w(id) LEFT JOIN by_people AS p ON p.account_id = w.id
"""

RIVALS = """
SELECT e.account_id, b.priority, s.planned_at, s.id, b.name, s.step_key
FROM unnest(%(accounts)s::bigint[]) AS w(id)
JOIN LATERAL (SELECT * FROM playbooks_enrolment WHERE account_id = w.id AND state = 'active' OFFSET 0) AS e ON true
JOIN LATERAL (SELECT * FROM playbooks_playbook WHERE id = e.playbook_id OFFSET 0) AS b ON true
JOIN LATERAL (
    SELECT * FROM playbooks_steprun WHERE workspace_id = e.workspace_id AND enrolment_id = e.id
        AND state IN ('scheduled', 'claimed', 'done') OFFSET 0
) AS s ON true
LEFT JOIN LATERAL (
    SELECT * FROM playbooks_message WHERE workspace_id = s.workspace_id AND step_run_id = s.id OFFSET 0
) AS m ON s.state = 'done'
WHERE (s.state <> 'done' AND s.due_at <= %(now)s AND s.kind = ANY(%(kinds)s))
    OR (m.state = 'queued' AND m.next_at <= %(now)s AND m.message_class = ANY(%(capped)s))
"""

PRIORITIES = "SELECT key, priority FROM playbooks_playbook"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountState:
    """One account as every playbook sees it; `away` is the day a contact out of office is back."""

    facts: AccountFacts
    pauses: tuple[Blackout, ...]
    away: Mapping[int, date]


NOTHING = AccountState(facts=AccountFacts(), pauses=(), away={})


def account_states(account_ids: Iterable[int], *, kinds: tuple[str, ...], now: datetime) -> Mapping[int, AccountState]:
    """Return the state of these accounts at `now`; `kinds` are the step kinds that touch somebody."""
    accounts = sorted(set(account_ids))
    if not accounts:
        return {}
    since = now - timedelta(days=LOOK_BACK_DAYS)
    values = {"accounts": accounts, "since": since, "now": now, "today": now.date()}
    rivals = _rivals({"accounts": accounts, "now": now, "kinds": list(kinds), "capped": CAPPED})
    default = touch_budget()
    return {row[0]: _state(row, default, tuple(rivals[row[0]])) for row in _rows(STATE, values)}


def playbook_priorities() -> Mapping[str, int]:
    """Return the priority of each playbook by key; the lower goes first."""
    return dict(_rows(PRIORITIES, {}))


def _state(row: tuple[Any, ...], default: TouchLimits, rivals: tuple[Rival, ...]) -> AccountState:
    _, budgets, touches, touchpoints, pauses, reactions, away, human_only = row
    facts = AccountFacts(
        limits=_limits(budgets or [], default),
        touches=(*(_touch(item) for item in touches or []), *(Touch(at=_at(item)) for item in touchpoints or [])),
        rivals=rivals,
        reactions=tuple(_reacted(item) for item in reactions or []),
        human_only=human_only or "",
    )
    back: dict[int, date] = {}
    for contact, until in away or []:
        back[contact] = max(back.get(contact, date.min), date.fromisoformat(until))
    asked = tuple(item for item in map(_pause, pauses or []) if item is not None)
    return AccountState(facts=facts, pauses=asked, away=back)


def _limits(budgets: list[list[Any]], default: TouchLimits) -> TouchLimits:
    found = {
        account: TouchLimits(max_touches=most, per_days=days, min_gap_days=gap) for account, most, days, gap in budgets
    }
    own = next((limits for account, limits in found.items() if account is not None), None)
    return tighter(found.get(None, default), own)


def _touch(item: list[Any]) -> Touch:
    at, slot, frees_at, rests_until, run, is_exempt = item
    if is_exempt:
        return Touch(at=_at(at), step_run_id=run)
    return Touch(at=_at(at), slot=slot, frees_at=_at(frees_at), rests_until=_at(rests_until), step_run_id=run)


def _pause(item: list[Any]) -> Blackout | None:
    """A pause that was ended early ends the day before; one that ended on its first day was none."""
    from_on, until_on, why, ended_at = date.fromisoformat(item[0]), date.fromisoformat(item[1]), item[2], item[3]
    last = until_on if ended_at is None else min(until_on, _at(ended_at).date() - timedelta(days=1))
    return Blackout(from_on=from_on, until_on=last, reason=why, is_pause=True) if last >= from_on else None


def _reacted(item: list[Any]) -> Reacted:
    until_on = date.fromisoformat(item[2]) if item[2] else None
    return Reacted(kind=ReactionKind(item[0]), occurred_at=_at(item[1]), until_on=until_on)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _rivals(values: dict[str, Any]) -> defaultdict[int, list[Rival]]:
    found: defaultdict[int, list[Rival]] = defaultdict(list)
    for account, priority, planned_at, run, name, step in _rows(RIVALS, values):
        rank = (priority, planned_at, run)
        found[account].append(Rival(rank=rank, playbook=name, step_key=step, step_run_id=run))
    return found


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()
