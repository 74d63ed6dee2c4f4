"""Keep the sums of the pipeline and of what is at risk: two statements, at most twice a minute for a workspace."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from playbooks.core.queue import NEAR_DAYS
from playbooks.models import AtRiskSum, PipelineSum
from renewals.core.dates import local_date
from renewals.queries.workspaces import workspace

REST = timedelta(seconds=25)

# The row is locked until the sums are written: of two at once the later one finds them fresh and rests.
MARK = """
INSERT INTO playbooks_pipelinemark AS m (workspace_id, summed_at, near_on) VALUES (%(workspace)s, %(now)s, %(near)s)
ON CONFLICT (workspace_id) DO UPDATE SET summed_at = excluded.summed_at, near_on = excluded.near_on
WHERE excluded.summed_at - m.summed_at >= %(rest)s OR excluded.summed_at < m.summed_at RETURNING id
"""
SUM = """
INSERT INTO playbooks_pipelinesum (workspace_id, quarter_on, is_near, category, stage, segment, owner_id, number,
    amount, at_risk)
SELECT q.workspace_id, date_trunc('quarter', q.due_on)::date, q.due_on <= %(near)s, r.forecast_category, r.stage,
    q.segment, q.owner_id, count(*), sum(q.reporting_amount), sum(q.at_risk_amount)
FROM playbooks_queueentry AS q
JOIN renewals_renewal AS r ON r.workspace_id = q.workspace_id AND r.id = q.renewal_id
WHERE q.workspace_id = %(workspace)s AND r.closed_on IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
"""

SUM_AT_RISK = """
INSERT INTO playbooks_atrisksum (workspace_id, quarter_on, segment, risk_band, risk_reason, is_actionable,
    has_playbook, is_swing, number, unpriced, amount, at_risk)
SELECT q.workspace_id, date_trunc('quarter', q.due_on)::date, q.segment, coalesce(q.risk_band, ''), q.risk_reason,
    q.is_actionable, q.has_playbook, q.is_swing, count(*), count(*) FILTER (WHERE q.reporting_amount IS NULL),
    sum(q.reporting_amount), sum(q.at_risk_amount)
FROM playbooks_queueentry AS q
JOIN renewals_renewal AS r ON r.workspace_id = q.workspace_id AND r.id = q.renewal_id
WHERE q.workspace_id = %(workspace)s AND r.closed_on IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


def sum_pipeline(*, workspace_id: int, now: datetime) -> int:
    """Add the workspace's pipeline up anew; returns the number of sums, 0 where they are still fresh.

    Run inside the workspace. Near is counted from its local day.
    """
    near = local_date(now, workspace(workspace_id).timezone) + timedelta(days=NEAR_DAYS)
    values = {"workspace": workspace_id, "now": now, "rest": REST, "near": near}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MARK, values)
        if cursor.fetchone() is None:
            return 0
        PipelineSum.objects.filter(workspace_id=workspace_id).delete()
        AtRiskSum.objects.filter(workspace_id=workspace_id).delete()
        cursor.execute(SUM_AT_RISK, values)
        cursor.execute(SUM, values)
        return int(cursor.rowcount)
