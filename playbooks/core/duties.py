"""The notices we owe that an e-mail of a playbook may serve, and whether today is a day on which it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from renewals.core.dates import local_date, start_of_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A reminder we owe for one renewal, not served yet, that e-mail may serve; its days are days of `zone`."""

    notice_id: int
    opens_on: date
    closes_on: date
    zone: str

    def is_open(self, *, now: datetime) -> bool:
        """Answer whether `now` lies on a day of its window."""
        return self.opens_on <= local_date(now, self.zone) <= self.closes_on


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideWindow:
    """A notice that would not count today: `until` is when the next window opens, None when all of them are over."""

    duty: Duty
    until: datetime | None


def outside_window(duties: Iterable[Duty], *, now: datetime) -> OutsideWindow | None:
    """Return why an e-mail would serve none of these duties now; None when it serves one, or none is owed."""
    owed = sorted(duties, key=lambda item: (item.opens_on, item.notice_id))
    if not owed or any(item.is_open(now=now) for item in owed):
        return None
    ahead = [item for item in owed if local_date(now, item.zone) < item.opens_on]
    if ahead:
        return OutsideWindow(duty=ahead[0], until=start_of_day(ahead[0].opens_on, ahead[0].zone))
    return OutsideWindow(duty=max(owed, key=lambda item: item.closes_on), until=None)
