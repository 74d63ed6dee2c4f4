"""Renewals that may enter a playbook now, and the newest published version of each playbook."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from playbooks.core.condition_parse import NEVER
from playbooks.core.definition import Playbook
from playbooks.core.pilots import Pilot, version_for
from playbooks.core.vocabulary import ReEnrolment
from playbooks.models import PlaybookVersion
from playbooks.queries.definitions import definitions_of
from renewals.core.conditions import Facts

# Segments whose playbook opens later are left out until its window is near; a day to spare covers every zone.
CANDIDATES = """
SELECT r.due_on, r.id FROM renewals_renewal AS r
JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN unnest(%(segments)s::text[], %(windows)s::int[]) AS s(segment, days) ON s.segment = a.segment
WHERE r.closed_on IS NULL AND r.due_on >= %(today)s::date - 1
  AND r.due_on <= %(today)s::date + coalesce(s.days, %(longest)s) + 1 AND (r.due_on, r.id) > (%(due_on)s, %(id)s)
  AND NOT EXISTS (
      SELECT 1 FROM playbooks_enrolment AS e WHERE e.workspace_id = r.workspace_id AND e.renewal_id = r.id
        AND (e.playbook_id <> ALL(%(repeated)s::bigint[]) OR e.state IN ('active', 'paused', 'parked'))
        AND e.trigger->>'proposal_link' IS NULL
  )
ORDER BY r.due_on, r.id LIMIT %(limit)s
"""

# What a second enrolment of the same renewal would meet: an open run, or one of this contract period.
ENROLLED = """
SELECT e.renewal_id, b.key FROM playbooks_enrolment AS e
JOIN playbooks_playbook AS b ON b.workspace_id = e.workspace_id AND b.id = e.playbook_id
JOIN renewals_renewal AS r ON r.workspace_id = e.workspace_id AND r.id = e.renewal_id
WHERE e.renewal_id = ANY(%s)
  AND (e.state IN ('active', 'paused', 'parked') OR e.occurrence = r.due_on AND e.round = 1)
"""

NEWEST_FULL = (
    PlaybookVersion.objects.filter(playbook=OuterRef("playbook"), published_at__isnull=False, is_pilot=False)
    .order_by("-number")
    .values("number")[:1]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveVersion:
    """The version new enrolments get."""

    playbook_id: int
    version_id: int
    rule_version: str
    definition: Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsInForce:
    """What new enrolments may get, by playbook key: the version for everybody, and newer ones on trial."""

    full: Mapping[str, ActiveVersion]
    pilots: Mapping[str, tuple[Pilot[ActiveVersion], ...]]

    def for_facts(self, facts: Facts) -> Mapping[str, ActiveVersion]:
        """Return the version of each playbook that a renewal with these facts would enter under."""
        if not self.pilots:
            return self.full
        keys = {**self.full, **self.pilots}
        found = {key: version_for(self.full.get(key), self.pilots.get(key, ()), facts) for key in keys}
        return {key: version for key, version in found.items() if version is not None}

    def segments(self) -> frozenset[str]:
        """Return the segments that any version is written for."""
        versions = [*self.full.values(), *(each.version for trial in self.pilots.values() for each in trial)]
        return frozenset(segment for version in versions for segment in version.definition.segments)

    def repeated(self) -> frozenset[int]:
        """Return the playbooks that a renewal may enter more than once in a period."""
        versions = [*self.full.values(), *(each.version for trial in self.pilots.values() for each in trial)]
        return frozenset(
            version.playbook_id
            for version in versions
            if version.definition.re_enrolment.mode is not ReEnrolment.ONCE_PER_RENEWAL
        )

    def longest_windows(self) -> Mapping[str, int]:
        """Return how many days before the renewal date each playbook opens at the earliest, whichever version."""
        versions = [*self.full.items(), *((key, each.version) for key, trial in self.pilots.items() for each in trial)]
        longest: dict[str, int] = {}
        for key, version in versions:
            longest[key] = max(longest.get(key, 0), version.definition.window_days)
        return longest


def active_versions() -> Mapping[str, ActiveVersion]:
    """Return the newest published version of each active playbook that is no pilot, by playbook key."""
    return versions_in_force().full


def versions_in_force() -> VersionsInForce:
    """Return the newest version of each active playbook, and the pilots published after it, newest first."""
    rows = list(
        PlaybookVersion.objects.filter(playbook__is_active=True, published_at__isnull=False)
        .filter(number__gte=Coalesce(Subquery(NEWEST_FULL), 0))
        .order_by("playbook_id", "-number")
        .values_list("playbook__key", "playbook_id", "id", "is_pilot")
    )
    parsed = definitions_of(version for _, _, version, _ in rows)
    full: dict[str, ActiveVersion] = {}
    pilots: dict[str, tuple[Pilot[ActiveVersion], ...]] = {}
    for key, playbook, version, is_pilot in rows:
        found = parsed[version]
        made = ActiveVersion(
            playbook_id=playbook, version_id=version, rule_version=found.rule_version, definition=found.definition
        )
        if is_pilot:
            condition = found.pilot.condition if found.pilot else NEVER
            pilots[key] = (*pilots.get(key, ()), Pilot(condition=condition, version=made))
        else:
            full[key] = made
    return VersionsInForce(full=full, pilots=pilots)


def enrolled_playbooks(renewal_ids: Iterable[int]) -> set[tuple[int, str]]:
    """Return the renewals with the key of each playbook that they cannot enter once more by hand or by a rule."""
    with connection.cursor() as cursor:
        cursor.execute(ENROLLED, [list(renewal_ids)])
        return {(renewal, key) for renewal, key in cursor.fetchall()}


def candidate_ids(
    windows: Mapping[str, int],
    *,
    longest: int,
    today: date,
    after: tuple[date, int],
    limit: int,
    repeated: Collection[int] = (),
) -> list[tuple[date, int]]:
    """Return (due day, id) of the next renewals inside a window and in no playbook yet, in the order of due days.

    `windows` are days before the due date by segment; `longest` holds for every other segment. Renewals that have been
    in none but the `repeated` playbooks, and are in none now, may enter again.
    """
    values = {
        "segments": list(windows),
        "windows": list(windows.values()),
        "longest": longest,
        "today": today,
        "due_on": after[0],
        "id": after[1],
        "limit": limit,
        "repeated": sorted(repeated),
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]
