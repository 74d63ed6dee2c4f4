"""Project the touches of renewals: those in a playbook, and those that will enter one. Reads, walks, writes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from playbooks.actions.foresight.firing import fire_ahead, rules_on_scores
from playbooks.actions.foresight.walk import Track, entered, tracks_of, walk
from playbooks.core.foresight import Milestone, Touch, milestones_of
from playbooks.core.selection import Selected, Selection, SelectionRules, select_playbook
from playbooks.queries.ageing import AGEING, Silence, reads_scores
from playbooks.queries.assignees import assignees
from playbooks.queries.cases import EnteringCase, load_entering, load_open_cases
from playbooks.queries.definitions import PublishedVersion, definitions_of
from playbooks.queries.enrolling import ActiveVersion, VersionsInForce, versions_in_force
from playbooks.queries.foresight import RenewalAhead, renewals_ahead
from playbooks.queries.selection import selection_in_force
from renewals.core.conditions import fields_of
from renewals.core.dates import start_of_day
from signals.queries.foreseen import scores_ahead

ONE_DAY = timedelta(days=1)
COUNTED_IN_DAYS = (
    "renewal.days_to_due",
    "renewal.days_to_notice",
    "account.days_to_budget",
    "touch.days_since_reply",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """What is ahead of one renewal up to the horizon: its touches in the order of time, and its milestones."""

    renewal: RenewalAhead
    playbook_key: str
    touches: tuple[Touch, ...]
    milestones: tuple[Milestone, ...]


@dataclass(frozen=True, kw_only=True)
class Selecting:
    """What decides where a renewal enters: the ordered cases, the versions in force, pilots too, and definitions."""

    rules: SelectionRules
    versions: VersionsInForce
    published: Mapping[int, PublishedVersion]

    @cached_property
    def counts_days(self) -> bool:
        """Whether a case, an entry condition or a pilot asks for a fact that a turn of the day changes."""
        trials = [each for trial in self.versions.pilots.values() for each in trial]
        versions = (*self.versions.full.values(), *(each.version for each in trials))
        asked = [*(case.condition for case in self.rules.cases), *(each.condition for each in trials)]
        asked += [version.definition.entry for version in versions]
        return any(field in COUNTED_IN_DAYS for condition in asked for field in fields_of(condition))


def project_renewals(renewal_ids: Sequence[int], *, now: datetime, until: datetime) -> tuple[Projected, ...]:
    """Return what will happen to these open renewals up to `until` if nothing changes, by renewal id.

    Other enrolments of the same accounts are walked along, because their messages count; give whole accounts.
    """
    renewals, people = renewals_ahead(renewal_ids), assignees()
    running, entering = _tracks(renewals, now=now, until=until)
    rules, until_aged = rules_on_scores(), min(until, now + AGEING)
    silence = _silence(renewals, None if rules else (*running, *entering), now=now, until=until_aged)
    fired = fire_ahead(rules, silence, entering, people, now=now)
    tracks = (*running, *_not_overtaken(entering, fired.tracks), *fired.tracks)
    tracks = tuple(replace(track, loaded=silence.over(track.loaded)) for track in tracks)
    playbooks = {track.loaded.row["renewal_id"]: track.loaded.version.definition for track in tracks}
    touches: dict[int, list[Touch]] = defaultdict(list)
    for mine in _by_account(tracks).values():
        for touch in walk(mine, people, until=until):
            touches[touch.renewal_id].append(touch)
    for touch in fired.touches:
        touches[touch.renewal_id].append(touch)
    return tuple(
        Projected(
            renewal=each,
            playbook_key=playbooks[each.renewal_id].key if each.renewal_id in playbooks else "",
            touches=tuple(sorted(touches[each.renewal_id], key=lambda touch: touch.at)),
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


def entering_track(case: EnteringCase, selecting: Selecting, *, now: datetime, until: datetime) -> Track | None:
    """Return a renewal at the first step of the playbook it will enter; None when nobody can say that it will.

    It enters with the first sweep that finds its window open and its case yes: as a day begins, where days count.
    """
    for at in _looks(case, selecting, now=now, until=until):
        selection = _select(case, selecting, at)
        if selection.selected is Selected.ENROL and selection.playbook_key is not None:
            version = _versions(case, selecting, at)[selection.playbook_key]
            return entered(case.enrolled(selecting.published[version.version_id], now=at), now=at)
    return None


def selecting_now() -> Selecting:
    """Return what selection goes by now."""
    versions = versions_in_force()
    trials = (each.version for trial in versions.pilots.values() for each in trial)
    published = definitions_of(version.version_id for version in (*versions.full.values(), *trials))
    return Selecting(rules=selection_in_force(), versions=versions, published=published)


def _silence(
    renewals: Sequence[RenewalAhead], asking: Sequence[Track] | None, *, now: datetime, until: datetime
) -> Silence:
    """Score these accounts ahead; of tracks given, only those whose playbook asks for a score before `until`."""
    accounts = {each.account_id for each in renewals}
    if asking is not None:
        near = (each.loaded for each in asking if each.due_at <= until)
        accounts &= {each.row["account_id"] for each in near if reads_scores(each.version.definition)}
    scores = scores_ahead(renewals[0].workspace_id, accounts, now=now, until=until) if accounts else {}
    return Silence(scores=scores, until=until)


def _looks(case: EnteringCase, selecting: Selecting, *, now: datetime, until: datetime) -> Iterator[datetime]:
    """Yield when selection could find something new: now, and as the window opens or a day it counts turns."""
    yield now
    zone = case.seen_at(now=now).zone
    if not selecting.counts_days:
        opens_on = _select(case, selecting, now).opens_on
        opening = start_of_day(opens_on, zone) if opens_on is not None else now
        yield from (opening,) if opening > now else ()
        return
    replied_at = case.people.replies.get(case.row["account_id"])
    since_reply = (now - replied_at) % ONE_DAY if replied_at else ONE_DAY
    turns = {now + each * ONE_DAY - since_reply for each in range(1, (until - now).days + 2)}
    for each in range((until - now).days + 3):
        turns |= {start_of_day(now.date() + each * ONE_DAY, name) for name in (zone, "UTC")}
    yield from sorted(at for at in turns if now < at <= until)


def _select(case: EnteringCase, selecting: Selecting, at: datetime) -> Selection:
    candidate = case.seen_at(now=at)
    playbooks = {key: version.definition for key, version in _versions(case, selecting, at).items()}
    return select_playbook(selecting.rules, playbooks, candidate.facts, today=candidate.today)


def _versions(case: EnteringCase, selecting: Selecting, at: datetime) -> Mapping[str, ActiveVersion]:
    return selecting.versions.for_facts(case.seen_at(now=at).facts.facts)


def _tracks(
    renewals: Sequence[RenewalAhead], *, now: datetime, until: datetime
) -> tuple[tuple[Track, ...], tuple[Track, ...]]:
    """Return the enrolments that run, and those that will begin because a window opens."""
    enrolled = load_open_cases([item for each in renewals for item in each.enrolment_ids], now=now)
    waiting = load_entering([each.renewal_id for each in renewals if not each.was_enrolled], now=now)
    selecting = selecting_now()
    entering = (entering_track(case, selecting, now=now, until=until) for case in waiting)
    running = tracks_of(enrolled, now=now)
    return running, tuple(track for track in entering if track is not None)


def _not_overtaken(entering: Sequence[Track], fired: Sequence[Track]) -> Iterator[Track]:
    """Leave out who is in a playbook by a rule before selection would have looked."""
    since = {track.loaded.row["renewal_id"]: track.loaded.row["started_at"] for track in fired}
    for track in entering:
        began_at = since.get(track.loaded.row["renewal_id"])
        if began_at is None or track.loaded.row["started_at"] < began_at:
            yield track


def _by_account(tracks: Iterable[Track]) -> Mapping[int, list[Track]]:
    found: dict[int, list[Track]] = defaultdict(list)
    for track in tracks:
        found[track.loaded.row["account_id"]].append(track)
    return found
