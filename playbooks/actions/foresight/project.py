"""Project the touches of renewals: those in a playbook, and those that will enter one. Reads, walks, writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from playbooks.actions.foresight.walk import Track, entered, tracks_of, walk
from playbooks.core.definition import Playbook
from playbooks.core.foresight import Milestone, Touch, milestones_of
from playbooks.core.selection import Selected, Selection, SelectionRules, select_playbook
from playbooks.queries.assignees import assignees
from playbooks.queries.cases import EnteringCase, load_entering, load_open_cases
from playbooks.queries.definitions import PublishedVersion, definitions_of
from playbooks.queries.enrolling import ActiveVersion, active_versions
from playbooks.queries.foresight import RenewalAhead, renewals_ahead
from playbooks.queries.library import selection_rules
from renewals.core.dates import start_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """What is ahead of one renewal up to the horizon: its touches in the order of time, and its milestones."""

    renewal: RenewalAhead
    playbook_key: str
    touches: tuple[Touch, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selecting:
    """What decides where a renewal enters: the ordered cases, the versions in force and their definitions."""

    rules: SelectionRules
    versions: Mapping[str, ActiveVersion]
    published: Mapping[int, PublishedVersion]

    @property
    def playbooks(self) -> Mapping[str, Playbook]:
        """The definitions in force by key."""
        return {key: version.definition for key, version in self.versions.items()}


def project_renewals(renewal_ids: Sequence[int], *, now: datetime, until: datetime) -> tuple[Projected, ...]:
    """Return what will happen to these open renewals up to `until` if nothing changes, by renewal id.

    Other enrolments of the same accounts are walked along, because their messages count; give whole accounts.
    """
    renewals = renewals_ahead(renewal_ids)
    tracks, people = _tracks(renewals, now=now), assignees()
    playbooks = {track.loaded.row["renewal_id"]: track.loaded.version.definition for track in tracks}
    touches: dict[int, list[Touch]] = defaultdict(list)
    for mine in _by_account(tracks).values():
        for touch in walk(mine, people, until=until):
            touches[touch.renewal_id].append(touch)
    return tuple(
        Projected(
            renewal=each,
            playbook_key=playbooks[each.renewal_id].key if each.renewal_id in playbooks else "",
            touches=tuple(touches[each.renewal_id]),
            milestones=milestones_of(
                playbooks.get(each.renewal_id),
                renewal_on=each.due_on,
                notice_on=each.notice_on,
                first=now.date(),
                last=until.date(),
            ),
        )
        for each in renewals
    )


def entering_track(case: EnteringCase, selecting: Selecting, *, now: datetime) -> Track | None:
    """Return a renewal at the first step of the playbook it will enter; None when nobody can say that it will.

    It enters with the first sweep of the local day on which its window opens.
    """
    enters_at, selection = now, _select(case, selecting, now)
    if selection.selected is Selected.WAIT and selection.opens_on is not None:
        enters_at = max(now, start_of_day(selection.opens_on, case.seen_at(now=now).zone))
        selection = _select(case, selecting, enters_at)
    if selection.selected is not Selected.ENROL or selection.playbook_key is None:
        return None
    version = selecting.published[selecting.versions[selection.playbook_key].version_id]
    return entered(case.enrolled(version, now=enters_at), now=enters_at)


def selecting_now() -> Selecting:
    """Return what selection goes by now."""
    versions = active_versions()
    published = definitions_of(version.version_id for version in versions.values())
    return Selecting(rules=selection_rules(), versions=versions, published=published)


def _select(case: EnteringCase, selecting: Selecting, at: datetime) -> Selection:
    candidate = case.seen_at(now=at)
    return select_playbook(selecting.rules, selecting.playbooks, candidate.facts, today=candidate.today)


def _tracks(renewals: Sequence[RenewalAhead], *, now: datetime) -> tuple[Track, ...]:
    enrolled = load_open_cases([item for each in renewals for item in each.enrolment_ids], now=now)
    waiting = load_entering([each.renewal_id for each in renewals if not each.was_enrolled], now=now)
    selecting = selecting_now()
    entering = (entering_track(case, selecting, now=now) for case in waiting)
    return (*tracks_of(enrolled, now=now), *(track for track in entering if track is not None))


def _by_account(tracks: Iterable[Track]) -> Mapping[int, list[Track]]:
    found: dict[int, list[Track]] = defaultdict(list)
    for track in tracks:
        found[track.loaded.row["account_id"]].append(track)
    return found
