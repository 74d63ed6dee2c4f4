"""The tables of playbooks. PostgreSQL is the queue: a due row is the work, and nothing else holds the schedule."""

from playbooks.models.absence import Absence, TaskMove
from playbooks.models.account_rules import AccountPause, AccountTouch, HumanOnly, TouchBudget
from playbooks.models.answers import StepAnswer, StepApproval
from playbooks.models.channels import (
    ChannelSecret,
    ChannelSetting,
    ChannelTrial,
    Circuit,
    DeliveryEvent,
    InboundMessage,
    MessageEdit,
    WebhookPost,
    WebhookTarget,
)
from playbooks.models.decision import Decision
from playbooks.models.deviation import Deviation
from playbooks.models.draft import PlaybookDraft, SelectionVersion
from playbooks.models.engine import EngineCounter, EnginePulse
from playbooks.models.enrolment import Enrolment
from playbooks.models.holdout import WorkspaceHoldout
from playbooks.models.indicators import MeasureMiddle, MonthMark, MonthTally
from playbooks.models.meeting import Meeting
from playbooks.models.message import Message
from playbooks.models.ownership import ComplianceNote, Escalation, EscalationMark, Handover, OwnershipGap
from playbooks.models.page_mail import PageMail, PageSubscription
from playbooks.models.playbook import Playbook, PlaybookVersion
from playbooks.models.projection import CalendarFeed, CalendarFeedUse, ProjectedTouch, Projection
from playbooks.models.provider_line import ProviderLine
from playbooks.models.queue import AtRiskSum, PipelineMark, PipelineSum, QueueEntry, QueueMark
from playbooks.models.reaction import Reaction
from playbooks.models.replay import ReplayedAct, ReplayedRenewal, ReplayRun
from playbooks.models.review import (
    Review,
    ReviewAttendance,
    ReviewChange,
    ReviewDecision,
    ReviewItem,
    ReviewSeries,
)
from playbooks.models.step_run import StepRun
from playbooks.models.task import Task
from playbooks.models.trigger import TriggerFiring, TriggerMark, TriggerRule

__all__ = [
    "Absence",
    "AccountPause",
    "AccountTouch",
    "AtRiskSum",
    "CalendarFeed",
    "CalendarFeedUse",
    "ChannelSecret",
    "ChannelSetting",
    "ChannelTrial",
    "Circuit",
    "ComplianceNote",
    "Decision",
    "DeliveryEvent",
    "Deviation",
    "EngineCounter",
    "EnginePulse",
    "Enrolment",
    "Escalation",
    "EscalationMark",
    "Handover",
    "HumanOnly",
    "InboundMessage",
    "MeasureMiddle",
    "Meeting",
    "Message",
    "MessageEdit",
    "MonthMark",
    "MonthTally",
    "OwnershipGap",
    "PageMail",
    "PageSubscription",
    "PipelineMark",
    "PipelineSum",
    "Playbook",
    "PlaybookDraft",
    "PlaybookVersion",
    "ProjectedTouch",
    "Projection",
    "ProviderLine",
    "QueueEntry",
    "QueueMark",
    "Reaction",
    "ReplayRun",
    "ReplayedAct",
    "ReplayedRenewal",
    "Review",
    "ReviewAttendance",
    "ReviewChange",
    "ReviewDecision",
    "ReviewItem",
    "ReviewSeries",
    "SelectionVersion",
    "StepAnswer",
    "StepApproval",
    "StepRun",
    "Task",
    "TaskMove",
    "TouchBudget",
    "TriggerFiring",
    "TriggerMark",
    "TriggerRule",
    "WebhookPost",
    "WebhookTarget",
    "WorkspaceHoldout",
]
