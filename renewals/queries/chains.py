"""Contracts whose chain is broken, found by the database: only theirs are read and judged line by line."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Lag

from renewals.models import Contract, ContractLine, Renewal, TermVersion

DAY = timedelta(days=1)


def broken_contracts(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Return those of the contracts with a gap, an overlap, a number left out, a term without lines or a lost due date.

    What is odd inside a term, between the phases of an item, stands on the contract itself.
    """
    off = _off_term().values("contract_id")
    lines = ContractLine.objects.filter(term_id=OuterRef("id"))
    empty = _live().filter(~Exists(lines)).values("contract_id")
    found = Q(id__in=_unchained().values("contract_id")) | Q(id__in=empty) | Q(id__in=off)
    return contracts.filter(found, cancelled_on__isnull=True)


def _live() -> QuerySet[TermVersion]:
    return TermVersion.objects.filter(superseded_at__isnull=True)


def _unchained() -> QuerySet[TermVersion]:
    """Live terms that do not follow the one before them to the day, or in their number."""
    window = {"partition_by": F("contract_id"), "order_by": (F("starts_on"), F("number"))}
    rows = _live().annotate(number_before=Window(Lag("number"), **window), end_before=Window(Lag("ends_on"), **window))
    odd = Q(end_before__isnull=True) | ~Q(starts_on=F("end_before") + DAY) | ~Q(number=F("number_before") + 1)
    return rows.filter(odd, number_before__isnull=False)


def _off_term() -> QuerySet[Renewal]:
    """Open renewals that are not due on the day after their term."""
    term = _live().filter(
        contract_id=OuterRef("contract_id"), number=OuterRef("term_number"), ends_on=OuterRef("due_on") - DAY
    )
    return Renewal.objects.filter(~Exists(term), closed_on__isnull=True)
