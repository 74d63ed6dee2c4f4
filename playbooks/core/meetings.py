"""A meeting that a person arranges from a task: what may be chosen, its words, and how the guards judge its messages.

An invitation is a person's own act. It asks the guards for consent, window, pause and budget; it neither lapses with
the phase of its step nor stops with the playbook. Sends nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from playbooks.core.definition import Late, Playbook, Step
from playbooks.core.errors import MeetingRefused
from playbooks.core.facts import StepFacts
from playbooks.core.vocabulary import Automation, LatePolicy, MessageClass, StepKind

MEETING_KINDS = (StepKind.MEETING, StepKind.CALL)
DEFAULT_MINUTES = 30
MIN_MINUTES, MAX_MINUTES = 5, 600
MAX_AHEAD = timedelta(days=400)
_FOREVER = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingChoice:
    """What a person chose: whom to invite, when (an aware instant), for how long and where (a place or a link)."""

    contact_id: int
    starts_at: datetime
    minutes: int
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingWords:
    """What a message about a meeting says besides its kind."""

    title: str
    account: str
    owner: str
    first_name: str
    when: str
    minutes: int
    place: str
    agenda: tuple[str, ...]


def check_choice(choice: MeetingChoice, *, now: datetime) -> None:
    """Raise MeetingRefused for a time that is not ahead or too far, and for a length no meeting has."""
    if choice.starts_at <= now:
        raise MeetingRefused("The meeting would begin in the past.", where="starts", remedy="Choose a time ahead.")
    if choice.starts_at > now + MAX_AHEAD:
        raise MeetingRefused("The meeting is more than 400 days away.", where="starts")
    if not MIN_MINUTES <= choice.minutes <= MAX_MINUTES:
        raise MeetingRefused(f"A meeting lasts {MIN_MINUTES} to {MAX_MINUTES} minutes.", where="minutes")


def meeting_subject(words: MeetingWords, *, revision: int, is_cancelled: bool) -> str:
    """Return the subject: an invitation, its new time, or that it is called off."""
    kind = "Called off" if is_cancelled else "Changed" if revision else "Invitation"
    return f"{kind}: {words.title}, {words.account}"[:200]


def meeting_text(words: MeetingWords, *, revision: int, is_cancelled: bool) -> str:
    """Return the plain text beside the calendar part, for whoever's mail program shows no invitation."""
    if is_cancelled:
        opening = f"{words.owner} has called off this meeting."
    elif revision:
        opening = f"{words.owner} has changed this meeting."
    else:
        opening = f"{words.owner} invites you to a meeting."
    lines = [f"Hello {words.first_name},", "", opening, "", words.title, f"{words.when}, {words.minutes} minutes"]
    lines += [words.place] if words.place else []
    if words.agenda and not is_cancelled:
        lines += ["", "Agenda", *(f"- {point}" for point in words.agenda)]
    return "\n".join([*lines, "", words.owner])


def as_message(
    definition: Playbook, step: Step, facts: StepFacts, *, contact_id: int, made_at: datetime, starts_at: datetime
) -> tuple[Playbook, Step, StepFacts]:
    """Return playbook, step and facts as the guards see an invitation: a relationship message to one chosen contact.

    It is due when the person made it and useful until the meeting starts.
    """
    one = tuple(item for item in facts.contacts if item.contact_id == contact_id)
    phases = tuple(replace(phase, closes_days=_FOREVER) for phase in definition.phases)
    written = replace(
        step,
        kind=StepKind.EMAIL,
        automation=Automation.AUTOMATIC,
        message_class=MessageClass.RELATIONSHIP,
        contact_roles=tuple({item.role for item in one}),
        late=Late(policy=LatePolicy.SEND_LATE, max_days=_FOREVER),
        at=time(0),
    )
    seen = replace(facts, contacts=one, due_at=made_at, not_after=starts_at)
    return replace(definition, phases=phases), written, seen
