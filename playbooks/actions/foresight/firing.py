"""What trigger rules will do because scores cross their lines by time alone. Decides on what was read, writes nothing.

A signal that nobody has sent is not foreseen; a score that ages, a note that runs out and a contract that nears are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playbooks.actions.foresight.walk import Track, entered
from playbooks.core.facts import reason
from playbooks.core.foresight import Effect, Touch
from playbooks.core.pilots import version_for
from playbooks.core.triggers import TriggerDo
from playbooks.core.vocabulary import StepKind
from playbooks.queries.ageing import Silence, seen_ageing
from playbooks.queries.assignees import Assignees, people_at_accounts
from playbooks.queries.cases import EnteringCase, load_entering
from playbooks.queries.definitions import definitions_of
from playbooks.queries.enrolling import VersionsInForce, enrolled_playbooks, versions_in_force
from playbooks.queries.triggers import (
    RuleInForce,
    Spotted,
    StandingFiring,
    crossings_ahead,
    next_renewals,
    rules_in_force,
    standing_firings,
)
from renewals.core.conditions import Answer, Facts, evaluate
from renewals.core.dates import resolve_zone

RULE = "rule:"
BY_OWNER = ("csm", "system")


@dataclass(slots=True, kw_only=True)
class Fired:
    """What rules will make: tasks, and enrolments that begin ahead."""

    touches: list[Touch] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What a firing is decided by, besides the crossing itself."""

    silence: Silence
    cases: Mapping[int, EnteringCase]
    people: Assignees
    owners: Mapping[int, int]
    versions: VersionsInForce
    entering: Mapping[int, Track]
    enrolled: set[tuple[int, str]]
    fired: Fired

    def facts_at(self, account_id: int, at: datetime) -> Facts:
        """Return the facts of the account's next renewal as a rule will see them."""
        return seen_ageing(self.cases[account_id], self.silence.scores[account_id], at=at).facts.facts


def fire_ahead(
    rules: Sequence[RuleInForce], silence: Silence, entering: Sequence[Track], people: Assignees, *, now: datetime
) -> Fired:
    """Return what rules make of accounts while their scores age, as far ahead as that is foreseen.

    `entering` are renewals yet to enter. Nobody does the work meanwhile, so that a rule fires once.
    """
    fired = Fired()
    crossings = {account: found for account, found in crossings_ahead(rules, silence.scores).items() if found}
    if not crossings:
        return fired
    nearest = next_renewals(crossings)
    around = _Around(
        silence=silence,
        cases={each.row["account_id"]: each for each in load_entering(nearest.values(), now=now)},
        people=people,
        owners=people_at_accounts(crossings),
        versions=versions_in_force(),
        entering={track.loaded.row["renewal_id"]: track for track in entering},
        enrolled=enrolled_playbooks(nearest.values()),
        fired=fired,
    )
    standing = standing_firings(crossings)
    for account in crossings.keys() & around.cases.keys():
        _fire(crossings[account], dict(standing.get(account, {})), around)
    return fired


def rules_on_scores() -> tuple[RuleInForce, ...]:
    """Return the rules in force that a score sets off by crossing a line."""
    return tuple(rule for rule in rules_in_force() if rule.trigger.crossing is not None)


def _fire(found: Sequence[Spotted], standing: dict[tuple[str, str], StandingFiring], around: _Around) -> None:
    for item in found:
        trigger, at = item.rule.trigger, item.seen_at
        key, case = (trigger.type.value, trigger.reason), around.cases[item.account_id]
        if key in standing and standing[key].holds_back(at):
            continue
        if evaluate(trigger.when, around.facts_at(item.account_id, at)).answer is not Answer.YES:
            continue
        make = _task if trigger.do is TriggerDo.TASK else _enrolment
        is_work = make(item, case, around)
        armed_at = None if is_work else at + timedelta(days=trigger.rearm_days)
        standing[key] = StandingFiring(fired_at=at, armed_at=armed_at)


def _task(item: Spotted, case: EnteringCase, around: _Around) -> bool:
    """Note the task that a rule makes; False when nobody is there to do it."""
    task = item.rule.trigger.task
    role = task.role.value if task else ""
    named = around.people.by_role.get(role, ()) if role not in BY_OWNER else ()
    owner_id = named[0] if named else around.owners.get(item.account_id)
    if task is None or owner_id is None:
        return False
    row, trigger = case.row, item.rule.trigger
    zone = resolve_zone(account=row["account_zone"], owner=row["owner_zone"], workspace=row["workspace_zone"])
    local = item.seen_at.astimezone(ZoneInfo(zone.name))
    touch = Touch(
        enrolment_id=None,
        renewal_id=row["renewal_id"],
        account_id=item.account_id,
        playbook_key="",
        step_key=f"{RULE}{trigger.key}"[:60],
        name=task.title,
        intended_outcome="",
        kind=StepKind.TASK.value,
        effect=Effect.TASK,
        at=item.seen_at,
        local_on=local.date(),
        local_at=local.time(),
        zone=zone.name,
        zone_of=zone.taken_from,
        owner_id=owner_id,
        loose=(reason("loose_unheard"),),
        reasons=(reason("crossing_ahead", rule=trigger.name, before=item.before, value=item.value),),
    )
    around.fired.touches.append(touch)
    return True


def _enrolment(item: Spotted, case: EnteringCase, around: _Around) -> bool:
    """Note the enrolment that a rule makes; False when there is none to make, or all its steps are behind it."""
    key, at, renewal_id = item.rule.trigger.playbook, item.seen_at, case.row["renewal_id"]
    own = around.entering.get(renewal_id)
    if own is not None and own.loaded.row["started_at"] < at:
        around.enrolled.add((renewal_id, own.loaded.version.definition.key))
    facts = around.facts_at(item.account_id, at)
    version = version_for(around.versions.full.get(key), around.versions.pilots.get(key, ()), facts)
    if version is None or (renewal_id, key) in around.enrolled:
        return False
    around.enrolled.add((renewal_id, key))
    track = entered(case.enrolled(definitions_of([version.version_id])[version.version_id], now=at), now=at)
    if track is not None:
        around.fired.tracks.append(track)
    return track is not None
