"""The same rates by segment, owner, product or start quarter: where the loss is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import TruncQuarter

from dashboards.core.money import money_cell
from dashboards.core.parts import Cell, Chip, Column, Link, Table
from dashboards.core.retention_words import value_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import Asked, age_of, asked_of, unit_words
from renewals.core.metrics import Unit, figure_of_sums
from renewals.core.metrics.periods import quarter_key
from renewals.core.money import Money
from renewals.models import User
from renewals.queries.library import metric_book
from renewals.queries.metrics.figures import grouped_sums
from renewals.queries.metrics.parts import ACCOUNT_PARTS, part_sums
from renewals.queries.metrics.questions import movement_rows, product_rows
from renewals.queries.metrics.slices import UNKNOWN

GROUPINGS = (("segment", "Segment"), ("owner", "Owner"), ("product", "Product"), ("cohort", "Start quarter"))
PARTS = ("opening", "kept", "retained", "lost", "expanded", "opening_accounts", "kept_accounts")
RATES = (
    ("grr", "kept", "opening"),
    ("nrr", "retained", "opening"),
    ("logo_retention", "kept_accounts", "opening_accounts"),
)
MOST = 60
KEPT = {"segment": "segment", "owner": "owner_id"}
NAMED: dict[str, dict[str, Any]] = {
    "product": {"key": F("product_id"), "name": F("product__name")},
    "cohort": {"key": TruncQuarter("first_on")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The rates by one thing, and the other things to group by."""

    chips: tuple[Chip, ...]
    table: Table
    note: str
    unit: str
    crumbs: tuple[Link, ...]


def groups_of(asker: Asker, choice: Mapping[str, str]) -> Groups:
    """Return the rates by what the address says, by segment else."""
    asked = asked_of(asker, choice)
    by = choice.get("by", "")
    by = by if by in dict(GROUPINGS) else "segment"
    rows = _grouped(asked, by)
    return Groups(
        chips=tuple(Chip(text=words, href=asked.href("groups/", by=key), is_on=key == by) for key, words in GROUPINGS),
        table=_table(asked, by, rows),
        note=_note(by),
        unit=unit_words(asked, age_of(asker)),
        crumbs=(Link(text="Retention", href=asked.href()), Link(text=dict(GROUPINGS)[by])),
    )


def _grouped(asked: Asked, by: str) -> list[Mapping[str, Any]]:
    """Return the largest groups with their sums; what filters know is kept, other groups are added up over rows."""
    if by in KEPT:
        found = _of_slices(asked, by)
    else:
        rows = product_rows(asked.question) if by == "product" else movement_rows(asked.question)
        sums = part_sums(ACCOUNT_PARTS, dict.fromkeys(PARTS, Q()))
        known: Any = rows.exclude(kind=UNKNOWN).order_by().values(**NAMED[by]).annotate(**sums)
        found = list(known)
    largest = sorted(found, key=lambda row: row["opening"], reverse=True)[:MOST]
    return [row for row in largest if row["opening"] or row["lost"]]


def _of_slices(asked: Asked, by: str) -> list[Mapping[str, Any]]:
    sums = grouped_sums(asked.question, by=KEPT[by])
    if by == "segment":
        return [{"key": key, **parts} for key, parts in sums.items()]
    names = dict(User.objects.filter(id__in=sums).values_list("id", "name"))
    return [{"key": key or None, "name": names.get(key, ""), **parts} for key, parts in sums.items()]


def _note(by: str) -> str:
    if by == "product":
        return "By product an account may grow in one and shrink in another: the rows do not add up to the whole."
    if by == "cohort":
        return "The quarter in which an account counted for the first time."
    return ""


def _table(asked: Asked, by: str, rows: list[Mapping[str, Any]]) -> Table:
    currency = asked.currency
    return Table(
        caption=f"Retention by {dict(GROUPINGS)[by].lower()}",
        columns=(
            Column(title=dict(GROUPINGS)[by]),
            Column(title="Accounts", is_amount=True),
            Column(title=f"Opening, {currency}", is_amount=True, term="arr"),
            Column(title="GRR", is_amount=True, term="gross_revenue_retention"),
            Column(title="NRR", is_amount=True, term="net_revenue_retention"),
            Column(title="Logos kept", is_amount=True, term="logo_retention"),
            Column(title=f"Lost, {currency}", is_amount=True),
            Column(title=f"Expanded, {currency}", is_amount=True, term="expansion"),
        ),
        rows=tuple(_row(asked, by, row) for row in rows),
        totals=() if by == "product" else _total(asked, rows),
    )


def _row(asked: Asked, by: str, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    key = "" if row["key"] is None else quarter_key(row["key"]) if by == "cohort" else str(row["key"])
    words = row.get("name") or (title(key) if by == "segment" else key.replace("-", " ")) or "None"
    return (Cell(text=words, href=asked.href(**{by: key}) if key else ""), *_cells(asked, row))


def _total(asked: Asked, rows: list[Mapping[str, Any]]) -> tuple[Cell, ...]:
    sums = {name: sum((row[name] for row in rows), Decimal(0)) for name in PARTS}
    return (Cell(text="All"), *_cells(asked, sums))


def _cells(asked: Asked, row: Mapping[str, Any]) -> tuple[Cell, ...]:
    return (
        Cell(text=f"{row['opening_accounts']:,.0f}", is_amount=True),
        Cell(money=money_cell(Money(row["opening"], asked.currency))),
        *(Cell(text=_rate(row, *rate), is_amount=True) for rate in RATES),
        Cell(money=money_cell(Money(row["lost"], asked.currency))),
        Cell(money=money_cell(Money(row["expanded"], asked.currency))),
    )


def _rate(row: Mapping[str, Any], metric: str, numerator: str, denominator: str) -> str:
    sums = {"numerator": row[numerator], "denominator": row[denominator]}
    found = figure_of_sums(metric_book().metric(metric), sums, number=1)
    return value_words(found.value, Unit.SHARE, "", state=found.state)
