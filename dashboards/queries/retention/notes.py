"""What was restated after its period was over, and which late renewals are bridged."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from dashboards.core.dates import date_cell, day_words
from dashboards.core.money import count_words, money_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.retention_words import KIND_WORDS, gap_words, period_words
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, unit_words
from renewals.core.metrics import Bridge, Unit, spans_of
from renewals.core.metrics.spans import bridges_of
from renewals.core.money import Money
from renewals.models import Account, Contract, Restatement
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import contract_books
from renewals.queries.metrics.figures import movement_rows

MOST_NOTES = 3
MOST_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A plain list below the page."""

    title: str
    unit: str
    term: str
    crumbs: tuple[Link, ...]
    table: Table


def notes_of(asked: Asked) -> tuple[Link, ...]:
    """Return the restatements of the period by day and cause, the latest first; a long list ends with their number."""
    rows = restatements_of(asked)
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


def restatements_of(asked: Asked) -> QuerySet[Restatement]:
    """Return the restatements of the period in the accounts asked for."""
    rows = Restatement.objects.filter(period=asked.period.key)
    return rows if asked.question.accounts is None else rows.filter(asked.question.accounts)


def restated_page(asker: Asker, choice: Mapping[str, str]) -> ListPage:
    """Return each restatement of the period with what it was before."""
    asked = asked_of(asker, choice)
    rows = restatements_of(asked).select_related("account").order_by("-noticed_at", "id")
    shown = list(rows[:MOST_ROWS])
    return ListPage(
        title=f"{count_words(rows.count(), 'restatement')} of {period_words(asked.period)}",
        unit=unit_words(asked, age_of(asker)),
        term="restatement",
        crumbs=(Link(text="Retention", href=asked.href()), Link(text="Restatements")),
        table=Table(
            caption="Restatements, the latest first",
            columns=(
                Column(title="Account"),
                Column(title="Noticed"),
                Column(title=f"Opening before, {asked.currency}", is_amount=True),
                Column(title="after", is_amount=True),
                Column(title=f"Closing before, {asked.currency}", is_amount=True),
                Column(title="after", is_amount=True),
                Column(title="Was"),
                Column(title="Is"),
                Column(title="Because"),
                Column(title="Recorded by"),
            ),
            rows=tuple(_restated(asked, row) for row in shown),
        ),
    )


def bridged_page(asker: Asker, choice: Mapping[str, str]) -> ListPage:
    """Return the pairs of terms between which a late renewal is bridged at one end of the period."""
    asked = asked_of(asker, choice)
    rows = movement_rows(asked.question).filter(is_bridged=True).order_by("account_id")
    ids = list(rows.values_list("account_id", flat=True)[:MOST_ROWS])
    pairs = _pairs(asked, ids)
    names = dict(Account.objects.filter(id__in=ids).values_list("id", "name"))
    contracts = {each.contract_id for each in pairs} | {each.next_contract_id for each in pairs}
    called = dict(Contract.objects.filter(id__in=contracts).values_list("id", "name"))
    grace = metric_book().grace_days
    return ListPage(
        title=f"{count_words(len(pairs), 'late renewal')} bridged: the next term came within {grace} days",
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
        Cell(date=date_cell(row.noticed_at.date(), today=asked.asker.today)),
        *(Cell(money=money_cell(Money(amount, asked.currency))) for amount in amounts),
        Cell(text=was[0], state=was[1]),
        Cell(text=now[0], state=now[1]),
        Cell(text=row.because, is_long=True),
        Cell(text=row.recorded_by),
    )
