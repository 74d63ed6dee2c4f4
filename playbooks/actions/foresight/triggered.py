"""The tasks that rules make because a score crosses their line, by recorded scores. Reads nothing, writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from playbooks.core.replay.acts import TRIGGER, Act
from playbooks.core.replay.firing import firings
from playbooks.core.triggers import Trigger
from playbooks.queries.assignees import Assignees
from playbooks.queries.replay.configuration import Configuration
from playbooks.queries.replay.history import RenewalHistory

BY_OWNER = ("csm", "system")


def triggered(
    history: Sequence[RenewalHistory], configuration: Configuration, people: Assignees, *, until: datetime
) -> Iterator[Act]:
    """Yield the tasks of rules; a rule looks at the account's next open renewal alone."""
    accounts: dict[int, list[RenewalHistory]] = defaultdict(list)
    for renewal in history:
        accounts[renewal.account_id].append(renewal)
    for renewal in history if configuration.watched else ():
        numbers: Counter[str] = Counter()
        scores = {"health.score": renewal.health, "risk.score": renewal.risk}
        for fired in firings(configuration.watched, renewal.line, scores, _recorded(renewal)):
            is_next = _next_at(accounts[renewal.account_id], fired.at) is renewal
            if fired.at > until or not is_next or (owner := _owner(renewal, fired.trigger, people)) is None:
                continue
            numbers[fired.trigger.key] += 1
            yield Act(
                renewal_id=renewal.renewal_id,
                account_id=renewal.account_id,
                playbook_key="",
                round=numbers[fired.trigger.key],
                step_key=fired.trigger.key,
                name=fired.trigger.name,
                kind=TRIGGER,
                effect="task",
                at=fired.at,
                owner_id=owner,
            )


def _recorded(renewal: RenewalHistory) -> Mapping[str, Sequence[datetime]]:
    found: dict[str, list[datetime]] = defaultdict(list)
    for act in renewal.fired:
        found[act.step_key].append(act.at)
    return found


def _next_at(renewals: Sequence[RenewalHistory], moment: datetime) -> RenewalHistory | None:
    """Return the renewal that was open and due next at a moment."""
    there = (
        each for each in renewals if each.known_from_at <= moment and (each.ended_at is None or each.ended_at > moment)
    )
    return min(there, key=lambda each: (each.due_on, each.renewal_id), default=None)


def _owner(renewal: RenewalHistory, trigger: Trigger, people: Assignees) -> int | None:
    """Return who gets the task: whoever has the role it names, else who answers for the account."""
    role = trigger.task.role.value if trigger.task else ""
    named = people.by_role.get(role, ()) if role not in BY_OWNER else ()
    row = renewal.entering.row
    return named[0] if named else row["account_owner_id"] or row["owner_id"]
