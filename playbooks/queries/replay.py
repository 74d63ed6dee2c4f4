"""Recorded history, for replaying it: what each decision was told, what came of it, and enrolments seen through it.

Facts are those of the last decision at or before an instant (before the first one: of the first). What no decision
recorded - suppressions then, a contact's zone then - is read as it is today.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection

from playbooks.core.account_facts import Touch
from playbooks.core.facts import ContactFacts
from playbooks.core.foresight.replay import Happening
from playbooks.core.validation import read_definition
from playbooks.models import Decision, Enrolment, PlaybookVersion
from playbooks.queries.account_state import AccountState
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import LoadedCase, load_whole_cases
from playbooks.queries.definitions import PublishedVersion, definitions_of
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.models import Outcome

CLOCK_FACTS = ("renewal.days_to_due", "renewal.days_to_notice", "account.days_to_budget", "touch.days_since_reply")

OWN_RUNS = "SELECT id FROM playbooks_steprun WHERE enrolment_id = ANY(%s)"

# What came of each look that ended a step: the verdict of the decision, and whether it made a message or a task.
HAPPENED = """
SELECT s.enrolment_id, e.renewal_id, a.external_id, s.step_key, d.verdict, s.done_at, m.id IS NOT NULL, t.assignee_id
FROM playbooks_steprun AS s
JOIN playbooks_enrolment AS e ON e.workspace_id = s.workspace_id AND e.id = s.enrolment_id
JOIN renewals_account AS a ON a.workspace_id = e.workspace_id AND a.id = e.account_id
JOIN playbooks_decision AS d ON d.workspace_id = s.workspace_id AND d.enrolment_id = s.enrolment_id
    AND d.kind = 'step' AND d.step_key = s.step_key AND d.decided_at = s.done_at
LEFT JOIN playbooks_message AS m ON m.workspace_id = s.workspace_id AND m.step_run_id = s.id
LEFT JOIN playbooks_task AS t ON t.workspace_id = s.workspace_id AND t.step_run_id = s.id
WHERE s.enrolment_id = ANY(%s) AND s.done_at <= %s AND d.verdict NOT IN ('hold', 'parked')
ORDER BY s.done_at, s.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one decision was told, and when."""

    at: datetime
    inputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCase(LoadedCase):
    """An enrolment seen through what was recorded: today's facts are laid aside wherever a decision kept its own."""

    told: tuple[Told, ...]

    def seen_at(self, *, now: datetime) -> StepCase:
        """Return the case as the engine saw it at `now`, as far as it was recorded."""
        case = LoadedCase.seen_at(self, now=now)
        known = self._known_at(now)
        if known is None:
            return case
        facts = dict(known.inputs.get("facts", known.inputs))
        renewal_on, notice_on = _dates(known, facts)
        facts |= _clock_facts(facts, known.at, now)
        people = known.inputs.get("contacts")
        step_facts = replace(
            case.facts,
            renewal_on=renewal_on,
            is_enrolment_active=True,
            is_enrolment_paused=False,
            is_renewal_open=True,
            is_sending_paused=known.inputs.get("is_sending_paused", False),
            is_human_only=known.inputs.get("is_human_only", False),
            contacts=tuple(_before(each, now) for each in case.facts.contacts if _was_there(each, people)),
            account=replace(case.facts.account, touches=_touches_before(case.facts.account.touches, now)),
            replied_at=_instant(known.inputs.get("replied_at")),
            facts=facts,
        )
        plan = replace(case.plan, renewal_on=renewal_on, notice_on=notice_on)
        return replace(case, facts=step_facts, plan=plan, planned_for={})

    def _known_at(self, now: datetime) -> Told | None:
        place = bisect_right([each.at for each in self.told], now)
        return self.told[max(0, place - 1)] if self.told else None


def recorded_cases(enrolment_ids: Sequence[int], *, now: datetime) -> tuple[RecordedCase, ...]:
    """Return these enrolments as they stood when they began, to be seen through what was recorded since."""
    told = _told(enrolment_ids)
    found = []
    for case in load_whole_cases(enrolment_ids, now=now):
        own = {run for (run,) in _rows(OWN_RUNS, [list(enrolment_ids)])}
        touches = {
            contact: tuple((run, at) for run, at in each if run not in own)
            for contact, each in case.people.touches.items()
        }
        people = replace(case.people, touches=touches)
        row = {**case.row, "state": _without(case.row["state"], own)}
        key = case.row["enrolment_id"]
        found.append(
            RecordedCase(row=row, version=case.version, behind=(), people=people, told=tuple(told.get(key, ())))
        )
    return tuple(found)


def enrolments_between(playbook_key: str, first: datetime, last: datetime) -> list[tuple[int, int]]:
    """Return (enrolment, renewal) of a playbook that began from `first` up to `last`, in order."""
    rows = Enrolment.objects.filter(playbook__key=playbook_key, started_at__gte=first, started_at__lte=last)
    return list(rows.order_by("id").values_list("id", "renewal_id"))


def happened(enrolment_ids: Sequence[int], *, until: datetime) -> tuple[Happening, ...]:
    """Return how the steps of these enrolments ended up to an instant, in the order of time."""
    return tuple(
        Happening(
            enrolment_id=enrolment,
            renewal_id=renewal,
            account=account,
            step_key=step,
            effect=_effect(verdict, has_message=has_message, has_task=assignee is not None),
            at=at,
            owner_id=assignee,
        )
        for enrolment, renewal, account, step, verdict, at, has_message, assignee in _rows(
            HAPPENED, [list(enrolment_ids), until]
        )
    )


def stopped_at(enrolment_ids: Sequence[int]) -> Mapping[int, datetime]:
    """Return when somebody or a closed renewal stopped an enrolment, as far as that was so."""
    rows = Decision.objects.filter(enrolment_id__in=enrolment_ids, kind="stop")
    return dict(rows.order_by("-decided_at").values_list("enrolment_id", "decided_at"))


def lost_among(renewal_ids: Iterable[int]) -> list[int]:
    """Return those of these renewals that were lost, in order."""
    rows = Outcome.objects.filter(renewal_id__in=list(renewal_ids), kind="churned")
    return sorted(set(rows.values_list("renewal_id", flat=True)))


def _told(enrolment_ids: Sequence[int]) -> Mapping[int, list[Told]]:
    found: dict[int, list[Told]] = defaultdict(list)
    of_renewal = dict(Enrolment.objects.filter(id__in=enrolment_ids).values_list("renewal_id", "id"))
    entering = Decision.objects.filter(kind="enrol", verdict="enrol", renewal_id__in=of_renewal)
    for renewal, at, inputs in entering.order_by("decided_at", "id").values_list("renewal_id", "decided_at", "inputs"):
        found[of_renewal[renewal]].append(Told(at=at, inputs=inputs))
    looks = Decision.objects.filter(enrolment_id__in=enrolment_ids, kind__in=("step", "replan"))
    for enrolment, at, inputs in looks.order_by("decided_at", "id").values_list("enrolment_id", "decided_at", "inputs"):
        found[enrolment].append(Told(at=at, inputs=inputs))
    return found


def _effect(verdict: str, *, has_message: bool, has_task: bool) -> str:
    if verdict == "ask_approval" and has_message:
        return "approval"
    if verdict in ("skip", "exit"):
        return verdict
    if has_message:
        return "message"
    return "task" if has_task else "act"


def _dates(known: Told, facts: Mapping[str, Any]) -> tuple[date, date | None]:
    """The renewal date and notice deadline as they stood: days from the (UTC) day of the decision."""
    on = known.at.astimezone(UTC).date()
    notice = facts.get("renewal.days_to_notice")
    return on + timedelta(days=facts["renewal.days_to_due"]), None if notice is None else on + timedelta(days=notice)


def _clock_facts(facts: Mapping[str, Any], told_at: datetime, now: datetime) -> dict[str, Any]:
    """Days that are counted from a day go on counting between two decisions."""
    passed = (now.astimezone(UTC).date() - told_at.astimezone(UTC).date()).days
    return {
        name: facts[name] + (passed if name == "touch.days_since_reply" else -passed)
        for name in CLOCK_FACTS
        if facts.get(name) is not None
    }


def _before(contact: ContactFacts, now: datetime) -> ContactFacts:
    touches = contact.recent_touch_at
    return replace(contact, recent_touch_at=None if touches is None else tuple(at for at in touches if at <= now))


def _without(state: AccountState, own: set[int]) -> AccountState:
    """What the replayed enrolments did themselves is done again by the replay."""
    touches = state.facts.touches
    others = None if touches is None else tuple(item for item in touches if item.step_run_id not in own)
    return replace(state, facts=replace(state.facts, touches=others))


def _touches_before(touches: tuple[Touch, ...] | None, now: datetime) -> tuple[Touch, ...] | None:
    return None if touches is None else tuple(item for item in touches if item.at <= now)


def _was_there(contact: ContactFacts, recorded: object) -> bool:
    return not isinstance(recorded, list) or contact.contact_id in recorded


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None


def _rows(sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def published_version(playbook_key: str, number: int) -> PublishedVersion:
    """Return a published version by its number; raises UnknownReference when there is none."""
    found = PlaybookVersion.objects.filter(playbook__key=playbook_key, number=number, published_at__isnull=False)
    version = found.values_list("id", flat=True).first()
    if version is None:
        raise UnknownReference(f"Playbook '{playbook_key}' has no version {number}.", where="version")
    return definitions_of([version])[version]


def changed_version(playbook_key: str, table: Mapping[str, Any]) -> PublishedVersion:
    """Return a changed definition with the templates in force; raises InvalidInput naming every problem of it."""
    newest = PlaybookVersion.objects.filter(playbook__key=playbook_key, published_at__isnull=False).order_by("-number")
    version = newest.first()
    if version is None:
        raise UnknownReference(f"There is no playbook '{playbook_key}' here.", where="playbook")
    templates = definitions_of([version.id])[version.id].templates
    reading = read_definition(table, templates={key: item.message_class for key, item in templates.items()})
    errors = [f"{problem.where}: {problem.what} {problem.remedy}" for problem in reading.problems if problem.is_error]
    if errors or reading.playbook is None:
        raise InvalidInput(" ".join(errors), where=f"playbook '{playbook_key}'")
    rule_version = f"{reading.playbook.key}, changed"
    return PublishedVersion(rule_version=rule_version, definition=reading.playbook, templates=templates)
