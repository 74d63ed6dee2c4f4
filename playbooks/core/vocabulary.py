"""The closed word lists of playbooks: kinds, anchors, classes. Widened by adding a member and its table rows."""

from collections.abc import Mapping
from enum import StrEnum

MOST_HELD_OUT = 50
"""Percent of the accounts that may be held out at most: the rest is what the playbook is for."""


class StepKind(StrEnum):
    """What a step does when it falls due."""

    EMAIL = "email"
    DOCUMENT_REQUEST = "document_request"
    VALUE_RECAP = "value_recap"
    CELEBRATE_VALUE = "celebrate_value"
    SURVEY = "survey"
    TASK = "task"
    CALL = "call"
    MEETING = "meeting"
    EXPANSION_PROMPT = "expansion_prompt"
    SPONSOR = "sponsor"
    INFORMATION_REQUEST = "information_request"
    APPROVAL = "approval"
    ESCALATION = "escalation"
    WEBHOOK = "webhook"
    FIELD_UPDATE = "field_update"
    WAIT = "wait"
    BRANCH = "branch"


class StepFamily(StrEnum):
    """What kinds share: a message renders a template, human work makes a task, a system step acts by itself."""

    MESSAGE = "message"
    HUMAN = "human"
    SYSTEM = "system"


FAMILIES: Mapping[StepFamily, tuple[StepKind, ...]] = {
    StepFamily.MESSAGE: (
        StepKind.EMAIL,
        StepKind.DOCUMENT_REQUEST,
        StepKind.VALUE_RECAP,
        StepKind.CELEBRATE_VALUE,
        StepKind.SURVEY,
    ),
    StepFamily.HUMAN: (
        StepKind.TASK,
        StepKind.CALL,
        StepKind.MEETING,
        StepKind.EXPANSION_PROMPT,
        StepKind.SPONSOR,
        StepKind.INFORMATION_REQUEST,
        StepKind.APPROVAL,
    ),
    StepFamily.SYSTEM: (
        StepKind.ESCALATION,
        StepKind.WEBHOOK,
        StepKind.FIELD_UPDATE,
        StepKind.WAIT,
        StepKind.BRANCH,
    ),
}
_FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}


def family_of(kind: StepKind) -> StepFamily:
    """Return the family of a kind; every kind has exactly one."""
    return _FAMILY_OF[kind]


def is_message(kind: StepKind) -> bool:
    """Answer whether a step of this kind writes to somebody at the account."""
    return _FAMILY_OF[kind] is StepFamily.MESSAGE


class AnchorKind(StrEnum):
    """What a step's date is counted from. Only `after_previous` drifts; the others follow the contract."""

    AFTER_PREVIOUS = "after_previous"
    RENEWAL_DATE = "renewal_date"
    NOTICE_DEADLINE = "notice_deadline"
    TERM_START = "term_start"


class DayUnit(StrEnum):
    """How offset days are counted."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"


class Roll(StrEnum):
    """Where a step goes whose computed day is closed (weekend, holiday, blackout)."""

    PREVIOUS = "previous_business_day"
    NEXT = "next_business_day"


class Automation(StrEnum):
    """How much of the step happens without a person. In a veto window it happens unless somebody objects in time."""

    AUTOMATIC = "automatic"
    VETO_WINDOW = "veto_window"
    MANUAL_APPROVAL = "manual_approval"
    HUMAN_ONLY = "human_only"


class MessageClass(StrEnum):
    """Why a message may be sent at all; decides suppression, caps and what happens when in doubt."""

    RELATIONSHIP = "relationship"
    MARKETING = "marketing"
    CONTRACTUAL_NOTICE = "contractual_notice"
    SECURITY = "security"


class LatePolicy(StrEnum):
    """What happens to a step found after its due time."""

    SEND_LATE = "send_late"
    SKIP = "skip"
    TASK = "task"
    ASK = "ask"


class PhasePurpose(StrEnum):
    """The order a renewal conversation follows: value first, education second, risk-aware near the window."""

    VALUE = "value"
    EDUCATION = "education"
    RISK_AWARE = "risk_aware"
    CLOSE = "close"


class OperatorRole(StrEnum):
    """Who initiates a step on our side. `system` means an automatic step; a person still owns the enrolment."""

    SYSTEM = "system"
    CSM = "csm"
    RENEWAL_MANAGER = "renewal_manager"
    CS_MANAGER = "cs_manager"
    SALES = "sales"
    FINANCE = "finance"
    EXECUTIVE = "executive"


class ContactRole(StrEnum):
    """Who is addressed on the account's side."""

    ECONOMIC_BUYER = "economic_buyer"
    CHAMPION = "champion"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    USER = "user"
    LEGAL = "legal"
    PROCUREMENT = "procurement"


class OutcomeEffect(StrEnum):
    """What a task outcome code does to the enrolment."""

    CONTINUE = "continue"
    EXIT = "exit"
    ESCALATE = "escalate"


class ReEnrolment(StrEnum):
    """How often one renewal may enter the same playbook."""

    ONCE_PER_RENEWAL = "once_per_renewal"
    EVERY_MATCH = "every_match"
    AT_MOST = "at_most"


class GoalEffect(StrEnum):
    """What a goal that is met does to the enrolment."""

    END = "end"
    RECORD = "record"


class SponsorSide(StrEnum):
    """Whose executive sponsor a step is about."""

    OURS = "ours"
    THEIRS = "theirs"


class WhenMissing(StrEnum):
    """What a sponsor step does while nobody is named: wait for a name, or go on and say so."""

    BLOCK = "block"
    WARN = "warn"


class FormFieldKind(StrEnum):
    """What may be entered in a field of a form."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Unanswered(StrEnum):
    """What silence means to an approval; never consent."""

    REJECT = "reject"
    ESCALATE = "escalate"


class SurveyScale(StrEnum):
    """How a survey is answered: a recommendation from 0 to 10, or satisfaction from 1 to 5."""

    NPS = "nps"
    CSAT = "csat"


class UpdateField(StrEnum):
    """The only fields that a step may set, each through the action of its owner."""

    RENEWAL_STAGE = "renewal.stage"
    RENEWAL_FORECAST = "renewal.forecast_category"
    ACCOUNT_HUMAN_ONLY = "account.is_human_only"
