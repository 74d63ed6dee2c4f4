"""Contracts whose chain is broken, between terms or inside one, found by the database: only they are judged."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce, Lag

from renewals.models import Contract, ContractLine, Renewal, TermVersion

DAY = timedelta(days=1)


def broken_contracts(contracts: QuerySet[Contract]) -> QuerySet[Contract]:
    """Return those with a gap or an overlap between terms or between the phases of an item, a number left out,

    a line outside its term, a term without lines or a lost due date: all that `chain_problems` names.
    """
    empty = _live().filter(~Exists(ContractLine.objects.filter(term_id=OuterRef("id"))))
    found = Q()
    for odd in (_unchained(), empty, _off_term(), _outside(), _unphased()):
        found |= Q(id__in=odd.values("contract_id"))
    return contracts.filter(found, cancelled_on__isnull=True)


def _live() -> QuerySet[TermVersion]:
    return TermVersion.objects.filter(superseded_at__isnull=True)


def _unchained() -> QuerySet[TermVersion]:
    """Live terms that do not follow the one before them to the day, or in their number."""
    window = {"partition_by": F("contract_id"), "order_by": (F("starts_on"), F("number"))}
    rows = _live().annotate(number_before=Window(Lag("number"), **window), end_before=Window(Lag("ends_on"), **window))
    odd = Q(end_before__isnull=True) | ~Q(starts_on=F("end_before") + DAY) | ~Q(number=F("number_before") + 1)
    return rows.filter(odd, number_before__isnull=False)


def _outside() -> QuerySet[ContractLine]:
    """Lines that begin before their term, or are still there after it."""
    after = Q(starts_on__gt=F("term__ends_on")) | Q(ends_on__gt=F("term__ends_on"))
    return _live_lines().filter(Q(starts_on__lt=F("term__starts_on")) | after)


def _unphased() -> QuerySet[ContractLine]:
    """Phases that do not follow the one before them to the day."""
    window = {"partition_by": (F("term_id"), F("item")), "order_by": (F("starts_on"), F("id"))}
    last = Coalesce("ends_on", "term__ends_on")
    rows = _live_lines().exclude(item="")
    rows = rows.annotate(before=Window(Lag("id"), **window), end_before=Window(Lag(last), **window))
    return rows.filter(Q(end_before__isnull=True) | ~Q(starts_on=F("end_before") + DAY), before__isnull=False)


def _live_lines() -> QuerySet[ContractLine]:
    return ContractLine.objects.filter(term__superseded_at__isnull=True)


def _off_term() -> QuerySet[Renewal]:
    """Open renewals that are not due on the day after their term."""
    term = _live().filter(
        contract_id=OuterRef("contract_id"), number=OuterRef("term_number"), ends_on=OuterRef("due_on") - DAY
    )
    return Renewal.objects.filter(~Exists(term), closed_on__isnull=True)
