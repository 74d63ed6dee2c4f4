"""Play recorded history again under a configuration. It takes what was read and gives what would have happened.

There is no channel, no outbox and no writer within its reach: a test follows every import from here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.actions.foresight.entering import Entry, entries
from playbooks.actions.foresight.triggered import triggered
from playbooks.actions.foresight.walk import entered, walk
from playbooks.core.account_facts import TouchLimits
from playbooks.core.budget import tighter
from playbooks.core.foresight import Touch
from playbooks.core.replay.acts import ENTER, HUMAN, TRIGGER, Act
from playbooks.queries.assignees import Assignees
from playbooks.queries.cases import LoadedCase
from playbooks.queries.replay.configuration import Configuration
from playbooks.queries.replay.history import RenewalHistory
from playbooks.queries.replay.recorded import begun, entering_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What happens to each renewal, by its id; and by account what that hangs on: who enters where and when."""

    acts: Mapping[int, tuple[Act, ...]]
    entered: Mapping[int, tuple[tuple[RenewalHistory, Entry], ...]]
    configuration: Configuration


def replay(
    history: Sequence[RenewalHistory],
    configuration: Configuration,
    people: Assignees,
    *,
    until: datetime,
    like: Played | None = None,
) -> Played:
    """Return what happens to each renewal up to `until`; one account is one walk.

    An account that enters as it did in `like`, under the same budget and facts, goes the same way: it is not walked
    again.
    """
    found: dict[int, list[Act]] = {renewal.renewal_id: [] for renewal in history}
    came: dict[int, tuple[tuple[RenewalHistory, Entry], ...]] = {}
    for account, mine in _by_account(history).items():
        came[account] = tuple(
            (renewal, entry) for renewal in mine for entry in entries(renewal, configuration, until=until)
        )
        if like is not None and _goes_alike(came[account], like.entered.get(account, ()), configuration, like):
            found |= {
                each.renewal_id: [act for act in like.acts[each.renewal_id] if act.kind != TRIGGER] for each in mine
            }
            continue
        for renewal, entry in came[account]:
            found[renewal.renewal_id].append(_entry_act(renewal, entry))
        for act in _walked(came[account], configuration, people, until=until):
            found[act.renewal_id].append(act)
    acts = {renewal: tuple(each) for renewal, each in found.items()}
    for act in triggered(history, configuration, people, until=until):
        acts[act.renewal_id] = (*acts[act.renewal_id], act)
    return Played(acts=acts, entered=came, configuration=configuration)


def _goes_alike(
    mine: Sequence[tuple[RenewalHistory, Entry]],
    theirs: Sequence[tuple[RenewalHistory, Entry]],
    configuration: Configuration,
    like: Played,
) -> bool:
    """Entries are the same when the very same history enters the very same version at the same instant."""
    if configuration.limits != like.configuration.limits or len(mine) != len(theirs):
        return False
    pairs = zip(mine, theirs, strict=True)
    return all(
        one is two and first.at == second.at and first.version is second.version and first.round == second.round
        for (one, first), (two, second) in pairs
    )


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
    case = entering_case(renewal.entering, entry.version, renewal.line, renewal.replies, renewal.heard)
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
