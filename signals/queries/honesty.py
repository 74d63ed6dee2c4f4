"""What the honesty report is made from: the score that stood at the horizon of each ended renewal; and the reports."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection

from signals.core.learning.honesty_report import JudgedScore, ReportRules, parse_report_rules
from signals.models import HonestyReport
from signals.queries.library import shipped

# Only what was written down by then counts: a score that was computed with hindsight is not judged. Where a model
# spoke, number and band are the model's. Of the youngest due dates only what was signed early is known: an outcome
# waits until every renewal of its date is.
JUDGED = """
SELECT s.id, r.account_id, r.id, s.details -> 'facts' ->> 'segment',
       CASE WHEN s.details #>> '{model,number}' IS NULL THEN 'scorecard' ELSE 'model' END,
       coalesce((s.details #>> '{model,number}')::int, v.number), s.value,
       coalesce(s.details #>> '{model,band}', s.details ->> 'band'),
       o.kind = 'churned', coalesce(r.notice_on, r.due_on) - (w.first_high AT TIME ZONE 'UTC')::date
FROM renewals_renewal r
JOIN renewals_outcome o ON o.workspace_id = r.workspace_id AND o.renewal_id = r.id
JOIN LATERAL (
  SELECT * FROM signals_renewallabel k WHERE k.workspace_id = r.workspace_id AND k.renewal_id = r.id
  ORDER BY k.version DESC LIMIT 1
) l ON l.kind <> 'censored' AND l.matures_on <= %(today)s
JOIN LATERAL (
  SELECT * FROM signals_score c
  WHERE c.workspace_id = r.workspace_id AND c.account_id = r.account_id AND c.kind = %(kind)s
    AND c.renewal_id IS NOT DISTINCT FROM CASE WHEN %(kind)s = 'risk' THEN r.id END
    AND c.as_of <= r.due_on - %(horizon)s AND c.recorded_at < r.due_on - %(horizon)s + 1
  ORDER BY c.as_of DESC, c.id DESC LIMIT 1
) s ON s.value IS NOT NULL
JOIN signals_scorecardversion v ON v.workspace_id = s.workspace_id AND v.id = s.scorecard_id
LEFT JOIN LATERAL (
  SELECT min(h.as_of) AS first_high FROM signals_score h
  WHERE h.workspace_id = r.workspace_id AND h.account_id = r.account_id AND h.kind = 'risk' AND h.renewal_id = r.id
    AND coalesce(h.details #>> '{model,band}', h.details ->> 'band') = 'high' AND h.as_of < o.decided_on
) w ON true
WHERE r.workspace_id = %(workspace)s AND r.due_on > %(since)s AND o.decided_on <= %(today)s
ORDER BY r.id
"""


def report_rules() -> ReportRules:
    """Return the settings of the report."""
    return parse_report_rules(shipped("honesty"))


def judged_scores(workspace_id: int, *, kind: str, rules: ReportRules, today: date) -> list[JudgedScore]:
    """Return the score of each renewal that ended lately, as it stood at the horizon; those not scored are left out."""
    parameters = {
        "workspace": workspace_id,
        "kind": kind,
        "horizon": rules.horizon_days,
        "since": today - timedelta(days=rules.days_back),
        "today": today,
    }
    first = ("score_id", "account_id", "renewal_id", "segment", "maker", "version")
    names = (*first, "value", "band", "is_lost", "warned_days")
    with connection.cursor() as cursor:
        cursor.execute(JUDGED, parameters)
        return [JudgedScore(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def week_of(*, now: datetime) -> date:
    """Return the Monday of the week."""
    today = now.date()
    return today - timedelta(days=today.weekday())


def has_reports(week_on: date) -> bool:
    """Answer whether the reports of a week have been made."""
    return HonestyReport.objects.filter(week_on=week_on).exists()


def reports(*, kind: str, segment: str, maker: str, version: int) -> Sequence[HonestyReport]:
    """Return the reports on one kind, segment ("" for all), maker and version ("" and 0 for all), the newest first."""
    found = HonestyReport.objects.filter(kind=kind, segment=segment, maker=maker, version=version)
    return list(found.order_by("-week_on")[:104])


def reported_parts(kind: str) -> list[tuple[str, str, int]]:
    """Return the segments, makers and versions that the newest reports of a kind speak of."""
    newest = HonestyReport.objects.filter(kind=kind).order_by("-week_on").values_list("week_on", flat=True).first()
    found = HonestyReport.objects.filter(kind=kind, week_on=newest).order_by("segment", "maker", "version")
    return list(found.values_list("segment", "maker", "version"))
