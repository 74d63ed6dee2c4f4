"""The indicators of a month as one statement a measure, and the months that are kept. Each row: who, hits of base.

For a part of the accounts the same statements are read over all months at once; nothing of it is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from playbooks.core.indicators import Counted, IndicatorRules, Tally, month_after
from playbooks.models import MonthMark, MonthTally
from playbooks.queries.library import at_risk_rules
from renewals.queries.written import Given, Written

TALLIES = Written(
    lambda: (
        MonthTally.objects.filter(month_on__gte=Given("since"))
        .order_by("month_on", "measure", "subject", "segment")
        .values_list("month_on", "measure", "subject", "segment", "hits", "base", "total")
    )
)
MADE_AT = Written(lambda: MonthMark.objects.order_by("-month_on").values_list("made_at", flat=True)[:1])

# Work of playbooks: done by its day, of what was done or is overdue. What is not due yet counts neither way.
TASKS = """
SELECT 'tasks_on_time', b.name, a.segment,
    count(*) FILTER (WHERE t.state = 'done' AND (t.completed_at AT TIME ZONE w.timezone)::date <= t.due_on),
    count(*), 0
FROM playbooks_task AS t
JOIN playbooks_enrolment AS e ON e.workspace_id = t.workspace_id AND e.id = t.enrolment_id
JOIN playbooks_playbook AS b ON b.workspace_id = t.workspace_id AND b.id = e.playbook_id
JOIN renewals_account AS a ON a.workspace_id = t.workspace_id AND a.id = t.account_id
JOIN renewals_workspace AS w ON w.id = t.workspace_id
WHERE t.workspace_id = %(workspace)s AND t.due_on >= %(from)s AND t.due_on < %(until)s
  AND (t.state = 'done' OR (t.state IN ('open', 'snoozed') AND t.due_on < %(today)s))
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY b.name, a.segment
"""
# Messages of the month by playbook: those a person rewrote for the account, those that bounced, those complained of.
MESSAGES = """
SELECT m.measure, b.name, a.segment, count(*) FILTER (WHERE m.is_hit), count(*), 0
FROM playbooks_message AS s
JOIN playbooks_enrolment AS e ON e.workspace_id = s.workspace_id AND e.id = s.enrolment_id
JOIN playbooks_playbook AS b ON b.workspace_id = s.workspace_id AND b.id = e.playbook_id
JOIN renewals_account AS a ON a.workspace_id = s.workspace_id AND a.id = s.account_id
CROSS JOIN LATERAL (VALUES
    ('personalised', EXISTS (SELECT 1 FROM playbooks_messageedit AS d
        WHERE d.workspace_id = s.workspace_id AND d.message_id = s.id)),
    ('bounced', EXISTS (SELECT 1 FROM playbooks_deliveryevent AS v WHERE v.workspace_id = s.workspace_id
        AND v.message_id = s.id AND v.kind IN ('bounced_hard', 'bounced_soft', 'refused'))),
    ('complained', EXISTS (SELECT 1 FROM playbooks_deliveryevent AS v WHERE v.workspace_id = s.workspace_id
        AND v.message_id = s.id AND v.kind = 'complained'))) AS m (measure, is_hit)
WHERE s.workspace_id = %(workspace)s AND s.state = 'sent' AND NOT s.is_correction
  AND s.sent_at >= %(from_at)s AND s.sent_at < %(until_at)s
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY m.measure, b.name, a.segment
"""
# Automated touches by step: answered within some days; of those whose renewal was decided after them, kept, and days.
TOUCHES = """
SELECT m.measure, b.name || ' · ' || p.step_key, a.segment, count(*) FILTER (WHERE m.is_hit), count(*),
    coalesce(sum(m.days) FILTER (WHERE m.is_hit), 0)
FROM playbooks_message AS s
JOIN playbooks_steprun AS p ON p.workspace_id = s.workspace_id AND p.id = s.step_run_id
JOIN playbooks_enrolment AS e ON e.workspace_id = s.workspace_id AND e.id = s.enrolment_id
JOIN playbooks_playbook AS b ON b.workspace_id = s.workspace_id AND b.id = e.playbook_id
JOIN renewals_account AS a ON a.workspace_id = s.workspace_id AND a.id = s.account_id
LEFT JOIN renewals_outcome AS o ON o.workspace_id = s.workspace_id AND o.renewal_id = e.renewal_id
CROSS JOIN LATERAL (VALUES
    ('answered', true, EXISTS (SELECT 1 FROM playbooks_reaction AS r WHERE r.workspace_id = s.workspace_id
        AND r.account_id = s.account_id AND r.kind IN ('reply', 'meeting_booked', 'buying_signal')
        AND r.occurred_at > s.sent_at AND r.occurred_at <= s.sent_at + make_interval(days => %(answer_days)s))
        OR EXISTS (SELECT 1 FROM playbooks_inboundmessage AS i WHERE i.workspace_id = s.workspace_id
        AND i.message_id = s.id AND i.kind = 'reply'), 0),
    ('converted', o.decided_on >= (s.sent_at AT TIME ZONE 'UTC')::date, o.kind <> 'churned',
        o.decided_on - (s.sent_at AT TIME ZONE 'UTC')::date)
    ) AS m (measure, is_base, is_hit, days)
WHERE s.workspace_id = %(workspace)s AND s.state = 'sent' AND NOT s.is_correction AND m.is_base
  AND s.sent_at >= %(from_at)s AND s.sent_at < %(until_at)s
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY m.measure, b.name, p.step_key, a.segment
"""
# Handovers offered in the month: accepted, and the hours until then.
HANDOVERS = """
SELECT 'handovers', '', a.segment, count(*) FILTER (WHERE h.state = 'accepted'), count(*),
    coalesce(sum(extract(epoch FROM h.answered_at - h.offered_at) / 3600) FILTER (WHERE h.state = 'accepted'), 0)
FROM playbooks_handover AS h
JOIN renewals_account AS a ON a.workspace_id = h.workspace_id AND a.id = h.account_id
WHERE h.workspace_id = %(workspace)s AND h.state <> 'withdrawn'
  AND h.offered_at >= %(from_at)s AND h.offered_at < %(until_at)s
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY a.segment
"""
# Renewals that came to so many days before their due date in the month: had the account shown interest by then?
INTEREST = """
SELECT 'early_interest', '', a.segment, count(*) FILTER (WHERE
    EXISTS (SELECT 1 FROM playbooks_reaction AS x WHERE x.workspace_id = r.workspace_id
        AND x.account_id = r.account_id AND x.kind IN ('reply', 'meeting_booked', 'buying_signal')
        AND x.occurred_at >= r.opened_on AND x.occurred_at < r.due_on - %(early_days)s)
    OR EXISTS (SELECT 1 FROM renewals_touchpoint AS y WHERE y.workspace_id = r.workspace_id
        AND y.account_id = r.account_id AND (y.direction = 'inbound' OR y.channel = 'meeting')
        AND y.occurred_at >= r.opened_on AND y.occurred_at < r.due_on - %(early_days)s)
    OR EXISTS (SELECT 1 FROM signals_signal AS z WHERE z.workspace_id = r.workspace_id
        AND z.account_id = r.account_id AND z.kind IN ('relationship.meeting', 'relationship.reply')
        AND z.occurred_at >= r.opened_on AND z.occurred_at < r.due_on - %(early_days)s)), count(*), 0
FROM renewals_renewal AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
WHERE r.workspace_id = %(workspace)s AND r.due_on - %(early_days)s >= %(from)s
  AND r.due_on - %(early_days)s < %(until)s AND r.due_on - %(early_days)s <= %(today)s
  AND r.opened_on < r.due_on - %(early_days)s
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY a.segment
"""
MILESTONES = """
SELECT 'milestones', '', a.segment, count(*) FILTER (WHERE m.achieved_on <= m.target_on), count(*), 0
FROM renewals_milestone AS m
JOIN renewals_account AS a ON a.workspace_id = m.workspace_id AND a.id = m.account_id
WHERE m.workspace_id = %(workspace)s AND m.target_on >= %(from)s AND m.target_on < %(until)s
  AND (m.achieved_on <= m.target_on OR m.target_on < %(today)s)
  AND (m.achieved_on IS NOT NULL OR m.dropped_on IS NULL OR m.dropped_on > m.target_on)
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY a.segment
"""
# Rungs raised in the month, for each hundred renewals that were open in it: the one measure that may pass its base.
ESCALATIONS = """
SELECT 'escalations', '', a.segment, sum(r.raised), count(*), 0
FROM (
    SELECT r.workspace_id, r.account_id, (SELECT count(*) FROM playbooks_escalation AS x
        WHERE x.workspace_id = r.workspace_id AND x.renewal_id = r.id
        AND x.raised_at >= %(from_at)s AND x.raised_at < %(until_at)s) AS raised
    FROM renewals_renewal AS r WHERE r.workspace_id = %(workspace)s AND r.opened_on < %(until)s
      AND (r.closed_on IS NULL OR r.closed_on >= %(from)s)
) AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
WHERE (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY a.segment
"""
# Renewals whose notice date (else due date) was in the month and that were at risk before it, or lost: how many had the
# risk first recorded long enough before. A loss that was never called a risk is one that was not.
PROACTIVE = """
SELECT 'proactive', '', a.segment, count(*) FILTER (WHERE k.first_on < r.anchor_on - %(proactive_days)s), count(*), 0
FROM (SELECT r.*, coalesce(r.notice_on, r.due_on) AS anchor_on FROM renewals_renewal AS r) AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN renewals_outcome AS o ON o.workspace_id = r.workspace_id AND o.renewal_id = r.id
CROSS JOIN LATERAL (
    SELECT min(s.as_of)::date AS first_on FROM signals_score AS s WHERE s.workspace_id = r.workspace_id
    AND s.account_id = r.account_id AND s.kind = 'risk' AND s.renewal_id = r.id AND s.as_of < r.anchor_on
    AND coalesce(s.details #>> '{model,band}', s.details ->> 'band') = ANY(%(bands)s)) AS k
WHERE r.workspace_id = %(workspace)s AND r.anchor_on >= %(from)s AND r.anchor_on < %(until)s
  AND r.anchor_on <= %(today)s AND (k.first_on IS NOT NULL OR o.kind = 'churned')
  AND (%(accounts)s::bigint[] IS NULL OR a.id = ANY(%(accounts)s::bigint[]))
GROUP BY a.segment
"""
# Reviews held in the month: invited people of whom it is known whether they came; decisions due, and done by their day.
ATTENDANCE = """
SELECT 'attendance', s.name, '', count(*) FILTER (WHERE p.presence = 'present'), count(*), 0
FROM playbooks_reviewattendance AS p
JOIN playbooks_review AS r ON r.workspace_id = p.workspace_id AND r.id = p.review_id
JOIN playbooks_reviewseries AS s ON s.workspace_id = r.workspace_id AND s.id = r.series_id
WHERE p.workspace_id = %(workspace)s AND p.is_invited AND p.presence <> 'unknown' AND r.state <> 'called_off'
  AND r.held_on >= %(from)s AND r.held_on < %(until)s
  AND (%(reviews)s::bigint[] IS NULL OR r.id = ANY(%(reviews)s::bigint[]))
GROUP BY s.name
"""
DECISIONS = """
SELECT 'decisions', s.name, '', count(*) FILTER (WHERE d.state = 'done' AND d.ended_on <= d.due_on), count(*), 0
FROM playbooks_reviewdecision AS d
JOIN playbooks_review AS r ON r.workspace_id = d.workspace_id AND r.id = d.review_id
JOIN playbooks_reviewseries AS s ON s.workspace_id = r.workspace_id AND s.id = r.series_id
WHERE d.workspace_id = %(workspace)s AND d.due_on >= %(from)s AND d.due_on < %(until)s
  AND (d.state = 'done' OR (d.state = 'open' AND d.due_on < %(today)s))
  AND (%(reviews)s::bigint[] IS NULL OR r.id = ANY(%(reviews)s::bigint[]))
GROUP BY s.name
"""
MEASURES = (TASKS, MESSAGES, TOUCHES, HANDOVERS, INTEREST, MILESTONES, ESCALATIONS, PROACTIVE, ATTENDANCE, DECISIONS)


SPANS = """
SELECT span.month_on, t.* FROM unnest(%(months)s::date[], %(ends)s::date[], %(starts_at)s::timestamptz[],
    %(ends_at)s::timestamptz[]) AS span (month_on, until_on, from_at, until_at)
CROSS JOIN LATERAL ({measure}) AS t (measure, subject, segment, hits, base, total)
"""
OF_SPANS = {
    "%(from)s": "span.month_on",
    "%(until)s": "span.until_on",
    "%(from_at)s": "span.from_at",
    "%(until_at)s": "span.until_at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The accounts and the reviews that are counted; None: all of the workspace."""

    accounts: Sequence[int] | None = None
    reviews: Sequence[int] | None = None


WHOLE = Part()


def measure_values(rules: IndicatorRules, part: Part = WHOLE) -> dict[str, Any]:
    """Return what every statement is told besides the workspace, its days and today."""
    return {
        "answer_days": rules.answer_days,
        "early_days": rules.early_days,
        "proactive_days": rules.proactive_days,
        "bands": sorted(at_risk_rules().swing_bands),
        "accounts": None if part.accounts is None else list(part.accounts),
        "reviews": None if part.reviews is None else list(part.reviews),
    }


def tallies_of(
    part: Part, months: Sequence[date], rules: IndicatorRules, *, workspace_id: int, zone: str, today: date
) -> tuple[Tally, ...]:
    """Return the tallies of a part of the workspace in these months, added up now: one statement a measure."""
    ends = [month_after(month) for month in months]
    values = measure_values(rules, part) | {
        "workspace": workspace_id,
        "today": today,
        "months": list(months),
        "ends": ends,
        "starts_at": [datetime.combine(month, time(0), ZoneInfo(zone)) for month in months],
        "ends_at": [datetime.combine(end, time(0), ZoneInfo(zone)) for end in ends],
    }
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for measure in MEASURES:
            cursor.execute(SPANS.format(measure=_of_spans(measure)), values)
            rows += cursor.fetchall()
    return tuple(_tally(row) for row in sorted(rows, key=lambda row: row[:4]))


def _of_spans(measure: str) -> str:
    for name, column in OF_SPANS.items():
        measure = measure.replace(name, column)
    return measure


def made_months() -> Mapping[date, datetime]:
    """Return when each kept month of the workspace was made."""
    return dict(MonthMark.objects.values_list("month_on", "made_at"))


def tallies_since(month_on: date) -> tuple[Tally, ...]:
    """Return the kept tallies from a month on, the oldest first."""
    return tuple(_tally(row) for row in TALLIES.read(since=month_on))


def _tally(row: tuple[Any, ...]) -> Tally:
    month_on, measure, subject, segment, hits, base, total = row
    counted = Counted(hits=int(hits or 0), base=base, total=float(total or 0))
    return Tally(month_on=month_on, measure=measure, subject=subject, segment=segment, counted=counted)


def made_at() -> datetime | None:
    """Return when the newest month was made; None before the first time."""
    return MADE_AT.first()
