"""Enrol renewals whose window has opened: by segment, into the newest published version, exactly once per period."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from playbooks.actions.bulk import as_json, insert_rows
from playbooks.actions.step_rows import holdout_row, shown, step_row
from playbooks.core.cadence import next_step
from playbooks.core.holdouts import Holdout, draw_arms
from playbooks.core.re_enrolment import next_round, rearmed_keys
from playbooks.core.selection import Selected, Selection, SelectionRules, select_playbook, windows_by_segment
from playbooks.core.states import StepRunState
from playbooks.models import Decision, Enrolment, StepRun
from playbooks.queries.case_facts import Candidate, StepCase, contract_dates
from playbooks.queries.cases import load_candidates, load_enrolment_cases
from playbooks.queries.enrolling import ActiveVersion, VersionsInForce, candidate_ids, versions_in_force
from playbooks.queries.holdouts import workspace_holdouts
from playbooks.queries.past_runs import past_runs
from playbooks.queries.selection import selection_in_force
from renewals.core.actors import Actor

CHUNK = 500
START_PLANS = """
UPDATE playbooks_enrolment AS e SET planned_for = r.planned_for, state = r.state, ended_reason = r.ended_reason,
    ended_at = CASE WHEN r.state = 'completed' THEN %s::timestamptz END
FROM json_to_recordset(%s) AS r(id bigint, planned_for jsonb, state text, ended_reason text) WHERE e.id = r.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """How a sweep went: renewals looked at, enrolled, and undecided for want of facts."""

    looked_at: int
    enrolled: int
    unknown: int


def enrol_due(*, by: Actor, now: datetime) -> Enrolled:
    """Enrol every renewal of the workspace whose window is open. Calling it twice enrols nobody twice.

    Run it inside the workspace; the sweep does so for each workspace, in its own transaction.
    """
    versions, rules = versions_in_force(), selection_in_force()
    days = versions.longest_windows()
    windows = windows_by_segment(rules, days, versions.segments())
    longest = max(days.values(), default=0)
    repeated = versions.repeated()
    looked_at = enrolled = unknown = 0
    after = (date.min, 0)
    while days:
        found = candidate_ids(windows, longest=longest, today=now.date(), after=after, limit=CHUNK, repeated=repeated)
        if not found:
            break
        after = found[-1]
        with transaction.atomic():
            chunk = _enrol([renewal for _, renewal in found], versions, rules, now=now)
        looked_at, enrolled, unknown = looked_at + len(found), enrolled + chunk[0], unknown + chunk[1]
    return Enrolled(looked_at=looked_at, enrolled=enrolled, unknown=unknown)


def enrol_renewal(*, renewal_id: int, playbook_key: str, by: Actor, now: datetime) -> Enrolment | None:
    """Enrol one renewal by hand, whatever the rules say; None when it is enrolled in this period already.

    Raises KeyError for a playbook the workspace does not have.
    """
    versions = versions_in_force()
    with transaction.atomic():
        for candidate in load_candidates([renewal_id], now=now):
            version = versions.for_facts(candidate.facts.facts)[playbook_key]
            row = _enrolment_row(candidate, version, [{"code": "by_hand", "by": by.label}], now=now)
            # Whom a person puts in is no part of a comparison by chance.
            if by.kind != "person":
                row["arms"] = _arms(candidate, version, workspace_holdouts().at(now))
            new = insert_rows(Enrolment, [row], ignore_conflicts=True)
            start_enrolments(new, now=now)
            return Enrolment.objects.filter(id__in=new).first()
    return None


def _enrol(
    renewal_ids: Iterable[int], in_force: VersionsInForce, rules: SelectionRules, *, now: datetime
) -> tuple[int, int]:
    rows, log, quiet, unknown = [], [], set(), 0
    ids, held_out = list(renewal_ids), workspace_holdouts().at(now)
    past = past_runs(ids) if in_force.repeated() else {}
    for candidate in load_candidates(ids, now=now):
        versions = in_force.for_facts(candidate.facts.facts)
        playbooks = {key: version.definition for key, version in versions.items()}
        runs = past.get(candidate.facts.renewal_id, ())
        quiet |= {(candidate.facts.renewal_id, key) for key in rearmed_keys(playbooks, runs, candidate.facts.facts)}
        selection = select_playbook(rules, playbooks, candidate.facts, today=candidate.today)
        if selection.selected is Selected.ENROL and selection.playbook_key is not None:
            version = versions[selection.playbook_key]
            again = next_round(
                version.definition.re_enrolment,
                runs,
                playbook_key=selection.playbook_key,
                occurrence=candidate.facts.renewal_on,
                now=now,
            )
            if not again.round:
                continue
            row = _enrolment_row(candidate, version, shown((*selection.reasons, again.why)), now=now)
            rows.append(row | {"round": again.round, "arms": _arms(candidate, version, held_out)})
            if again.round > 1:
                selection = replace(selection, key=f"{selection.key}:{again.round}")
        unknown += selection.selected is Selected.UNKNOWN
        if selection.selected in (Selected.ENROL, Selected.UNKNOWN):
            log.append(_log_row(candidate, selection, rule_version=f"selection v{rules.version}", now=now))
    _rearm(quiet, now=now)
    new = insert_rows(Enrolment, rows, ignore_conflicts=True)
    start_enrolments(new, now=now)
    insert_rows(Decision, log, ignore_conflicts=True)
    return len(new), unknown


def _rearm(quiet: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Note that an ended run's entry condition is no now, so that its next yes is a new match."""
    for renewal_id, key in sorted(quiet):
        ended = Enrolment.objects.filter(renewal_id=renewal_id, playbook__key=key, ended_at__isnull=False)
        ended.filter(rearmed_at__isnull=True).update(rearmed_at=now)


def start_enrolments(enrolment_ids: Iterable[int], *, now: datetime) -> None:
    """Schedule the first step of new enrolments and note which contract dates it hangs on, and who is held out."""
    steps: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    drawn: list[dict[str, Any]] = []
    for case in load_enrolment_cases(enrolment_ids, now=now):
        ahead = next_step(case.definition, case.plan, now=now)
        steps += [step_row(case, item, now=now, state=StepRunState.SKIPPED) for item in ahead.skipped]
        if ahead.step is not None:
            steps.append(step_row(case, ahead.step, now=now, state=StepRunState.SCHEDULED))
        kept.append(_kept_row(case, is_over=ahead.step is None))
        drawn += [holdout_row(case, now=now)] if case.facts.arms else []
    insert_rows(StepRun, steps)
    insert_rows(Decision, drawn, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute(START_PLANS, [now, as_json(kept)])


def _kept_row(case: StepCase, *, is_over: bool) -> dict[str, Any]:
    return {
        "id": case.enrolment_id,
        "planned_for": contract_dates(case.plan),
        "state": "completed" if is_over else "active",
        "ended_reason": "all_steps_behind" if is_over else "",
    }


def _enrolment_row(
    candidate: Candidate, version: ActiveVersion, why: list[dict[str, Any]], *, now: datetime
) -> dict[str, Any]:
    return {
        "workspace_id": candidate.facts.workspace_id,
        "playbook_id": version.playbook_id,
        "version_id": version.version_id,
        "account_id": candidate.account_id,
        "renewal_id": candidate.facts.renewal_id,
        "occurrence": candidate.facts.renewal_on,
        "state": "active",
        "trigger": {"reasons": why, "rule_version": version.rule_version},
        "started_at": now,
        "updated_at": now,
    }


def _arms(candidate: Candidate, version: ActiveVersion, held_out: Holdout | None) -> list[dict[str, Any]]:
    arms = draw_arms(
        version.definition, rule_version=version.rule_version, workspace=held_out, account_id=candidate.account_id
    )
    return [arm.table() for arm in arms]


def _log_row(candidate: Candidate, selection: Selection, *, rule_version: str, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": candidate.facts.workspace_id,
        "key": selection.key,
        "kind": "enrol",
        "verdict": selection.selected.value,
        "account_id": candidate.account_id,
        "renewal_id": candidate.facts.renewal_id,
        "rule_version": rule_version,
        "reasons": shown(selection.reasons),
        "inputs": {name: value for name, value in candidate.facts.facts.items() if value is not None},
        "decided_at": now,
    }
