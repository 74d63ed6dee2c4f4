"""Who asks a page, where and when: what each query of a screen is told."""

from dataclasses import dataclass
from datetime import date, datetime

from renewals.core.roles import Member
from renewals.models import Membership, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who looks, where and when."""

    member: Member
    membership: Membership
    workspace: Workspace
    now: datetime
    today: date
