"""Whether the dates of a definition make sense: reachable, apart, inside window and phase, never past a deadline."""

from playbooks.core.definition import Playbook, Step
from playbooks.core.rehearsal import relative_days
from playbooks.core.validation.told import at_step, problem
from playbooks.core.vocabulary import AnchorKind, LatePolicy, MessageClass, Roll, is_message
from renewals.core.conditions import AllOf, Condition, Op, Predicate
from renewals.core.problems import Problem


def check_reach(playbook: Playbook) -> list[Problem]:
    """Return steps that can never act: before enrolment, outside their phase, or asking for a contradiction."""
    phases = {phase.key: phase for phase in playbook.phases}
    problems = []
    for number, (step, day) in enumerate(zip(playbook.steps, relative_days(playbook), strict=True), start=1):
        phase = phases.get(step.phase)
        if day is not None and day < -playbook.window_days:
            what = f"It is due {-day} days before the renewal date, but enrolment opens at {playbook.window_days}."
            problems.append(problem("E-CAD-03", at_step(step), what, "Widen window_days or move the step."))
        if phase and day is not None and (day > phase.closes_days or _is_early(step, day, phase.opens_days)):
            what = f"Step {number} can never be reached: day {day:+d} lies outside phase '{phase.key}'"
            problems.append(
                problem(
                    "E-CAD-01",
                    at_step(step),
                    f"{what} ({phase.opens_days:+d} to {phase.closes_days:+d}).",
                    "Move the step or the phase.",
                )
            )
        if _contradicts_itself(step.condition):
            what = f"Step {number} can never be reached: its condition asks one fact for two values."
            problems.append(problem("E-CAD-01", at_step(step), what, "Use any, or in, for alternatives."))
    return problems


def _is_early(step: Step, day: int, opens_days: int) -> bool:
    return step.anchor.kind is AnchorKind.RENEWAL_DATE and day < opens_days


def _contradicts_itself(condition: Condition | None) -> bool:
    if not isinstance(condition, AllOf):
        return False
    asked: dict[str, object] = {}
    for part in condition.parts:
        if isinstance(part, Predicate) and part.op is Op.EQ and asked.setdefault(part.field, part.value) != part.value:
            return True
    return any(_contradicts_itself(part) for part in condition.parts)


def check_instants(playbook: Playbook) -> list[Problem]:
    """Return steps that are due at the same instant as another."""
    seen: dict[tuple[object, ...], Step] = {}
    problems = []
    for step, day in zip(playbook.steps, relative_days(playbook), strict=True):
        anchor = step.anchor
        place = (anchor.kind, anchor.offset_days, anchor.unit) if day is None else ("day", day)
        other = seen.setdefault((*place, step.at, step.path), step)
        if other is not step:
            what = f"It is due at the same instant as '{other.key}'."
            problems.append(problem("E-CAD-02", at_step(step), what, "Give one of them another day or time."))
    return problems


def check_dates(playbook: Playbook) -> list[Problem]:
    """Return anchors and late rules that could pass a deadline, stand still, or lapse unseen."""
    problems = []
    for step in playbook.steps:
        anchor = step.anchor
        if anchor.kind is AnchorKind.AFTER_PREVIOUS and anchor.offset_days < 1:
            what = f"It follows the previous step by {anchor.offset_days} days."
            problems.append(problem("E-CAD-16", at_step(step), what, "At least 1, or anchor it to a contract date."))
        if anchor.kind is AnchorKind.AFTER_PREVIOUS and anchor.roll is Roll.PREVIOUS:
            what = "It could move before the step it follows."
            problems.append(problem("E-CAD-12", at_step(step), what, f"Use roll = '{Roll.NEXT.value}'."))
        if anchor.kind is AnchorKind.NOTICE_DEADLINE and anchor.offset_days <= 0 and anchor.roll is Roll.NEXT:
            what = "A closed day would move it past the notice deadline."
            problems.append(problem("E-CAD-12", at_step(step), what, f"Use roll = '{Roll.PREVIOUS.value}'."))
        if _must_not_lapse(step) and step.late.policy is not LatePolicy.TASK:
            what = "Late, it would lapse without anybody knowing."
            problems.append(problem("E-CAD-12", at_step(step), what, "Use late = { policy = 'task' }."))
        if step.late.policy is LatePolicy.ASK and not is_message(step.kind):
            what = "Only a message can ask whether it should still leave."
            problems.append(problem("E-CAD-19", at_step(step), what, "Use policy = 'send_late', 'skip' or 'task'."))
        if step.late.policy is LatePolicy.ASK and not step.late.max_days:
            what = "It asks, but no day is left for the answer."
            problems.append(problem("E-CAD-05", at_step(step), what, "Say max_days: how late it may still leave."))
        if step.late.policy is LatePolicy.SKIP and step.late.max_days:
            what = "A skipped step has no days of grace."
            problems.append(
                problem("E-CAD-07", at_step(step), what, "Use policy = 'send_late', or leave max_days out.")
            )
    return problems


def _must_not_lapse(step: Step) -> bool:
    return step.anchor.kind is AnchorKind.NOTICE_DEADLINE or step.message_class is MessageClass.CONTRACTUAL_NOTICE


def check_send_times(playbook: Playbook) -> list[Problem]:
    """Return send times outside the send window, or a window that never opens."""
    limits = playbook.guardrails
    if limits.send_from >= limits.send_until:
        what = f"The send window opens at {limits.send_from:%H:%M} and closes at {limits.send_until:%H:%M}."
        return [problem("E-CAD-15", "playbook, guardrails", what, "It must open before it closes.")]
    window = f"{limits.send_from:%H:%M}-{limits.send_until:%H:%M}"
    return [
        problem("E-CAD-15", at_step(step), f"{step.at:%H:%M} lies outside the send window {window}.", "Move the time.")
        for step in playbook.steps
        if is_message(step.kind) and not limits.send_from <= step.at < limits.send_until
    ]
