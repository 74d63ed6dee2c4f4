"""Open links of proposals as messages need them: for whom, the address, the price, the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from offers.models import ProposalAnswer, ProposalLink
from offers.queries.links import proposal_url
from renewals.core.dates import local_date
from renewals.models import Workspace
from renewals.queries.win_backs import open_win_backs


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
    """Return the open link of each renewal that has one for a contact; what takes no answer is not among them."""
    zone = Workspace.objects.values_list("timezone", flat=True).first() or "UTC"
    rows = _unanswered().filter(
        proposal__renewal_id__in=renewal_ids, contact__isnull=False, valid_until_on__gte=local_date(now, zone)
    )
    return {row.proposal.renewal_id: _open(row) for row in rows}


def unanswered_links(*, until: date) -> list[ProposalLink]:
    """Return the links whose last day has come by `until` and to which the account has said neither yes nor no."""
    rows = _unanswered().select_related("proposal__renewal__account", "version")
    return list(rows.filter(valid_until_on__lte=until).order_by("valid_until_on", "id"))


def _unanswered() -> QuerySet[ProposalLink]:
    """What `offers.core.links.link_standing` calls open or expired, for many at once (what is accepted is signed)."""
    declined = ProposalAnswer.objects.filter(link=OuterRef("pk"), kind="declined")
    asked_back = open_win_backs().filter(renewal_id=OuterRef("proposal__renewal_id"))
    return ProposalLink.objects.select_related("version", "proposal").filter(
        ~Exists(declined),
        Q(proposal__is_win_back=False, proposal__renewal__closed_on__isnull=True)
        | Q(Exists(asked_back), proposal__is_win_back=True),
        proposal__state="presented",
        proposal__version_id=F("version_id"),
        revoked_at__isnull=True,
    )


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
