"""The renewal that a negotiation is about, and the cycles before it."""

from renewals.core.contracts.merging import next_span
from renewals.core.dates import term_months
from renewals.core.errors import UnknownReference
from renewals.models import Renewal
from renewals.queries.term_rows import live_term, term_row

A_YEAR = 12


def locked_renewal(renewal_id: int) -> Renewal:
    """Return a renewal, locked until the transaction ends so that what is counted there stays; raises UnknownReference.

    Rows that link to it may still be written meanwhile.
    """
    found = Renewal.objects.select_for_update(no_key=True).filter(id=renewal_id).first()
    if found is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.", where="renewal")
    return found


def following_months(row: Renewal) -> int:
    """Return how long the next term of a renewal is when nothing else is said: as agreed, else as the one that ends."""
    held = live_term(row.contract_id, row.term_number)
    if held is None or held.ends_on is None:
        return A_YEAR
    following = next_span(term_row(held))
    return A_YEAR if following.ends_on is None else term_months(following.starts_on, following.ends_on)


def open_renewals_of(contract_ids: tuple[int, ...]) -> list[Renewal]:
    """Return the open renewals of contracts, in the order of their ids."""
    return list(Renewal.objects.filter(contract_id__in=contract_ids, closed_on__isnull=True).order_by("id"))
