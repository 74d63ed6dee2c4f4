"""Renewals that may enter a playbook now, and the newest published version of each playbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection

from playbooks.core.definition import Playbook
from playbooks.models import PlaybookVersion
from playbooks.queries.definitions import definitions_of

# Segments whose playbook opens later are left out until its window is near; a day to spare covers every zone.
CANDIDATES = """
SELECT r.due_on, r.id FROM renewals_renewal AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN unnest(%(segments)s::text[], %(windows)s::int[]) AS s(segment, days) ON s.segment = a.segment
WHERE r.closed_on IS NULL AND r.due_on >= %(today)s::date - 1
  AND r.due_on <= %(today)s::date + coalesce(s.days, %(longest)s) + 1 AND (r.due_on, r.id) > (%(due_on)s, %(id)s)
  AND NOT EXISTS (
      SELECT 1 FROM playbooks_enrolment AS e WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id
  )
ORDER BY r.due_on, r.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveVersion:
    """The version new enrolments get."""

    playbook_id: int
    version_id: int
    rule_version: str
    definition: Playbook


def active_versions() -> Mapping[str, ActiveVersion]:
    """Return the newest published version of each active playbook, by playbook key."""
    newest = (
        PlaybookVersion.objects.filter(playbook__is_active=True, published_at__isnull=False)
        .order_by("playbook_id", "-number")
        .distinct("playbook_id")
        .values_list("playbook__key", "playbook_id", "id")
    )
    found = list(newest)
    parsed = definitions_of(version for _, _, version in found)
    return {
        key: ActiveVersion(
            playbook_id=playbook,
            version_id=version,
            rule_version=parsed[version].rule_version,
            definition=parsed[version].definition,
        )
        for key, playbook, version in found
    }


def candidate_ids(
    versions: Mapping[str, ActiveVersion], *, today: date, after: tuple[date, int], limit: int
) -> list[tuple[date, int]]:
    """Return (due day, id) of the next renewals inside a window and in no playbook yet, in the order of due days."""
    windows = {
        segment: version.definition.window_days
        for version in versions.values()
        for segment in version.definition.segments
    }
    values = {
        "segments": list(windows),
        "windows": list(windows.values()),
        "longest": max((version.definition.window_days for version in versions.values()), default=0),
        "today": today,
        "due_on": after[0],
        "id": after[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]
