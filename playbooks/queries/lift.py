"""Who drew which arm and what came of it, and how the messages of the treated were answered: the rows of every lift."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from playbooks.core.holdouts import Layer
from playbooks.core.lift import ArmCount, Strata

# Each account in each comparison, once, by the arm that its first enrolment drew. Who is held out by a wider layer is
# in neither arm of a narrower one; in the comparison of a step stands only who came to it: the engine would have acted,
# or withheld it for this very arm.
DRAWN = """
SELECT DISTINCT ON (playbook_id, arm ->> 'layer', arm ->> 'step', e.account_id)
    CASE WHEN arm ->> 'layer' = 'workspace' THEN 0 ELSE e.playbook_id END AS playbook_id, arm ->> 'layer' AS layer,
    arm ->> 'step' AS step, e.account_id, e.renewal_id, e.started_at, arm ->> 'rule' AS rule,
    (arm ->> 'held_out')::boolean AS held_out, (arm ->> 'percent')::int AS percent,
    e.released_at IS NOT NULL AS is_released
FROM playbooks_enrolment AS e CROSS JOIN LATERAL jsonb_array_elements(e.arms) AS drawn (arm)
WHERE e.arms <> '[]' AND e.started_at >= %(since)s
  AND (%(accounts)s::bigint[] IS NULL OR e.account_id = ANY(%(accounts)s::bigint[]))
  AND (arm ->> 'layer' <> 'playbook' OR NOT e.arms @> '[{"layer": "workspace", "held_out": true}]')
  AND (arm ->> 'layer' <> 'step' OR EXISTS (
      SELECT 1 FROM playbooks_steprun AS p WHERE p.workspace_id = e.workspace_id AND p.enrolment_id = e.id
        AND p.step_key = arm ->> 'step' AND (
            p.reasons -> 0 ->> 'code' IN ('due', 'asks_because_late', 'needs_approval', 'veto_window')
            AND p.state IN ('done', 'skipped')
            OR p.reasons @> '[{"code": "held_out", "layer": "step"}]')))
ORDER BY playbook_id, arm ->> 'layer', arm ->> 'step', e.account_id, e.started_at, e.id
"""
# Renewed is whatever is not lost; what is not decided counts as such.
COUNTED = f"""
SELECT d.layer, d.playbook_id, coalesce(b.name, ''), d.step, d.percent, d.held_out, count(*), count(o.kind),
    count(*) FILTER (WHERE o.kind <> 'churned'), count(*) FILTER (WHERE d.is_released)
FROM ({DRAWN}) AS d LEFT JOIN playbooks_playbook AS b ON b.id = d.playbook_id
LEFT JOIN renewals_outcome AS o ON o.renewal_id = d.renewal_id
GROUP BY d.layer, d.playbook_id, b.name, d.step, d.percent, d.held_out
"""
LISTED = f"""
SELECT a.name, d.renewal_id, d.started_at, d.rule, o.kind, o.decided_on, d.is_released
FROM ({DRAWN}) AS d JOIN renewals_account AS a ON a.id = d.account_id
LEFT JOIN renewals_outcome AS o ON o.renewal_id = d.renewal_id
WHERE d.layer = %(layer)s AND d.playbook_id = %(playbook)s AND d.step = %(step)s AND d.held_out = %(held_out)s
ORDER BY d.started_at DESC, d.account_id LIMIT %(limit)s
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
class Compared:
    """The arms of one comparison by share, and how many of its accounts people let out."""

    comparison: Comparison
    strata: Strata
    released: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRow:
    """One account of an arm as a list tells of it; `is_kept` is None while its renewal is not decided."""

    account: str
    renewal_id: int
    entered_at: datetime
    rule_version: str
    is_kept: bool | None
    decided_on: date | None
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """The messages of one step that left to treated accounts, and how many were opened, clicked and answered."""

    playbook: str
    step_key: str
    sent: int
    opened: int
    clicked: int
    answered: int


def compared(*, since: datetime, accounts: Sequence[int] | None) -> tuple[Compared, ...]:
    """Return the arms of every comparison since an instant; `accounts` None: all of them."""
    found: dict[Comparison, dict[int, dict[bool, ArmCount]]] = {}
    released: Counter[Comparison] = Counter()
    for layer, playbook_id, name, step, percent, held_out, drawn, decided, kept, let_out in _rows(
        COUNTED, since=since, accounts=accounts
    ):
        key = Comparison(layer=Layer(layer), playbook_id=playbook_id, playbook=name, step_key=step)
        arm = ArmCount(drawn=drawn, decided=decided, kept=kept)
        found.setdefault(key, {}).setdefault(percent, {})[held_out] = arm
        released[key] += let_out
    return tuple(
        Compared(
            comparison=key,
            strata={
                percent: (arms.get(False, ArmCount()), arms.get(True, ArmCount())) for percent, arms in mine.items()
            },
            released=released[key],
        )
        for key, mine in found.items()
    )


def drawn_rows(
    comparison: Comparison, *, is_held_out: bool, since: datetime, accounts: Sequence[int] | None, limit: int
) -> tuple[DrawnRow, ...]:
    """Return the accounts of one arm, those that entered last first."""
    asked = {
        "layer": comparison.layer.value,
        "playbook": comparison.playbook_id,
        "step": comparison.step_key,
        "held_out": is_held_out,
        "limit": limit,
    }
    return tuple(
        DrawnRow(
            account=account,
            renewal_id=renewal_id,
            entered_at=entered_at,
            rule_version=rule,
            is_kept=None if kind is None else kind != LOST,
            decided_on=decided_on,
            is_released=is_released,
        )
        for account, renewal_id, entered_at, rule, kind, decided_on, is_released in _rows(
            LISTED, since=since, accounts=accounts, **asked
        )
    )


def responses(*, since: datetime, accounts: Sequence[int] | None) -> tuple[Responses, ...]:
    """Return how the messages of enrolments that drew an arm were answered, by playbook and step."""
    return tuple(
        Responses(playbook=name, step_key=step, sent=sent, opened=opened, clicked=clicked, answered=answered)
        for _, name, step, sent, opened, clicked, answered in _rows(RESPONSES, since=since, accounts=accounts)
    )


def _rows(sql: str, *, since: datetime, accounts: Sequence[int] | None, **asked: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"since": since, "accounts": None if accounts is None else list(accounts), **asked})
        return list(cursor.fetchall())
