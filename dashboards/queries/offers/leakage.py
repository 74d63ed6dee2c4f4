"""The leakage report and the rows behind each of its figures; everybody sees it for the renewals in their reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from dashboards.core.dates import date_cell
from dashboards.core.money import count_words, money_words
from dashboards.core.offers.concessions import BREAKDOWNS, LEAKS
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from offers.core.negotiation.concessions import Leak
from offers.core.negotiation.leakage import By, LeakItem, LeakSum, leak_groups, leak_sums
from offers.models import Concession, Proposal
from offers.queries.concessions import below_policy, leak_items, leak_rows
from renewals.core.money import Money
from renewals.models import Renewal
from renewals.queries.fx import rate_table
from renewals.queries.people import visible_to

PATH = "/offers/leakage/"
MOST_ROWS = 200


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    items: tuple[LeakItem, ...]
    given: Mapping[str, Concession]
    signed: Mapping[str, Proposal]


def leakage_page(asker: Asker, chosen: Mapping[str, str]) -> LeakagePage:
    """Return the report broken down as the address says; an unknown word is by owner."""
    found = _found(asker)
    by = By(chosen["by"]) if chosen.get("by") in set(By) else By.OWNER
    sums, home = leak_sums(found.items), asker.workspace.currency
    lost = sums[Leak.BELOW_POLICY]
    worth = money_words(Money(lost.amount, home))
    return LeakagePage(
        title=f"{worth} a year signed below the policy price" if lost.number else "Nothing was signed below the policy",
        unit=f"A year's worth in {home} at today's rates · what came back does not leak any more",
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Leakage")),
        headlines=tuple(_headline(leak, sums[leak], home) for leak in Leak),
        tabs=tuple(Tab(text=BREAKDOWNS[way], href=f"{PATH}?by={way}", is_current=way is by) for way in By),
        table=_table(found, by, home),
    )


def leakage_rows(asker: Asker, chosen: Mapping[str, str]) -> LeakRowsPage:
    """Return the rows of one kind of leak, of one group where the address names it; the largest first."""
    found = _found(asker)
    leak = Leak(chosen["leak"]) if chosen.get("leak") in set(Leak) else Leak.WITHOUT_GET
    wanted = [(way, chosen[way]) for way in By if way in chosen]
    items = [
        item for item in found.items if item.leak is leak and all(item.groups[way] == value for way, value in wanted)
    ]
    items.sort(key=lambda item: (-(item.amount or 0), item.key))
    words, meaning = LEAKS[leak.value]
    narrowed = " · ".join(_group_words(way, value) for way, value in wanted)
    more = f" · the {MOST_ROWS} largest" if len(items) > MOST_ROWS else ""
    return LeakRowsPage(
        title=f"{words}: {count_words(len(items), 'row')}",
        unit=f"{meaning}{f' {narrowed}' if narrowed else ''}{more}",
        crumbs=(
            Link(text="Offers", href="/offers/"),
            Link(text="Leakage", href=PATH),
            Link(text=words),
        ),
        table=_rows(found, items[:MOST_ROWS], today=asker.today),
    )


def _found(asker: Asker) -> _Found:
    seen = visible_to(Renewal.objects.all(), asker.member, "negotiations.view")
    given, signed = leak_rows(seen)
    items = leak_items(given, signed, home=asker.workspace.currency, rates=rate_table(), today=asker.today)
    return _Found(
        items=items,
        given={f"concession:{row.id}": row for row in given},
        signed={f"proposal:{row.id}": row for row in signed},
    )


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


def _table(found: _Found, by: By, home: str) -> Table:
    groups = leak_groups(found.items, by=by)
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


def _rows(found: _Found, items: list[LeakItem], *, today: date) -> Table:
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
        rows=tuple(_row(found, item, today=today) for item in items),
    )


def _row(found: _Found, item: LeakItem, *, today: date) -> tuple[Cell, ...]:
    given, signed = found.given.get(item.key), found.signed.get(item.key)
    row = given or signed
    renewal = row.renewal
    amount = Money(given.amount, given.currency) if given else below_policy(signed)
    page = "concessions/" if given else ""
    version = signed.version if signed else None
    return (
        Cell(text=renewal.account.name, href=f"/renewals/{renewal.id}/proposal/{page}"),
        Cell(text=given.what if given else f"Version {version.number} of the proposal", is_long=True),
        Cell(text=money_words(amount), is_amount=True),
        Cell(date=date_cell(given.expires_on, today=today)) if given else Cell(text="–"),
        Cell(text=(given.no_get_reason or given.reason) if given else version.note or "–", is_long=True),
        Cell(text=str(renewal.owner)),
    )
