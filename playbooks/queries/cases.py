"""Load everything that decides about claimed steps or waiting messages: frozen facts, a fixed number of statements.

It reads current state at the moment of acting; nothing is remembered from when the step was planned.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from playbooks.core.definition import Step
from playbooks.core.facts import DoneState, DoneStep
from playbooks.core.vocabulary import FAMILIES, StepFamily
from playbooks.queries.account_state import NOTHING as NO_STATE
from playbooks.queries.account_state import account_states, playbook_priorities
from playbooks.queries.case_facts import Candidate, StepCase, candidate_from_row, case_from_row
from playbooks.queries.definitions import PublishedVersion, definitions_of
from playbooks.queries.duties import duties_of, serves_notices
from playbooks.queries.holdouts import drawn_arms, workspace_holdouts
from playbooks.queries.knowledge import NOTHING, knowledge_of
from playbooks.queries.people import PeopleAtAccounts, people_at
from playbooks.queries.plans import join_as_written
from playbooks.queries.said import said_in
from playbooks.queries.told import NOTHING as NOTHING_TOLD
from playbooks.queries.told import Told, names_asked, told_facts
from renewals.queries.closed_days import closed_facts

TOUCHING = tuple(kind.value for kind in FAMILIES[StepFamily.MESSAGE])
COLUMNS = """
    s.workspace_id, s.id AS step_run_id, s.fence, s.step_key, s.occurrence, s.kind, s.due_at, s.planned_at, s.failures,
    e.id AS enrolment_id, e.state AS enrolment_state, e.started_at, e.planned_for, s.version_id, e.paused_until_at,
    e.advanced, e.round, e.goal_met_at, e.arms, e.released_at,
    a.id AS account_id, a.external_id AS account_key, a.name AS account_name, a.tier, a.segment,
    a.industry, a.region, a.country,
    a.timezone AS account_zone, a.is_human_only, a.product_complexity, a.employees, a.owner_id AS account_owner_id,
    r.id AS renewal_id, r.due_on, r.notice_on, r.closed_on, r.stage, r.target_amount, r.currency,
    coalesce(b.asked_back_by, r.owner_id) AS owner_id, b.asked_back_by, r.negotiator_id, r.finaliser_id,
    t.starts_on AS term_starts_on, t.is_auto_renewing,
    t.ends_on AS term_ends_on, t.notice_period, t.notice_unit, c.name AS contract_name,
    u.name AS owner_name, u.email AS owner_email, u.timezone AS owner_zone,
    t.renewal_months,
    w.timezone AS workspace_zone, w.name AS workspace_name, w.postal_address, w.booking_url, w.resources_url,
    w.sending_paused_at, w.currency AS workspace_currency,
    h.value AS health, h.band AS health_band, h.coverage AS health_coverage, h.reasons AS health_reasons,
    k.value AS risk, k.band AS risk_band, k.renew_probability,
    l.key AS lifecycle_stage, x.rate AS fx_rate, m.reached AS milestones_reached, o.kind AS outcome
"""


def _by_key(table: str, alias: str, key: str) -> str:
    """Look one row up by its key, whatever the planner believes; it believes that each workspace is one row."""
    return f"JOIN LATERAL (SELECT * FROM {table} WHERE id = {key} OFFSET 0) AS {alias} ON true"


ENROLMENT = _by_key("playbooks_enrolment", "e", "s.enrolment_id")
JOINS = f"""
{_by_key("renewals_account", "a", "e.account_id")}
{_by_key("renewals_renewal", "r", "e.renewal_id")}
{_by_key("renewals_contract", "c", "r.contract_id")}
LEFT JOIN LATERAL (
    SELECT coalesce(win_back_owner_id, owner_id) AS asked_back_by FROM renewals_lossreview
    WHERE e.trigger ? 'asks_back' AND workspace_id = r.workspace_id AND renewal_id = r.id
        AND win_back_on IS NOT NULL AND win_back_result = '' OFFSET 0
) AS b ON true
{_by_key("renewals_user", "u", "coalesce(b.asked_back_by, r.owner_id)")}
{_by_key("renewals_workspace", "w", "s.workspace_id")}
LEFT JOIN LATERAL (
    SELECT * FROM renewals_termversion WHERE workspace_id = r.workspace_id AND contract_id = r.contract_id
        AND number = r.term_number AND superseded_at IS NULL OFFSET 0
) AS t ON true
LEFT JOIN LATERAL (
    SELECT * FROM signals_currentscore WHERE workspace_id = a.workspace_id AND account_id = a.id OFFSET 0
) AS h ON true
LEFT JOIN LATERAL (
    SELECT * FROM signals_currentrisk WHERE workspace_id = r.workspace_id AND renewal_id = r.id OFFSET 0
) AS k ON true
LEFT JOIN LATERAL (SELECT * FROM renewals_lifecyclestage WHERE id = a.stage_id OFFSET 0) AS l ON true
LEFT JOIN LATERAL (
    SELECT rate FROM renewals_fxrate WHERE workspace_id = r.workspace_id AND currency = r.currency
        AND r.currency <> w.currency AND rate_on <= perennial_now()::date ORDER BY rate_on DESC LIMIT 1
) AS x ON true
LEFT JOIN LATERAL (
    SELECT count(*) AS reached FROM renewals_milestone WHERE workspace_id = a.workspace_id AND account_id = a.id
        AND achieved_on >= coalesce(t.starts_on, r.due_on - 365) AND achieved_on <= perennial_now()::date
) AS m ON true
LEFT JOIN LATERAL (
    SELECT kind FROM renewals_outcome WHERE workspace_id = r.workspace_id AND renewal_id = r.id
        AND r.closed_on IS NOT NULL OFFSET 0
) AS o ON true
"""

BY_STEP = f"""
SELECT {COLUMNS} FROM unnest(%s::bigint[]) AS wanted(id) {_by_key("playbooks_steprun", "s", "wanted.id")}
{ENROLMENT} {JOINS} ORDER BY s.due_at, s.id
"""

# An enrolment without an open step yet (just enrolled, or being planned again) has the same facts and no step.
BY_ENROLMENT = f"""
SELECT {COLUMNS} FROM unnest(%s::bigint[]) AS wanted(id) {_by_key("playbooks_enrolment", "e", "wanted.id")}
JOIN LATERAL (
    SELECT e.id AS enrolment_id, e.workspace_id, 0::bigint AS id, 0::bigint AS fence, '' AS step_key, e.occurrence,
           '' AS kind, e.version_id, e.started_at AS due_at, e.started_at AS planned_at, 0 AS failures
) AS s ON true
{JOINS} ORDER BY e.id
"""

# A renewal that is in no playbook yet, seen as if it were enrolled now: the same columns, no step and no version.
BY_RENEWAL = f"""
SELECT {COLUMNS} FROM unnest(%s::bigint[]) AS wanted(id) {_by_key("renewals_renewal", "n", "wanted.id")}
JOIN LATERAL (
    SELECT n.workspace_id, n.due_on AS occurrence, 0::bigint AS version_id, 0::bigint AS id, 0::bigint AS fence,
           '' AS step_key, '' AS kind,
           perennial_now() AS due_at, perennial_now() AS planned_at, 0 AS failures
) AS s ON true
JOIN LATERAL (
    SELECT n.workspace_id, 0::bigint AS id, 'active' AS state, s.due_at AS started_at, '{{}}'::jsonb AS planned_for,
           '{{}}'::jsonb AS advanced, '{{}}'::jsonb AS trigger, NULL::timestamptz AS paused_until_at, 1 AS round,
           NULL::timestamptz AS goal_met_at, '[]'::jsonb AS arms, NULL::timestamptz AS released_at,
           n.id AS renewal_id, n.account_id
) AS e ON true
{JOINS} ORDER BY r.due_on, r.id
"""

# An enrolment at the step it waits for; one without such a step has nothing ahead.
BY_OPEN = f"""
SELECT {COLUMNS} FROM unnest(%s::bigint[]) AS wanted(id) {_by_key("playbooks_enrolment", "e", "wanted.id")}
JOIN LATERAL (
    SELECT * FROM playbooks_steprun WHERE workspace_id = e.workspace_id AND enrolment_id = e.id
        AND state IN ('scheduled', 'claimed', 'waiting') OFFSET 0
) AS s ON true
{JOINS} ORDER BY s.due_at, s.id
"""

BEHIND = """
SELECT enrolment_id, step_key, planned_at, done_at, occurrence, chosen,
    CASE WHEN state = 'skipped' AND reasons @> '[{"code": "held_out"}]' THEN 'held_out' ELSE state END AS state
FROM playbooks_steprun
WHERE enrolment_id = ANY(%s) AND state IN ('done', 'skipped', 'parked') ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedCase:
    """What decides about a step as it was read, to be judged as of any later instant if nothing changes."""

    row: Mapping[str, Any]
    version: PublishedVersion
    behind: tuple[DoneStep, ...]
    people: PeopleAtAccounts

    def seen_at(self, *, now: datetime) -> StepCase:
        """Return the case as the engine would see it at `now`."""
        return case_from_row(self.row, self.version, self.behind, self.people, now=now)

    def change_after(self, moment: datetime) -> datetime | None:
        """Return when something about it is known to change next; of the time ahead nothing is known."""
        return None

    def woken_after(self, moment: datetime) -> datetime | None:
        """Return when somebody is known to wake it next, whatever it waits for; nobody is."""
        return None

    def news_after(self, moment: datetime) -> datetime | None:
        """Return when something is recorded next that wakes it only if it then goes on; of the time ahead nothing."""
        return None

    def seen_by_todays_scores(self, *, now: datetime) -> StepCase | None:
        """Return the case at `now` by the scores of today, where it is foreseen by others; it is not."""
        return None

    def goes_by_todays_scores(self, step: Step, *, now: datetime) -> bool:
        """Answer whether a step at `now` asks for a score that is not foreseen, and is shown by that of today."""
        return False

    def looked_at(self, moment: datetime) -> datetime:
        """Return when a look that is due will be taken: at once."""
        return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteringCase:
    """A renewal that is in no playbook yet, as it was read."""

    row: Mapping[str, Any]
    people: PeopleAtAccounts

    def seen_at(self, *, now: datetime) -> Candidate:
        """Return it as playbook selection would see it at `now`."""
        return candidate_from_row(self.row, self.people, now=now)

    def enrolled(self, version: PublishedVersion, *, now: datetime) -> LoadedCase:
        """Return it as if it entered this version at `now`, without a step yet."""
        row = {**self.row, "started_at": now, "due_at": now, "planned_at": now}
        row["arms"] = json.dumps(drawn_arms(version, self.row["held_out"].at(now), account_id=row["account_id"]))
        return LoadedCase(row=row, version=version, behind=(), people=self.people)


def load_step_cases(step_run_ids: Iterable[int], *, now: datetime) -> tuple[StepCase, ...]:
    """Return the cases of these step runs in due order, each with what is true now."""
    return _cases(BY_STEP, list(step_run_ids), now=now)


def load_enrolment_cases(enrolment_ids: Iterable[int], *, now: datetime) -> tuple[StepCase, ...]:
    """Return one case per enrolment, without a step, for planning what comes next."""
    return _cases(BY_ENROLMENT, list(enrolment_ids), now=now)


def load_candidates(renewal_ids: Iterable[int], *, now: datetime) -> tuple[Candidate, ...]:
    """Return renewals as playbook selection sees them, by due date."""
    return tuple(case.seen_at(now=now) for case in load_entering(renewal_ids, now=now))


def load_entering(renewal_ids: Iterable[int], *, now: datetime) -> tuple[EnteringCase, ...]:
    """Return renewals in no playbook yet, by due date, to be judged as of any later instant."""
    join_as_written()
    rows = _dicts(BY_RENEWAL, [list(renewal_ids)])
    accounts = {row["account_id"] for row in rows}
    people, known = people_at(accounts, now=now), knowledge_of(accounts, now=now)
    treated = _treated(accounts, now=now)
    said, held_out = said_in((), accounts), workspace_holdouts()
    return tuple(
        EnteringCase(
            row={
                **row,
                "known": known.get(row["account_id"], NOTHING),
                **treated(row),
                "said": said,
                "told": NOTHING_TOLD,
                "held_out": held_out,
            },
            people=people,
        )
        for row in rows
    )


def load_open_cases(enrolment_ids: Iterable[int], *, now: datetime) -> tuple[LoadedCase, ...]:
    """Return enrolments at the step they wait for, by due time; those without an open step are left out."""
    return _loaded(BY_OPEN, list(enrolment_ids), now=now)


def load_whole_cases(enrolment_ids: Iterable[int], *, now: datetime) -> tuple[LoadedCase, ...]:
    """Return enrolments without a step, by id, to be judged as of any instant."""
    return _loaded(BY_ENROLMENT, list(enrolment_ids), now=now)


def _cases(sql: str, ids: list[int], *, now: datetime) -> tuple[StepCase, ...]:
    return tuple(case.seen_at(now=now) for case in _loaded(sql, ids, now=now))


def _loaded(sql: str, ids: list[int], *, now: datetime) -> tuple[LoadedCase, ...]:
    if not ids:
        return ()
    join_as_written()
    rows = _dicts(sql, [ids])
    if not rows:
        return ()
    behind = _steps_behind([row["enrolment_id"] for row in rows])
    definitions = definitions_of({row["version_id"] for row in rows})
    accounts = {row["account_id"] for row in rows}
    people, known = people_at(accounts, now=now), knowledge_of(accounts, now=now)
    treated = _treated(accounts, now=now)
    said = said_in({row["enrolment_id"] for row in rows}, accounts)
    noticing = {row["renewal_id"] for row in rows if serves_notices(definitions[row["version_id"]].definition)}
    shared = {"said": said, "duties": duties_of(noticing), "told": _told(rows, definitions, now=now)}
    return tuple(
        LoadedCase(
            row={
                **row,
                "known": known.get(row["account_id"], NOTHING),
                **treated(row),
                **shared,
            },
            version=definitions[row["version_id"]],
            behind=tuple(behind[row["enrolment_id"]]),
            people=people,
        )
        for row in rows
    )


def _told(rows: list[dict[str, Any]], definitions: Mapping[int, PublishedVersion], *, now: datetime) -> Told:
    """Load what the messages of these very steps tell besides; most ask for nothing of it."""
    asked: set[str] = set()
    asking: list[dict[str, Any]] = []
    for row in rows:
        version = definitions[row["version_id"]]
        step = version.definition.find(row["step_key"]) if row["step_key"] else None
        template = version.templates.get(step.template) if step else None
        names = names_asked(template) if template else frozenset()
        if names:
            asked |= names
            asking.append(row)
    accounts = {row["account_id"]: row["segment"] for row in asking}
    return told_facts(frozenset(asked), accounts=accounts, renewals={row["renewal_id"] for row in asking}, now=now)


def _treated(accounts: set[int], *, now: datetime) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Load how these accounts are treated; what is returned adds it to a row."""
    states, priorities = account_states(accounts, kinds=TOUCHING, now=now), playbook_priorities()
    shared = {"priorities": priorities, "closed": closed_facts(accounts)}
    return lambda row: {"state": states.get(row["account_id"], NO_STATE), **shared}


def _steps_behind(enrolment_ids: list[int]) -> Mapping[int, list[DoneStep]]:
    behind: dict[int, list[DoneStep]] = defaultdict(list)
    for row in _dicts(BEHIND, [enrolment_ids]):
        behind[row["enrolment_id"]].append(
            DoneStep(
                step_key=row["step_key"],
                state=DoneState(row["state"]),
                due_at=row["planned_at"],
                done_at=row["done_at"],
                chosen=row["chosen"],
            )
        )
    return behind


def _dicts(sql: str, values: list[object]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
