"""The lines of the queue whose renewal is still open: what every list of open renewals begins from."""

from django.db.models import BooleanField, Func, QuerySet

from playbooks.models import QueueEntry


class _IsOpen(Func):
    """Whether the renewal of a line is open, asked line by line.

    OFFSET keeps PostgreSQL from making a join of it: a joined list that stops after a thousand lines was found by
    reading closed renewals, all that there ever were.
    """

    template = (
        "EXISTS (SELECT FROM renewals_renewal AS o WHERE o.id = %(expressions)s AND o.closed_on IS NULL OFFSET 0)"
    )
    output_field = BooleanField()


def open_entries() -> QuerySet[QueueEntry]:
    """Return the lines of open renewals; a line may outlive its renewal by the seconds until the next refresh."""
    return QueueEntry.objects.filter(_IsOpen("renewal_id"))
