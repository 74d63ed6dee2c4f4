"""Who drew which arm and what came of it, and how the messages of the treated were answered: the rows of every lift."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from playbooks.core.holdouts import Layer
from playbooks.core.lift import Drawn

# One row for each arm that an enrolment drew. Who is held out by a wider layer is in neither arm of a narrower one; in
# the comparison of a step stands only who came to it: the engine would have acted, or withheld it for this very arm.
DRAWN = """
SELECT coalesce(b.id, 0), coalesce(b.name, ''), arm ->> 'layer', arm ->> 'step', e.id, e.account_id, a.name,
    e.renewal_id, e.started_at, arm ->> 'rule', (arm ->> 'held_out')::boolean, (arm ->> 'percent')::int,
    o.kind, o.decided_on, e.released_at IS NOT NULL
FROM playbooks_enrolment AS e
CROSS JOIN LATERAL jsonb_array_elements(e.arms) WITH ORDINALITY AS drawn (arm, place)
JOIN renewals_account AS a ON a.workspace_id = e.workspace_id AND a.id = e.account_id
LEFT JOIN playbooks_playbook AS b ON b.workspace_id = e.workspace_id AND b.id = e.playbook_id
    AND arm ->> 'layer' <> 'workspace'
LEFT JOIN renewals_outcome AS o ON o.workspace_id = e.workspace_id AND o.renewal_id = e.renewal_id
WHERE e.arms <> '[]' AND e.started_at >= %(since)s
  AND (%(accounts)s::bigint[] IS NULL OR e.account_id = ANY(%(accounts)s::bigint[]))
  AND (arm ->> 'layer' <> 'playbook' OR NOT e.arms @> '[{"layer": "workspace", "held_out": true}]')
  AND (arm ->> 'layer' <> 'step' OR EXISTS (
      SELECT 1 FROM playbooks_steprun AS p WHERE p.workspace_id = e.workspace_id AND p.enrolment_id = e.id
        AND p.step_key = arm ->> 'step' AND (
            p.reasons -> 0 ->> 'code' IN ('due', 'asks_because_late', 'needs_approval', 'veto_window')
            AND p.state IN ('done', 'skipped')
            OR p.reasons @> '[{"code": "held_out", "layer": "step"}]')))
ORDER BY e.started_at, e.id, place
"""
# Opened, clicked, answered: of the messages of treated accounts, whatever else told them apart.
RESPONSES = """
SELECT b.id, b.name, p.step_key, count(*),
    count(*) FILTER (WHERE EXISTS (SELECT 1 FROM playbooks_deliveryevent AS v WHERE v.workspace_id = s.workspace_id
        AND v.message_id = s.id AND v.kind = 'opened')),
    count(*) FILTER (WHERE EXISTS (SELECT 1 FROM playbooks_deliveryevent AS v WHERE v.workspace_id = s.workspace_id
        AND v.message_id = s.id AND v.kind = 'clicked')),
    count(*) FILTER (WHERE EXISTS (SELECT 1 FROM playbooks_inboundmessage AS i WHERE i.workspace_id = s.workspace_id
        AND i.message_id = s.id AND i.kind = 'reply'))
FROM playbooks_enrolment AS e
JOIN playbooks_message AS s ON s.workspace_id = e.workspace_id AND s.enrolment_id = e.id
JOIN playbooks_steprun AS p ON p.workspace_id = s.workspace_id AND p.id = s.step_run_id
JOIN playbooks_playbook AS b ON b.workspace_id = e.workspace_id AND b.id = e.playbook_id
WHERE e.arms <> '[]' AND e.started_at >= %(since)s AND s.state = 'sent' AND NOT s.is_correction
  AND (%(accounts)s::bigint[] IS NULL OR e.account_id = ANY(%(accounts)s::bigint[]))
GROUP BY b.id, b.name, p.step_key ORDER BY b.name, p.step_key
"""
LOST = "churned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is compared: the holdout of the workspace (no playbook), of a playbook, or of one of its steps."""

    layer: Layer
    playbook_id: int
    playbook: str
    step_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One account in one comparison with what a list of accounts tells of it; `drawn` is how it counts."""

    comparison: Comparison
    account: str
    renewal_id: int
    entered_at: datetime
    rule_version: str
    decided_on: date | None
    drawn: Drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """The messages of one step that left to treated accounts, and how many were opened, clicked and answered."""

    playbook: str
    step_key: str
    sent: int
    opened: int
    clicked: int
    answered: int


def drawn_rows(*, since: datetime, accounts: Sequence[int] | None) -> tuple[DrawnRow, ...]:
    """Return every account in every comparison, once each, as it was drawn first; `accounts` None: all of them."""
    found: dict[tuple[Comparison, int], DrawnRow] = {}
    for row in _rows(DRAWN, since=since, accounts=accounts):
        made = _drawn_row(row)
        found.setdefault((made.comparison, made.drawn.account_id), made)
    return tuple(found.values())


def responses(*, since: datetime, accounts: Sequence[int] | None) -> tuple[Responses, ...]:
    """Return how the messages of enrolments that drew an arm were answered, by playbook and step."""
    return tuple(
        Responses(playbook=name, step_key=step, sent=sent, opened=opened, clicked=clicked, answered=answered)
        for _, name, step, sent, opened, clicked, answered in _rows(RESPONSES, since=since, accounts=accounts)
    )


def _drawn_row(row: tuple[Any, ...]) -> DrawnRow:
    playbook_id, playbook, layer, step, _, account_id, account, renewal_id, entered_at, rule, *rest = row
    is_held_out, percent, kind, decided_on, is_released = rest
    return DrawnRow(
        comparison=Comparison(layer=Layer(layer), playbook_id=playbook_id, playbook=playbook, step_key=step),
        account=account,
        renewal_id=renewal_id,
        entered_at=entered_at,
        rule_version=rule,
        decided_on=decided_on,
        drawn=Drawn(
            account_id=account_id,
            is_held_out=is_held_out,
            percent=percent,
            is_kept=None if kind is None else kind != LOST,
            is_released=is_released,
        ),
    )


def _rows(sql: str, *, since: datetime, accounts: Sequence[int] | None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"since": since, "accounts": None if accounts is None else list(accounts)})
        return list(cursor.fetchall())
