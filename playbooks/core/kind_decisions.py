"""What steps decide that write to nobody: branch, wait, sponsor, approval; any other acts when it is due. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from playbooks.core.branches import choose_path
from playbooks.core.definition import Step
from playbooks.core.facts import Reason, StepFacts, reason
from playbooks.core.kind_checks import Silence, silence_of, sponsor_held, sponsor_name, wait_held
from playbooks.core.verdicts import StepVerdict
from playbooks.core.vocabulary import SponsorSide, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KindDecision:
    """A verdict with its reasons; the other fields mean what they mean in `StepDecision`."""

    verdict: StepVerdict
    reasons: tuple[Reason, ...]
    until: datetime | None = None
    chosen: str = ""
    needs_person: bool = False


def decide_kind(step: Step, facts: StepFacts, *, now: datetime) -> KindDecision:
    """Return what a due step of the human or system family does at `now`."""
    match step.kind:
        case StepKind.BRANCH:
            choice = choose_path(step, facts.facts)
            return KindDecision(verdict=StepVerdict.DO, reasons=choice.reasons, chosen=choice.path)
        case StepKind.WAIT:
            return _wait(step, facts, now=now)
        case StepKind.SPONSOR:
            return _sponsor(step, facts, now=now)
        case StepKind.APPROVAL:
            return _approval(step, facts, now=now)
        case _:
            return KindDecision(verdict=StepVerdict.DO, reasons=(reason("due", due_at=facts.due_at),))


def _wait(step: Step, facts: StepFacts, *, now: datetime) -> KindDecision:
    held = wait_held(step, facts, zone=facts.zone.name if facts.zone else "UTC", now=now)
    if held is not None:
        return KindDecision(verdict=StepVerdict.HOLD, reasons=held.why, until=held.until)
    return KindDecision(verdict=StepVerdict.DO, reasons=(reason("wait_over", due_at=facts.due_at),))


def _sponsor(step: Step, facts: StepFacts, *, now: datetime) -> KindDecision:
    held = sponsor_held(step, facts, now=now)
    if held is not None:
        return KindDecision(verdict=StepVerdict.HOLD, reasons=held.why, until=held.until, needs_person=True)
    name, side = sponsor_name(step, facts), step.sponsor.side.value if step.sponsor else ""
    why = reason("sponsor_named", side=side, name=name) if name else reason("sponsor_missing", side=side)
    stands_in = name and step.sponsor and step.sponsor.side is SponsorSide.OURS and not facts.is_sponsor_named
    told = (why, reason("sponsor_by_default", name=name)) if stands_in else (why,)
    return KindDecision(verdict=StepVerdict.DO, reasons=told)


def _approval(step: Step, facts: StepFacts, *, now: datetime) -> KindDecision:
    asked, silence = facts.approval, silence_of(step, facts, now=now)
    hours = step.approvers.within_hours if step.approvers else 0
    later = now + timedelta(hours=hours)
    if asked is None or silence is Silence.ASK:
        why = (reason("asks_approval", hours=hours),)
        return KindDecision(verdict=StepVerdict.HOLD, reasons=why, until=later, needs_person=True)
    if silence is Silence.WAIT:
        why = (reason("awaits_approval", until=asked.due_at),)
        return KindDecision(verdict=StepVerdict.HOLD, reasons=why, until=asked.due_at)
    if silence is Silence.DECIDED:
        return KindDecision(verdict=StepVerdict.DO, reasons=(reason("approval_decided", decision=asked.state.value),))
    if silence is Silence.ESCALATE:
        why = (reason("approval_unanswered", until=asked.due_at),)
        return KindDecision(verdict=StepVerdict.ESCALATE, reasons=why, until=later)
    return KindDecision(verdict=StepVerdict.TIME_OUT, reasons=(reason("approval_timed_out", until=asked.due_at),))
