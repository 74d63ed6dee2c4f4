"""Who must not be written to, in which class of message, why, who said so and since when."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from dashboards.core.channels import CLASSES, class_words
from dashboards.core.dates import instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Pager, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.roles import Scope, can
from renewals.models import Account, Suppression
from renewals.queries.people import visible_to

PATH = "/messages/suppressions/"
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionsPage:
    """The list by class; `lifts` are those of this page that the person may lift: id and whose."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    table: Table
    pager: Pager
    lifts: tuple[tuple[int, str], ...]
    may_change: bool


def suppressions_page(asker: Asker, choice: Mapping[str, str]) -> SuppressionsPage:
    """Return one page of the suppressions in force that a person may see, newest first."""
    accounts = visible_to(Account.objects.all(), asker.member, "suppressions.view")
    live = Suppression.objects.filter(lifted_at__isnull=True, contact__account__in=accounts)
    counts = dict(live.order_by().values_list("message_class").annotate(n=Count("id")))
    chosen = choice.get("class", "") if choice.get("class") in CLASSES else ""
    wanted = live.filter(message_class=chosen) if chosen else live
    after = choice.get("after", "")
    wanted = wanted.select_related("contact__account").order_by("-id")
    rows = list((wanted.filter(id__lt=int(after)) if after.isdecimal() else wanted)[: ROWS_A_PAGE + 1])
    shown, kept = rows[:ROWS_A_PAGE], {"class": chosen} if chosen else {}
    may_lift = can(asker.member, "suppression_lift.change")
    return SuppressionsPage(
        title=f"{count_words(sum(counts.values()), 'wish', 'wishes')} not to be written to",
        unit="Contractual notices are never stopped by an unsubscribe · newest first",
        tabs=_tabs(counts, chosen),
        table=_table(shown, asker),
        pager=Pager(
            shown=count_words(len(shown), "line"),
            first_href=address(PATH, kept) if after else "",
            next_href=address(PATH, kept, after=str(shown[-1].id)) if len(rows) > ROWS_A_PAGE else "",
        ),
        lifts=tuple((row.id, f"{row.contact.name}, {class_words(row.message_class)}") for row in shown)
        if may_lift
        else (),
        may_change=can(asker.member, "suppressions.change", record=Scope.ALL),
    )


def visible_suppression(asker: Asker, suppression_id: int) -> bool:
    """Answer whether the person may see it."""
    accounts = visible_to(Account.objects.all(), asker.member, "suppressions.view")
    return Suppression.objects.filter(id=suppression_id, contact__account__in=accounts).exists()


def _tabs(counts: Mapping[str, int], chosen: str) -> tuple[Tab, ...]:
    every = Tab(text="All", href=PATH, count=f"{sum(counts.values()):,}", is_current=not chosen)
    return (
        every,
        *(
            Tab(
                text=words[0],
                href=address(PATH, {"class": key}),
                count=f"{counts.get(key, 0):,}",
                is_current=key == chosen,
            )
            for key, words in CLASSES.items()
            if key != "security"
        ),
    )


def _table(rows: list[Suppression], asker: Asker) -> Table:
    names = ("Contact", "Account", "Class", "Why", "Who", "Since")
    return Table(
        caption="Who must not be written to, newest first",
        columns=tuple(Column(title=name) for name in names),
        rows=tuple(_row(row, asker) for row in rows),
    )


def _row(row: Suppression, asker: Asker) -> tuple[Cell, ...]:
    note = row.contact.email if can(asker.member, "contact_details.view") else ""
    return (
        Cell(text=row.contact.name or "No name", note=note),
        Cell(text=row.contact.account.name, href=f"/accounts/{row.contact.account_id}/"),
        Cell(text=class_words(row.message_class)),
        Cell(text=title(row.origin), note=row.reason),
        Cell(text=row.by_label or "–"),
        Cell(date=instant_cell(row.since_at, now=asker.now, zone=asker.workspace.timezone)),
    )
