"""What price revisions change a year, by currency: nothing is added up over currencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum

from dashboards.core.money import count_words, short_money
from dashboards.core.offers.revision_words import change_words
from dashboards.queries.asker import Asker
from offers.models import RevisedTerm
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionEffect:
    """The change a year in each currency, and of how many terms and from what."""

    words: str
    note: str


def effects_of(asker: Asker, revision_ids: Iterable[int]) -> Mapping[int, RevisionEffect]:
    """Return by revision what the terms that take part bring a year; amounts only for who sees all prices."""
    ids = list(revision_ids)
    rows = RevisedTerm.objects.filter(revision_id__in=ids).exclude(state=RevisedTerm.State.EXCLUDED).order_by()
    found = rows.values("revision_id", "currency").annotate(
        number=Count("id"), old=Sum("old_amount"), new=Sum("new_amount")
    )
    sums: dict[int, list[tuple[str, int, Decimal, Decimal]]] = {key: [] for key in ids}
    for row in found.order_by("revision_id", "currency"):
        sums[row["revision_id"]].append((row["currency"], row["number"], row["old"], row["new"]))
    sees = granted_scope(asker.member, "prices.view") is Scope.ALL
    return {key: _effect(each, sees=sees) for key, each in sums.items()}


def _effect(sums: list[tuple[str, int, Decimal, Decimal]], *, sees: bool) -> RevisionEffect:
    terms = count_words(sum(number for _, number, _, _ in sums), "term")
    if not sees or not sums:
        return RevisionEffect(words=terms if not sums else "Hidden", note="" if not sums else terms)
    words = (_signed(Money(new - old, currency)) for currency, _, old, new in sums)
    shares = dict.fromkeys(change_words(float((new - old) / old * 100) if old else None) for _, _, old, new in sums)
    return RevisionEffect(words=", ".join(words), note=f"{', '.join(shares)}, {terms}")


def _signed(money: Money) -> str:
    return f"{'+' if money.amount > 0 else ''}{short_money(money)}"
