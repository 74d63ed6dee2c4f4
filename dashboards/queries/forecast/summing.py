"""The roll-up of calls by category, single or cumulative, as the calls stand now; what is signed is as it was drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import Case, Count, DecimalField, F, FilteredRelation, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from dashboards.core.filters import address
from dashboards.core.forecast_words import ROLL_UP_NAMES, contains_words
from dashboards.core.money import money_cell
from dashboards.core.parts import Cell, Chip, Column, Table
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.forecast.reach import PATH, Reach
from renewals.core.money import Money
from renewals.core.renewal_states import ForecastCategory
from renewals.core.roles import Scope
from renewals.models import Membership, Renewal
from renewals.queries.written import Written
from signals.core.forecast.book import next_quarter
from signals.core.forecast.calls import Caller, Sums, roll_up

AMOUNT = DecimalField(max_digits=24, decimal_places=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """The roll-up as a table, and the two ways of adding up; `commit` is the commit forecast as leaders adjust it."""

    table: Table
    ways: tuple[Chip, ...]
    commit: Decimal
    is_empty: bool


def part_renewals(reach: Reach) -> QuerySet[Renewal]:
    """Return the open renewals of the part that is shown, which are renewals whose amounts the person may see."""
    rows = Renewal.objects.filter(
        closed_on__isnull=True, due_on__gte=reach.quarter_on, due_on__lt=next_quarter(reach.quarter_on)
    )
    if reach.segment:
        rows = rows.filter(account__segment=reach.segment)
    if reach.owner_id:
        rows = rows.filter(owner_id=reach.owner_id)
    if reach.team_id:
        people = Membership.objects.filter(team_id=reach.team_id).values("user_id")
        rows = rows.filter(owner_id__in=people)
    return rows if reach.scope is not Scope.NONE else rows.none()


def roll_up_of(asker: Asker, reach: Reach, part: Mapping[str, Any] | None, choice: Mapping[str, str]) -> RollUp:
    """Return the calls of the part by category: as owners called them, and with what leaders adjusted."""
    is_cumulative = choice.get("rollup") != "single"
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    closed = Sums(part["closed"][0], Decimal(str(part["closed"][2]))) if part else Sums()
    said = _said(reach).read()
    called = {"closed": closed, **_summed(((own, *rest, worth) for own, _, *rest, worth, _ in said), exchange)}
    adjusted = {"closed": closed, **_summed(((ours, *rest, worth) for _, ours, *rest, _, worth in said), exchange)}
    return RollUp(
        table=_table(called, adjusted, asker.workspace.currency, is_cumulative=is_cumulative),
        ways=tuple(
            Chip(text=text, href=address(PATH, reach.chosen, rollup=key), is_on=(key != "single") == is_cumulative)
            for key, text in (("", "Cumulative"), ("single", "Each alone"))
        ),
        commit=roll_up(adjusted, is_cumulative=True)[ForecastCategory.COMMIT][0].amount,
        is_empty=not any(sums.number for sums in called.values()),
    )


@lru_cache(maxsize=64)
def _said(reach: Reach) -> Written[tuple[str, str, str, int, Decimal, Decimal]]:
    """Return the categories as owners call and as leaders adjust, currency, number, and both sums."""
    has = Q(leader__isnull=False)
    amount = Coalesce("forecast_amount", "target_amount")
    return Written(
        lambda: (
            part_renewals(reach)
            .annotate(leader=FilteredRelation("current_calls", condition=Q(current_calls__caller=Caller.LEADER.value)))
            .annotate(
                ours=Case(When(has, then=F("leader__category")), default=F("forecast_category")),
                worth=amount,
                adjusted=Case(When(has, then=F("leader__amount")), default=amount, output_field=AMOUNT),
            )
            .order_by()
            .values_list("forecast_category", "ours", "currency")
            .annotate(Count("id"), Sum("worth"), Sum("adjusted"))
            .order_by("forecast_category", "ours", "currency")
        )
    )


def _summed(rows: Iterable[Iterable[Any]], exchange: Exchange) -> dict[str, Sums]:
    """Return number and amount by category, at home; a currency without a rate counts its number alone."""
    totals: dict[tuple[str, str], Sums] = {}
    for said, currency, number, total in rows:
        totals[said, currency] = totals.get((said, currency), Sums()) + Sums(number, total)
    found: dict[str, Sums] = {}
    for (said, currency), sums in totals.items():
        money = Money(sums.amount, currency)
        conversion = exchange.conversion(money)
        home = money if currency == exchange.home else conversion.money if conversion else None
        found[said] = found.get(said, Sums()) + Sums(sums.number, home.amount if home else Decimal(0))
    return found


def _table(called: Mapping[str, Sums], adjusted: Mapping[str, Sums], currency: str, *, is_cumulative: bool) -> Table:
    theirs, ours = (roll_up(each, is_cumulative=is_cumulative) for each in (called, adjusted))
    return Table(
        caption="Calls by category",
        columns=(
            Column(title="Roll-up", term="roll_up"),
            Column(title="Contains"),
            Column(title="Renewals", is_amount=True),
            Column(title=f"As owners call it, {currency}", is_amount=True, term="forecast_call"),
            Column(title=f"As leaders adjust it, {currency}", is_amount=True, term="forecast_call"),
        ),
        rows=tuple(
            (
                Cell(text=ROLL_UP_NAMES[category.value]),
                Cell(text=contains_words(contains)),
                Cell(text=f"{sums.number:,}", is_amount=True),
                Cell(money=money_cell(Money(sums.amount.quantize(Decimal(1)), currency))),
                Cell(money=money_cell(Money(ours[category][0].amount.quantize(Decimal(1)), currency))),
            )
            for category, (sums, contains) in theirs.items()
        ),
    )
