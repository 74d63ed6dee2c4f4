"""The leakage report and the rows behind each of its figures; everybody sees it for the renewals in their reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet

from dashboards.core.dates import date_cell
from dashboards.core.money import count_words, money_words
from dashboards.core.offers.concessions import BREAKDOWNS, LEAKS
from dashboards.core.parts import Cell, Column, Link, Pager, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from offers.core.negotiation.concessions import Leak
from offers.core.negotiation.leakage import By, LeakItem, LeakSum, leak_groups, leak_sums
from offers.models import Concession, Proposal
from offers.queries.concessions import below_policy
from offers.queries.leakage import AtHome, in_group, largest_first, leak_items, leaking
from renewals.core.money import Money
from renewals.models import Renewal
from renewals.queries.fx import rate_table
from renewals.queries.people import visible_to

PATH = "/offers/leakage/"
ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One kind of leak: what it comes to, in how many rows, and where they stand."""

    title: str
    meaning: str
    amount: str
    rows: str
    href: str
    unknown: str
    is_clean: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakagePage:
    """The report with its finding."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    headlines: tuple[Headline, ...]
    tabs: tuple[Tab, ...]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakRowsPage:
    """The rows behind a figure."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    table: Table
    pager: Pager


def leakage_page(asker: Asker, chosen: Mapping[str, str]) -> LeakagePage:
    """Return the report broken down as the address says; an unknown word is by owner."""
    by = By(chosen["by"]) if chosen.get("by") in set(By) else By.OWNER
    items = leak_items(_seen(asker), by=by, home=_home(asker))
    sums, home = leak_sums(items), asker.workspace.currency
    lost = sums[Leak.BELOW_POLICY]
    worth = money_words(Money(lost.amount, home))
    return LeakagePage(
        title=f"{worth} a year signed below the policy price" if lost.number else "Nothing was signed below the policy",
        unit=f"A year's worth in {home} at today's rates · what came back does not leak any more",
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Leakage")),
        headlines=tuple(_headline(leak, sums[leak], home) for leak in Leak),
        tabs=tuple(Tab(text=BREAKDOWNS[way], href=f"{PATH}?by={way}", is_current=way is by) for way in By),
        table=_table(items, by, home),
    )


def leakage_rows(asker: Asker, chosen: Mapping[str, str], *, page: int = 1) -> LeakRowsPage:
    """Return a page of the rows of one kind of leak, of one group where the address names it; the largest first."""
    leak = Leak(chosen["leak"]) if chosen.get("leak") in set(Leak) else Leak.WITHOUT_GET
    wanted = [(way, chosen[way]) for way in By if way in chosen]
    rows = leaking(leak, _seen(asker), today=asker.today)
    for way, value in wanted:
        rows = in_group(rows, by=way, key=value)
    number = rows.count()
    shown = list(largest_first(rows, home=_home(asker))[(page - 1) * ROWS : page * ROWS])
    words, meaning = LEAKS[leak.value]
    narrowed = " · ".join(_group_words(way, value) for way, value in wanted)
    kept = {"leak": leak.value} | {way.value: value for way, value in wanted}
    path = f"{PATH}rows/?{urlencode(kept)}"
    return LeakRowsPage(
        title=f"{words}: {count_words(number, 'row')}",
        unit=f"{meaning.rstrip('.')}{f' · {narrowed}' if narrowed else ''} · the largest first",
        crumbs=(
            Link(text="Offers", href="/offers/"),
            Link(text="Leakage", href=PATH),
            Link(text=words),
        ),
        table=_rows(shown, today=asker.today),
        pager=Pager(
            shown=count_words(len(shown), "row"),
            first_href=path if page > 1 else "",
            next_href=f"{path}&page={page + 1}" if page * ROWS < number else "",
        ),
    )


def _seen(asker: Asker) -> QuerySet[Renewal]:
    return visible_to(Renewal.objects.all(), asker.member, "negotiations.view")


def _home(asker: Asker) -> AtHome:
    return AtHome(currency=asker.workspace.currency, rates=rate_table(), today=asker.today)


def _headline(leak: Leak, found: LeakSum, home: str) -> Headline:
    words, meaning = LEAKS[leak.value]
    return Headline(
        title=words,
        meaning=meaning,
        amount=money_words(Money(found.amount, home)),
        rows=count_words(found.number, "row"),
        href=f"{PATH}rows/?{urlencode({'leak': leak.value})}",
        unknown=f"{count_words(found.unknown, 'row')} without a rate not counted" if found.unknown else "",
        is_clean=found.number == 0,
    )


def _table(items: tuple[LeakItem, ...], by: By, home: str) -> Table:
    groups = leak_groups(items, by=by)
    return Table(
        caption=f"Leakage by {BREAKDOWNS[by].lower()}",
        columns=(
            Column(title=BREAKDOWNS[by]),
            *(Column(title=LEAKS[leak.value][0], is_amount=True) for leak in Leak),
        ),
        rows=tuple(
            (
                Cell(text=_group_words(by, group.key)),
                *(_cell(leak, group.sums[leak], by, group.key, home) for leak in Leak),
            )
            for group in groups
        ),
    )


def _cell(leak: Leak, found: LeakSum, by: By, key: str, home: str) -> Cell:
    if not found.number:
        return Cell(text="–", is_amount=True)
    href = f"{PATH}rows/?{urlencode({'leak': leak.value, by.value: key})}"
    return Cell(
        text=money_words(Money(found.amount, home)),
        href=href,
        note=count_words(found.number, "row"),
        is_amount=True,
    )


def _group_words(by: By, key: str) -> str:
    return title(key) if by is By.SEGMENT else key


def _rows(rows: list[Concession | Proposal], *, today: date) -> Table:
    return Table(
        caption="Rows",
        columns=(
            Column(title="Account"),
            Column(title="What"),
            Column(title="A year", is_amount=True),
            Column(title="Until"),
            Column(title="Why"),
            Column(title="Owner"),
        ),
        rows=tuple(_row(row, today=today) for row in rows),
    )


def _row(row: Concession | Proposal, *, today: date) -> tuple[Cell, ...]:
    return _of_concession(row, today=today) if isinstance(row, Concession) else _of_proposal(row)


def _of_concession(row: Concession, *, today: date) -> tuple[Cell, ...]:
    return (
        Cell(text=row.renewal.account.name, href=f"/renewals/{row.renewal_id}/proposal/concessions/"),
        Cell(text=row.what, is_long=True),
        Cell(text=money_words(Money(row.amount, row.currency)), is_amount=True),
        Cell(date=date_cell(row.expires_on, today=today)),
        Cell(text=row.no_get_reason or row.reason, is_long=True),
        Cell(text=row.whose),
    )


def _of_proposal(row: Proposal) -> tuple[Cell, ...]:
    return (
        Cell(text=row.renewal.account.name, href=f"/renewals/{row.renewal_id}/proposal/"),
        Cell(text=f"Version {row.version.number} of the proposal", is_long=True),
        Cell(text=money_words(below_policy(row)), is_amount=True),
        Cell(text="–"),
        Cell(text=row.version.note or "–", is_long=True),
        Cell(text=row.whose),
    )
