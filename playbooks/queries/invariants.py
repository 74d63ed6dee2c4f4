"""The invariants of the engine as questions to the database: each names the rows that break it. Changes nothing.

The numbers are those of docs/reliability.md. Times of different transactions are compared with a minute to spare.
"""

from dataclasses import dataclass

from django.db import connections

HASHED = "left(encode(sha256(convert_to('[\"{word}\",' || m.workspace_id || ',' || m.enrolment_id || ',' || to_json(s.step_key)::text || ',\"' || s.occurrence || '\"]', 'UTF8')), 'hex'), 40)"  # noqa: E501  # one expression, as core.keys hashes it

VERSION = "CASE WHEN m.calendar_method = '' THEN '' ELSE '-m' || m.revision END"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """One invariant: its number, what must hold, and the question whose rows (table, id, detail) break it."""

    number: str
    holds: str
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One row that breaks an invariant."""

    number: str
    table: str
    row_id: int
    detail: str


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        number="I1",
        holds="At most one step run per enrolment, step and period.",
        question="""
SELECT 'step_run', max(id), enrolment_id || ' ' || step_key FROM playbooks_steprun
GROUP BY enrolment_id, step_key, occurrence HAVING count(*) > 1""",
    ),
    Invariant(
        number="I2 effect",
        holds="A step that is done has its effect: a message or a task.",
        question="""
SELECT 'step_run', s.id, s.kind || ' without effect' FROM playbooks_steprun AS s
WHERE s.state = 'done' AND NOT EXISTS (SELECT 1 FROM playbooks_message AS m WHERE m.step_run_id = s.id)
  AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.step_run_id = s.id)
  AND s.kind NOT IN ('wait', 'webhook', 'field_update') AND (s.kind <> 'branch' OR s.chosen = '')""",
    ),
    Invariant(
        number="I2 log",
        holds="A step that is done has an entry in the decision log.",
        question="""
SELECT 'step_run', s.id, 'no decision for ' || s.step_key FROM playbooks_steprun AS s
WHERE s.state = 'done' AND NOT EXISTS (SELECT 1 FROM playbooks_decision AS d
    WHERE d.enrolment_id = s.enrolment_id AND d.step_key = s.step_key AND d.kind = 'step')""",
    ),
    Invariant(
        number="I3",
        holds="At most one message per step run (one of each version of an invitation) and per deduplication key.",
        question="""
SELECT 'message', max(id), 'step run ' || step_run_id FROM playbooks_message
GROUP BY step_run_id, revision HAVING count(*) > 1
UNION ALL SELECT 'message', max(id), dedup_key FROM playbooks_message GROUP BY dedup_key HAVING count(*) > 1""",
    ),
    Invariant(
        number="I4",
        holds="Keys of a message are a function of workspace, enrolment, step and period.",
        question=f"""
SELECT 'message', m.id, m.idem_key FROM playbooks_message AS m JOIN playbooks_steprun AS s ON s.id = m.step_run_id
WHERE m.idem_key <> 'pn-' || m.workspace_id || '-' || {HASHED.format(word="idem")} || {VERSION}
   OR m.message_id NOT LIKE '<' || {HASHED.format(word="message")} || {VERSION} || '@%%>'""",
    ),
    Invariant(
        number="I5",
        holds="What has ended is leased by nobody, and what is claimed has a lease.",
        question="""
SELECT 'step_run', id, state FROM playbooks_steprun
WHERE (state IN ('done', 'skipped', 'parked') AND lease_until IS NOT NULL)
   OR (state = 'claimed' AND (lease_until IS NULL OR fence = 0))
UNION ALL SELECT 'message', id, state FROM playbooks_message
WHERE (state IN ('sent', 'failed', 'in_doubt') AND lease_until IS NOT NULL)
   OR (state = 'sending' AND (lease_until IS NULL OR fence = 0))""",
    ),
    Invariant(
        number="I6",
        holds="The books balance: an active enrolment has exactly one open step, an ended one has none.",
        question="""
SELECT 'enrolment', e.id, e.state || ' with ' || count(s.id) || ' open steps' FROM playbooks_enrolment AS e
LEFT JOIN playbooks_steprun AS s ON s.enrolment_id = e.id AND s.state IN ('scheduled', 'claimed', 'waiting')
GROUP BY e.id, e.state
HAVING count(s.id) <> CASE WHEN e.state IN ('active', 'paused') THEN 1 ELSE 0 END""",
    ),
    Invariant(
        number="I8",
        holds="No step runs before it is due.",
        question="""
SELECT 'step_run', id, 'done ' || done_at || ', due ' || due_at FROM playbooks_steprun
WHERE state = 'done' AND done_at < due_at""",
    ),
    Invariant(
        number="I9",
        holds="After a suppression no message of its class enters sending.",
        question="""
SELECT 'message', m.id, m.message_class || ' after ' || u.since_at FROM playbooks_message AS m
JOIN renewals_suppression AS u ON u.contact_id = m.contact_id AND u.message_class IN (m.message_class, 'all')
WHERE m.state IN ('sending', 'sent', 'in_doubt') AND m.sending_at > u.since_at + interval '1 minute'
  AND (u.lifted_at IS NULL OR m.sending_at < u.lifted_at)""",
    ),
    Invariant(
        number="I10",
        holds="A stopped enrolment sends nothing, except the invitations of a person.",
        question="""
SELECT 'message', m.id, m.state || ' of a stopped enrolment' FROM playbooks_message AS m
JOIN playbooks_enrolment AS e ON e.id = m.enrolment_id
WHERE e.state = 'exited' AND m.calendar_method = ''
  AND (m.state IN ('draft', 'parked') OR (m.state = 'queued' AND NOT m.may_have_left)
    OR (m.state IN ('sending', 'sent') AND m.sending_at > e.ended_at + interval '1 minute'))""",
    ),
    Invariant(
        number="I12",
        holds="A message in doubt is shown to a person and never waits for another try by itself.",
        question="""
SELECT 'message', m.id, 'in doubt without a task' FROM playbooks_message AS m
WHERE m.state = 'in_doubt' AND m.message_class <> 'marketing'
  AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.message_id = m.id)
UNION ALL SELECT 'message', id, 'tried again after 20 hours' FROM playbooks_message
WHERE may_have_left AND state = 'queued' AND next_at > first_sending_at + interval '20 hours'""",
    ),
    Invariant(
        number="I13",
        holds="No try is planned after the last useful instant of a message.",
        question="""
SELECT 'message', id, 'next try ' || next_at || ', useful until ' || not_after_at FROM playbooks_message
WHERE state = 'queued' AND attempts > 0 AND next_at > not_after_at""",
    ),
    Invariant(
        number="I14",
        holds="A step left unfinished five times is parked and handed to a person.",
        question="""
SELECT 'step_run', id, claims || ' unfinished claims' FROM playbooks_steprun
WHERE state IN ('scheduled', 'claimed') AND claims > 6
UNION ALL SELECT 'step_run', s.id, 'parked without a task' FROM playbooks_steprun AS s
WHERE s.state = 'parked' AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.enrolment_id = s.enrolment_id)""",
    ),
    Invariant(
        number="I15",
        holds="An approval is decided once, by somebody other than who asked, with one entry in the log.",
        question="""
SELECT 'approval', p.id, p.state || ', ' || count(d.id) || ' entries' FROM playbooks_stepapproval AS p
LEFT JOIN playbooks_decision AS d ON d.kind = 'approval' AND (d.inputs ->> 'approval')::bigint = p.id
WHERE p.state IN ('approved', 'rejected') GROUP BY p.id, p.state HAVING count(d.id) <> 1
UNION ALL SELECT 'approval', p.id, 'decided by who asked' FROM playbooks_stepapproval AS p
JOIN playbooks_task AS t ON t.step_run_id = p.step_run_id
WHERE p.state IN ('approved', 'rejected') AND t.completed_by_id = p.requested_by_id""",
    ),
    Invariant(
        number="I16",
        holds="What enrolments run under is published and cannot change.",
        question="""
SELECT 'version', v.id, 'not published' FROM playbooks_playbookversion AS v
WHERE v.published_at IS NULL AND EXISTS (SELECT 1 FROM playbooks_enrolment AS e WHERE e.version_id = v.id)
UNION ALL SELECT 'table', 0, 'published versions can be changed' WHERE NOT EXISTS (
    SELECT 1 FROM pg_trigger WHERE tgrelid = 'playbooks_playbookversion'::regclass
      AND tgname LIKE 'pgtrigger_published_version_is_final%%' AND tgenabled <> 'D')""",
    ),
    Invariant(
        number="I17",
        holds="Every open step names the version its enrolment is pinned to, every other unless it was migrated.",
        question="""
SELECT 'step_run', s.id, 'version ' || s.version_id || ', enrolment ' || e.version_id FROM playbooks_steprun AS s
JOIN playbooks_enrolment AS e ON e.id = s.enrolment_id WHERE s.version_id <> e.version_id AND (
    s.state IN ('scheduled', 'claimed', 'waiting') OR NOT EXISTS (
        SELECT FROM playbooks_decision WHERE enrolment_id = e.id AND kind = 'migrate'))""",
    ),
    Invariant(
        number="I19",
        holds="Row-level security is forced on every table that has a workspace.",
        question="""
SELECT 'table', 0, c.relname::text FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
  AND a.attname = 'workspace_id' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)""",
    ),
    Invariant(
        number="I22",
        holds="A notice of ours is proven in its window, or has an open, owned task that was there before it closed.",
        question="""
SELECT 'notice', n.id, n.state || ' without an open task' FROM renewals_notice AS n
JOIN renewals_renewal AS r ON r.id = n.renewal_id AND r.closed_on IS NULL
WHERE n.side = 'ours' AND n.state IN ('due', 'sent', 'missed')
  AND n.updated_at < perennial_now() - interval '10 minutes'
  AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t JOIN renewals_membership AS m
    ON m.user_id = t.assignee_id AND m.is_active
    WHERE t.account_id = n.account_id AND t.origin_key LIKE 'notice:' || n.id || ':%%'
      AND t.state IN ('open', 'snoozed'))
UNION ALL SELECT 'notice', n.id, n.state || ' after its window, first task too late' FROM renewals_notice AS n
JOIN renewals_renewal AS r ON r.id = n.renewal_id AND r.closed_on IS NULL
WHERE n.side = 'ours' AND n.state = 'missed' AND n.moves = '[]' AND n.created_at::date < n.opens_on
  AND NOT EXISTS (SELECT 1 FROM playbooks_task AS t WHERE t.account_id = n.account_id
    AND t.origin_key LIKE 'notice:' || n.id || ':%%' AND t.created_at::date <= n.closes_on)
UNION ALL SELECT 'notice', n.id, 'proven without an admissible proof' FROM renewals_notice AS n
WHERE n.state = 'proven' AND NOT EXISTS (SELECT 1 FROM renewals_noticeproof AS p WHERE p.notice_id = n.id
    AND p.served_on BETWEEN n.opens_on AND n.closes_on AND p.channel = ANY(n.channels))
UNION ALL SELECT 'notice', n.id, n.state || ' although its window closed on ' || n.closes_on FROM renewals_notice AS n
JOIN renewals_renewal AS r ON r.id = n.renewal_id AND r.closed_on IS NULL
WHERE n.side = 'ours' AND n.state IN ('planned', 'due') AND n.closes_on < perennial_now()::date - 1""",
    ),
    Invariant(
        number="I23",
        holds="Who is held out is a function of salt, share and account; nothing else is withheld, and no notice ever.",
        question="""
SELECT 'enrolment', e.id, 'another lot than its salt gives: ' || (arm ->> 'salt') FROM playbooks_enrolment AS e
CROSS JOIN LATERAL jsonb_array_elements(e.arms) AS arm
WHERE e.arms <> '[]' AND ((arm ->> 'held_out')::boolean <> ((arm ->> 'lot')::int < (arm ->> 'percent')::int * 100)
  OR (arm ->> 'lot')::bigint <> mod(('x0' || left(encode(sha256(convert_to(
    (arm ->> 'salt') || ':' || e.account_id, 'UTF8')), 'hex'), 15))::bit(64)::bigint, 10000))
UNION ALL SELECT 'step_run', s.id, s.step_key || ' withheld without an arm' FROM playbooks_steprun AS s
JOIN playbooks_enrolment AS e ON e.id = s.enrolment_id
WHERE s.reasons @> '[{"code": "held_out"}]' AND NOT e.arms @> '[{"held_out": true}]'
UNION ALL SELECT 'step_run', s.id, s.step_key || ' is a notice and was withheld' FROM playbooks_steprun AS s
JOIN playbooks_playbookversion AS v ON v.id = s.version_id
WHERE s.reasons @> '[{"code": "held_out"}]' AND v.definition #> '{playbook,steps}'
  @> jsonb_build_array(jsonb_build_object('key', s.step_key, 'message_class', 'contractual_notice'))""",
    ),
    Invariant(
        number="I24",
        holds="Every enrolment and every task has its history.",
        question="""
SELECT 'enrolment', e.id, 'no history' FROM playbooks_enrolment AS e
WHERE NOT EXISTS (SELECT 1 FROM playbooks_enrolmentevent AS h WHERE h.pgh_obj_id = e.id)
UNION ALL SELECT 'task', t.id, 'no history' FROM playbooks_task AS t
WHERE NOT EXISTS (SELECT 1 FROM playbooks_taskevent AS h WHERE h.pgh_obj_id = t.id)""",
    ),
    Invariant(
        number="I25",
        holds="Every open renewal has somebody who answers for it, or an open gap with a clock.",
        question="""
SELECT 'renewal', r.id, 'nobody answers and no gap is open' FROM renewals_renewal AS r CROSS JOIN (
    WITH there AS (
        SELECT m.user_id FROM renewals_membership AS m JOIN renewals_user AS u ON u.id = m.user_id
        WHERE m.is_active AND u.is_active),
    away AS (
        SELECT user_id, delegate_id FROM playbooks_absence WHERE cancelled_at IS NULL AND returned_at IS NULL
          AND from_on < perennial_now()::date AND until_on >= perennial_now()::date)
    SELECT coalesce(array_agg(t.user_id), '{}') AS people FROM there AS t LEFT JOIN away AS a ON a.user_id = t.user_id
    WHERE a.user_id IS NULL OR (a.delegate_id IN (SELECT user_id FROM there)
        AND a.delegate_id NOT IN (SELECT user_id FROM away))
) AS present
WHERE r.closed_on IS NULL AND (NOT r.owner_id = ANY(present.people) OR EXISTS (
    SELECT 1 FROM playbooks_task AS t WHERE t.renewal_id = r.id AND t.state IN ('open', 'snoozed')
      AND t.step_run_id IS NOT NULL AND NOT t.assignee_id = ANY(present.people)))
  AND NOT EXISTS (SELECT 1 FROM playbooks_ownershipgap AS g WHERE g.renewal_id = r.id AND g.closed_at IS NULL
    AND g.due_at IS NOT NULL AND g.kind IN ('vacancy', 'absence', 'unowned_task'))""",
    ),
    Invariant(
        number="budget",
        holds="A message that left stands in its account's ledger of touches, and no touch is over the budget.",
        question="""
SELECT 'message', m.id, m.state || ' without a touch' FROM playbooks_message AS m
WHERE m.state IN ('sending', 'sent') AND m.sending_at >= (SELECT min(occurred_at) FROM playbooks_accounttouch)
  AND NOT EXISTS (SELECT 1 FROM playbooks_accounttouch AS t WHERE t.message_id = m.id AND t.released_at IS NULL)
UNION ALL SELECT 'account_touch', t.id, 'slot ' || t.slot || ' held twice' FROM playbooks_accounttouch AS t
JOIN playbooks_accounttouch AS o ON o.account_id = t.account_id AND o.slot = t.slot AND o.id > t.id
WHERE NOT t.is_exempt AND NOT o.is_exempt AND t.released_at IS NULL AND o.released_at IS NULL
  AND o.occurred_at < t.frees_at AND t.occurred_at < o.frees_at""",
    ),
    Invariant(
        number="owner",
        holds="Every open task has an assignee who is an active member.",
        question="""
SELECT 'task', t.id, 'assignee ' || t.assignee_id FROM playbooks_task AS t
WHERE t.state IN ('open', 'snoozed') AND NOT EXISTS (
    SELECT 1 FROM renewals_membership AS m WHERE m.user_id = t.assignee_id AND m.is_active)""",
    ),
    Invariant(
        number="queue",
        holds="A closed renewal has no line in the queue.",
        question="""
SELECT 'queue_entry', q.id, 'renewal ' || q.renewal_id FROM playbooks_queueentry AS q
JOIN renewals_renewal AS r ON r.id = q.renewal_id
WHERE r.closed_on IS NOT NULL AND r.updated_at < perennial_now() - interval '5 minutes'""",
    ),
)


def broken_invariants(*, only: str = "", limit: int = 100, using: str = "default") -> tuple[Broken, ...]:
    """Return the rows of the workspace that break an invariant, `limit` at most for each; empty means all hold.

    `only` is the number of a single one, all of them without it.
    """
    found: list[Broken] = []
    with connections[using].cursor() as cursor:
        for invariant in INVARIANTS:
            if only not in ("", invariant.number):
                continue
            cursor.execute(f"SELECT * FROM ({invariant.question.replace('%%', '%')}) AS broken LIMIT {int(limit)}")
            found += [
                Broken(number=invariant.number, table=table, row_id=row_id, detail=str(detail))
                for table, row_id, detail in cursor.fetchall()
            ]
    return tuple(found)
