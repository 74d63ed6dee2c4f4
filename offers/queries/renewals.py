"""The renewal that a negotiation is about, and the cycles before it."""

from django.db.models import Q

from offers.models import Proposal
from renewals.core.contracts.merging import next_span
from renewals.core.dates import term_months
from renewals.core.errors import UnknownReference
from renewals.models import Renewal
from renewals.queries.term_rows import live_term, term_row
from renewals.queries.win_backs import lost_before, open_win_back

A_YEAR = 12


def locked_renewal(renewal_id: int) -> Renewal:
    """Return a renewal, locked until the transaction ends so that what is counted there stays; raises UnknownReference.

    Rows that link to it may still be written meanwhile.
    """
    found = Renewal.objects.select_for_update(no_key=True).filter(id=renewal_id).first()
    if found is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.", where="renewal")
    return found


def is_bargained(row: Renewal) -> bool:
    """Answer whether there is something to agree on: the renewal is open, or lost and its account is asked back."""
    return row.closed_on is None or open_win_back(row.id) is not None


def cycles_before(row: Renewal) -> Q:
    """Return which rows of negotiations belong to what was agreed before a cycle.

    Those of earlier cycles of its contract; of a contract that won an account back also those of the win-back, and what
    had been agreed before they left.
    """
    earlier = Q(renewal__contract_id=row.contract_id, renewal__term_number__lt=row.term_number)
    lost = lost_before(row.contract_id)
    return earlier if lost is None else earlier | Q(renewal_id=lost.id, is_win_back=True) | cycles_before(lost)


def following_months(row: Renewal) -> int:
    """Return how long the next term of a renewal is when nothing else is said: as agreed, else as the one that ends."""
    held = live_term(row.contract_id, row.term_number)
    if held is None or held.ends_on is None:
        return A_YEAR
    following = next_span(term_row(held))
    return A_YEAR if following.ends_on is None else term_months(following.starts_on, following.ends_on)


def ending_months(row: Renewal) -> int | None:
    """Return how long the term that ends is, in months; None where it is not known or has no end."""
    held = live_term(row.contract_id, row.term_number)
    return None if held is None or held.ends_on is None else term_months(held.starts_on, held.ends_on)


def signed_payment_days(row: Renewal) -> int | None:
    """Return the days to pay that the newest signed proposal of an earlier cycle agreed, None where there is none."""
    earlier = Proposal.objects.filter(cycles_before(row), state=Proposal.State.SIGNED)
    found = earlier.select_related("version").order_by("-ended_at", "-id").first()
    return int(found.version.wish["payment_days"]) if found and found.version else None


def open_renewals_of(contract_ids: tuple[int, ...]) -> list[Renewal]:
    """Return the open renewals of contracts, in the order of their ids."""
    return list(Renewal.objects.filter(contract_id__in=contract_ids, closed_on__isnull=True).order_by("id"))
