"""Sums of a period as they were known at an earlier moment, from the rows of now and what was restated since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from renewals.core.metrics.known import KNOWN_PARTS, Retold, Told, part_sums_at, told_at
from renewals.models import Restatement
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question, movement_rows

BEFORE = ("account_id", "noticed_at", "kind_before", "opening_before", "closing_before")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSums:
    """The sums of the parts that restatements keep: now, and as they were known then."""

    now: Mapping[str, Decimal]
    then: Mapping[str, Decimal]


def restatements_of(question: Question) -> QuerySet[Restatement]:
    """Return the restatements of a period in the accounts asked for; they are of whole accounts."""
    rows = Restatement.objects.filter(period=question.period.key)
    return rows if question.accounts is None else rows.filter(question.accounts)


def known_sums(question: Question, *, at: datetime) -> KnownSums:
    """Return the sums of a period that was over at `at`; reads what was restated since, however long the book is."""
    sums = Sums(question=question)
    now = {name: sums.part(name) for name in KNOWN_PARTS}
    found = restatements_of(question).filter(noticed_at__gt=at).values_list(*BEFORE)
    retold = [
        Retold(account_id=key, noticed_at=noticed_at, before=Told(kind=kind, opening=opening, closing=closing))
        for key, noticed_at, kind, opening, closing in found
    ]
    left = _told_now(question, {each.account_id for each in retold})
    return KnownSums(now=now, then=part_sums_at(now, left, told_at(left, retold, at)))


def _told_now(question: Question, account_ids: Iterable[int]) -> dict[int, Told]:
    rows = movement_rows(question).filter(account_id__in=account_ids)
    return {
        key: Told(kind=kind, opening=opening, closing=closing)
        for key, kind, opening, closing in rows.values_list("account_id", "kind", "opening_amount", "closing_amount")
    }
