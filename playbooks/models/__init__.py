"""The tables of playbooks. PostgreSQL is the queue: a due row is the work, and nothing else holds the schedule."""

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
from playbooks.models.draft import PlaybookDraft, SelectionVersion
from playbooks.models.engine import EngineCounter, EnginePulse
from playbooks.models.enrolment import Enrolment
from playbooks.models.message import Message
from playbooks.models.playbook import Playbook, PlaybookVersion
from playbooks.models.queue import QueueEntry, QueueMark
from playbooks.models.step_run import StepRun
from playbooks.models.task import Task

__all__ = [
    "ChannelSecret",
    "ChannelSetting",
    "ChannelTrial",
    "Circuit",
    "Decision",
    "DeliveryEvent",
    "EngineCounter",
    "EnginePulse",
    "Enrolment",
    "InboundMessage",
    "Message",
    "MessageEdit",
    "Playbook",
    "PlaybookDraft",
    "PlaybookVersion",
    "QueueEntry",
    "QueueMark",
    "SelectionVersion",
    "StepRun",
    "Task",
    "WebhookPost",
    "WebhookTarget",
]
