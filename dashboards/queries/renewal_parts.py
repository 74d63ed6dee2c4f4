"""The parts of a renewal's page that load after its first view: what is on record, and what stands about it."""

from dataclasses import dataclass

from dashboards.core.parts import HistoryEntry
from dashboards.queries.asker import Asker
from dashboards.queries.changes import renewal_changes
from dashboards.queries.notices import NoticePanel, notice_panel
from dashboards.queries.offers.notes import NegotiationCard, negotiation_card
from dashboards.queries.ownership import OwnershipPanel, ownership_panel
from dashboards.queries.prices import price_sight
from dashboards.queries.renewal_steps import DecisionLine, decisions_of
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.people import record_nearness


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """What was decided and why, and who changed what; no history for who may not see it."""

    decisions: tuple[DecisionLine, ...]
    history: tuple[HistoryEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalAbout:
    """What was negotiated, which notices there are, and who answers now; None for who may not see it."""

    negotiation: NegotiationCard | None
    notices: NoticePanel
    ownership: OwnershipPanel | None


def record_part(asker: Asker, row: Renewal) -> RecordPart:
    """Return what is on record about a renewal, as far as the person may see it."""
    may_see = can(asker.member, "history.view", record=record_nearness(asker.member, row.account, row))
    is_seen = may_see and price_sight(asker.member).sees_renewal(row, row.account)
    return RecordPart(
        decisions=decisions_of(asker, row),
        history=renewal_changes(asker, row, is_seen=is_seen) if may_see else (),
    )


def renewal_about(asker: Asker, row: Renewal) -> RenewalAbout:
    """Return what stands about a renewal, as far as the person may see it."""
    return RenewalAbout(
        negotiation=negotiation_card(asker, row),
        notices=notice_panel(asker, row),
        ownership=ownership_panel(asker, row),
    )
