"""What stands beside the pipeline of renewals and is never counted in it: win-backs, and contracts without an end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from dashboards.core.dates import date_cell
from dashboards.core.loss_words import SHOWN, standing_words
from dashboards.core.money import count_words, short_money
from dashboards.core.offers.words import STATES
from dashboards.core.parts import Cell, Chip, Column, Pager, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import notice_words
from dashboards.queries.exchange import Exchange
from dashboards.queries.prices import PriceSight, price_sight
from offers.queries.approvals import win_back_states
from renewals.core.contracts.review_points import runs_on_from
from renewals.core.money import Money
from renewals.models import LossReview, TermVersion
from renewals.queries.contracts import arr_rows
from renewals.queries.library import review_rule
from renewals.queries.people import visible_to
from renewals.queries.running_on import next_review_on, running_on

PATH = "/pipeline/"
PARTS = (("", "Renewals"), ("win-backs/", "Win-backs"), ("running-on/", "Without an end"))
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BesidePage:
    """The finding, the list, and what is said where nothing stands in it."""

    title: str
    unit: str
    term: str
    tabs: tuple[Tab, ...]
    table: Table
    chips: tuple[Chip, ...] = ()
    empty: str
    empty_text: str
    pager: Pager | None = None


def pipeline_tabs(chosen: str) -> tuple[Tab, ...]:
    """Return the parts of the pipeline: what comes up, whom to win back, what never comes up."""
    return tuple(Tab(text=words, href=f"{PATH}{key}", is_current=key == chosen) for key, words in PARTS)


def win_backs_page(asker: Asker, show: str, *, page: int = 1) -> BesidePage:
    """Return a page of the win-backs that are open, won or declined, the next day first; the title counts all."""
    chosen = show if show in SHOWN else ""
    found = visible_to(LossReview.objects.all(), asker.member, "pipeline.view")
    found = found.filter(win_back_result=chosen, win_back_on__isnull=False)
    number = found.count()
    rows = list(_with_people(found).order_by("win_back_on", "id")[(page - 1) * MOST : page * MOST])
    sight = price_sight(asker.member, account_ids=[row.renewal.account_id for row in rows])
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    is_hoped = sight.sees_all_of("pipeline.view") and chosen != "won"
    query = f"show={chosen}" if chosen else ""
    return BesidePage(
        title=_win_back_title(number, chosen, _at_home(_hoped(found), exchange) if is_hoped and number else ""),
        unit="Never part of the renewals, their rates or their forecast; what comes back is reactivated ARR",
        term="win_back",
        tabs=pipeline_tabs("win-backs/"),
        chips=tuple(
            Chip(text=words, href=f"{PATH}win-backs/{f'?show={key}' if key else ''}", is_on=key == chosen)
            for key, words in SHOWN.items()
        ),
        table=_win_backs(asker, rows, sight, exchange),
        empty="Nobody stands here",
        empty_text="A renewal that is lost gets a win-back: by default half a year after the account left.",
        pager=_pager("win-backs/", page, (len(rows), count_words(number, "win-back")), number, query=query),
    )


def running_on_page(asker: Asker, *, page: int = 1) -> BesidePage:
    """Return the contracts without an end, the next review first."""
    terms = visible_to(running_on(), asker.member, "pipeline.view").select_related("contract__account__owner")
    rows = sorted(((next_review_on(each, today=asker.today), each) for each in terms), key=lambda row: row[0])
    shown = rows[(page - 1) * MOST : page * MOST]
    sight = price_sight(asker.member, account_ids=[each.contract.account_id for _, each in shown])
    accounts = {each.contract.account_id for _, each in rows}
    arr = {contract: amount for contract, _, amount in arr_rows(accounts, on=asker.today)}
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    soon = sum(day <= asker.today + timedelta(days=review_rule().lead_days) for day, _ in rows)
    amounts = [arr[each.contract_id] for _, each in rows if each.contract_id in arr]
    sees = sight.sees_all_of("pipeline.view")
    return BesidePage(
        title=_running_title(len(rows), soon, _at_home(amounts, exchange) if sees else ""),
        unit="They never come up for renewal; their owner looks at them once a year, and is told 30 days before",
        term="evergreen_review",
        tabs=pipeline_tabs("running-on/"),
        table=_running(asker, shown, arr, sight, exchange),
        empty="No contract runs on without an end",
        empty_text="A contract without a last day, or one that goes on after its term, stands here.",
        pager=_pager("running-on/", page, (len(shown), count_words(len(rows), "contract")), len(rows)),
    )


def _with_people(rows: QuerySet[LossReview]) -> QuerySet[LossReview]:
    people = ("renewal__account__team", "renewal__contract", "owner", "win_back_owner", "won_contract")
    return rows.select_related(*people).prefetch_related("renewal__outcomes")


def _win_back_title(number: int, chosen: str, total: str) -> str:
    words = {
        "": count_words(number, "account to win back", "accounts to win back") if number else "Nobody to win back",
        "won": count_words(number, "account came back", "accounts came back"),
        "declined": count_words(number, "account said no", "accounts said no"),
    }[chosen]
    return f"{words}: {total}" if total else words


def _hoped(rows: QuerySet[LossReview]) -> list[Money]:
    """Return what is hoped for in each currency; where nobody said, what they left at."""
    hoped = Sum(Coalesce("win_back_amount", "renewal__target_amount"))
    sums = rows.order_by().values_list("renewal__currency").annotate(hoped=hoped)
    return [Money(amount, currency) for currency, amount in sums]


def _at_home(amounts: Iterable[Money], exchange: Exchange) -> str:
    """Return the sum in the workspace's currency, in few figures; currencies without a rate are named, not counted."""
    rated, unrated = list[Decimal](), set[str]()
    for money in amounts:
        found = exchange.conversion(money)
        if found is None and money.currency != exchange.home:
            unrated.add(money.currency)
        else:
            rated.append(money.amount if found is None else found.money.amount)
    known = f"{short_money(Money(sum(rated, Decimal(0)), exchange.home))} a year" if rated else ""
    more = f"amounts in {', '.join(sorted(unrated))} without a rate" if unrated else ""
    return " and ".join(filter(None, (known, more)))


def _win_backs(asker: Asker, rows: list[LossReview], sight: PriceSight, exchange: Exchange) -> Table:
    proposed = win_back_states([row.renewal_id for row in rows])
    return Table(
        caption="Win-backs",
        columns=(
            Column(title="Account"),
            Column(title="Where it stands", term="win_back"),
            Column(title="They left at", is_amount=True, term="arr"),
            Column(title="Hoped for", is_amount=True),
            Column(title="Ask them on"),
            Column(title="Sign by"),
            Column(title="Why they left, who asks"),
        ),
        rows=tuple(_win_back(asker, row, sight, exchange, proposed.get(row.renewal_id, "")) for row in rows),
    )


def _win_back(asker: Asker, row: LossReview, sight: PriceSight, exchange: Exchange, proposed: str) -> tuple[Cell, ...]:
    renewal = row.renewal
    is_hidden = not sight.sees_renewal(renewal, renewal.account)
    words, tone = standing_words(
        result=row.win_back_result, held_on=row.held_on, win_back_on=row.win_back_on, today=asker.today
    )
    won = row.won_contract
    standing = f"{title(row.win_back_stage)}{f', proposal {STATES[proposed][0].lower()}' if proposed else ''}"
    note = f"with {won.external_id}" if won else standing
    reasons = [each.primary_reason for each in renewal.outcomes.all()]
    return (
        Cell(text=renewal.account.name, href=f"/reviews/losses/{row.id}/", note=renewal.contract.name),
        Cell(text=words, state=tone, note=note),
        Cell(money=exchange.cell(renewal.target_amount, renewal.currency, is_hidden=is_hidden), is_amount=True),
        Cell(money=exchange.cell(row.win_back_amount, renewal.currency, is_hidden=is_hidden, missing="not said")),
        Cell(date=date_cell(row.win_back_on, today=asker.today, is_deadline=not row.win_back_result)),
        Cell(date=date_cell(row.win_back_by, today=asker.today, missing="not said")),
        Cell(text=title(reasons[0]) if reasons else "not recorded", note=str(row.win_back_owner or row.owner)),
    )


def _running_title(number: int, soon: int, total: str) -> str:
    words = count_words(number, "contract has no end", "contracts have no end") if number else "Every contract ends"
    worth = f", {total}" if total and number else ""
    return f"{words}{worth}" + (f"; {soon:,} to look at within {review_rule().lead_days} days" if soon else "")


def _running(
    asker: Asker,
    rows: list[tuple[object, TermVersion]],
    arr: Mapping[int, Money],
    sight: PriceSight,
    exchange: Exchange,
) -> Table:
    return Table(
        caption="Contracts without an end",
        columns=(
            Column(title="Contract"),
            Column(title="ARR", is_amount=True, term="arr"),
            Column(title="Runs on from"),
            Column(title="Look at it", term="evergreen_review"),
            Column(title="Notice, who looks at it"),
        ),
        rows=tuple(_running_row(asker, row, arr.get(row.contract_id), sight, exchange) for _, row in rows),
    )


def _running_row(
    asker: Asker, row: TermVersion, arr: Money | None, sight: PriceSight, exchange: Exchange
) -> tuple[Cell, ...]:
    contract, begun = row.contract, runs_on_from(starts_on=row.starts_on, ends_on=row.ends_on)
    is_hidden = not sight.sees_account(contract.account)
    amount, currency = (arr.amount, arr.currency) if arr else (Decimal(0), contract.currency)
    return (
        Cell(text=contract.name or contract.external_id, href=f"/contracts/{contract.id}/", note=contract.account.name),
        Cell(money=exchange.cell(amount, currency, is_hidden=is_hidden), is_amount=True),
        Cell(date=date_cell(begun, today=asker.today)),
        Cell(date=date_cell(next_review_on(row, today=asker.today), today=asker.today, is_deadline=True)),
        Cell(text=notice_words(row).split(",")[0], note=str(contract.account.owner or "nobody yet")),
    )


def _pager(part: str, page: int, shown: tuple[int, str], number: int, *, query: str = "") -> Pager | None:
    """Return the way on; `shown` is how many are on this page, and the words for all of them."""
    if number <= MOST:
        return None
    first = f"{PATH}{part}?{query}"
    return Pager(
        shown=f"{shown[0]:,} of {shown[1]}",
        first_href=first.rstrip("?") if page > 1 else "",
        next_href=f"{first}{'&' if query else ''}page={page + 1}" if page * MOST < number else "",
    )
