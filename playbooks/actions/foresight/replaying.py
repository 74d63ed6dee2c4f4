"""Play recorded history again under a configuration. It takes what was read and gives what would have happened.

There is no channel, no outbox and no writer within its reach: a test follows every import from here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from playbooks.actions.foresight.entering import Entry, entries
from playbooks.actions.foresight.walk import entered, walk
from playbooks.core.account_facts import TouchLimits
from playbooks.core.budget import tighter
from playbooks.core.foresight import Touch
from playbooks.core.replay.acts import ENTER, HUMAN, Act
from playbooks.queries.assignees import Assignees
from playbooks.queries.cases import LoadedCase
from playbooks.queries.replay.configuration import Configuration
from playbooks.queries.replay.history import RenewalHistory
from playbooks.queries.replay.recorded import begun, entering_case


def replay(
    history: Sequence[RenewalHistory], configuration: Configuration, people: Assignees, *, until: datetime
) -> Mapping[int, tuple[Act, ...]]:
    """Return what happens to each renewal up to `until`, by renewal id; one account is one walk."""
    found: dict[int, list[Act]] = {renewal.renewal_id: [] for renewal in history}
    for mine in _by_account(history).values():
        played = []
        for renewal in mine:
            for entry in entries(renewal, configuration, until=until):
                found[renewal.renewal_id].append(_entry_act(renewal, entry))
                played.append((renewal, entry))
        for act in _walked(played, configuration, people, until=until):
            found[act.renewal_id].append(act)
    return {renewal: tuple(acts) for renewal, acts in found.items()}


def _walked(
    played: Sequence[tuple[RenewalHistory, Entry]], configuration: Configuration, people: Assignees, *, until: datetime
) -> Iterable[Act]:
    tracks, owners = [], {}
    for place, (renewal, entry) in enumerate(played):
        case = _case(renewal, entry, place)
        track = entered(_limited(case, configuration), now=entry.at)
        if track is not None:
            tracks.append(replace(track, stops_at=_stops_at(renewal, entry)))
            owners[renewal.renewal_id, entry.version.definition.key] = entry.round
    for touch in walk(tracks, people, until=until):
        yield _act(touch, owners[touch.renewal_id, touch.playbook_key])


def _case(renewal: RenewalHistory, entry: Entry, place: int) -> LoadedCase:
    if entry.recorded is not None:
        return begun(entry.recorded.case, entry.version, at=entry.at, place=place)
    case = entering_case(renewal.entering, entry.version, renewal.line, renewal.replies)
    return begun(case, entry.version, at=entry.at, place=place)


def _limited(case: LoadedCase, configuration: Configuration) -> LoadedCase:
    """Return the case with another budget of touches, if the configuration has one."""
    if configuration.limits is None:
        return case
    own: TouchLimits | None = configuration.own_limits.get(case.row["account_id"])
    state = case.row["state"]
    state = replace(state, facts=replace(state.facts, limits=tighter(configuration.limits, own)))
    return replace(case, row={**case.row, "state": state})


def _stops_at(renewal: RenewalHistory, entry: Entry) -> datetime | None:
    """When somebody ended it; where nobody had to, it ends when the renewal was known to have closed."""
    if entry.recorded is not None and entry.recorded.stopped_at is not None:
        return entry.recorded.stopped_at
    return renewal.ended_at if entry.recorded is None else None


def _entry_act(renewal: RenewalHistory, entry: Entry) -> Act:
    return Act(
        renewal_id=renewal.renewal_id,
        account_id=renewal.account_id,
        playbook_key=entry.version.definition.key,
        round=entry.round,
        step_key="",
        name=entry.version.definition.name,
        kind=ENTER,
        effect=ENTER,
        at=entry.at,
    )


def _act(touch: Touch, number: int) -> Act:
    return Act(
        renewal_id=touch.renewal_id,
        account_id=touch.account_id,
        playbook_key=touch.playbook_key,
        round=number,
        step_key=touch.step_key,
        name=touch.name,
        kind=touch.kind,
        effect=touch.effect.value,
        at=touch.at,
        owner_id=touch.owner_id if touch.effect.value in HUMAN else None,
        why=touch.reasons[0].code if touch.reasons else "",
    )


def _by_account(history: Iterable[RenewalHistory]) -> Mapping[int, list[RenewalHistory]]:
    found: dict[int, list[RenewalHistory]] = defaultdict(list)
    for renewal in history:
        found[renewal.account_id].append(renewal)
    return found
