"""Who asks a page, where and when: what each query of a screen is told."""

from dataclasses import dataclass
from datetime import date, datetime

from renewals.core.roles import Member
from renewals.models import Membership, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What decides which rows a person's lists hold: who they are, and the day.

    It knows no instant and no row, so a statement made from it may be kept: it finds other rows each time it is run.
    """

    member: Member
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker(Reach):
    """Who looks, where and when; `most_rows` is how many rows of a list are wanted at once, 0 for a page of it."""

    membership: Membership
    workspace: Workspace
    now: datetime
    most_rows: int = 0

    @property
    def reach(self) -> Reach:
        """Return what statements that are kept are made from."""
        return Reach(member=self.member, today=self.today)

    def rows(self, a_page: int) -> int:
        """Return how many rows of a list to show: `a_page`, or more while a sheet is written."""
        return max(a_page, self.most_rows)
