"""The list of accounts: filters, order, keyset pages, with ARR, scores and the next renewal of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, FloatField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower, Upper

from dashboards.core.columns import column_choices, with_columns
from dashboards.core.dates import date_cell
from dashboards.core.filters import Option, address, closed_filters, opened_filter, sort_column
from dashboards.core.money import count_words, money_cell
from dashboards.core.parts import Cell, Column, ColumnChoice, Filter, FilterBar, Pager, Table
from dashboards.core.scores import ScoreBadge, ScoreKind
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.people import Choice, people_who_may, person_name
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.saved_views import KeptViews, kept_views
from dashboards.queries.scoring import badge_of
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account, Renewal
from renewals.queries.accounts import accounts, arr_in_workspace_currency
from renewals.queries.people import visible_to
from renewals.queries.workspaces import stages
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore
from signals.queries.earlier import earlier_scores

ROWS_A_PAGE = 50
PAGE, PATH = "accounts", "/accounts/"
UNFILTERED = ("sort", "columns")
FIELDS = ("q", "segment", "tier", "stage", "owner", "health", "expansion", "sort", "columns")
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
    ids: tuple[int, ...]
    owners: tuple[Choice, ...]
    query: str


def accounts_page(asker: Asker, choice: Mapping[str, str]) -> AccountsPage:
    """Return one page of the accounts a person may see."""
    seen = visible_to(accounts(), asker.member, "accounts.view")
    chosen = chosen_of(choice)
    wanted = filtered(seen, chosen)
    number, a_page = wanted.count(), asker.rows(ROWS_A_PAGE)
    rows = list(_after(_sorted(wanted, chosen.get("sort", "")), choice.get("after", ""))[: a_page + 1])
    shown = rows[:a_page]
    is_filtered = any(name not in UNFILTERED for name in chosen)
    table = _table(shown, chosen, asker)
    kept = kept_views(asker.membership.user_id, PAGE)
    columns = kept.columns(choice)
    return AccountsPage(
        title=_title(number, is_filtered=is_filtered),
        unit=f"ARR in {asker.workspace.currency} on {date_cell(asker.today, today=asker.today).day}",
        bar=_bar(chosen, number, asker, column_choices(table, columns), kept),
        table=with_columns(table, columns),
        pager=_pager(shown, number, chosen, is_more=len(rows) > a_page, is_first=not choice.get("after")),
        words=chosen.get("q", ""),
        sort=chosen.get("sort", ""),
        is_filtered=is_filtered,
        ids=tuple(row.id for row in shown),
        owners=people_who_may(asker, "accounts.change") if shown else (),
        query=address("", chosen).removeprefix("?"),
    )


def chosen_of(choice: Mapping[str, str]) -> dict[str, str]:
    """Return those of the parameters of an address that narrow, order or shape the list."""
    return {name: choice[name] for name in FIELDS if choice.get(name)}


def account_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over everything the person may see; None for an unknown name."""
    if name not in _filter_names(asker):
        return None
    seen = visible_to(accounts(), asker.member, "accounts.view")
    chosen = chosen_of(choice)
    return opened_filter(PATH, name, _options(seen, name), chosen)


def _title(number: int, *, is_filtered: bool) -> str:
    words = count_words(number, "account")
    if not is_filtered:
        return words
    return f"{words} fits" if number == 1 else f"{words} fit"


def filtered(rows: QuerySet[Account], chosen: Mapping[str, str]) -> QuerySet[Account]:
    """Return the accounts that fit every choice; words that are no choice fit nothing or are passed over."""
    condition = Q(**{name: chosen[name] for name in ("segment", "tier") if name in chosen})
    if "stage" in chosen:
        condition &= Q(stage__key=chosen["stage"])
    if chosen.get("owner", "").isdecimal():
        condition &= Q(owner_id=int(chosen["owner"]))
    if chosen.get("owner") == "nobody":
        condition &= Q(owner__isnull=True)
    if "health" in chosen:
        condition &= Q(id__in=CurrentScore.objects.filter(band=chosen["health"]).values("account_id"))
    if "expansion" in chosen:
        condition &= Q(id__in=CurrentExpansion.objects.filter(band=chosen["expansion"]).values("account_id"))
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
    for found in CurrentRisk.objects.filter(account_id__in=ids).order_by(F("value").asc(nulls_first=True)):
        risk[found.account_id] = found
    badges = (_badges(ids, health, "health", asker), _badges(ids, risk, "risk", asker))
    return Table(
        caption="Accounts",
        columns=_columns(chosen, asker),
        rows=tuple(_row(row, amounts, (badges[0][row.id], badges[1][row.id]), sight, asker) for row in shown),
    )


def _badges(
    ids: list[int], current: Mapping[int, CurrentScore] | Mapping[int, CurrentRisk], kind: ScoreKind, asker: Asker
) -> dict[int, ScoreBadge]:
    """Return the score of each account; one without a number now shows the last it had."""
    without = [pk for pk in ids if (row := current.get(pk)) is None or row.value is None]
    earlier = earlier_scores(without, kind=kind)
    return {pk: badge_of(current.get(pk), kind, now=asker.now, earlier=earlier.get(pk)) for pk in ids}


def _columns(chosen: Mapping[str, str], asker: Asker) -> tuple[Column, ...]:
    def sortable(key: str, column: Column) -> Column:
        return sort_column(PATH, chosen, key, column)

    return (
        sortable("", Column(title="Account")),
        sortable("health", Column(title="Health", key="health")),
        sortable("risk", Column(title="Risk", sort="descending", key="risk")),
        sortable("due", Column(title="Next renewal", key="due")),
        Column(title=f"ARR, {asker.workspace.currency}", is_amount=True, term="arr", key="arr"),
        Column(title="Stage", key="stage"),
        Column(title="Tier", key="tier"),
        Column(title="Segment", key="segment"),
        Column(title="Owner", key="owner"),
    )


def _row(
    row: Account,
    amounts: Mapping[int, Money],
    scores: tuple[ScoreBadge, ScoreBadge],
    sight: PriceSight,
    asker: Asker,
) -> tuple[Cell, ...]:
    is_seen = sight.sees_account(row)
    href = f"{PATH}{row.id}/"
    return (
        Cell(text=row.name, href=href),
        Cell(score=scores[0]),
        Cell(score=scores[1]),
        Cell(date=date_cell(row.next_due, today=asker.today, is_deadline=True, missing="none open")),
        Cell(money=money_cell(amounts.get(row.id), is_hidden=not is_seen)),
        Cell(text=row.stage.name if row.stage else "–"),
        Cell(text=title(row.tier) if row.tier else "–"),
        Cell(text=title(row.segment) if row.segment else "–"),
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


def _bar(
    chosen: Mapping[str, str], number: int, asker: Asker, columns: tuple[ColumnChoice, ...], kept: KeptViews
) -> FilterBar:
    query = address("", chosen).removeprefix("?")
    return FilterBar(
        filters=closed_filters(PATH, _filter_names(asker), chosen, chosen_words(chosen)),
        count=count_words(number, "account"),
        clear_href=PATH if any(name not in UNFILTERED for name in chosen) else "",
        views=kept.chips(query),
        save_href="/views/",
        query=query,
        columns=columns,
        missing_href=address(f"{PATH}missing/", {"view": query}),
    )


def _filter_names(asker: Asker) -> tuple[str, ...]:
    names = ("health", "expansion", "segment", "tier", "stage")
    return (*names, "owner") if granted_scope(asker.member, "accounts.view") > Scope.OWN else names


def chosen_words(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return the words of those chosen values that do not speak for themselves, by filter."""
    said = {"owner": "Nobody" if chosen.get("owner") == "nobody" else person_name(chosen.get("owner", ""))}
    if "stage" in chosen:
        said["stage"] = next((row.name for row in stages().filter(key=chosen["stage"])), "")
    return said | ({"health": band_words("health", chosen["health"])[0]} if "health" in chosen else {})


def _options(rows: QuerySet[Account], name: str) -> list[Option]:
    if name == "health":
        bands = CurrentScore.objects.filter(account_id__in=rows.values("id"))
        return [Option(key=k, text=band_words("health", k)[0], count=n) for k, n in _counted(bands, "band")]
    if name == "expansion":
        openings = CurrentExpansion.objects.filter(account_id__in=rows.values("id"))
        return [Option(key=k, text=title(k), count=n) for k, n in _counted(openings, "band")]
    if name == "stage":
        return _stages(rows)
    if name == "owner":
        return _owners(rows)
    return [Option(key=k, text=title(k), count=n) for k, n in _counted(rows, name)]


def _counted(rows: QuerySet, field: str) -> list[tuple[str, int]]:
    return list(rows.exclude(**{field: ""}).order_by(field).values_list(field).annotate(n=Count("id")))


def _stages(rows: QuerySet[Account]) -> list[Option]:
    found = rows.filter(stage__isnull=False).order_by("stage__position")
    counted = found.values_list("stage__key", "stage__name", "stage__position").annotate(n=Count("id"))
    return [Option(key=key, text=name, count=n) for key, name, _, n in counted]


def _owners(rows: QuerySet[Account]) -> list[Option]:
    counted = rows.order_by("owner__name", "owner_id").values_list("owner_id", "owner__name").annotate(n=Count("id"))
    return [Option(key=str(pk or "nobody"), text=name or "Nobody", count=n) for pk, name, n in counted]
