"""Touches that broke a rule, and touches a rule prevented: found in messages, decisions, notices and proofs themselves.

Broken ones are computed from what left, never from what the engine says of itself; so one that went around it is found.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from playbooks.queries.library import touch_budget

RULES: Mapping[str, str] = {
    "window": "Send window",
    "cap": "Cap on touches",
    "consent": "Consent and restrictions",
    "notice": "Notice rule",
    "approval": "Approval",
    "price": "Pricing policy",
}
CODES: Mapping[str, str] = {
    "outside_send_window": "window",
    "touch_budget": "cap",
    "minimum_gap": "cap",
    "account_budget": "cap",
    "account_gap": "cap",
    "ledger_refused": "cap",
    "suppressed": "consent",
    "no_reachable_contact": "consent",
    "address_is_dead": "consent",
    "human_only_account": "consent",
    "account_paused": "consent",
    "too_late": "notice",
    "no_time_left": "notice",
    "needs_approval": "approval",
    "approval_refused": "approval",
}
# Weekends are not everywhere on Saturday and Sunday.
FRIDAY_SATURDAY = ["BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE", "BD", "MV"]

SENT = """
sent AS MATERIALIZED (
    SELECT m.id, m.account_id, m.contact_id, m.enrolment_id, m.subject, m.message_class, m.not_after_at,
        m.calendar_method, m.is_correction,
        coalesce(m.sending_at, m.sent_at) AS at, e.renewal_id, p.key AS playbook, p.name AS playbook_name, s.step_key,
        v.definition->'playbook' AS rules, a.country, e.workspace_id,
        coalesce(m.sending_at, m.sent_at) AT TIME ZONE coalesce(nullif(c.timezone, ''), s.due_zone) AS local_at
    FROM playbooks_message AS m
    JOIN playbooks_steprun AS s ON s.workspace_id = m.workspace_id AND s.id = m.step_run_id
    JOIN playbooks_enrolment AS e ON e.workspace_id = m.workspace_id AND e.id = m.enrolment_id
    JOIN playbooks_playbook AS p ON p.workspace_id = m.workspace_id AND p.id = e.playbook_id
    JOIN playbooks_playbookversion AS v ON v.workspace_id = m.workspace_id AND v.id = s.version_id
    JOIN renewals_contact AS c ON c.workspace_id = m.workspace_id AND c.id = m.contact_id
    JOIN renewals_account AS a ON a.workspace_id = m.workspace_id AND a.id = m.account_id
    WHERE m.state = 'sent' AND coalesce(m.sending_at, m.sent_at) >= %(since)s
      AND coalesce(m.sending_at, m.sent_at) < %(until)s
)"""
EARLIER = """(SELECT count(*) FROM playbooks_message AS o WHERE o.workspace_id = t.workspace_id AND o.id <> t.id
    AND o.{same} = t.{same} AND o.state = 'sent' AND NOT o.is_correction
    AND o.message_class IN ('relationship', 'marketing')
    AND coalesce(o.sent_at, o.sending_at) > t.at - make_interval(days => {days})
    AND (coalesce(o.sent_at, o.sending_at), o.id) < (t.at, t.id))"""
LIMIT = "(t.rules->'guardrails'->>'{name}')::int"
UNAPPROVED = """NOT EXISTS (SELECT 1 FROM playbooks_decision AS d WHERE d.workspace_id = t.workspace_id
    AND d.account_id = t.account_id AND d.enrolment_id = t.enrolment_id AND d.step_key = t.step_key
    AND d.verdict = 'approved' AND d.decided_at <= t.at)"""
# A change of an invitation corrects what they have; an invitation itself is a person's own act.
CAPPED = "t.message_class IN ('relationship', 'marketing') AND NOT t.is_correction"
BY_ENGINE = "t.calendar_method = ''"


def _touch(rule: str, code: str, condition: str, source: str = "sent AS t") -> str:
    return f"""
SELECT 'broken' AS kind, '{rule}' AS rule, '{code}' AS code, '{code}:message:' || t.id AS finding, t.id AS row_id,
    t.account_id, t.renewal_id, t.playbook, t.playbook_name, t.subject AS what, t.at, 1::bigint AS times
FROM {source} WHERE {condition}"""


# Whatever door it came through, an import above all. Without a proposal nobody made a price: the contract's own amount
# is what nobody has lowered. What was decided before the first policy was in force broke none.
CLOSED_BELOW = """
SELECT 'broken', 'price', 'closed_below_policy', 'closed_below_policy:renewal:' || r.id, r.id, r.account_id, r.id,
    '', '', concat_ws(' ', r.currency, to_char(r.final_amount, 'FM999,999,999,990.00'), 'instead of',
        to_char(coalesce(p.policy_amount, r.target_amount), 'FM999,999,999,990.00'), 'a year, owner:',
        coalesce(nullif(u.name, ''), u.email, 'nobody')), o.recorded_at, 1::bigint
FROM renewals_outcome AS o
JOIN renewals_renewal AS r ON r.workspace_id = o.workspace_id AND r.id = o.renewal_id
LEFT JOIN renewals_user AS u ON u.id = r.owner_id
LEFT JOIN LATERAL (
    SELECT v.policy_amount, CASE WHEN EXISTS (
        SELECT 1 FROM offers_approvalrequest AS q WHERE q.workspace_id = v.workspace_id AND q.version_id = v.id
            AND q.state = 'approved') THEN v.net_amount END AS approved_amount
    FROM offers_proposal AS x
    JOIN offers_proposalversion AS v ON v.workspace_id = x.workspace_id AND v.id = x.version_id
    WHERE x.workspace_id = r.workspace_id AND x.renewal_id = r.id AND x.state <> 'withdrawn'
    ORDER BY x.id DESC LIMIT 1
) AS p ON true
WHERE o.kind <> 'churned' AND o.recorded_at >= %(since)s AND o.recorded_at < %(until)s
  AND o.decided_on >= (SELECT min(y.published_at)::date FROM offers_policyversion AS y
      WHERE y.workspace_id = o.workspace_id)
  AND r.final_amount < coalesce(p.policy_amount, r.target_amount)
  AND r.final_amount < coalesce(p.approved_amount, r.final_amount + 1)"""

BUDGET = """sent AS t LEFT JOIN LATERAL (
    SELECT max_touches, per_days, min_gap_days FROM playbooks_touchbudget AS b WHERE b.workspace_id = t.workspace_id
        AND (b.account_id = t.account_id OR b.account_id IS NULL) AND b.set_at <= t.at
    ORDER BY b.account_id NULLS LAST LIMIT 1
) AS b ON true"""
BROKEN = (
    _touch(
        "window",
        "sent_outside_hours",
        "t.message_class <> 'security' AND (t.local_at::time < (t.rules->'guardrails'->>'send_from')::time"
        " OR t.local_at::time >= (t.rules->'guardrails'->>'send_until')::time)",
    ),
    _touch(
        "window",
        "sent_on_a_closed_day",
        "t.message_class <> 'security' AND (extract(isodow FROM t.local_at) IN (6, 7)"
        " AND NOT t.country = ANY(%(other_weekends)s) OR extract(isodow FROM t.local_at) IN (5, 6)"
        " AND t.country = ANY(%(other_weekends)s) OR t.message_class <> 'contractual_notice'"
        " AND EXISTS (SELECT 1 FROM renewals_closeddays AS d"
        " WHERE d.workspace_id = t.workspace_id AND (d.account_id = t.account_id OR d.account_id IS NULL)"
        " AND d.kind = 'blackout' AND d.created_at <= t.at AND (d.removed_at IS NULL OR d.removed_at > t.at)"
        " AND t.local_at::date BETWEEN d.from_on AND d.until_on))",
    ),
    _touch(
        "cap",
        "over_contact_cap",
        f"{CAPPED} AND ({EARLIER.format(same='contact_id', days=LIMIT.format(name='per_days'))}"
        f" >= {LIMIT.format(name='max_touches')}"
        f" OR {EARLIER.format(same='contact_id', days=LIMIT.format(name='min_gap_days'))} > 0)",
    ),
    _touch(
        "cap",
        "over_account_cap",
        f"{CAPPED} AND ({EARLIER.format(same='account_id', days='coalesce(b.per_days, %(per_days)s)')}"
        " >= coalesce(b.max_touches, %(max_touches)s)"
        f" OR {EARLIER.format(same='account_id', days='coalesce(b.min_gap_days, %(min_gap_days)s)')} > 0)",
        BUDGET,
    ),
    _touch(
        "consent",
        "sent_though_suppressed",
        "EXISTS (SELECT 1 FROM renewals_suppression AS x WHERE x.workspace_id = t.workspace_id"
        " AND x.contact_id = t.contact_id AND x.message_class IN ('all', t.message_class) AND x.since_at <= t.at"
        " AND (x.lifted_at IS NULL OR x.lifted_at > t.at))",
    ),
    _touch(
        "consent",
        "sent_though_people_only",
        f"{BY_ENGINE} AND EXISTS (SELECT 1 FROM playbooks_humanonly AS x WHERE x.workspace_id = t.workspace_id"
        " AND x.account_id = t.account_id AND x.created_at <= t.at AND (x.ended_at IS NULL OR x.ended_at > t.at)"
        " AND (x.until_on IS NULL OR x.until_on >= t.local_at::date))"
        f" AND {UNAPPROVED}",
    ),
    _touch(
        "consent",
        "sent_though_paused",
        f"{CAPPED} AND EXISTS (SELECT 1 FROM playbooks_accountpause AS x WHERE x.workspace_id = t.workspace_id"
        " AND x.account_id = t.account_id AND x.created_at <= t.at AND (x.ended_at IS NULL OR x.ended_at > t.at)"
        " AND t.local_at::date BETWEEN x.from_on AND x.until_on)",
    ),
    _touch("notice", "sent_after_its_deadline", "t.message_class = 'contractual_notice' AND t.at > t.not_after_at"),
    _touch(
        "approval",
        "sent_without_approval",
        f"""{BY_ENGINE} AND {UNAPPROVED} AND EXISTS (SELECT 1 FROM
        jsonb_array_elements(t.rules->'steps') AS step WHERE step->>'key' = t.step_key
        AND step->>'automation' IN ('manual_approval', 'human_only'))""",
    ),
    """
SELECT 'broken', 'notice', 'notice_missed', 'notice_missed:notice:' || n.id, n.id, n.account_id, n.renewal_id,
    '', '', n.source, (n.closes_on + 1)::timestamptz, 1::bigint FROM renewals_notice AS n
WHERE n.side = 'ours' AND n.state = 'missed' AND n.closes_on >= %(since)s::date AND n.closes_on < %(until)s::date""",
    """
SELECT 'broken', 'notice', 'served_outside_the_rule', 'served_outside_the_rule:proof:' || f.id, f.id, n.account_id,
    n.renewal_id, '', '', f.reference, f.recorded_at, 1::bigint FROM renewals_noticeproof AS f
JOIN renewals_notice AS n ON n.workspace_id = f.workspace_id AND n.id = f.notice_id
WHERE NOT f.is_admissible AND f.recorded_at >= %(since)s AND f.recorded_at < %(until)s""",
    CLOSED_BELOW,
)
PREVENTED = """
SELECT 'prevented', %(codes)s::jsonb->>(r->>'code'), r->>'code',
    (r->>'code') || ':step:' || d.enrolment_id || ':' || d.step_key, max(d.id), d.account_id, max(d.renewal_id),
    p.key, p.name, d.step_key, max(d.decided_at), count(*)
FROM playbooks_decision AS d CROSS JOIN LATERAL jsonb_array_elements(d.reasons) AS r
JOIN playbooks_enrolment AS e ON e.workspace_id = d.workspace_id AND e.id = d.enrolment_id
JOIN playbooks_playbook AS p ON p.workspace_id = e.workspace_id AND p.id = e.playbook_id
WHERE d.kind IN ('step', 'send') AND d.decided_at >= %(since)s AND d.decided_at < %(until)s
  AND %(codes)s::jsonb ? (r->>'code')
GROUP BY r->>'code', d.enrolment_id, d.step_key, d.account_id, p.key, p.name"""
FOUND = f"WITH {SENT}, found AS ({' UNION ALL '.join(BROKEN)} UNION ALL {PREVENTED}), "
CHOSEN = """chosen AS (
    SELECT f.*, a.name AS account, n.why, n.by_label, n.noted_at FROM found AS f
    JOIN renewals_account AS a ON a.id = f.account_id
    LEFT JOIN playbooks_compliancenote AS n ON n.workspace_id = a.workspace_id AND n.finding = f.finding
    WHERE (%(rule)s = '' OR f.rule = %(rule)s) AND (%(account)s::bigint IS NULL OR f.account_id = %(account)s)
      AND (%(playbook)s = '' OR f.playbook = %(playbook)s) AND {visible}
)"""
PAGE = """
SELECT *, (SELECT count(*) FROM chosen WHERE kind = 'broken' AND noted_at IS NULL),
    (SELECT count(*) FROM chosen WHERE kind = 'broken'), (SELECT count(*) FROM chosen WHERE kind = 'prevented')
FROM (SELECT 1) AS one LEFT JOIN (
    SELECT * FROM chosen WHERE (%(kind)s = '' OR kind = %(kind)s)
    AND (%(finding)s = '' OR finding = %(finding)s)
    ORDER BY at DESC, finding LIMIT %(most)s OFFSET %(skip)s
) AS shown ON true"""
EVERY = """
SELECT * FROM chosen WHERE (%(kind)s = '' OR kind = %(kind)s) AND (%(finding)s = '' OR finding = %(finding)s)
ORDER BY at DESC, finding"""
ROWS_AT_ONCE = 500
NAMES = (
    "kind",
    "rule",
    "code",
    "finding",
    "row_id",
    "account_id",
    "renewal_id",
    "playbook",
    "playbook_name",
    "what",
    "at",
    "times",
    "account",
    "why",
    "by_label",
    "noted_at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceAsk:
    """What is asked: a period (until is exclusive) and filters; empty means all. `visible` is SQL on f.account_id."""

    since: datetime
    until: datetime
    kind: str = ""
    rule: str = ""
    account: int | None = None
    playbook: str = ""
    finding: str = ""
    visible: str = "true"
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceFinding:
    """One touch and the rule it broke, or that prevented it `times` times; `noted_at` once somebody settled it."""

    kind: str
    rule: str
    code: str
    finding: str
    row_id: int
    account_id: int
    renewal_id: int | None
    playbook: str
    playbook_name: str
    what: str
    at: datetime
    times: int
    account: str
    why: str | None
    by_label: str | None
    noted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplianceAnswer:
    """A page of findings, the newest first, and how many there are in all under the filters."""

    findings: tuple[ComplianceFinding, ...]
    unsettled: int
    broken: int
    prevented: int


def compliance_findings(ask: ComplianceAsk, *, codes: str, most: int, skip: int = 0) -> ComplianceAnswer:
    """Return findings of a period with one statement. `codes` is the JSON of `CODES`."""
    values = _values(ask, codes) | {"most": most, "skip": skip}
    with connection.cursor() as cursor:
        cursor.execute(_statement(ask, PAGE), values)
        rows = cursor.fetchall()
    unsettled, broken, prevented = rows[0][-3:]
    return ComplianceAnswer(
        findings=tuple(_finding(row[1:-3]) for row in rows if row[1] is not None),
        unsettled=unsettled,
        broken=broken,
        prevented=prevented,
    )


def every_finding(ask: ComplianceAsk, *, codes: str) -> Iterator[ComplianceFinding]:
    """Yield every finding of a period, the newest first, as the database hands them out; needs a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_statement(ask, EVERY), _values(ask, codes))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from map(_finding, rows)


def _statement(ask: ComplianceAsk, wanted: str) -> str:
    return FOUND + CHOSEN.replace("{visible}", ask.visible) + wanted


def _values(ask: ComplianceAsk, codes: str) -> dict[str, Any]:
    budget = touch_budget()
    return {
        "since": ask.since,
        "until": ask.until,
        "kind": ask.kind,
        "rule": ask.rule,
        "account": ask.account,
        "playbook": ask.playbook,
        "finding": ask.finding,
        "codes": codes,
        "other_weekends": FRIDAY_SATURDAY,
        "max_touches": budget.max_touches,
        "per_days": budget.per_days,
        "min_gap_days": budget.min_gap_days,
        **(ask.values or {}),
    }


def _finding(row: Sequence[Any]) -> ComplianceFinding:
    return ComplianceFinding(**dict(zip(NAMES, row, strict=True)))
