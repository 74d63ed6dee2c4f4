"""Tell a story over moved time: sweep hour by hour or day by day through the real sweeps, with a kept channel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.publish import publish_library, publish_playbook
from playbooks.actions.pump import Pump
from playbooks.actions.sweeps import sweep_all
from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.models import Enrolment, StepRun, TouchBudget
from playbooks.queries.invariants import Broken, broken_invariants
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from renewals.queries.workspaces import active_workspace_ids
from tests.playbooks.factories import World, make_world


@dataclass
class KeptChannel:
    """A channel that keeps what it was given and answers as it is told; `calls` holds every attempt."""

    answers: list[SendResult] = field(default_factory=list)
    calls: list[OutgoingMessage] = field(default_factory=list)
    before_answer: Callable[[OutgoingMessage], None] | None = None
    honours_idempotency_key: bool = True
    name: str = "kept"
    is_instant: bool = True
    timeout_seconds: float = 1.0

    def send(self, message: OutgoingMessage) -> SendResult:
        """Keep it, and answer with the next prepared answer, else accept."""
        self.calls.append(message)
        if self.before_answer is not None:
            self.before_answer(message)
        return self.answers.pop(0) if self.answers else SendResult(receipt=Receipt.ACCEPTED, provider_ref="kept")


def ship(workspace: Workspace, now: datetime) -> Actor:
    """Publish the library into the workspace; returns the actor."""
    by = system_actor(workspace.id, "story")
    with in_workspace(workspace.id, by=by, now=now):
        publish_library(by=by, now=now)
    return by


def sweep_days(start: datetime, days: int, channel: KeptChannel, *, hours: int = 24) -> None:
    """Run every sweep each `hours` hours for so many days."""
    for instant in instants(start, days, hours):
        sweep_all(Pump(clock=instant, channel=channel), now=instant)


def sweep_when_due(start: datetime, days: int, channel: KeptChannel, *, hours: int = 24) -> None:
    """Sweep at the first instant, the last, and those with a step due: for stories in which only steps happen."""
    for instant in instants(start, days, hours):
        if instant in (start, start + timedelta(days=days)) or is_step_due(instant):
            sweep_all(Pump(clock=instant, channel=channel), now=instant)


def is_step_due(now: datetime) -> bool:
    """Whether an open step of any workspace has come to its time."""
    for workspace_id in active_workspace_ids():
        with in_workspace(workspace_id, by=system_actor(workspace_id, "story")):
            if StepRun.objects.filter(state__in=("scheduled", "claimed", "waiting"), due_at__lte=now).exists():
                return True
    return False


def instants(start: datetime, days: int, hours: int) -> Iterator[datetime]:
    """Every instant of the story."""
    for turn in range(days * 24 // hours + 1):
        yield start + timedelta(hours=turn * hours)


def broken_in(workspace: Workspace) -> tuple[Broken, ...]:
    """The invariants broken in this workspace."""
    with in_workspace(workspace.id, by=system_actor(workspace.id, "story")):
        return broken_invariants()


def simple_playbook(*steps: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A small valid definition with the given steps, all in one phase that is always open."""
    return {
        "key": "simple",
        "name": "Simple",
        "tier": "basic",
        "segments": ["strategic", "mid_market", "small"],
        "purpose": "Shows the engine at work.",
        "owner_role": "csm",
        "window_days": 180,
        "re_enrolment": "once_per_renewal",
        "guardrails": {
            "max_touches": 50,
            "per_days": 1,
            "min_gap_days": 0,
            "send_from": "00:00",
            "send_until": "23:59",
            "stop_on_reply": True,
            "rules": ["Be brief."],
        },
        "decision_rights": [{"decision": "Anything", "role": "csm", "limit": "None."}],
        "escalation": [{"trigger": "Stuck", "after_business_days": 1, "role": "cs_manager", "response": "Take over."}],
        "success": [{"metric": "renewal_rate_by_count", "target": 0.9, "unit": "share", "measured": "Each quarter."}],
        "exits": [
            {
                "key": "outcome_recorded",
                "reason": "renewal_closed",
                "when": {"field": "renewal.outcome", "op": "known", "value": True},
            }
        ],
        "phases": [{"key": "all", "name": "All", "purpose": "value", "opens_days": -365, "closes_days": 30}],
        "steps": list(steps),
    } | changes


def email_step(key: str, days: int, **changes: Any) -> dict[str, Any]:
    """An automatic e-mail so many days from the renewal date."""
    return {
        "key": key,
        "name": key.title(),
        "kind": "email",
        "phase": "all",
        "operator": "system",
        "intended_outcome": "They know.",
        "anchor": {"from": "renewal_date", "days": days, "roll": "next_business_day"},
        "at": "09:00",
        "automation": "automatic",
        "late": {"policy": "send_late", "max_days": 10},
        "message_class": "relationship",
        "to": ["champion"],
        "template": "hello",
    } | changes


def task_step(key: str, days: int, **changes: Any) -> dict[str, Any]:
    """A human task so many days from the renewal date."""
    return {
        "key": key,
        "name": key.title(),
        "kind": "task",
        "phase": "all",
        "operator": "csm",
        "intended_outcome": "It is settled.",
        "anchor": {"from": "renewal_date", "days": days, "roll": "next_business_day"},
        "at": "09:00",
        "automation": "human_only",
        "late": {"policy": "send_late", "max_days": 90},
        "instructions": "Call them.",
        "task_days": 3,
        "outcomes": [
            {"key": "done", "label": "Done", "effect": "continue"},
            {"key": "lost", "label": "They leave", "effect": "exit"},
            {"key": "stuck", "label": "Stuck", "effect": "escalate"},
        ],
    } | changes


HELLO = {
    "key": "hello",
    "name": "Hello",
    "message_class": "relationship",
    "subject": "About {{ account.name }}",
    "body": """Hello {{ contact.first_name }},

{{ contract.name }} renews at {{ renewal.amount }}; please decide by {{ renewal.decide_by }}.

{{ workspace.name }}

[Stop these messages]({{ unsubscribe.url }})""",
}
NOTICE = HELLO | {"key": "notice", "name": "Notice", "message_class": "contractual_notice"}


def publish_simple(by: Actor, now: datetime, *steps: dict[str, Any], **changes: Any) -> None:
    """Publish a simple playbook of these steps, called `simple`, into the actor's workspace."""
    used = {step.get("template") for step in steps}
    templates = [item for item in (HELLO, NOTICE) if item["key"] in used]
    publish_playbook(definition=simple_playbook(*steps, **changes), templates=templates, by=by, now=now)


def days_before(day: date, days: int) -> date:
    """The day so many days before another."""
    return day - timedelta(days=days)


def enrol_account(
    workspace: Workspace,
    by: Actor,
    now: datetime,
    *steps: dict[str, Any],
    due_in: int = 100,
    key: str = "A-1",
    **changes: Any,
) -> tuple[World, Enrolment]:
    """Enrol an account whose renewal is due in so many days into a simple playbook of the given steps."""
    with in_workspace(workspace.id, by=by, why="test", now=now):
        TouchBudget.objects.get_or_create(
            workspace=workspace,
            account=None,
            defaults={"max_touches": 50, "per_days": 1, "min_gap_days": 0, "set_by": "story", "set_at": now},
        )
        publish_simple(by, now, *steps, **changes)
        world = make_world(workspace, key=key, due_on=(now + timedelta(days=due_in)).date())
        enrolment = enrol_renewal(renewal_id=world.renewal.id, playbook_key="simple", by=by, now=now)
    assert enrolment is not None
    return world, enrolment
