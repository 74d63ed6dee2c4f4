"""The closed word lists of playbooks: kinds, anchors, classes. Widened by adding a member and its table rows."""

from enum import StrEnum


class StepKind(StrEnum):
    """What a step does when it falls due."""

    EMAIL = "email"
    TASK = "task"


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
    """How much of the step happens without a person."""

    AUTOMATIC = "automatic"
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
