"""What leaks, counted and added up by the database in each currency; a page of the rows behind a figure.

Conditions say the same as `offers.core.negotiation.concessions.leaks_of`; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractQuarter, ExtractYear, NullIf

from offers.core.negotiation.concessions import Leak
from offers.core.negotiation.leakage import By, LeakItem, quarter_of_key, quarter_words
from offers.models import Concession, Proposal
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert
from renewals.models import LossReview, Renewal

AMOUNT = DecimalField(max_digits=38, decimal_places=10)
RELATED = ("renewal__account", "renewal__owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtHome:
    """The currency things are added up in, the rates, and the day."""

    currency: str
    rates: RateTable
    today: date

    def amount(self, money: Money) -> Decimal | None:
        """Return an amount in it, rounded; None without a rate."""
        try:
            return convert(money, to=self.currency, on=self.today, rates=self.rates).money.rounded().amount
        except RateMissing:
            return None

    def factor(self, currency: str) -> Decimal:
        """Return what one of a currency is worth, nought without a rate: only to put rows in an order."""
        try:
            return convert(Money(Decimal(1), currency), to=self.currency, on=self.today, rates=self.rates).money.amount
        except RateMissing:
            return Decimal(0)


def leak_items(renewals: QuerySet[Renewal], *, by: By, home: AtHome) -> tuple[LeakItem, ...]:
    """Return what leaks among these renewals by kind, group and currency: a query a kind, whatever their number."""
    return tuple(item for leak in Leak for item in _items(leaking(leak, renewals, today=home.today), leak, by, home))


def leaking(leak: Leak, renewals: QuerySet[Renewal], *, today: date) -> QuerySet[Any]:
    """Return the concessions or signed proposals of these renewals that leak in one way, with their `worth` a year.

    What was named for a renewal that was lost, or for a win-back that was declined, was never given.
    """
    if leak is Leak.BELOW_POLICY:
        signed = Proposal.objects.filter(renewal__in=renewals, state=Proposal.State.SIGNED)
        below = signed.filter(version__policy_amount__gt=F("version__net_amount"))
        worth = F("version__policy_amount") - F("version__net_amount")
        return _dated(below.annotate(worth=worth, in_currency=F("version__currency")), "ended_at")
    given = Concession.objects.filter(renewal__in=renewals).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today))
    lost = LossReview.objects.filter(renewal_id=OuterRef("renewal_id"))
    declined = lost.filter(win_back_result=LossReview.WinBack.DECLINED)
    given = given.exclude(Exists(lost), is_win_back=False).exclude(Exists(declined), is_win_back=True)
    found = given.filter(_condition(leak, today)).annotate(worth=F("amount"), in_currency=F("currency"))
    return _dated(found, "created_at")


def in_group(rows: QuerySet[Any], *, by: By, key: str) -> QuerySet[Any]:
    """Return those of the rows that stand in one group; none for a key that no group has."""
    if not key.isprintable():
        return rows.none()
    if by is By.QUARTER:
        found = quarter_of_key(key)
        return rows.none() if found is None else rows.filter(year=found[0], quarter=found[1])
    if by is By.SEGMENT:
        return rows.filter(renewal__account__segment="" if key == "none" else key)
    return rows.annotate(whose=WHOSE).filter(whose=key)


def largest_first(rows: QuerySet[Any], *, home: AtHome) -> QuerySet[Any]:
    """Return the rows with account and owner (`whose`), by what they are worth at home; those without a rate last."""
    currencies = rows.order_by().values_list("in_currency", flat=True).distinct()
    factors = [When(in_currency=each, then=Value(home.factor(each), output_field=AMOUNT)) for each in currencies]
    factor = Case(*factors, default=Value(Decimal(0)), output_field=AMOUNT) if factors else Value(Decimal(0))
    sized = rows.annotate(size=F("worth") * factor, whose=WHOSE)
    related = (*RELATED, "version") if rows.model is Proposal else RELATED
    return sized.select_related(*related).order_by("-size", "id")


def _condition(leak: Leak, today: date) -> Q:
    if leak is Leak.WITHOUT_GET:
        return Q(get_due_on__isnull=True)
    if leak is Leak.NOT_DELIVERED:
        missed = Q(get_failed_on__isnull=False) | Q(get_due_on__lt=today)
        return Q(get_due_on__isnull=False, get_delivered_on__isnull=True) & missed
    return Q(expires_on__lt=today)


def _dated(rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    return rows.annotate(year=ExtractYear(name), quarter=ExtractQuarter(name))


def _items(rows: QuerySet[Any], leak: Leak, by: By, home: AtHome) -> list[LeakItem]:
    names = GROUPS[by]
    keyed = rows.order_by().annotate(**names["as"]) if names["as"] else rows.order_by()
    counted = keyed.values(*names["by"], "in_currency").annotate(number=Count("id"), whole=Sum("worth"))
    return [
        LeakItem(
            leak=leak,
            group=_key(by, row),
            number=row["number"],
            amount=home.amount(Money(row["whole"], row["in_currency"])),
        )
        for row in counted
    ]


def _name(user: str) -> Coalesce:
    return Coalesce(NullIf(f"{user}__name", Value("")), f"{user}__email", output_field=CharField())


BACK = "renewal__loss_reviews__win_back_owner"
WHOSE = Case(
    When(Q(is_win_back=True) & Q(**{f"{BACK}__isnull": False}), then=_name(BACK)),
    default=_name("renewal__owner"),
    output_field=CharField(),
)
"""Who answers for a leak: the owner of the renewal, of a win-back who asks them back."""
GROUPS: Mapping[By, Mapping[str, Any]] = {
    By.OWNER: {"as": {"whose": WHOSE}, "by": ("whose",)},
    By.SEGMENT: {"as": {}, "by": ("renewal__account__segment",)},
    By.QUARTER: {"as": {}, "by": ("year", "quarter")},
}


def _key(by: By, row: Mapping[str, Any]) -> str:
    if by is By.QUARTER:
        return quarter_words(row["year"], row["quarter"])
    return str(row["whose"]) if by is By.OWNER else row["renewal__account__segment"] or "none"
