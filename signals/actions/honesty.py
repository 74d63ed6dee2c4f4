"""Write the honesty reports of a week, once: for health and risk, by segment and by version of scorecard or model."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from signals.core.learning.honesty_report import Honesty, JudgedScore, ReportRules, honesty_of
from signals.models import HonestyReport
from signals.queries.honesty import has_reports, judged_scores, report_rules, week_of

KINDS = ("health", "risk")
IN_COLUMNS = ("is_enough", "rows", "lost", "verdict", "brier", "auc")


@transaction.atomic
def report_honesty(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Make the reports of this week and return how many; a week that has them is left alone."""
    week_on, rules = week_of(now=now), report_rules()
    if has_reports(week_on):
        return 0
    made = []
    for kind in KINDS:
        rows = judged_scores(workspace_id, kind=kind, rules=rules, today=now.date())
        for segment, maker, version in _parts(rows):
            spoken = [row for row in rows if not maker or (row.maker, row.version) == (maker, version)]
            mine = [row for row in spoken if segment in ("", row.segment)]
            found = honesty_of(mine, kind=kind, rules=rules)
            made.append(
                HonestyReport(
                    workspace_id=workspace_id,
                    week_on=week_on,
                    kind=kind,
                    segment=segment,
                    maker=maker,
                    version=version,
                    made_at=now,
                    **_columns(found, rules),
                )
            )
    HonestyReport.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


def _parts(rows: list[JudgedScore]) -> list[tuple[str, str, int]]:
    """Return every segment and version there is, and all of each."""
    segments = ["", *sorted({row.segment for row in rows if row.segment})]
    versions = [("", 0), *sorted({(row.maker, row.version) for row in rows})]
    return [(segment, maker, version) for segment in segments for maker, version in versions]


def _columns(found: Honesty, rules: ReportRules) -> dict[str, object]:
    figures = {name: value for name, value in asdict(found).items() if name not in IN_COLUMNS}
    return {
        "is_enough": found.is_enough,
        "rows_count": found.rows,
        "lost_count": found.lost,
        "verdict": found.verdict,
        "brier": found.brier,
        "auc": found.auc,
        "rules": asdict(rules),
        "figures": figures,
    }
