"""The parts that single kinds of steps state, from plain mappings. Whether they fit the kind is validation's work."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from playbooks.core.condition_parse import NEVER, read_condition
from playbooks.core.step_parts import (
    RECEPTIVE,
    ApprovalRule,
    BranchPath,
    EscalationCall,
    FieldUpdate,
    FormField,
    MeetingPlan,
    Receptivity,
    SponsorRule,
    SurveyPlan,
    WaitRule,
    WebhookCall,
)
from playbooks.core.vocabulary import (
    FormFieldKind,
    OperatorRole,
    SponsorSide,
    SurveyScale,
    Unanswered,
    UpdateField,
    WhenMissing,
)
from renewals.core.problems import did_you_mean
from renewals.core.reading import UNKNOWN, Reader

Role = TypeVar("Role", bound=StrEnum)


def read_parts(reader: Reader) -> dict[str, Any]:
    """Return the parts a step's table holds, by the names of `definition.Step`; those it lacks are left out."""
    parts: dict[str, Any] = {
        "path": reader.text("path", required=False, longest=121),
        "veto_hours": reader.whole("veto_hours", default=0, least=0, most=240),
        "documents": reader.texts("documents"),
        "paths": tuple(_path(item) for item in reader.children("paths", f"{reader.where}, path")),
        "form": tuple(_field(item) for item in reader.children("form", f"{reader.where}, field")),
    }
    return parts | {name: _finished(reader.child(name), read) for name, read in _TABLES.items() if reader.has(name)}


def read_roles(reader: Reader, name: str, kind: type[Role], noun: str) -> tuple[Role, ...]:
    """Return a list of words of one closed list; unknown ones are told and left out."""
    known = {role.value for role in kind}
    roles = reader.texts(name)
    for role in roles:
        if role not in known:
            reader.tell(UNKNOWN, f"'{role}' is not a {noun}.", did_you_mean(role, known), name=name)
    return tuple(kind(role) for role in roles if role in known)


def _finished(reader: Reader, read: Callable[[Reader], object]) -> object:
    found = read(reader)
    reader.finish()
    return found


def _path(reader: Reader) -> BranchPath:
    condition = read_condition(reader, "when")
    if condition is None and not reader.has("when"):
        reader.tell("E-CAD-05", "The path has no condition.", "Add when = …; 'otherwise' needs none.")
    path = BranchPath(
        key=reader.text("key", longest=60), label=reader.text("label", longest=200), condition=condition or NEVER
    )
    reader.finish()
    return path


def _otherwise(reader: Reader) -> BranchPath:
    return BranchPath(key=reader.text("key", longest=60), label=reader.text("label", longest=200))


def _field(reader: Reader) -> FormField:
    field = FormField(
        key=reader.text("key", longest=60),
        label=reader.text("label", longest=200),
        kind=reader.choice("kind", FormFieldKind) or FormFieldKind.TEXT,
        choices=reader.texts("choices"),
        is_required=reader.truth("required", default=True),
    )
    reader.finish()
    return field


def _approvers(reader: Reader) -> ApprovalRule:
    return ApprovalRule(
        roles=read_roles(reader, "roles", OperatorRole, "role"),
        within_hours=reader.whole("within_hours", least=1, most=1440),
        unanswered=reader.choice("unanswered", Unanswered) or Unanswered.REJECT,
    )


def _sponsor(reader: Reader) -> SponsorRule:
    return SponsorRule(
        side=reader.choice("side", SponsorSide) or SponsorSide.THEIRS,
        when_missing=reader.choice("when_missing", WhenMissing) or WhenMissing.BLOCK,
    )


def _webhook(reader: Reader) -> WebhookCall:
    return WebhookCall(target=reader.text("target", longest=60), event=reader.text("event", longest=100))


def _update(reader: Reader) -> FieldUpdate:
    return FieldUpdate(
        field=reader.choice("name", UpdateField) or UpdateField.RENEWAL_STAGE,
        value=reader.text("value", longest=200),
    )


def _wait(reader: Reader) -> WaitRule:
    return WaitRule(until=read_condition(reader, "until"), max_days=reader.whole("max_days", least=1, most=365))


def _escalate(reader: Reader) -> EscalationCall:
    return EscalationCall(
        role=reader.choice("role", OperatorRole) or OperatorRole.CS_MANAGER,
        response=reader.text("response", required=False),
    )


def _meeting(reader: Reader) -> MeetingPlan:
    return MeetingPlan(minutes=reader.whole("minutes", least=5, most=480), agenda=reader.texts("agenda"))


def _survey(reader: Reader) -> SurveyPlan:
    return SurveyPlan(
        question=reader.text("question", longest=300),
        scale=reader.choice("scale", SurveyScale) or SurveyScale.NPS,
    )


def _receptive(reader: Reader) -> Receptivity:
    return Receptivity(
        min_milestones=reader.whole("min_milestones", default=RECEPTIVE.min_milestones, least=0, most=50),
        min_health=reader.whole("min_health", default=RECEPTIVE.min_health, least=0, most=100),
    )


_TABLES: dict[str, Callable[[Reader], object]] = {
    "otherwise": _otherwise,
    "approvers": _approvers,
    "sponsor": _sponsor,
    "webhook": _webhook,
    "field": _update,
    "wait": _wait,
    "escalate": _escalate,
    "meeting": _meeting,
    "survey": _survey,
    "receptive": _receptive,
}
