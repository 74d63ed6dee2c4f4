"""The list of accounts: filters, order, keyset pages, with ARR, scores and the next renewal of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, Upper

from dashboards.core.dates import date_cell
from dashboards.core.filters import Option, address, filters_of, sort_column
from dashboards.core.money import count_words, money_cell
from dashboards.core.parts import Cell, Column, FilterBar, Pager, Table
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.saved_views import view_chips
from dashboards.queries.scoring import badge_of
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account, Renewal
from renewals.queries.accounts import accounts, arr_in_workspace_currency
from renewals.queries.people import visible_to
from signals.models import CurrentRisk, CurrentScore

ROWS_A_PAGE = 50
PATH = "/accounts/"
FIELDS = ("q", "segment", "tier", "stage", "owner", "health", "sort")
LAST_DAY = date(9999, 12, 31)
LAST_SCORE = 1000.0
SEPARATOR = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsPage:
    """The list with its finding, filters and pages."""

    title: str
    unit: str
    bar: FilterBar
    table: Table
    pager: Pager
    words: str
    sort: str
    is_filtered: bool


def accounts_page(asker: Asker, choice: Mapping[str, str]) -> AccountsPage:
    """Return one page of the accounts a person may see."""
    seen = visible_to(accounts(), asker.member, "accounts.view")
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    wanted = _filtered(seen, chosen)
    number = wanted.count()
    rows = list(_after(_sorted(wanted, chosen.get("sort", "")), choice.get("after", ""))[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    is_filtered = any(name != "sort" for name in chosen)
    return AccountsPage(
        title=_title(number, is_filtered=is_filtered),
        unit=f"ARR in {asker.workspace.currency} on {date_cell(asker.today, today=asker.today).day}",
        bar=_bar(seen, chosen, number, asker),
        table=_table(shown, chosen, asker),
        pager=_pager(shown, number, chosen, is_more=len(rows) > ROWS_A_PAGE, is_first=not choice.get("after")),
        words=chosen.get("q", ""),
        sort=chosen.get("sort", ""),
        is_filtered=is_filtered,
    )


def _title(number: int, *, is_filtered: bool) -> str:
    words = count_words(number, "account")
    if not is_filtered:
        return words
    return f"{words} fits" if number == 1 else f"{words} fit"


def _filtered(rows: QuerySet[Account], chosen: Mapping[str, str]) -> QuerySet[Account]:
    condition = Q(**{name: chosen[name] for name in ("segment", "tier") if name in chosen})
    if "stage" in chosen:
        condition &= Q(stage__key=chosen["stage"])
    if chosen.get("owner", "").isdecimal():
        condition &= Q(owner_id=int(chosen["owner"]))
    if chosen.get("owner") == "nobody":
        condition &= Q(owner__isnull=True)
    if "health" in chosen:
        condition &= Q(id__in=CurrentScore.objects.filter(band=chosen["health"]).values("account_id"))
    found = rows.filter(condition)
    if "q" in chosen:
        upper = chosen["q"].upper()
        named = Q(upper_name__contains=upper) | Q(external_id=chosen["q"])
        found = found.annotate(upper_name=Upper("name")).filter(named)
    return found


def _sorted(rows: QuerySet[Account], sort: str) -> QuerySet[Account]:
    """Every order is an ascending key and the id, so that the next page starts exactly after the last row."""
    renewals = Renewal.objects.filter(account_id=OuterRef("id"), closed_on__isnull=True)
    next_due = Subquery(renewals.order_by().values("account_id").annotate(first=Min("due_on")).values("first"))
    keys: dict[str, Any] = {
        "due": Coalesce(next_due, Value(LAST_DAY)),
        "health": _score_key(CurrentScore, F("value")),
        "risk": _score_key(CurrentRisk, -F("value")),
    }
    return rows.annotate(next_due=next_due, sort_key=keys.get(sort, Lower("name"))).order_by("sort_key", "id")


def _score_key(model: type[CurrentScore] | type[CurrentRisk], value: Any) -> Coalesce:
    scores = model.objects.filter(account_id=OuterRef("id")).annotate(key=value).order_by("key").values("key")[:1]
    return Coalesce(Subquery(scores), Value(LAST_SCORE), output_field=FloatField())


def _after(rows: QuerySet[Account], after: str) -> QuerySet[Account]:
    key, _, last_id = after.rpartition(SEPARATOR)
    if not last_id.isdecimal():
        return rows
    return rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, id__gt=int(last_id)))


def _table(rows: Iterable[Account], chosen: Mapping[str, str], asker: Asker) -> Table:
    shown = list(rows)
    ids = [row.id for row in shown]
    sight = price_sight(asker.member, account_ids=ids)
    amounts = arr_in_workspace_currency(ids, on=asker.today)
    health = {row.account_id: row for row in CurrentScore.objects.filter(account_id__in=ids)}
    risk: dict[int, CurrentRisk] = {}
    for found in CurrentRisk.objects.filter(account_id__in=ids).order_by("value"):
        risk[found.account_id] = found
    return Table(
        caption="Accounts",
        columns=_columns(chosen, asker),
        rows=tuple(_row(row, amounts, (health.get(row.id), risk.get(row.id)), sight, asker) for row in shown),
    )


def _columns(chosen: Mapping[str, str], asker: Asker) -> tuple[Column, ...]:
    def sortable(key: str, column: Column) -> Column:
        return sort_column(PATH, chosen, key, column)

    return (
        sortable("", Column(title="Account")),
        sortable("health", Column(title="Health")),
        sortable("risk", Column(title="Risk", sort="descending")),
        sortable("due", Column(title="Next renewal")),
        Column(title=f"ARR, {asker.workspace.currency}", is_amount=True, term="arr"),
        Column(title="Stage"),
        Column(title="Tier"),
        Column(title="Owner"),
    )


def _row(
    row: Account,
    amounts: Mapping[int, Money],
    scores: tuple[CurrentScore | None, CurrentRisk | None],
    sight: PriceSight,
    asker: Asker,
) -> tuple[Cell, ...]:
    is_seen = sight.sees_account(row)
    href = f"{PATH}{row.id}/"
    return (
        Cell(text=row.name, href=href),
        Cell(score=badge_of(scores[0], "health", now=asker.now), href=f"{href}#health"),
        Cell(score=badge_of(scores[1], "risk", now=asker.now), href=f"{href}#risk"),
        Cell(date=date_cell(row.next_due, today=asker.today, is_deadline=True, missing="none open")),
        Cell(money=money_cell(amounts.get(row.id), is_hidden=not is_seen)),
        Cell(text=row.stage.name if row.stage else "–"),
        Cell(text=title(row.tier) if row.tier else "–"),
        Cell(text=str(row.owner) if row.owner else "Nobody", state="" if row.owner else "watch"),
    )


def _pager(rows: list[Account], number: int, chosen: Mapping[str, str], *, is_more: bool, is_first: bool) -> Pager:
    last = rows[-1] if rows else None
    after = f"{last.sort_key}{SEPARATOR}{last.id}" if last is not None and is_more else ""
    return Pager(
        shown=f"{len(rows):,} of {count_words(number, 'account')}",
        first_href="" if is_first else address(PATH, chosen),
        next_href=address(PATH, chosen, after=after) if after else "",
    )


def _bar(rows: QuerySet[Account], chosen: Mapping[str, str], number: int, asker: Asker) -> FilterBar:
    bands = CurrentScore.objects.filter(account_id__in=rows.values("id"))
    found = {
        "health": [Option(key=k, text=band_words("health", k)[0], count=n) for k, n in _counted(bands, "band")],
        "segment": [Option(key=k, text=title(k), count=n) for k, n in _counted(rows, "segment")],
        "tier": [Option(key=k, text=title(k), count=n) for k, n in _counted(rows, "tier")],
        "stage": _stages(rows),
        "owner": _owners(rows) if granted_scope(asker.member, "accounts.view") > Scope.OWN else [],
    }
    kept = {name: value for name, value in chosen.items() if name != "sort"}
    query = address("", chosen).removeprefix("?")
    return FilterBar(
        filters=filters_of(PATH, found, chosen),
        count=count_words(number, "account"),
        clear_href=PATH if kept else "",
        views=view_chips(asker.membership.user_id, "accounts", query),
        save_href="/views/",
        query=query,
    )


def _counted(rows: QuerySet, field: str) -> list[tuple[str, int]]:
    return list(rows.exclude(**{field: ""}).order_by(field).values_list(field).annotate(n=Count("id")))


def _stages(rows: QuerySet[Account]) -> list[Option]:
    found = rows.filter(stage__isnull=False).order_by("stage__position")
    counted = found.values_list("stage__key", "stage__name", "stage__position").annotate(n=Count("id"))
    return [Option(key=key, text=name, count=n) for key, name, _, n in counted]


def _owners(rows: QuerySet[Account]) -> list[Option]:
    counted = rows.order_by("owner__name", "owner_id").values_list("owner_id", "owner__name").annotate(n=Count("id"))
    return [Option(key=str(pk or "nobody"), text=name or "Nobody", count=n) for pk, name, n in counted]
