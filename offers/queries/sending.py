"""Open links of proposals as messages need them: for whom, the address, the price, the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from offers.models import ProposalAnswer, ProposalLink
from offers.queries.links import proposal_url
from renewals.core.dates import local_date
from renewals.models import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLink:
    """A link that may be sent: made for a contact, and open today."""

    link_id: int
    contact_id: int
    url: str
    amount: Decimal
    currency: str
    months: int
    valid_until: date


def open_links(renewal_ids: Sequence[int], *, now: datetime) -> dict[int, OpenLink]:
    """Return the open link of each renewal that has one for a contact; what takes no answer is not among them.

    It holds `offers.core.links.link_standing` for many at once: presented, newest version, not revoked, not over, and
    not declined (an accepted one is signed).
    """
    zone = Workspace.objects.values_list("timezone", flat=True).first() or "UTC"
    rows = ProposalLink.objects.select_related("version", "proposal").filter(
        proposal__renewal_id__in=renewal_ids,
        proposal__state="presented",
        proposal__renewal__closed_on__isnull=True,
        revoked_at__isnull=True,
        contact__isnull=False,
        valid_until_on__gte=local_date(now, zone),
    )
    declined = set(ProposalAnswer.objects.filter(kind="declined", link__in=rows).values_list("link_id", flat=True))
    is_open = (row for row in rows if row.version_id == row.proposal.version_id and row.id not in declined)
    return {row.proposal.renewal_id: _open(row) for row in is_open}


def _open(row: ProposalLink) -> OpenLink:
    return OpenLink(
        link_id=row.id,
        contact_id=row.contact_id,
        url=proposal_url(workspace_id=row.workspace_id, link_id=row.id),
        amount=row.version.net_amount,
        currency=row.version.currency,
        months=int(row.version.price["term_months"]),
        valid_until=row.valid_until_on,
    )
