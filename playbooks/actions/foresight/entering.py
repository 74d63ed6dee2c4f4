"""When a renewal enters which playbook, by recorded facts and given rules. Reads nothing, writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from playbooks.core.facts import SelectionFacts
from playbooks.core.selection import Selected, Selection, select_playbook
from playbooks.queries.case_facts import Candidate
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.replay.configuration import CHANGED, Configuration, Rules
from playbooks.queries.replay.history import RecordedEnrolment, RenewalHistory
from renewals.core.dates import local_date, start_of_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A renewal enters a version at an instant; `recorded` is the enrolment that it was, None when there was none."""

    at: datetime
    version: PublishedVersion
    round: int
    recorded: RecordedEnrolment | None


def entries(renewal: RenewalHistory, configuration: Configuration, *, until: datetime) -> tuple[Entry, ...]:
    """Return when this renewal enters, in the order of time.

    What people and triggers put in is put in again when they did; the selection looks until then.
    """
    given = [each for each in renewal.enrolled if each.is_given and each.started_at <= until]
    first = min((each.started_at for each in given), default=None)
    selected = _selected(renewal, configuration, until=until if first is None else min(first, until))
    found = [] if selected is None or selected.at == first else [selected]
    return (*found, *(_again(each, configuration) for each in given))


def _again(enrolment: RecordedEnrolment, configuration: Configuration) -> Entry:
    is_changed = configuration.replaced == enrolment.playbook_key
    version = configuration.published[CHANGED] if is_changed else enrolment.case.version
    return Entry(at=enrolment.started_at, version=version, round=enrolment.round, recorded=enrolment)


def _selected(renewal: RenewalHistory, configuration: Configuration, *, until: datetime) -> Entry | None:
    recorded = next((each for each in renewal.enrolled if not each.is_given), None)
    looks = _looks(renewal, configuration, recorded, until=until)
    seen: Candidate | None = None
    for at in looks:
        rules = configuration.rules_at(at)
        if rules is None:
            continue
        seen = seen or renewal.entering.seen_at(now=at)
        candidate = _seen_at(renewal, seen, at)
        selection, version_id = _select(rules, candidate)
        if selection.selected is Selected.ENROL:
            return _entered(renewal, configuration, recorded, candidate, version_id, at=at)
    return None


def _entered(
    renewal: RenewalHistory,
    configuration: Configuration,
    recorded: RecordedEnrolment | None,
    candidate: Candidate,
    version_id: int,
    *,
    at: datetime,
) -> Entry:
    """It enters with the sweep of that local day: when it was recorded to, if it was; else at the look itself."""
    version, began = configuration.published[version_id], recorded.started_at if recorded else None
    if (
        recorded is not None
        and began is not None
        and at <= began
        and local_date(began, candidate.zone) == candidate.today
    ):
        at = began
    is_same = recorded is not None and recorded.playbook_key == version.definition.key and version_id != CHANGED
    if recorded is not None and is_same and at == began:
        version = recorded.case.version
    return Entry(at=at, version=version, round=1, recorded=recorded)


def _select(rules: Rules, candidate: Candidate) -> tuple[Selection, int]:
    versions = rules.versions.for_facts(candidate.facts.facts)
    playbooks = {key: version.definition for key, version in versions.items()}
    selection = select_playbook(rules.selection, playbooks, candidate.facts, today=candidate.today)
    chosen = versions.get(selection.playbook_key or "")
    return selection, chosen.version_id if chosen else CHANGED


def _looks(
    renewal: RenewalHistory, configuration: Configuration, recorded: RecordedEnrolment | None, *, until: datetime
) -> Iterator[datetime]:
    """Yield when the engine could have seen something new: a window opens, rules or recorded facts change."""
    zone = renewal.entering.seen_at(now=until).zone
    due_on = (renewal.line.dates_at(until) or (renewal.due_on, None))[0]
    first = start_of_day(due_on - timedelta(days=configuration.longest_window()), zone)
    first = max(first, renewal.known_from_at)
    last = min(until, start_of_day(due_on + ONE_DAY, zone))
    last = last if renewal.ended_at is None else min(last, renewal.ended_at)
    opening = {start_of_day(due_on - timedelta(days=days), zone) for days in configuration.windows()}
    moments = {first, *opening, *configuration.instants, *renewal.line.instants()}
    moments |= {recorded.started_at} if recorded else set()
    yield from sorted(at for at in moments if first <= at <= last)


def _seen_at(renewal: RenewalHistory, base: Candidate, at: datetime) -> Candidate:
    """Return the renewal as the selection saw it at a moment, by what was recorded."""
    due_on = (renewal.line.dates_at(at) or (renewal.due_on, None))[0]
    today = dict(base.facts.facts) | {"renewal.days_to_due": (due_on - _utc_day(at)).days}
    facts = SelectionFacts(
        workspace_id=base.facts.workspace_id,
        renewal_id=renewal.renewal_id,
        renewal_on=due_on,
        is_renewal_open=True,
        enrolled_occurrences=(),
        facts=renewal.line.facts_at(at, today=today),
    )
    return Candidate(account_id=renewal.account_id, today=local_date(at, base.zone), zone=base.zone, facts=facts)


def _utc_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo("UTC")).date()
