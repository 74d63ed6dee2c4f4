"""Enrolments seen through what was recorded: today's facts are laid aside wherever a decision kept its own.

What no decision recorded - a contact's zone then - is read as it is today.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from playbooks.core.account_facts import Touch
from playbooks.core.facts import ApprovalFacts, ApprovalState, ContactFacts
from playbooks.core.replay.line import FactLine, Told
from playbooks.models import StepApproval
from playbooks.queries.account_state import AccountState
from playbooks.queries.case_facts import StepCase, case_from_row
from playbooks.queries.cases import EnteringCase, LoadedCase
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.holdouts import drawn_arms
from playbooks.queries.replay.heard import Heard

ONE_DAY = timedelta(days=1)
NOTHING_HEARD = Heard()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An approval that a step asked for: when, and when it was decided (None: not yet)."""

    asked_at: datetime
    decided_at: datetime | None
    facts: ApprovalFacts

    def at(self, moment: datetime) -> ApprovalFacts | None:
        """Return it as it stood at a moment."""
        if moment < self.asked_at:
            return None
        is_decided = self.decided_at is not None and self.decided_at <= moment
        return self.facts if is_decided else replace(self.facts, state=ApprovalState.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCase(LoadedCase):
    """An enrolment seen through the line of what was recorded about its renewal."""

    line: FactLine
    replies: tuple[datetime, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    looks: Mapping[str, Sequence[tuple[datetime, datetime, bool]]] = field(default_factory=dict)
    heard: Heard = NOTHING_HEARD

    def seen_at(self, *, now: datetime) -> StepCase:
        """Return the case as the engine saw it at `now`, as far as it was recorded."""
        row = {**self.row, "state": self.heard.state_at(self.row["state"], now)}
        case = case_from_row(row, self.version, self.behind, self.people, now=now)
        known = self.line.known_at(now)
        inputs = known.inputs if known else {}
        facts = self.line.facts_at(now, today=case.facts.facts)
        replied_at = self._replied_at(known, now)
        if known is None:
            facts |= {"touch.days_since_reply": (now - replied_at).days if replied_at else None}
        renewal_on, notice_on = self.line.dates_at(now) or (case.plan.renewal_on, case.plan.notice_on)
        people, question = inputs.get("contacts"), self.questions.get(case.step_key)
        step_facts = replace(
            case.facts,
            renewal_on=renewal_on,
            is_enrolment_active=True,
            is_enrolment_paused=False,
            is_renewal_open=True,
            is_sending_paused=inputs.get("is_sending_paused", False),
            is_human_only=inputs.get("is_human_only", False),
            contacts=tuple(
                self.heard.contact_at(_before(each, now), now)
                for each in case.facts.contacts
                if _was_there(each, people)
            ),
            account=replace(case.facts.account, touches=_touches_before(case.facts.account.touches, now)),
            replied_at=replied_at,
            approval=question.at(now) if question else None,
            facts=facts,
        )
        plan = replace(case.plan, renewal_on=renewal_on, notice_on=notice_on, facts=facts)
        return replace(case, facts=step_facts, plan=plan, planned_for={})

    def change_after(self, moment: datetime) -> datetime | None:
        """Return when something recorded about it changes next."""
        return self.line.change_after(moment)

    def woken_after(self, moment: datetime) -> datetime | None:
        """Return when a decision of a person next woke a step, whatever it waited for."""
        decided = [item.decided_at for item in self.questions.values() if item.decided_at is not None]
        ended = (at for _, at, is_end in self.looks.get(self.row["step_key"], ()) if is_end)
        return min((at for at in (*decided, *ended) if at > moment), default=None)

    def looked_at(self, moment: datetime) -> datetime:
        """Return when the engine really came to a look that was due: its sweep, if that was within a day.

        A step that is due at another time than it was is looked at when it is due.
        """
        looks = self.looks.get(self.row["step_key"], ())
        came = (at for due, at, _ in looks if due <= moment <= at <= moment + ONE_DAY)
        return min(came, default=moment)

    def _replied_at(self, known: Told | None, now: datetime) -> datetime | None:
        """A reply since the last decision counts; what that decision was told counts before."""
        since = known.at if known and known.at <= now else None
        heard = max((at for at in self.replies if at <= now and (since is None or at > since)), default=None)
        told = known.inputs.get("replied_at") if known and since else None
        return heard or (datetime.fromisoformat(told) if isinstance(told, str) else None)


def begun(case: LoadedCase, version: PublishedVersion, *, at: datetime, place: int) -> LoadedCase:
    """Return an enrolment as it stands when it enters a version at an instant; `place` tells the account's apart.

    Under its own version it has the arms it really drew, under another one those it would have drawn.
    """
    arms = case.row["arms"] if version is case.version and case.row["enrolment_id"] else _drawn(case, version, at=at)
    row = {
        **case.row,
        "started_at": at,
        "due_at": at,
        "planned_at": at,
        "paused_until_at": None,
        "goal_met_at": None,
        "arms": arms,
        "step_run_id": -1000 * (place + 1),
    }
    return replace(case, row=row, version=version, behind=())


def _drawn(case: LoadedCase, version: PublishedVersion, *, at: datetime) -> str:
    return json.dumps(drawn_arms(version, case.row["held_out"].at(at), account_id=case.row["account_id"]))


def entering_case(
    case: EnteringCase, version: PublishedVersion, line: FactLine, replies: tuple[datetime, ...], heard: Heard
) -> RecordedCase:
    """Return a renewal that never was enrolled as if it entered a version, seen through what was recorded of it."""
    row = {**case.row, "closed_on": None}
    return RecordedCase(
        row=row, version=version, behind=(), people=case.people, line=line, replies=replies, heard=heard
    )


def questions_in(enrolment_ids: Iterable[int]) -> Mapping[int, Mapping[str, Question]]:
    """Return the approvals that these enrolments asked for, by enrolment and step."""
    found: dict[int, dict[str, Question]] = {}
    for row in StepApproval.objects.filter(enrolment_id__in=list(enrolment_ids)).order_by("id"):
        facts = ApprovalFacts(
            approval_id=row.id,
            state=ApprovalState(row.state),
            version=row.version,
            due_at=row.due_at,
            is_escalated=row.escalated_at is not None,
        )
        question = Question(asked_at=row.created_at, decided_at=row.decided_at, facts=facts)
        found.setdefault(row.enrolment_id, {})[row.step_key] = question
    return found


def without_own(state: AccountState, own: frozenset[int]) -> AccountState:
    """What the replayed enrolments did themselves is done again by the replay."""
    touches = state.facts.touches
    others = None if touches is None else tuple(item for item in touches if item.step_run_id not in own)
    return replace(state, facts=replace(state.facts, touches=others))


def others_touches(
    touches: Mapping[int, Sequence[tuple[int | None, datetime]]], own: frozenset[int]
) -> dict[int, tuple[tuple[int | None, datetime], ...]]:
    """Return the touches of contacts that the replayed enrolments did not make."""
    return {contact: tuple((run, at) for run, at in each if run not in own) for contact, each in touches.items()}


def _before(contact: ContactFacts, now: datetime) -> ContactFacts:
    touches = contact.recent_touch_at
    if not touches or max(touches) <= now:
        return contact
    return replace(contact, recent_touch_at=tuple(at for at in touches if at <= now))


def _touches_before(touches: tuple[Touch, ...] | None, now: datetime) -> tuple[Touch, ...] | None:
    return None if touches is None else tuple(item for item in touches if item.at <= now)


def _was_there(contact: ContactFacts, recorded: Any) -> bool:
    return not isinstance(recorded, list) or contact.contact_id in recorded
