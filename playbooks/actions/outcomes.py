"""What becomes of one claimed step: asks the core, turns its verdict into rows, plans what follows. Writes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.actions.kind_rows import (
    approval_rows,
    escalation_row,
    goal_row,
    human_row,
    sponsor_wanted_row,
    unanswered_row,
    veto_values,
    webhook_row,
)
from playbooks.actions.step_rows import (
    Row,
    decision_row,
    message_row,
    shown,
    step_decision_key,
    step_row,
    task_row,
)
from playbooks.core.cadence import next_step
from playbooks.core.definition import Step
from playbooks.core.facts import DoneState, DoneStep, Reason, reason
from playbooks.core.giving_way import first_notice, may_give_way, until_notice
from playbooks.core.guards import StepDecision, StepVerdict, decide_step
from playbooks.core.holdouts import CODE as HELD_OUT
from playbooks.core.keys import decision_key
from playbooks.core.messages import RenderProblem
from playbooks.core.planned import NextStep, PlannedStep
from playbooks.core.states import MessageState, StepRunState
from playbooks.core.step_parts import FieldUpdate
from playbooks.core.vocabulary import GoalEffect, StepFamily, StepKind, family_of, is_message
from playbooks.core.withholding import unless_held_out
from playbooks.queries.assignees import Assignees
from playbooks.queries.case_facts import StepCase, contract_dates
from playbooks.queries.render import render_step_message
from renewals.core.conditions import Answer, evaluate

UNKNOWN_CODES = frozenset(
    {
        "condition_unknown",
        "phase_entry_unknown",
        "expansion_prompt_unknown",
        "celebrate_value_unknown",
        "sponsor_missing",
        "unknown",
    }
)
WAITS_FOR_FACTS = (*sorted(UNKNOWN_CODES), "waiting")
"""Why a step waits that goes on at once when a fact of its account is recorded by which it may."""
WRITES = (StepVerdict.DO, StepVerdict.ASK_APPROVAL, StepVerdict.ASK_OBJECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """All rows of one executed step. `due_at` is set when it only waits; `ended_reason` when the enrolment is over."""

    case: StepCase
    state: StepRunState
    reasons: tuple[Reason, ...]
    log: tuple[Row, ...]
    due_at: datetime | None = None
    message: Row | None = None
    task: Row | None = None
    following: tuple[Row, ...] = ()
    ended_state: str = ""
    ended_reason: str = ""
    moved: Row | None = None
    chosen: str = ""
    approval: Row | None = None
    silence: StepVerdict | None = None
    webhook: Row | None = None
    update: FieldUpdate | None = None
    goal: Row | None = None

    def update_row(self, *, now: datetime) -> Row:
        """Return the new values of the claimed step run."""
        is_over = self.state not in (StepRunState.SCHEDULED, StepRunState.WAITING)
        return {
            "id": self.case.step_run_id,
            "fence": self.case.fence,
            "state": self.state.value,
            "due_at": self.due_at or self.case.due_at,
            "done_at": now if is_over else None,
            "reasons": shown(self.reasons),
            "chosen": self.chosen,
        }


def decide_outcome(case: StepCase, people: Assignees, *, now: datetime) -> StepOutcome:
    """Return what becomes of a claimed step: moved with its contract, left by an exit rule, or as the guards decide."""
    if case.planned_for and case.planned_for != contract_dates(case.plan):
        return move_with_contract(case, now=now)
    step = case.definition.step(case.step_key)
    goal = goal_row(case, now=now)
    exit_reason = _exit_reason(case)
    if exit_reason is not None:
        return replace(_leave(case, exit_reason, now=now), goal=goal)
    if goal is not None and case.definition.goal and case.definition.goal.effect is GoalEffect.END:
        return replace(_leave(case, "goal_met", now=now), goal=goal)
    decided = _decided(case, step, people, now=now)
    return replace(decided, goal=goal) if goal is not None else decided


def _decided(case: StepCase, step: Step, people: Assignees, *, now: datetime) -> StepOutcome:
    decision = unless_held_out(step, case.facts, decide_step(case.definition, step, case.facts, now=now))
    notice = first_notice(case.definition, step, case.plan, now=now) if may_give_way(decision) else None
    if notice is not None and notice.due_at <= now:
        return _give_way(case, decision, notice, now=now)
    decision = until_notice(decision, notice) if notice else decision
    if decision.verdict is StepVerdict.HOLD:
        return _overtaken(case, decision, now=now) or _hold(case, step, decision, people, now=now)
    if decision.verdict in (StepVerdict.ESCALATE, StepVerdict.TIME_OUT):
        return _silent(case, step, decision, people, now=now)
    return _act(case, step, decision, people, now=now)


def move_with_contract(case: StepCase, *, now: datetime) -> StepOutcome:
    """Return the open step planned again from today's contract dates; what is behind is never repeated."""
    new = contract_dates(case.plan)
    moved = tuple(
        reason("contract_date_moved", name=name, old=case.planned_for.get(name), new=value)
        for name, value in new.items()
        if case.planned_for.get(name) != value
    )
    return planned_again(case, "replan", "moved", moved, now=now)


def planned_again(case: StepCase, kind: str, verdict: str, why: tuple[Reason, ...], *, now: datetime) -> StepOutcome:
    """Return the open step where today's facts want it, logged as `kind` and `verdict`; nothing is repeated."""
    following = next_step(case.definition, case.plan, now=now)
    key = decision_key(kind, case.plan.workspace_id, case.enrolment_id, case.step_run_id, case.fence)
    if following.step is None:
        over = _finish(case, StepRunState.SKIPPED, why, now=now)
        return replace(over, log=(decision_row(case, kind, verdict, why, key=key, now=now),))
    planned = following.step
    because = (*why, reason("due_moved", step=planned.step_key, old=case.facts.due_at, new=planned.due_at))
    moved = step_row(case, planned, now=now, state=StepRunState.SCHEDULED)
    return StepOutcome(
        case=case,
        state=StepRunState.SCHEDULED,
        due_at=planned.due_at,
        reasons=because,
        log=(decision_row(case, kind, verdict, because, key=key, now=now),),
        following=_skipped_rows(case, following, now=now),
        moved=moved | {"planned_for": contract_dates(case.plan)},
    )


def park(case: StepCase, why: Reason, people: Assignees, *, now: datetime) -> StepOutcome:
    """Return the step set aside for a person, with all its data; the enrolment waits for them."""
    step = case.definition.step(case.step_key)
    task = task_row(case, step, (why,), assignee_id=people.person_for_step(case, step), now=now)
    return StepOutcome(
        case=case,
        state=StepRunState.PARKED,
        reasons=(why,),
        log=(_log(case, "parked", (why,), "parked", now=now),),
        task=task | {"title": f"Stuck: {step.name}"[:200]},
        ended_state="parked",
    )


def _hold(case: StepCase, step: Step, decision: StepDecision, people: Assignees, *, now: datetime) -> StepOutcome:
    held = StepOutcome(
        case=case,
        state=StepRunState.SCHEDULED,
        due_at=decision.until,
        reasons=decision.reasons,
        log=(_log(case, "hold", decision.reasons, decision.key, now=now),),
    )
    if not decision.needs_person:
        return held
    if step.kind is StepKind.APPROVAL:
        task, approval = approval_rows(case, step, decision, people, now=now)
        return replace(held, task=task, approval=approval)
    return replace(held, task=sponsor_wanted_row(case, step, decision.reasons, people, now=now))


def _give_way(case: StepCase, decision: StepDecision, notice: PlannedStep, *, now: datetime) -> StepOutcome:
    """Return a step that only waits skipped for a date of notice; a question asked by then is refused by silence."""
    why = (*decision.reasons, reason("gives_way_to_notice", step=notice.step_key, due_at=notice.due_at))
    outcome = _finish(case, StepRunState.SKIPPED, why, now=now)
    silence = StepVerdict.TIME_OUT if case.facts.approval is not None else None
    return replace(outcome, silence=silence, log=(_log(case, "skip", why, decision.key, now=now), *outcome.log))


def _silent(case: StepCase, step: Step, decision: StepDecision, people: Assignees, *, now: datetime) -> StepOutcome:
    """Return an approval nobody has answered in time: handed up once, then refused by silence."""
    log = _log(case, decision.verdict.value, decision.reasons, decision.key, now=now)
    if decision.verdict is StepVerdict.TIME_OUT:
        over = _finish(case, StepRunState.DONE, decision.reasons, now=now)
        return replace(over, silence=decision.verdict, log=(log, *over.log))
    return StepOutcome(
        case=case,
        state=StepRunState.SCHEDULED,
        due_at=decision.until,
        reasons=decision.reasons,
        log=(log,),
        task=unanswered_row(case, step, decision.reasons, people, now=now),
        silence=decision.verdict,
    )


def _overtaken(case: StepCase, decision: StepDecision, *, now: datetime) -> StepOutcome | None:
    """Return the step skipped if what holds it is unknown and the next step's turn has come; None if it may wait.

    A fact that nobody records must not stop the milestones that follow the contract.
    """
    if not any(item.code in UNKNOWN_CODES for item in decision.reasons):
        return None
    why = (*decision.reasons, reason("overtaken_while_unknown"))
    outcome = _finish(case, StepRunState.SKIPPED, why, now=now)
    opened = [row for row in outcome.following if row["state"] == StepRunState.SCHEDULED and row["due_at"] <= now]
    return replace(outcome, log=(_log(case, "skip", why, decision.key, now=now),)) if opened else None


def _act(case: StepCase, step: Step, decision: StepDecision, people: Assignees, *, now: datetime) -> StepOutcome:
    state = StepRunState.SKIPPED if decision.verdict is StepVerdict.SKIP else StepRunState.DONE
    outcome = _finish(case, state, decision.reasons, chosen=decision.chosen, now=now)
    is_written = is_message(step.kind) and decision.verdict in WRITES
    needs_person = decision.verdict in (StepVerdict.MAKE_TASK, StepVerdict.ASK_APPROVAL, StepVerdict.ASK_OBJECTION)
    message = task = None
    reasons = decision.reasons
    if is_written and decision.contact_id is not None:
        rendered = render_step_message(case, step, contact_id=decision.contact_id)
        if isinstance(rendered, RenderProblem):
            reasons = (*reasons, reason("message_has_a_hole", problem=rendered.what, names=", ".join(rendered.names)))
            needs_person = True
        else:
            is_draft = decision.verdict is StepVerdict.ASK_APPROVAL
            state_of_message = MessageState.DRAFT if is_draft else MessageState.QUEUED
            message = message_row(case, step, rendered, contact_id=decision.contact_id, state=state_of_message, now=now)
            message |= veto_values(case, step, decision, now=now)
    if needs_person or (family_of(step.kind) is StepFamily.HUMAN and decision.verdict is StepVerdict.DO):
        task = human_row(case, step, decision, reasons, people, now=now)
    log = _log(case, decision.verdict.value, reasons, decision.key, now=now)
    acted = replace(outcome, message=message, task=task, log=(log, *outcome.log))
    return _by_itself(acted, step, people, now=now) if decision.verdict is StepVerdict.DO else acted


def _by_itself(outcome: StepOutcome, step: Step, people: Assignees, *, now: datetime) -> StepOutcome:
    """Return the outcome with what a system step does; other families are as they are."""
    case = outcome.case
    match step.kind:
        case StepKind.ESCALATION:
            return replace(outcome, task=escalation_row(case, step, outcome.reasons, people, now=now))
        case StepKind.WEBHOOK:
            return replace(outcome, webhook=webhook_row(case, step, now=now))
        case StepKind.FIELD_UPDATE:
            return replace(outcome, update=step.field)
        case _:
            return outcome


def _finish(
    case: StepCase,
    state: StepRunState,
    reasons: tuple[Reason, ...],
    *,
    chosen: str = "",
    now: datetime,
) -> StepOutcome:
    """Return the step over, with what follows it: the next step, the skips before that, or the end."""
    done = DoneStep(
        step_key=case.step_key,
        state=done_state(state, reasons),
        due_at=case.facts.due_at,
        done_at=now,
        chosen=chosen,
    )
    ahead = next_step(case.definition, replace(case.plan, done=(*case.plan.done, done)), now=now)
    rows = _skipped_rows(case, ahead, now=now)
    if ahead.step is not None:
        rows = (*rows, step_row(case, ahead.step, now=now, state=StepRunState.SCHEDULED))
    return StepOutcome(
        case=case,
        state=state,
        reasons=reasons,
        log=(),
        chosen=chosen,
        following=rows,
        ended_state="" if ahead.step else "completed",
        ended_reason="" if ahead.step else "all_steps_behind",
    )


def done_state(state: StepRunState, reasons: tuple[Reason, ...]) -> DoneState:
    """Return how an ended step counts for what follows it."""
    is_held_out = any(item.code == HELD_OUT for item in reasons)
    return DoneState.HELD_OUT if is_held_out else DoneState(state.value)


def _exit_reason(case: StepCase) -> str | None:
    for rule in case.definition.exits:
        if evaluate(rule.condition, case.facts.facts).answer is Answer.YES:
            return rule.reason
    return None


def _leave(case: StepCase, why: str, *, now: datetime) -> StepOutcome:
    left = (reason("exit_rule", reason=why),)
    return StepOutcome(
        case=case,
        state=StepRunState.SKIPPED,
        reasons=left,
        log=(_log(case, "exit", left, why, now=now),),
        ended_state="exited",
        ended_reason=why,
    )


def _skipped_rows(case: StepCase, ahead: NextStep, *, now: datetime) -> tuple[Row, ...]:
    return tuple(step_row(case, planned, now=now, state=StepRunState.SKIPPED) for planned in ahead.skipped)


def _log(case: StepCase, verdict: str, reasons: tuple[Reason, ...], key: str, *, now: datetime) -> Row:
    return decision_row(case, "step", verdict, reasons, key=step_decision_key(case, key), now=now)
