"""The re-check at the moment of acting: may this claimed step do what was planned, and if not, what instead.

Ordered checks, the first that objects decides. Anything unknown holds a message back; nothing here writes or sends.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playbooks.core.budget import room_for, yields_to
from playbooks.core.cadence import asks_late, late_on, send_window_of
from playbooks.core.definition import Playbook, Step
from playbooks.core.deviations import alternative_of
from playbooks.core.duties import outside_window
from playbooks.core.facts import ContactFacts, Reason, ReasonValue, StepFacts, reason
from playbooks.core.keys import decision_key
from playbooks.core.kind_checks import built_in_condition, phase_finding
from playbooks.core.kind_decisions import decide_kind
from playbooks.core.planned import Planned
from playbooks.core.reactions import Reacted, ReactionEffect, ReactionKind, held_until, rule_for
from playbooks.core.step_days import blackouts_for, phase_of
from playbooks.core.verdicts import StepDecision, StepVerdict
from playbooks.core.vocabulary import Automation, LatePolicy, MessageClass, StepFamily, family_of, is_message
from playbooks.core.windows import next_send_at
from renewals.core.conditions import Answer, Finding, evaluate
from renewals.core.dates import local_date, start_of_day

__all__ = ["RECHECK", "StepDecision", "StepVerdict", "choose_contact", "decide_invitation", "decide_step"]

PAUSE_CODE = "sending_paused"
RECHECK = timedelta(hours=1)
"""How soon a step is looked at again that waits for something without a date."""

UNCAPPED = (MessageClass.CONTRACTUAL_NOTICE, MessageClass.SECURITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    definition: Playbook
    step: Step
    facts: StepFacts
    now: datetime
    contact: ContactFacts | None = None


def decide_step(definition: Playbook, step: Step, facts: StepFacts, *, now: datetime) -> StepDecision:
    """Decide what a claimed step does at `now`.

    Task steps need the enrolment, the renewal, the condition and the late rule; messages need every check. Contractual
    notices and security messages are exempt from caps, replies and absences, never from suppression or the send window
    (security messages leave at any hour).
    """
    case = _Case(definition=definition, step=step, facts=facts, now=now)
    # What somebody has been asked about waits for the answer, however the account changes meanwhile.
    objection = _objection(case, _STEP_CHECKS if facts.approval is None else _STEP_CHECKS[:2])
    if objection is not None or is_message(step.kind):
        return objection or _decide_message(case)
    found = decide_kind(step, facts, now=now)
    decision = _decide(case, found.verdict, *found.reasons, until=found.until)
    return replace(decision, chosen=found.chosen, needs_person=found.needs_person)


def decide_invitation(
    definition: Playbook, step: Step, facts: StepFacts, *, is_first: bool, now: datetime
) -> StepDecision:
    """Decide whether an invitation may leave, as `core.meetings` states it; what is not first waits for the window."""
    case = _Case(definition=definition, step=step, facts=facts, now=now, contact=choose_contact(step, facts.contacts))
    objection = _objection(case, _INVITATION_CHECKS if is_first else _CORRECTION_CHECKS)
    return objection or _decide(case, StepVerdict.DO, reason("due", due_at=facts.due_at))


def choose_contact(step: Step, contacts: tuple[ContactFacts, ...]) -> ContactFacts | None:
    """Return the first reachable contact in the order of the step's roles (within a role the lowest id), else None."""
    for role in step.contact_roles:
        for contact in sorted(contacts, key=lambda item: item.contact_id):
            if contact.role is role and _is_reachable(contact, step):
                return contact
    return None


def _is_reachable(contact: ContactFacts, step: Step) -> bool:
    if not contact.has_address or contact.suppressed_classes is None:
        return False
    return step.message_class not in contact.suppressed_classes


def _decide_message(case: _Case) -> StepDecision:
    addressed = replace(case, contact=choose_contact(case.step, case.facts.contacts))
    objection = _objection(addressed, _MESSAGE_CHECKS)
    if objection is not None:
        return objection
    if case.facts.is_approved is True:
        return _decide(addressed, StepVerdict.DO, reason("due", due_at=case.facts.due_at))
    if asks_late(case.step, case.facts, now=case.now):
        return _decide(addressed, StepVerdict.ASK_APPROVAL, reason("asks_because_late", due_at=case.facts.due_at))
    if case.step.automation is Automation.MANUAL_APPROVAL:
        return _decide(addressed, StepVerdict.ASK_APPROVAL, reason("needs_approval"))
    if case.step.automation is Automation.VETO_WINDOW:
        until = case.now + timedelta(hours=case.step.veto_hours)
        why = reason("veto_window", hours=case.step.veto_hours, until=until)
        return _decide(addressed, StepVerdict.ASK_OBJECTION, why, until=until)
    return _decide(addressed, StepVerdict.DO, reason("due", due_at=case.facts.due_at))


def _objection(case: _Case, checks: tuple[Callable[[_Case], StepDecision | None], ...]) -> StepDecision | None:
    return next((found for check in checks if (found := check(case)) is not None), None)


def _check_enrolment(case: _Case) -> StepDecision | None:
    if case.facts.is_enrolment_active is None or case.facts.is_enrolment_paused is None:
        return _hold_unknown(case, "enrolment")
    if case.facts.is_enrolment_paused:
        return _hold(case, case.now + RECHECK, "enrolment_paused")
    if not case.facts.is_enrolment_active:
        return _decide(case, StepVerdict.SKIP, reason("enrolment_ended"))
    return None


def _check_renewal(case: _Case) -> StepDecision | None:
    if case.facts.is_renewal_open is None:
        return _hold_unknown(case, "renewal")
    return None if case.facts.is_renewal_open else _decide(case, StepVerdict.SKIP, reason("renewal_closed"))


def _check_due(case: _Case) -> StepDecision | None:
    return _hold(case, case.facts.due_at, "not_due_yet") if case.now < case.facts.due_at else None


def _check_late(case: _Case) -> StepDecision | None:
    if case.facts.zone is None:
        return _hold_unknown(case, "zone")
    return _late_at(case, case.now)


def _late_at(case: _Case, moment: datetime, *before: Reason) -> StepDecision | None:
    """Decide for a step that can act at `moment` at the earliest: None when it may still do so."""
    if case.facts.zone is None:
        return None
    due_on, day = (local_date(at, case.facts.zone.name) for at in (case.facts.due_at, moment))
    planned, reasons = late_on(case.definition, case.step, case.facts.renewal_on, due_on, day)
    if planned is Planned.SKIP:
        return _decide(case, StepVerdict.SKIP, *before, *reasons)
    if planned is Planned.MAKE_TASK and family_of(case.step.kind) is not StepFamily.HUMAN:
        return _decide(case, StepVerdict.MAKE_TASK, *before, *reasons)
    return None


def _check_phase(case: _Case) -> StepDecision | None:
    found = phase_finding(phase_of(case.definition, case.step), case.facts)
    if found is None:
        return None
    code, finding = found
    if code == "phase_exit":
        return _decide(case, StepVerdict.SKIP, reason("phase_exit", phase=case.step.phase))
    return _unless_yes(case, finding, code)


def _check_condition(case: _Case) -> StepDecision | None:
    own = _unless_yes(case, evaluate(case.step.condition, case.facts.facts), "condition")
    return own or _unless_yes(case, evaluate(built_in_condition(case.step), case.facts.facts), case.step.kind.value)


def _unless_yes(case: _Case, finding: Finding, what: str) -> StepDecision | None:
    if finding.answer is Answer.YES:
        return None
    code = f"{what}_no" if finding.answer is Answer.NO else f"{what}_unknown"
    reasons = tuple(
        reason(code, field=item.field, op=item.op.value, expected=_shown(item.expected), found=_shown(item.found))
        for item in finding.evidence
        if item.answer is not Answer.YES or finding.answer is Answer.NO
    )
    if finding.answer is Answer.NO:
        return _decide(case, StepVerdict.SKIP, *reasons)
    return _decide(case, StepVerdict.HOLD, *reasons, until=case.now + RECHECK)


def _check_alternative(case: _Case) -> StepDecision | None:
    instead = alternative_of(case.facts.deviation)
    return None if instead is None else _decide(case, StepVerdict.MAKE_TASK, instead)


def _check_sending_paused(case: _Case) -> StepDecision | None:
    if case.facts.is_sending_paused is None:
        return _hold_unknown(case, PAUSE_CODE)
    return _hold(case, case.now + RECHECK, PAUSE_CODE) if case.facts.is_sending_paused else None


def _check_human_only(case: _Case) -> StepDecision | None:
    if case.step.automation is Automation.HUMAN_ONLY:
        return _decide(case, StepVerdict.MAKE_TASK, reason("human_only_step"))
    if case.facts.is_human_only is None:
        return _hold_unknown(case, "human_only")
    if case.facts.account.human_only:
        return _decide(case, StepVerdict.MAKE_TASK, reason("human_only_account", because=case.facts.account.human_only))
    return _decide(case, StepVerdict.MAKE_TASK, reason("human_only_account")) if case.facts.is_human_only else None


def _check_reactions(case: _Case) -> StepDecision | None:
    """What anybody there did since enrolment acts on the whole account, as the playbook's own rule says."""
    if case.step.message_class in UNCAPPED:
        return None
    for seen in _reactions(case):
        rule = rule_for(case.definition.reactions, seen.kind)
        if rule.effect is ReactionEffect.STOP and seen.occurred_at > case.facts.enrolled_at:
            if seen.kind is ReactionKind.REPLY:
                return _decide(case, StepVerdict.SKIP, reason("replied_since", replied_at=seen.occurred_at))
            why = reason("stopped_by_reaction", kind=seen.kind.value, occurred_at=seen.occurred_at)
            return _decide(case, StepVerdict.SKIP, why)
        until = held_until(rule, seen, zone=case.facts.zone.name if case.facts.zone else "UTC")
        if until is not None and until > case.now:
            return _hold(case, until, "held_by_reaction", kind=seen.kind.value, occurred_at=seen.occurred_at)
    return None


def _reactions(case: _Case) -> tuple[Reacted, ...]:
    """The latest of each kind; a reply counts from wherever it was noted, unless the playbook goes on after one."""
    found = tuple(item for item in case.facts.account.reactions if item.kind is not ReactionKind.REPLY)
    replied_at = case.facts.replied_at
    if replied_at is None or not case.definition.guardrails.stop_on_reply:
        return found
    return (Reacted(kind=ReactionKind.REPLY, occurred_at=replied_at), *found)


def _check_contact(case: _Case) -> StepDecision | None:
    """Nobody may be written to: a person finds another way where it matters, otherwise the step is skipped."""
    wanted = [contact for contact in case.facts.contacts if contact.role in case.step.contact_roles]
    if any(contact.has_address and contact.suppressed_classes is None for contact in wanted):
        return _hold_unknown(case, "suppression")
    if case.contact is not None:
        return None
    roles = ", ".join(role.value for role in case.step.contact_roles)
    why = reason("no_reachable_contact", roles=roles, known=len(wanted))
    needs_person = (
        case.step.late.policy is LatePolicy.TASK or case.step.message_class is MessageClass.CONTRACTUAL_NOTICE
    )
    return _decide(case, StepVerdict.MAKE_TASK if needs_person else StepVerdict.SKIP, why)


def _check_absence(case: _Case) -> StepDecision | None:
    back_at = case.contact.out_of_office_until if case.contact else None
    if case.step.message_class in UNCAPPED or back_at is None or back_at <= case.now:
        return None
    return _hold(case, back_at, "out_of_office", back_at=back_at)


def _check_budget(case: _Case) -> StepDecision | None:
    if case.step.message_class in UNCAPPED:
        return None
    touches = case.contact.recent_touch_at if case.contact else None
    if touches is None:
        return _hold_unknown(case, "recent_touches")
    limits = case.definition.guardrails
    within = sorted(at for at in touches if at > case.now - timedelta(days=limits.per_days))
    if len(within) >= limits.max_touches:
        until = within[-limits.max_touches] + timedelta(days=limits.per_days)
        numbers = {"touches": len(within), "allowed": limits.max_touches, "per_days": limits.per_days}
        return _hold(case, until, "touch_budget", **numbers)
    rested_at = max(touches, default=None)
    if rested_at is not None and rested_at + timedelta(days=limits.min_gap_days) > case.now:
        return _hold(case, rested_at + timedelta(days=limits.min_gap_days), "minimum_gap", days=limits.min_gap_days)
    return None


def _check_account(case: _Case) -> StepDecision | None:
    """The whole account's budget, and who goes first where two playbooks want it at once."""
    account = case.facts.account
    if case.step.message_class in UNCAPPED or account.limits is None:
        return None
    if account.touches is None:
        return _hold_unknown(case, "account_touches")
    wait = room_for(account.limits, account.touches, now=case.now)
    if wait is not None:
        return _hold(case, wait.until, wait.why.code, **wait.why.values)
    first = yields_to(account, now=case.now)
    if first is None:
        return None
    return _hold(case, case.now + RECHECK, "yields_to_playbook", playbook=first.playbook, step=first.step_key)


def _check_pause(case: _Case) -> StepDecision | None:
    """Days the account asked us to stay away; contract dates, notices and tasks go on."""
    if case.facts.zone is None:
        return None
    today = local_date(case.now, case.facts.zone.name)
    for pause in blackouts_for(case.step, case.facts.blackouts):
        if pause.is_pause and pause.from_on <= today <= pause.until_on:
            until = start_of_day(pause.until_on + timedelta(days=1), case.facts.zone.name)
            return _hold(case, until, "account_paused", because=pause.reason, until_on=pause.until_on)
    return None


def _check_window(case: _Case) -> StepDecision | None:
    if case.step.message_class is MessageClass.SECURITY:
        return None
    if case.facts.zone is None or case.facts.calendar is None:
        return _hold_unknown(case, "zone_or_calendar")
    return None if (opens_at := _opening(case, case.now)) == case.now else _hold(case, opens_at, "outside_send_window")


def _opening(case: _Case, moment: datetime) -> datetime:
    if case.facts.zone is None or case.facts.calendar is None:
        return moment
    return next_send_at(
        moment,
        window=send_window_of(case.definition),
        zone=case.facts.zone,
        calendar=case.facts.calendar,
        blackouts=blackouts_for(case.step, case.facts.blackouts),
    )


def _hold_unknown(case: _Case, what: str) -> StepDecision:
    return _hold(case, case.now + RECHECK, "unknown", what=what)


def _hold(case: _Case, until: datetime, code: str, **numbers: ReasonValue) -> StepDecision:
    """Wait, in the send window; a wait that outlasts the late rule or the last useful instant is decided now.

    So a held message never blocks the steps behind it for longer than its own late rule allows.
    """
    is_written = is_message(case.step.kind)
    may_go_any_hour = not is_written or case.step.message_class is MessageClass.SECURITY
    waits_until = until if may_go_any_hour or code == "outside_send_window" else _opening(case, until)
    why = reason(code, until=waits_until, **numbers)
    too_late = _late_at(case, waits_until, why) if is_written else None
    if too_late is not None:
        return too_late
    if not is_written or case.facts.not_after is None or waits_until <= case.facts.not_after:
        return _decide(case, StepVerdict.HOLD, why, until=waits_until)
    no_time = reason("no_time_left", not_after=case.facts.not_after)
    needs_person = case.step.message_class is MessageClass.CONTRACTUAL_NOTICE
    return _decide(case, StepVerdict.MAKE_TASK if needs_person else StepVerdict.SKIP, why, no_time)


def _decide(case: _Case, verdict: StepVerdict, *reasons: Reason, until: datetime | None = None) -> StepDecision:
    contact_id = case.contact.contact_id if case.contact else None
    key = decision_key(
        "step-decision",
        case.facts.workspace_id,
        case.facts.enrolment_id,
        case.step.key,
        case.facts.occurrence,
        verdict.value,
        until.isoformat() if until else None,
        contact_id,
        *(item.code for item in reasons),
    )
    return StepDecision(verdict=verdict, until=until, contact_id=contact_id, reasons=reasons, key=key)


def _shown(value: object) -> str:
    return "unknown" if value is None else str(value)


def _check_duty(case: _Case) -> StepDecision | None:
    """A notice that we owe leaves on a day on which it counts, or a person finds another way."""
    if case.step.message_class is not MessageClass.CONTRACTUAL_NOTICE:
        return None
    outside = outside_window(case.facts.duties, now=case.now)
    if outside is None:
        return None
    days = {"opens_on": outside.duty.opens_on, "closes_on": outside.duty.closes_on}
    if outside.until is not None:
        return _hold(case, outside.until, "notice_window_ahead", **days)
    return _decide(case, StepVerdict.MAKE_TASK, reason("notice_window_over", **days))


_STEP_CHECKS: tuple[Callable[[_Case], StepDecision | None], ...] = (
    _check_enrolment,
    _check_renewal,
    _check_due,
    _check_late,
    _check_phase,
    _check_condition,
    _check_alternative,
)

_MESSAGE_CHECKS: tuple[Callable[[_Case], StepDecision | None], ...] = (
    _check_human_only,
    _check_sending_paused,
    _check_reactions,
    _check_pause,
    _check_duty,
    _check_contact,
    _check_absence,
    _check_budget,
    _check_account,
    _check_window,
)

_CORRECTION_CHECKS: tuple[Callable[[_Case], StepDecision | None], ...] = (_check_sending_paused, _check_window)
_INVITATION_CHECKS: tuple[Callable[[_Case], StepDecision | None], ...] = (
    _check_sending_paused,
    _check_pause,
    _check_contact,
    _check_absence,
    _check_budget,
    _check_account,
    _check_window,
)
