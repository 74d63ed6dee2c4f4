"""Everything recorded that a replay of some accounts goes by, loaded at once: what came of it, and what it was told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from playbooks.core.replay.acts import ENTER, HUMAN, TRIGGER, Act
from playbooks.core.replay.line import FactLine, Series
from playbooks.models import Enrolment, Message, StepRun
from playbooks.queries.cases import EnteringCase, LoadedCase, load_entering, load_whole_cases
from playbooks.queries.holdouts import workspace_holdouts
from playbooks.queries.replay.heard import Heard, heard_of
from playbooks.queries.replay.lines import Recorded, recorded_of
from playbooks.queries.replay.recorded import NOTHING_HEARD, RecordedCase, others_touches, questions_in, without_own

Case = TypeVar("Case", LoadedCase, EnteringCase)
SELECTED = frozenset({"case", "default", "window", "first_run", "entry"})
"""Reasons by which the selection itself enrolled; a renewal enrolled by hand or by a trigger has others."""

WORST_BANDS = frozenset({"red", "high"})
"""The bands that stand for an alarm: the lowest of health and the highest of risk, as they ship."""

RENEWALS = """
SELECT r.id, r.account_id, a.external_id, a.name, r.due_on, r.created_at, r.closed_on, o.kind, o.decided_on,
       o.recorded_at
FROM renewals_renewal AS r JOIN renewals_account AS a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN LATERAL (
    SELECT kind, decided_on, recorded_at FROM renewals_outcome
    WHERE workspace_id = r.workspace_id AND renewal_id = r.id OFFSET 0
) AS o ON true
WHERE r.account_id = ANY(%(accounts)s::bigint[]) AND r.created_at <= %(until)s
  AND (r.closed_on IS NULL OR r.closed_on >= %(first_on)s) AND r.due_on >= %(first_on)s - 31
  AND r.due_on <= %(last_on)s + %(window)s
ORDER BY r.account_id, r.id
"""

# What came of each look that ended a step: the verdict of the decision, and whether it made a message or a task.
ENDED = """
SELECT s.enrolment_id, s.step_key, s.kind, d.verdict, s.done_at, m.id IS NOT NULL, t.assignee_id
FROM playbooks_steprun AS s
JOIN playbooks_decision AS d ON d.workspace_id = s.workspace_id AND d.enrolment_id = s.enrolment_id
    AND d.kind = 'step' AND d.step_key = s.step_key AND d.decided_at = s.done_at
LEFT JOIN LATERAL (SELECT id FROM playbooks_message WHERE workspace_id = s.workspace_id AND step_run_id = s.id LIMIT 1)
    AS m ON true
LEFT JOIN LATERAL (SELECT assignee_id FROM playbooks_task WHERE workspace_id = s.workspace_id AND step_run_id = s.id
    ORDER BY id DESC LIMIT 1) AS t ON true
WHERE s.enrolment_id = ANY(%(ids)s) AND s.done_at <= %(until)s AND d.verdict NOT IN ('hold', 'parked')
ORDER BY s.done_at, s.id
"""
FIRED = """
SELECT f.renewal_id, f.account_id, f.rule_key, r.name, f.fired_at, t.assignee_id
FROM playbooks_triggerfiring AS f
JOIN playbooks_triggerrule AS r ON r.workspace_id = f.workspace_id AND r.id = f.rule_id
JOIN playbooks_task AS t ON t.workspace_id = f.workspace_id AND t.id = f.task_id
WHERE f.renewal_id = ANY(%(ids)s::bigint[]) AND f.fired_at <= %(until)s AND r.definition ? 'crossing'
ORDER BY f.fired_at, f.id
"""
STOPPED = """
SELECT enrolment_id, min(decided_at) FROM playbooks_decision
WHERE enrolment_id = ANY(%(ids)s) AND kind = 'stop' GROUP BY enrolment_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEnrolment:
    """An enrolment as it was: when it began, how it went. `is_given`: a person or a trigger put it in.

    `stopped_at` is when somebody, or the closing of the renewal, ended it; None when it went its own way.
    """

    enrolment_id: int
    playbook_key: str
    round: int
    started_at: datetime
    stopped_at: datetime | None
    is_given: bool
    is_deviated: bool
    is_running: bool
    case: RecordedCase
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalHistory:
    """One renewal and what is recorded of it; `known_from_at` is when the product first knew of it.

    `outcome` is empty while it is open; `ended_at` is when the product knew that it had ended.
    """

    renewal_id: int
    account_id: int
    account_key: str
    account_name: str
    due_on: date
    known_from_at: datetime
    outcome: str
    decided_on: date | None
    ended_at: datetime | None
    line: FactLine
    health: Series
    risk: Series
    replies: tuple[datetime, ...]
    entering: EnteringCase
    heard: Heard
    enrolled: tuple[RecordedEnrolment, ...]
    fired: tuple[Act, ...] = ()

    @property
    def acts(self) -> tuple[Act, ...]:
        """Everything that was recorded to have come of it."""
        return (*(act for each in self.enrolled for act in each.acts), *self.fired)

    def under(self, health: Series, risk: Series) -> "RenewalHistory":
        """Return it as it would be under other scores; where none are given, those of the time hold."""
        forced = tuple(each for each in (health, risk) if each.instants)
        line = replace(self.line, forced=forced)
        enrolled = tuple(replace(each, case=replace(each.case, line=line)) for each in self.enrolled)
        own = {"health": health if health.instants else self.health, "risk": risk if risk.instants else self.risk}
        return replace(self, line=line, enrolled=enrolled, **own)

    def red_at(self, first: datetime) -> datetime | None:
        """Return when health or risk first stood in its worst band from an instant on; None when neither did."""
        found = [_first_in(self.health, "health.band", first), _first_in(self.risk, "risk.band", first)]
        return min((at for at in found if at is not None), default=None)


def load_history(
    account_ids: Sequence[int], *, first_on: date, until: datetime, window_days: int, now: datetime
) -> tuple[RenewalHistory, ...]:
    """Return the renewals of these accounts that could have been worked on in a span of days, by account and id.

    The number of statements does not depend on the number of accounts.
    """
    found = _rows(
        RENEWALS,
        {
            "accounts": list(account_ids),
            "first_on": first_on,
            "last_on": until.date(),
            "until": until,
            "window": window_days,
        },
    )
    ids = [row[0] for row in found]
    if not ids:
        return ()
    recorded = recorded_of(account_ids, ids, until=until)
    heard = heard_of(account_ids)
    enrolled = _enrolled(ids, recorded, heard, until=until, now=now)
    own = _runs_of(StepRun.objects.filter(enrolment__renewal_id__in=ids))
    entering = {case.row["renewal_id"]: _without_own(case, own) for case in load_entering(ids, now=now)}
    fired = _fired(ids, until=until)
    made = (
        _renewal(row, recorded, entering[row[0]], heard.get(row[1], NOTHING_HEARD), tuple(enrolled[row[0]]))
        for row in found
    )
    return tuple(replace(each, fired=tuple(fired.get(each.renewal_id, ()))) for each in made)


def _renewal(
    row: tuple[Any, ...],
    recorded: Recorded,
    entering: EnteringCase,
    heard: Heard,
    enrolled: tuple[RecordedEnrolment, ...],
) -> RenewalHistory:
    renewal, account, key, name, due_on, created_at, closed_on, kind, decided_on, recorded_at = row
    closed_at = datetime.combine(closed_on, time(), UTC) if closed_on else None
    return RenewalHistory(
        renewal_id=renewal,
        account_id=account,
        account_key=key,
        account_name=name,
        due_on=due_on,
        known_from_at=min(created_at, *(each.started_at for each in enrolled)) if enrolled else created_at,
        outcome=kind or "",
        decided_on=decided_on,
        ended_at=recorded_at or closed_at,
        line=recorded.line_of(renewal, account),
        health=recorded.health.get(account, Series()),
        risk=recorded.risk.get(renewal, Series()),
        replies=recorded.replies.get(account, ()),
        entering=entering,
        heard=heard,
        enrolled=enrolled,
    )


def _fired(renewal_ids: Sequence[int], *, until: datetime) -> Mapping[int, list[Act]]:
    """Return the tasks that rules made because a score crossed their line, by renewal; numbered by rule."""
    found: dict[int, list[Act]] = defaultdict(list)
    for renewal, account, key, name, at, assignee in _rows(FIRED, {"ids": list(renewal_ids), "until": until}):
        number = 1 + sum(act.step_key == key for act in found[renewal])
        found[renewal].append(
            Act(
                renewal_id=renewal,
                account_id=account,
                playbook_key="",
                round=number,
                step_key=key,
                name=name,
                kind=TRIGGER,
                effect="task",
                at=at,
                owner_id=assignee,
            )
        )
    return found


def _first_in(series: Series, name: str, first: datetime) -> datetime | None:
    if series.at(first).get(name) in WORST_BANDS:
        return first
    pairs = zip(series.instants, series.facts, strict=True)
    return next((at for at, facts in pairs if at > first and facts.get(name) in WORST_BANDS), None)


def _enrolled(
    renewal_ids: Sequence[int], recorded: Recorded, heard: Mapping[int, Heard], *, until: datetime, now: datetime
) -> Mapping[int, list[RecordedEnrolment]]:
    rows = Enrolment.objects.filter(renewal_id__in=renewal_ids, started_at__lte=until).order_by("started_at", "id")
    kept = {row.id: row for row in rows}
    cases = _cases(list(kept), recorded, heard, now=now)
    stopped = dict(_rows(STOPPED, {"ids": list(kept)}))
    ended = _ended(cases, until=until)
    found: dict[int, list[RecordedEnrolment]] = defaultdict(list)
    for key, row in kept.items():
        case = cases[key]
        entry = _entry(case, row)
        reasons = {item.get("code") for item in row.trigger.get("reasons", ()) if isinstance(item, dict)}
        found[row.renewal_id].append(
            RecordedEnrolment(
                enrolment_id=key,
                playbook_key=case.version.definition.key,
                round=row.round,
                started_at=row.started_at,
                stopped_at=stopped.get(key),
                is_given=row.round > 1 or not reasons <= SELECTED,
                is_deviated=bool(case.row["said"].deviations.get(key)),
                is_running=row.ended_at is None,
                case=case,
                acts=(entry, *ended[key]),
            )
        )
    return found


def _cases(
    enrolment_ids: Sequence[int], recorded: Recorded, heard: Mapping[int, Heard], *, now: datetime
) -> Mapping[int, RecordedCase]:
    own = _runs_of(StepRun.objects.filter(enrolment_id__in=enrolment_ids))
    questions = questions_in(enrolment_ids)
    found = {}
    held_out = workspace_holdouts()
    for case in load_whole_cases(enrolment_ids, now=now):
        alone = _without_own(case, own)
        key, renewal, account = (case.row[name] for name in ("enrolment_id", "renewal_id", "account_id"))
        found[key] = RecordedCase(
            row={**alone.row, "held_out": held_out},
            version=case.version,
            behind=(),
            people=alone.people,
            line=recorded.line_of(renewal, account),
            replies=recorded.replies.get(account, ()),
            questions=questions.get(key, {}),
            looks=recorded.looks.get(renewal, {}),
            heard=heard.get(account, NOTHING_HEARD),
        )
    return found


def _runs_of(runs: QuerySet[StepRun]) -> frozenset[int]:
    """Return the runs whose touches the replay makes again; what a person approved stays a touch of its own day."""
    approved = Message.objects.filter(reasons__contains=[{"code": "approved"}], step_run_id=OuterRef("id"))
    return frozenset(runs.exclude(Exists(approved)).values_list("id", flat=True))


def _without_own(case: Case, own: frozenset[int]) -> Case:
    people = replace(case.people, touches=others_touches(case.people.touches, own))
    return replace(case, row={**case.row, "state": without_own(case.row["state"], own)}, people=people)


def _entry(case: RecordedCase, row: Enrolment) -> Act:
    return Act(
        renewal_id=row.renewal_id,
        account_id=row.account_id,
        playbook_key=case.version.definition.key,
        round=row.round,
        step_key="",
        name=case.version.definition.name,
        kind=ENTER,
        effect=ENTER,
        at=row.started_at,
    )


def _ended(cases: Mapping[int, RecordedCase], *, until: datetime) -> Mapping[int, list[Act]]:
    found: dict[int, list[Act]] = defaultdict(list)
    for enrolment, step, kind, verdict, at, has_message, assignee in _rows(ENDED, {"ids": list(cases), "until": until}):
        case = cases[enrolment]
        definition = case.version.definition
        known = definition.find(step)
        effect = _effect(verdict, has_message=has_message, has_task=assignee is not None)
        found[enrolment].append(
            Act(
                renewal_id=case.row["renewal_id"],
                account_id=case.row["account_id"],
                playbook_key=definition.key,
                round=case.row["round"],
                step_key=step,
                name=known.name if known else step,
                kind=kind,
                effect=effect,
                at=at,
                owner_id=assignee if effect in HUMAN else None,
            )
        )
    return found


def _effect(verdict: str, *, has_message: bool, has_task: bool) -> str:
    if verdict == "ask_approval" and has_message:
        return "approval"
    if verdict in ("skip", "exit"):
        return verdict
    if has_message:
        return "message"
    return "task" if has_task else "act"


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
