"""Contracts that run on, or will, without an end, with the term that says so; and renewals that are planned to end."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from renewals.core.contracts.review_points import review_point
from renewals.core.terms import EndAction
from renewals.models import Renewal, TermVersion
from renewals.queries.library import review_rule


def running_on() -> QuerySet[TermVersion]:
    """Return the last live term of each contract that has no end, or goes on without one after its fixed term."""
    live = TermVersion.objects.filter(superseded_at__isnull=True)
    later = live.filter(contract_id=OuterRef("contract_id"), starts_on__gt=OuterRef("starts_on"))
    rows = live.filter(Q(ends_on__isnull=True) | Q(end_action=EndAction.EVERGREEN), contract__cancelled_on__isnull=True)
    return rows.filter(~Exists(later)).select_related("contract__account").order_by("contract_id")


def next_review_on(term: TermVersion, *, today: date) -> date:
    """Return the next day on which a term from `running_on` is looked at again."""
    return review_point(starts_on=term.starts_on, ends_on=term.ends_on, today=today, rule=review_rule())


def planned_ends(renewal_ids: Iterable[int]) -> frozenset[int]:
    """Return those of the renewals whose contract says that it ends with its term."""
    term = TermVersion.objects.filter(
        contract_id=OuterRef("contract_id"),
        number=OuterRef("term_number"),
        superseded_at__isnull=True,
        end_action=EndAction.END,
    )
    rows = Renewal.objects.filter(Exists(term), id__in=list(renewal_ids))
    return frozenset(rows.values_list("id", flat=True))
