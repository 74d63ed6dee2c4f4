"""The renewal that a negotiation is about, and the cycles before it."""

from renewals.core.errors import UnknownReference
from renewals.models import Renewal


def locked_renewal(renewal_id: int) -> Renewal:
    """Return a renewal, locked until the transaction ends so that what is counted there stays; raises UnknownReference.

    Rows that link to it may still be written meanwhile.
    """
    found = Renewal.objects.select_for_update(no_key=True).filter(id=renewal_id).first()
    if found is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.", where="renewal")
    return found
