"""What a playbook did, decided and still plans for a renewal, each with its reasons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.core.notice_words import zone_words
from dashboards.core.parts import Reason
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import decision_title, title
from dashboards.queries.asker import Asker
from playbooks.core.cadence import plan
from playbooks.core.planned import Planned
from playbooks.models import Decision, Enrolment, StepRun
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_enrolment_cases
from renewals.models import Renewal
from renewals.queries.people import visible_to
from renewals.queries.written import Given, Written

MARKS = {"done": "check-circle", "skipped": "minus-circle", "parked": "exclamation-circle"}
STATES = {"done": "is-done", "parked": "is-blocked"}
SHOWN_DECISIONS = 30
LIVE = ("active", "paused", "parked")
RUNS = Written(
    lambda: StepRun.objects.filter(enrolment__renewal_id=Given("renewal"), done_at__isnull=False).order_by(
        "planned_at", "id"
    )
)
RUNNING = Written(
    lambda: Enrolment.objects.filter(renewal_id=Given("renewal"), state__in=LIVE).values_list("id", flat=True)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """A step behind us or ahead of us; `mark` is an icon, `state` a class, `change_href` only for who may change it."""

    name: str
    note: str
    date: DateCell
    mark: str
    state: str
    reasons: tuple[Reason, ...]
    change_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLine:
    """One decision with its reasons and the version of the rule."""

    title: str
    at: DateCell
    rule: str
    reasons: tuple[Reason, ...]


def steps_of(asker: Asker, row: Renewal) -> tuple[StepLine, ...]:
    """Return the steps behind us, the one at hand, then what is planned from today's contract dates."""
    runs = RUNS.read(renewal=row.id)
    cases = load_enrolment_cases(RUNNING.read(renewal=row.id), now=asker.now)
    names = {step.key: step.name for case in cases for step in case.definition.steps}
    behind = tuple(_run(asker, run, names) for run in runs)
    may_change = (
        bool(cases) and visible_to(Renewal.objects.filter(id=row.id), asker.member, "enrolments.change").exists()
    )
    path = f"/renewals/{row.id}/steps/" if may_change else ""
    return (*behind, *_planned(asker, cases, {run.step_key for run in runs}, path))


def decisions_of(asker: Asker, row: Renewal) -> tuple[DecisionLine, ...]:
    """Return what was decided about a renewal, the newest first."""
    rows = Decision.objects.filter(renewal_id=row.id).order_by("-decided_at", "-id")[:SHOWN_DECISIONS]
    return tuple(
        DecisionLine(
            title=decision_title(each.kind, each.verdict, each.step_key),
            at=instant_cell(each.decided_at, now=asker.now, zone=asker.workspace.timezone),
            rule=title(each.rule_version),
            reasons=tuple(reason_sentence(item, zone=asker.workspace.timezone) for item in each.reasons),
        )
        for each in rows
    )


def _run(asker: Asker, run: StepRun, names: Mapping[str, str]) -> StepLine:
    return StepLine(
        name=names.get(run.step_key) or title(run.step_key),
        note=f"{title(run.kind)}, {run.state}",
        date=instant_cell(run.done_at, now=asker.now, zone=asker.workspace.timezone),
        mark=MARKS.get(run.state, "clock"),
        state=STATES.get(run.state, ""),
        reasons=tuple(reason_sentence(item, zone=run.due_zone) for item in run.reasons),
    )


def _mark(planned: Planned, *, is_next: bool) -> str:
    if planned is Planned.SKIP:
        return MARKS["skipped"]
    return "play-circle" if is_next else "clock"


def _planned(asker: Asker, cases: Iterable[StepCase], done: set[str], path: str) -> Iterable[StepLine]:
    for case in cases:
        for place, item in enumerate(plan(case.definition, case.plan, now=asker.now).steps):
            if item.step_key in done:
                continue
            step = case.definition.step(item.step_key)
            firm = "" if item.is_firm else ", depends on the step before"
            firm = ", will be skipped" if item.planned is Planned.SKIP else firm
            yield StepLine(
                name=step.name,
                note=f"{title(item.kind.value)} at {item.due_time:%H:%M} {zone_words(item.zone)}{firm}",
                date=date_cell(item.due_on, today=asker.today),
                mark=_mark(item.planned, is_next=place == 0),
                state="is-now" if place == 0 else "",
                change_href=f"{path}{item.step_key}/" if path else "",
                reasons=tuple(
                    reason_sentence({"code": each.code, **each.values}) for each in (*item.moves, *item.reasons)
                ),
            )
