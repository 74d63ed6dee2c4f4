"""What was restated after its period was over, and which late renewals are bridged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import TruncDate

from dashboards.core.dates import date_cell, day_words
from dashboards.core.money import count_words, money_cell
from dashboards.core.parts import Cell, Column, Link, Pager, Table
from dashboards.core.retention_words import KIND_WORDS, gap_words, period_words
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, unit_words
from dashboards.queries.retention.known import KnownControl, end_of, known_control, known_day, known_table
from renewals.core.metrics import Bridge, Unit, spans_of
from renewals.core.metrics.spans import bridges_of
from renewals.core.money import Money
from renewals.models import Account, Contract, Restatement
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import contract_books
from renewals.queries.metrics.known import restatements_of
from renewals.queries.metrics.questions import movement_rows

MOST_NOTES = 3
NOT_ASKED = "What was known on a day can be asked of a period that is over, without a product or start quarter."
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A list below the page, page by page; `known` are the figures as known on a day that was asked for."""

    title: str
    unit: str
    term: str
    crumbs: tuple[Link, ...]
    table: Table
    pager: Pager
    note: str = ""
    control: KnownControl | None = None
    known: Table | None = None


def notes_of(asked: Asked) -> tuple[Link, ...]:
    """Return the restatements of the period by day and cause, the latest first; a long list ends with their number."""
    rows = restatements_of(asked.question)
    days = (
        rows.annotate(day=TruncDate("noticed_at"))
        .values("day", "because")
        .annotate(n=Count("id"), after=Sum("closing_after"), before=Sum("closing_before"))
        .annotate(opened=Sum("opening_after") - Sum("opening_before"))
        .order_by("-day", "because")[: MOST_NOTES + 1]
    )
    found = list(days)
    notes = [Link(text=_note(asked, row), href=asked.href("restated/")) for row in found[:MOST_NOTES]]
    if len(found) > MOST_NOTES:
        notes.append(Link(text="Show all restatements of this period", href=asked.href("restated/")))
    return tuple(notes)


def restated_page(asker: Asker, choice: Mapping[str, str]) -> ListPage:
    """Return each restatement of the period with what it was before; since a day, where `on` asks for one."""
    asked = asked_of(asker, choice)
    on = known_day(asked, choice.get("on", ""))
    rows = restatements_of(asked.question).select_related("account").order_by("-id")
    rows = rows if on is None else rows.filter(noticed_at__gt=end_of(asked, on))
    number, size = rows.count(), asker.rows(ROWS_A_PAGE)
    place = choice.get("after", "")
    found = list((rows.filter(id__lt=int(place)) if place.isdecimal() else rows)[: size + 1])
    shown = found[:size]
    return ListPage(
        title=_restated_title(asked, number, on),
        unit=unit_words(asked, age_of(asker)),
        term="restatement",
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Restatements")),
        table=_restated_table(asked, shown, _moved(rows)),
        pager=_pager(
            asked,
            "restated/",
            shown=len(shown),
            of=count_words(number, "restatement"),
            choice=choice,
            more=str(shown[-1].id) if len(found) > size else "",
        ),
        note="" if known_control(asked) else NOT_ASKED,
        control=known_control(asked, on),
        known=None if on is None else known_table(asked, on),
    )


def _restated_title(asked: Asked, number: int, on: date | None) -> str:
    words = f"{count_words(number, 'restatement')} of {period_words(asked.period)}"
    return words if on is None else f"{words} since {day_words(on)}"


def _moved(rows: QuerySet[Restatement]) -> tuple[Decimal, Decimal]:
    """Return by how much all of them moved opening and closing: one after the other, what is now less what was."""
    sums = rows.order_by().aggregate(
        opening=Sum(F("opening_after") - F("opening_before")), closing=Sum(F("closing_after") - F("closing_before"))
    )
    return sums["opening"] or Decimal(0), sums["closing"] or Decimal(0)


def _restated_table(asked: Asked, shown: Sequence[Restatement], moved: tuple[Decimal, Decimal]) -> Table:
    opening, closing = (Cell(text=gap_words(each, Unit.MONEY, asked.currency), is_amount=True) for each in moved)
    currency, blank = asked.currency, Cell()
    return Table(
        caption="Restatements, the latest first",
        columns=(
            Column(title="Account"),
            Column(title="Because"),
            Column(title=f"Opening before, {currency}", is_amount=True),
            Column(title=f"Opening after, {currency}", is_amount=True),
            Column(title=f"Closing before, {currency}", is_amount=True),
            Column(title=f"Closing after, {currency}", is_amount=True),
            Column(title="Was"),
            Column(title="Is"),
            Column(title="Noticed"),
            Column(title="Recorded by"),
        ),
        rows=tuple(_restated(asked, row) for row in shown),
        totals=(Cell(text="All changes"), blank, blank, opening, blank, closing, *(blank,) * 4) if shown else (),
    )


def _pager(asked: Asked, place: str, *, shown: int, of: str, choice: Mapping[str, str], more: str) -> Pager:
    kept = {"on": choice.get("on", "")}
    return Pager(
        shown=f"{shown:,} of {of}",
        first_href=asked.href(place, **kept) if choice.get("after") else "",
        next_href=asked.href(place, **kept, after=more) if more else "",
    )


def bridged_page(asker: Asker, choice: Mapping[str, str]) -> ListPage:
    """Return the pairs of terms between which a late renewal is bridged at one end of the period."""
    asked = asked_of(asker, choice)
    rows = movement_rows(asked.question).filter(is_bridged=True).order_by("account_id")
    number, size, place = rows.count(), asker.rows(ROWS_A_PAGE), choice.get("after", "")
    wanted = rows.filter(account_id__gt=int(place)) if place.isdecimal() else rows
    found = list(wanted.values_list("account_id", flat=True)[: size + 1])
    ids = found[:size]
    pairs = _pairs(asked, ids)
    names = dict(Account.objects.filter(id__in=ids).values_list("id", "name"))
    contracts = {each.contract_id for each in pairs} | {each.next_contract_id for each in pairs}
    called = dict(Contract.objects.filter(id__in=contracts).values_list("id", "name"))
    grace, late = metric_book().grace_days, "the next term came" if number else "no next term came late"
    return ListPage(
        title=f"{count_words(number, 'account') if number else 'No account'} bridged: {late} within {grace} days",
        unit=unit_words(asked, age_of(asker)),
        term="late_renewal_grace",
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Late renewals")),
        table=Table(
            caption="Bridged pairs",
            columns=(
                Column(title="Account"),
                Column(title="Contract that ended"),
                Column(title="Ended on"),
                Column(title="Contract that followed"),
                Column(title="Began on"),
                Column(title="Days bridged", is_amount=True),
            ),
            rows=tuple(_pair(asked, pair, names, called) for pair in pairs),
        ),
        pager=_pager(
            asked,
            "bridged/",
            shown=len(ids),
            of=count_words(number, "account"),
            choice=choice,
            more=str(ids[-1]) if len(found) > size else "",
        ),
    )


def _pairs(asked: Asked, account_ids: list[int]) -> list[Bridge]:
    spans = spans_of(contract_books(account_ids), grace_days=metric_book().grace_days)
    days = (asked.period.opening_on, asked.period.through_on)
    wanted = set(account_ids)
    found = dict.fromkeys(pair for day in days for pair in bridges_of(spans, on=day) if pair.account_id in wanted)
    return sorted(found, key=lambda pair: (pair.account_id, pair.ended_on))


def _pair(asked: Asked, pair: Bridge, names: Mapping[int, str], called: Mapping[int, str]) -> tuple[Cell, ...]:
    today = asked.asker.today
    return (
        Cell(text=names[pair.account_id], href=asked.href(f"accounts/{pair.account_id}/")),
        Cell(text=called[pair.contract_id], href=f"/contracts/{pair.contract_id}/", note=f"term {pair.term_number}"),
        Cell(date=date_cell(pair.ended_on, today=today)),
        Cell(text=called[pair.next_contract_id], href=f"/contracts/{pair.next_contract_id}/"),
        Cell(date=date_cell(pair.next_on, today=today)),
        Cell(text=str(pair.days), is_amount=True),
    )


def _note(asked: Asked, row: Mapping[str, object]) -> str:
    closing, opening = Decimal(str(row["after"])) - Decimal(str(row["before"])), Decimal(str(row["opened"]))
    moved = [
        f"{name} {gap_words(amount, Unit.MONEY, asked.currency)}"
        for name, amount in (("opening", opening), ("closing", closing))
        if amount
    ]
    change = ", ".join(moved) or "its kind changed"
    accounts = count_words(int(str(row["n"])), "account")
    day = row["day"]
    return f"Restated on {day_words(day)}: {change} in {accounts}, because: {row['because']}"


def _restated(asked: Asked, row: Restatement) -> tuple[Cell, ...]:
    amounts = (row.opening_before, row.opening_after, row.closing_before, row.closing_after)
    was, now = KIND_WORDS[row.kind_before], KIND_WORDS[row.kind_after]
    return (
        Cell(text=row.account.name, href=asked.href(f"accounts/{row.account_id}/")),
        Cell(text=row.because, is_long=True),
        *(Cell(money=money_cell(Money(amount, asked.currency))) for amount in amounts),
        Cell(text=was[0], state=was[1]),
        Cell(text=now[0], state=now[1]),
        Cell(date=date_cell(row.noticed_at.date(), today=asked.asker.today)),
        Cell(text=row.recorded_by),
    )
