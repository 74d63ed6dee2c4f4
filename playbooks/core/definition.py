"""A playbook as data: frozen dataclasses for one published definition.

Holds no rule; parsing and checks live beside it.
"""

from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from playbooks.core.reactions import ReactionRule
from playbooks.core.step_parts import (
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
    AnchorKind,
    Automation,
    ContactRole,
    DayUnit,
    GoalEffect,
    LatePolicy,
    MessageClass,
    OperatorRole,
    OutcomeEffect,
    PhasePurpose,
    ReEnrolment,
    Roll,
    StepKind,
)
from renewals.core.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The date a step is counted from; `offset_days` is negative before the anchor, positive after it."""

    kind: AnchorKind
    offset_days: int
    unit: DayUnit
    roll: Roll


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What to do with a late step: act up to `max_days` late (0 for `skip`), then skip it or make it a task."""

    policy: LatePolicy
    max_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCode:
    """One way a task can end, as chosen by the person who completes it."""

    key: str
    label: str
    effect: OutcomeEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One touch. Messages have class, contact roles and template; human work has instructions and outcome codes.

    The parts after `condition` belong to single kinds. `holdout_percent` of the accounts do not get it (0: none).
    `path` is "<branch step key>.<path key>"; a step without one
    always runs.
    """

    key: str
    name: str
    kind: StepKind
    phase: str
    operator: OperatorRole
    intended_outcome: str
    anchor: Anchor
    at: time
    automation: Automation
    late: Late
    message_class: MessageClass | None
    contact_roles: tuple[ContactRole, ...]
    template: str
    instructions: str
    task_days: int
    outcomes: tuple[OutcomeCode, ...]
    condition: Condition | None
    path: str = ""
    veto_hours: int = 0
    paths: tuple[BranchPath, ...] = ()
    otherwise: BranchPath | None = None
    form: tuple[FormField, ...] = ()
    approvers: ApprovalRule | None = None
    sponsor: SponsorRule | None = None
    webhook: WebhookCall | None = None
    field: FieldUpdate | None = None
    wait: WaitRule | None = None
    escalate: EscalationCall | None = None
    meeting: MeetingPlan | None = None
    survey: SurveyPlan | None = None
    documents: tuple[str, ...] = ()
    receptive: Receptivity | None = None
    holdout_percent: int = 0

    @property
    def branch_key(self) -> str:
        """Return the key of the branch this step belongs to, empty when it always runs."""
        return self.path.partition(".")[0]

    @property
    def path_key(self) -> str:
        """Return the key of its path in that branch, empty when it always runs."""
        return self.path.partition(".")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A part of the cadence; open from `opens_days` to `closes_days` from the renewal date (negative = before).

    Its steps act only while `entry` is yes and `exit` is not.
    """

    key: str
    name: str
    purpose: PhasePurpose
    opens_days: int
    closes_days: int
    entry: Condition | None = None
    exit: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the playbook is for: met when `condition` is yes within `within_days` of enrolment (0: at any time)."""

    condition: Condition
    within_days: int
    effect: GoalEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class ReEnrolmentRule:
    """How often one renewal may enter: once, at every new match, or `times` within `per_days` (both else 0)."""

    mode: ReEnrolment
    times: int = 0
    per_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitRule:
    """Leaves the playbook when `condition` is yes; `reason` is a code shown with the enrolment."""

    key: str
    reason: str
    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRight:
    """Who may decide what while the playbook runs."""

    decision: str
    role: OperatorRole
    limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrails:
    """Limits no step may pass: touches per contact in a span of days, gap between touches, send window, plain rules."""

    max_touches: int
    per_days: int
    min_gap_days: int
    send_from: time
    send_until: time
    stop_on_reply: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationLevel:
    """One rung: when it has held for `after_business_days`, a person of `role` gets the task to do `response`.

    `trigger` says it in words. `when` decides it; `is_silence` holds while the rung before is raised and its task
    still open. A rung with neither is climbed only by the outcome of a task.
    """

    trigger: str
    after_business_days: int
    role: OperatorRole
    response: str
    when: Condition | None = None
    is_silence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessMeasure:
    """How the playbook is judged: a metric of the glossary, its target and when it is measured."""

    metric: str
    target: Decimal
    unit: str
    measured: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A whole definition. `window_days` is how long before the renewal date enrolment opens (180 means from T-180).

    `holdout_percent` of the accounts enter without its messages (0: none); another `holdout_salt` draws others, here
    and for its steps.
    """

    key: str
    name: str
    tier: str
    segments: tuple[str, ...]
    purpose: str
    owner_role: OperatorRole
    window_days: int
    re_enrolment: ReEnrolmentRule
    entry: Condition | None
    exits: tuple[ExitRule, ...]
    decision_rights: tuple[DecisionRight, ...]
    guardrails: Guardrails
    escalation: tuple[EscalationLevel, ...]
    success: tuple[SuccessMeasure, ...]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    reactions: tuple[ReactionRule, ...] = ()
    goal: Goal | None = None
    holdout_percent: int = 0
    holdout_salt: str = ""

    def __hash__(self) -> int:
        """Hash the key alone: a definition is looked up often, and is compared as a whole where keys are equal."""
        return hash(self.key)

    def find(self, key: str) -> Step | None:
        """Return the step with this key, None when the definition has none."""
        return next((step for step in self.steps if step.key == key), None)

    def step(self, key: str) -> Step:
        """Return the step with this key; raises `KeyError` when the definition has none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)
