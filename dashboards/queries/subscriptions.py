"""The pages that a person has mailed to them."""

from dataclasses import dataclass

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import address
from dashboards.core.page_mail import DAYS
from dashboards.queries.asker import Asker
from playbooks.models import PageSubscription
from playbooks.queries.page_mail import own_subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """One page by mail: where it leads, when it comes, and the address that ends it."""

    title: str
    href: str
    when: str
    next: DateCell
    end_href: str


def subscriptions_of(asker: Asker) -> tuple[Subscribed, ...]:
    """Return what the person is subscribed to, the oldest first."""
    return tuple(_subscribed(row, asker) for row in own_subscriptions(asker.membership.user_id))


def _subscribed(row: PageSubscription, asker: Asker) -> Subscribed:
    day = "every day" if row.every == "day" else f"every {DAYS[row.weekday]}"
    return Subscribed(
        title=row.title,
        href=f"{row.path}?{row.query}" if row.query else address(row.path, {}),
        when=f"{day} at {row.hour:02}:00, {row.zone.replace('_', ' ')}",
        next=instant_cell(row.next_at, now=asker.now, zone=row.zone),
        end_href=f"/subscriptions/{row.id}/end/",
    )
