"""Who asks a page, where and when: what each query of a screen is told."""

from dataclasses import dataclass
from datetime import date, datetime

from renewals.core.roles import Member
from renewals.models import Membership, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who looks, where and when; `most_rows` is how many rows of a list are wanted at once, 0 for a page of it."""

    member: Member
    membership: Membership
    workspace: Workspace
    now: datetime
    today: date
    most_rows: int = 0

    def rows(self, a_page: int) -> int:
        """Return how many rows of a list to show: `a_page`, or more while a sheet is written."""
        return max(a_page, self.most_rows)
