"""What single kinds of steps state beyond what every step states: frozen dataclasses, one per part. Holds no rule."""

from dataclasses import dataclass

from playbooks.core.vocabulary import (
    FormFieldKind,
    OperatorRole,
    SponsorSide,
    SurveyScale,
    Unanswered,
    UpdateField,
    WhenMissing,
)
from renewals.core.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question of an information request. Conditions read its answer as `answer.<step key>.<field key>`."""

    key: str
    label: str
    kind: FormFieldKind
    choices: tuple[str, ...] = ()
    is_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """Who may decide, within how many hours, and what silence then means (never a yes)."""

    roles: tuple[OperatorRole, ...]
    within_hours: int
    unanswered: Unanswered


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorRule:
    """Whose sponsor a step is about, and what happens while nobody is named."""

    side: SponsorSide
    when_missing: WhenMissing


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A signed call to the target of this key; targets and their secrets are kept outside definitions."""

    target: str
    event: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldUpdate:
    """One field of the closed list, and the text form of its new value."""

    field: UpdateField
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchPath:
    """One way on; `condition` is None for the one that is taken when no other matches."""

    key: str
    label: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitRule:
    """Wait until the condition is yes, `max_days` at most; without a condition exactly `max_days`."""

    until: Condition | None
    max_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationCall:
    """Who is told and what they do; an empty response means that of the playbook's own rung for this role."""

    role: OperatorRole
    response: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPlan:
    """How long a meeting or call lasts and what is on its agenda."""

    minutes: int
    agenda: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPlan:
    """The one question of a survey and the scale it is answered on."""

    question: str
    scale: SurveyScale


@dataclass(frozen=True, slots=True, kw_only=True)
class Receptivity:
    """When an account is open to more (requirement 53); an open escalation always says no."""

    min_milestones: int
    min_health: int


RECEPTIVE = Receptivity(min_milestones=1, min_health=70)
