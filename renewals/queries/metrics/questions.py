"""What is asked of figures: a period and which rows, and which kept slices answer it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, Q, QuerySet

from renewals.core.metrics import Period
from renewals.core.metrics.contracts import RowSet
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.slices import SliceKey
from renewals.models import ArrMovement, MetricMark, Renewal
from renewals.queries.metrics.parts import ROW_SETS
from renewals.queries.metrics.renewals import renewal_rows

OF_ACCOUNT = "account__"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChoice:
    """The rows of a question as conditions on slices; `beside` are those of its rows that stand in other slices.

    As those of a colleague's account in whose renewal one holds a role.
    """

    accounts: Q
    renewals: Q
    beside: Q | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which rows are asked for; `accounts` None: all of the workspace. A product asks for its rows in each account.

    `renewals` is the same choice for renewals where they are chosen otherwise than their accounts, as by their owner.
    A cohort is the days between which an account counted first; renewals know neither product nor cohort.
    `kept` is the choice as conditions on slices; None: rows are added up.
    """

    period: Period
    rates: Rates
    accounts: Q | None = None
    renewals: Q | None = None
    product_id: int | None = None
    cohort: tuple[date, date] | None = None
    kept: KeptChoice | None = None

    @property
    def is_whole(self) -> bool:
        """Answer whether the sums of the whole workspace answer it."""
        return self.accounts is None and self.renewals is None and self.is_of_renewals

    @property
    def is_of_renewals(self) -> bool:
        """Answer whether renewals can answer it as well."""
        return self.product_id is None and self.cohort is None

    @property
    def slices(self) -> KeptChoice | None:
        """Return the choice of slices that answers it; None for a product, a start quarter or any other choice."""
        if not self.is_of_renewals:
            return None
        return KeptChoice(accounts=Q(), renewals=Q()) if self.is_whole else self.kept


def counted(kept: QuerySet[Any]) -> QuerySet[Any]:
    """Return these kept rows; none of them before the book was counted through, so that half of it is never told."""
    return kept.filter(Exists(MetricMark.objects.all()))


def movement_rows(question: Question, rows: RowSet = RowSet.ACCOUNTS) -> QuerySet[ArrMovement]:
    """Return the kept movements a question asks for, those without a rate among them."""
    found = counted(ArrMovement.objects.all())
    found = found.filter(ROW_SETS[rows], period=question.period.key, product_id=question.product_id)
    if question.cohort is not None:
        found = found.filter(first_on__range=question.cohort)
    return found if question.accounts is None else found.filter(question.accounts)


def product_rows(question: Question) -> QuerySet[ArrMovement]:
    """Return the movements of all products in the accounts asked for."""
    found = counted(ArrMovement.objects.filter(period=question.period.key, product__isnull=False))
    return found if question.accounts is None else found.filter(question.accounts)


def renewals_of(question: Question, rows: RowSet) -> QuerySet[Renewal]:
    """Return the renewals a question asks for, with their amounts at home."""
    found = renewal_rows(question.period, rows, rates=question.rates)
    chosen = question.accounts if question.renewals is None else question.renewals
    return found if chosen is None else found.filter(chosen)


def of_keys(keys: Collection[SliceKey], path: str = "") -> Q:
    """Return the condition that a slice is one of these, or with `path` that the account it leads to is."""
    found = Q(pk__in=[])
    for key in keys:
        found |= (
            Q(**{f"{path}segment": key.segment})
            & _same(path, "owner_id", key.owner_id)
            & _same(path, "team_id", key.team_id)
        )
    return found


def _same(path: str, name: str, value: int) -> Q:
    """In slices nobody is 0, in accounts empty."""
    if path and not value:
        return Q(**{f"{path}{name.removesuffix('_id')}__isnull": True})
    return Q(**{f"{path}{name}": value})
