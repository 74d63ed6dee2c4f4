"""The tables of accounts, contracts, renewals, touchpoints, people and workspaces."""

from renewals.models.accounts import Account, Contact, ContactRole, StageEntry, Suppression
from renewals.models.amendments import Amendment, EndActionRun, LossReview, Succession
from renewals.models.calendars import ClosedDays
from renewals.models.contracts import Contract, ContractLine, TermVersion
from renewals.models.documents import ContractDocument, DocumentContent
from renewals.models.imports import ImportChange, ImportFile, ImportReject, ImportRun
from renewals.models.metrics import (
    ArrMovement,
    ArrSlice,
    ArrSum,
    ArrTouch,
    BookTouch,
    MetricFill,
    MetricMark,
    MetricTarget,
    Restatement,
    SliceTouch,
)
from renewals.models.notes import Comment, Visit
from renewals.models.notices import Notice, NoticeClause, NoticePack, NoticeProof
from renewals.models.people import ApiKey, ApiKeyUse, IdempotencyKey, Membership, SavedView, Team, User
from renewals.models.renewals import Milestone, Outcome, Renewal
from renewals.models.seals import HistorySeal, SealProgress
from renewals.models.skills import OwnerChoice, PersonSkills
from renewals.models.sponsors import AccountSponsor
from renewals.models.touchpoints import Job, Touchpoint
from renewals.models.workspaces import CriticalMoment, FxRate, LifecycleStage, Product, Workspace

__all__ = [
    "Account",
    "AccountSponsor",
    "Amendment",
    "ApiKey",
    "ApiKeyUse",
    "ArrMovement",
    "ArrSlice",
    "ArrSum",
    "ArrTouch",
    "BookTouch",
    "ClosedDays",
    "Comment",
    "Contact",
    "ContactRole",
    "Contract",
    "ContractDocument",
    "ContractLine",
    "CriticalMoment",
    "DocumentContent",
    "EndActionRun",
    "FxRate",
    "HistorySeal",
    "IdempotencyKey",
    "ImportChange",
    "ImportFile",
    "ImportReject",
    "ImportRun",
    "Job",
    "LifecycleStage",
    "LossReview",
    "Membership",
    "MetricFill",
    "MetricMark",
    "MetricTarget",
    "Milestone",
    "Notice",
    "NoticeClause",
    "NoticePack",
    "NoticeProof",
    "Outcome",
    "OwnerChoice",
    "PersonSkills",
    "Product",
    "Renewal",
    "Restatement",
    "SavedView",
    "SealProgress",
    "SliceTouch",
    "StageEntry",
    "Succession",
    "Suppression",
    "Team",
    "TermVersion",
    "Touchpoint",
    "User",
    "Visit",
    "Workspace",
]
