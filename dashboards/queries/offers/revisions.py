"""Price revisions for the pages: the list, one with every term it is about, one of its terms, and the same as rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.http import Http404

from dashboards.core.dates import date_cell, day_words, instant_cell
from dashboards.core.money import money_words, plain_amount
from dashboards.core.offers.revision_words import METHODS, REASONS, STATES, TERM_STATES, change_words
from dashboards.core.offers.words import number_words, rule_words, unit_words
from dashboards.core.parts import Cell, Chip, Column, Link, Pager, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.revision_limits import (
    approve_words,
    beyond_facts,
    level_names,
    revision_asked,
)
from offers.core.revisions import Revision
from offers.models import PriceRevision, RevisedTerm
from offers.queries.revisions import price_revisions, revised_terms, revision_of
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import Account, Contract, Product
from renewals.queries.people import visible_to

PATH = "/offers/revisions/"
ROWS = 50
SEEN = "prices.view"


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionsPage:
    """Every revision, and whether one may be begun."""

    title: str
    crumbs: tuple[Link, ...]
    table: Table
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionPage:
    """One revision: its sums, its terms, and the steps this person may take."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    state: str
    tone: str
    seen: int
    facts: tuple[tuple[str, str], ...]
    sums: Table
    counts: tuple[Chip, ...]
    terms: Table
    pager: Pager
    done: int
    total: int
    ended: str
    csv_href: str
    is_working: bool
    may_edit: bool
    may_submit: bool
    may_take_back: bool
    may_approve: bool
    may_end: bool
    may_refuse: bool
    may_stop: bool
    may_resume: bool
    may_undo: bool
    may_announce: bool
    approve_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TermPage:
    """One term of a revision with its lines, and whether it may be left out or taken back."""

    title: str
    unit: str
    href: str
    revision_href: str
    contract_href: str
    term_id: int
    crumbs: tuple[Link, ...]
    facts: tuple[tuple[str, str], ...]
    lines: Table
    seen: int
    left_out: str
    may_leave_out: bool
    may_undo: bool
    may_announce: bool


def revisions_page(asker: Asker) -> RevisionsPage:
    """Return the list of revisions, the newest first."""
    rows = list(price_revisions().annotate(count=Count("terms")))
    return RevisionsPage(
        title="Price revisions",
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Price revisions")),
        table=Table(
            caption="Price revisions",
            columns=(
                Column(title="Price revision"),
                Column(title="Rule"),
                Column(title="State"),
                Column(title="Terms", is_amount=True),
                Column(title="Begun"),
            ),
            rows=tuple(_row(asker, row) for row in rows),
        ),
        may_change=can(asker.member, "offers.change"),
    )


def revision_row(revision_id: int) -> PriceRevision:
    """Return a revision; Http404 when there is none."""
    row = price_revisions().filter(id=revision_id).first()
    if row is None:
        raise Http404
    return row


def visible_terms(asker: Asker, row: PriceRevision) -> QuerySet[RevisedTerm]:
    """Return the terms of a revision whose prices the person may see."""
    seen = visible_to(Contract.objects.all(), asker.member, SEEN).values("id")
    return revised_terms(row.id).filter(contract_id__in=seen)


def revision_page(asker: Asker, row: PriceRevision, *, state: str = "", page: int = 1) -> RevisionPage:
    """Return a revision with a page of its terms, those in one state if wished."""
    words, tone = STATES[row.state]
    rows = visible_terms(asker, row)
    counted = dict(rows.order_by().values_list("state").annotate(Count("id")))
    # What takes part has no reason and comes first.
    chosen = (rows.filter(state=state) if state in TERM_STATES else rows).order_by("reason", "announce_on", "id")
    href, may = f"{PATH}{row.id}/", can(asker.member, "offers.change")
    is_asked = revision_asked(asker, row) is not None
    return RevisionPage(
        title=row.name,
        unit=f"{row.reason} · begun by {row.author}, edit {row.revision}",
        href=href,
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Price revisions", href=PATH), Link(text=row.name)),
        state=words,
        tone=tone,
        seen=row.revision,
        facts=(*_facts(row), *beyond_facts(row)),
        sums=_sums(rows),
        counts=_counts(counted, href, state),
        terms=_terms(asker, list(chosen[(page - 1) * ROWS : page * ROWS]), href),
        pager=_pager(chosen.count(), page, href, state),
        done=sum(count for name, count in counted.items() if name in ("applied", "passed_over", "undone")),
        total=sum(count for name, count in counted.items() if name != "excluded"),
        ended=f"{row.ended_by}: {row.ended_reason}" if row.ended_reason else "",
        csv_href=f"{href}terms.csv",
        is_working=row.state == "applying",
        may_edit=may and row.state == "draft",
        may_submit=may and row.state == "draft" and bool(counted.get("planned")),
        may_take_back=may and row.state == "waiting",
        may_approve=is_asked,
        approve_words=approve_words(row),
        may_end=may and row.state in ("draft", "waiting"),
        may_refuse=is_asked and not may,
        may_stop=may and row.state == "applying",
        may_resume=may and row.state == "stopped",
        may_undo=may and row.state in ("applying", "stopped", "applied"),
        may_announce=may and bool(counted.get("applied")),
    )


def term_page(asker: Asker, row: PriceRevision, term_id: int) -> TermPage:
    """Return one term of a revision; Http404 when it does not exist for this person."""
    term = visible_terms(asker, row).filter(id=term_id).first()
    if term is None:
        raise Http404
    href, may = f"{PATH}{row.id}/", can(asker.member, "offers.change")
    is_open = term.state == "applied" and term.announced_on is None
    return TermPage(
        title=term.contract.name or term.contract.external_id,
        unit=f"{term.contract.account.name} · {row.name}",
        href=f"{href}terms/{term.id}/",
        revision_href=href,
        contract_href=f"/contracts/{term.contract_id}/",
        term_id=term.id,
        crumbs=(Link(text="Price revisions", href=PATH), Link(text=row.name, href=href), Link(text="Term")),
        facts=_term_facts(term),
        lines=_lines(term),
        seen=row.revision,
        left_out=term.note if term.reason == "left_out" else "",
        may_leave_out=may and row.state == "draft",
        may_undo=may and is_open,
        may_announce=may and is_open,
    )


def form_choices() -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the segments, tiers and products of the workspace, to choose from."""
    accounts = Account.objects.order_by()
    found = {
        f"{name}s": tuple((key, title(key)) for key in sorted(set(accounts.values_list(name, flat=True))) if key)
        for name in ("segment", "tier")
    }
    return found | {"products": tuple(Product.objects.order_by("name").values_list("external_id", "name"))}


def sheet_rows(terms: Iterable[RevisedTerm]) -> Iterable[list[str]]:
    """Return a heading and one row a line, with plain numbers for a sheet."""
    yield [
        "account", "contract", "term", "line", "currency", "old", "new", "rule", "term ends", "announce by",
        "announced", "state", "reason", "note", "level",
    ]  # fmt: skip
    for term in terms:
        for line in term.lines:
            yield [
                term.contract.account.external_id,
                term.contract.external_id,
                str(term.term_number),
                line["name"],
                term.currency,
                line["old"],
                line["new"],
                line["rule"],
                *(day.isoformat() if day else "" for day in (term.ends_on, term.announce_on, term.announced_on)),
                term.state,
                REASONS.get(term.reason, term.reason),
                term.note,
                term.level,
            ]


def _row(asker: Asker, row: PriceRevision) -> tuple[Cell, ...]:
    words, tone = STATES[row.state]
    at = instant_cell(row.created_at, now=asker.now, zone=asker.workspace.timezone)
    return (
        Cell(text=row.name, href=f"{PATH}{row.id}/", note=row.reason),
        Cell(text=_rule(revision_of(row))),
        Cell(text=words, state=tone),
        Cell(text=f"{row.count:,}", is_amount=True),
        Cell(date=at, note=f"by {row.author}"),
    )


def _rule(revision: Revision) -> str:
    rule = revision.rule
    percent = "" if rule.percent is None else f": {number_words(rule.percent)} %"
    return f"{METHODS[rule.method.value]}{percent}"


def _facts(row: PriceRevision) -> tuple[tuple[str, str], ...]:
    revision = revision_of(row)
    book = revision.book
    for_whom = [title(each) for name in ("segments", "tiers", "products") for each in getattr(book, name)]
    return (
        ("New price", _rule(revision)),
        ("Terms that end", f"{day_words(book.ends_from)} – {day_words(book.ends_until)}"),
        ("For", ", ".join(for_whom) or "the whole book"),
        ("Announced", f"{unit_words(revision.rule.lead_days, 'days')} before their notice deadline, at the latest"),
        ("Approved by", row.approved_by or "nobody yet"),
    )


def _sums(rows: QuerySet[RevisedTerm]) -> Table:
    part = rows.filter(state__in=["planned", "applied"]).order_by()
    found = part.values("currency").annotate(count=Count("id"), old=Sum("old_amount"), new=Sum("new_amount"))
    return Table(
        caption="What takes part, by currency",
        columns=(
            Column(title="Currency"),
            Column(title="Terms", is_amount=True),
            Column(title="Old", is_amount=True, term="arr"),
            Column(title="New", is_amount=True),
            Column(title="More a year", is_amount=True),
            Column(title="Change", is_amount=True),
        ),
        rows=tuple(
            (
                Cell(text=row["currency"]),
                Cell(text=f"{row['count']:,}", is_amount=True),
                *_amounts(row["old"], row["new"], row["currency"]),
            )
            for row in found.order_by("currency")
        ),
    )


def _amounts(old: Decimal, new: Decimal, currency: str) -> tuple[Cell, ...]:
    percent = float((new - old) / old * 100) if old else None
    shown = (plain_amount(Money(each, currency)) for each in (old, new, new - old))
    return (*(Cell(text=text, is_amount=True) for text in shown), Cell(text=change_words(percent), is_amount=True))


def _counts(counted: dict[str, int], href: str, state: str) -> tuple[Chip, ...]:
    chips = [Chip(text="All", href=href, count=f"{sum(counted.values()):,}", is_on=not state)]
    chips += [
        Chip(text=words, href=f"{href}?state={name}", count=f"{counted[name]:,}", is_on=state == name)
        for name, (words, _) in TERM_STATES.items()
        if name in counted
    ]
    return tuple(chips)


def _terms(asker: Asker, rows: list[RevisedTerm], href: str) -> Table:
    names = level_names()
    return Table(
        caption="Every term with its old and new price",
        columns=(
            Column(title="Contract"),
            Column(title="State"),
            Column(title="Old", is_amount=True, term="arr"),
            Column(title="New", is_amount=True),
            Column(title="Change", is_amount=True),
            Column(title="Announce by"),
            Column(title="Term ends"),
            Column(title="Lines"),
        ),
        rows=tuple(_term(asker, row, href, names) for row in rows),
    )


def _asks(row: RevisedTerm, names: Mapping[str, str]) -> str:
    return f"Asks for {names.get(row.level, row.level)}" if row.level else ""


def _term(asker: Asker, row: RevisedTerm, href: str, names: Mapping[str, str]) -> tuple[Cell, ...]:
    words, tone = TERM_STATES[row.state]
    old, new, _, change = _amounts(row.old_amount, row.new_amount, row.currency)
    return (
        Cell(
            text=row.contract.name or row.contract.external_id,
            href=f"{href}terms/{row.id}/",
            note=row.contract.account.name,
        ),
        Cell(text=words, state=tone, note=_why(row) or _asks(row, names)),
        Cell(text=f"{old.text} {row.currency}", is_amount=True),
        new,
        change,
        Cell(date=date_cell(row.announce_on, today=asker.today, is_deadline=row.state in ("planned", "applied"))),
        Cell(date=date_cell(row.ends_on, today=asker.today, missing="open-ended")),
        Cell(text="; ".join(_line_words(line, row.currency) for line in row.lines), is_long=True),
    )


def _why(row: RevisedTerm) -> str:
    if row.announced_on:
        return f"announced {day_words(row.announced_on)}"
    return " · ".join(each for each in (REASONS.get(row.reason, ""), row.note) if each)


def _line_words(line: dict[str, str], currency: str) -> str:
    old, new = (plain_amount(Money(Decimal(line[name]), currency)) for name in ("old", "new"))
    return f"{line['name']}: {old}" if old == new else f"{line['name']}: {old} → {new}"


def _pager(count: int, page: int, href: str, state: str) -> Pager:
    first, last = min((page - 1) * ROWS + 1, count), min(page * ROWS, count)
    kept = f"&state={state}" if state else ""
    return Pager(
        shown=f"{first:,} to {last:,} of {count:,}",
        first_href=f"{href}?page=1{kept}" if page > 1 else "",
        next_href=f"{href}?page={page + 1}{kept}" if last < count else "",
    )


def _term_facts(term: RevisedTerm) -> tuple[tuple[str, str], ...]:
    words, _ = TERM_STATES[term.state]
    return (
        ("State", " · ".join(each for each in (words, _why(term)) if each)),
        ("Old", money_words(Money(term.old_amount, term.currency))),
        ("New", money_words(Money(term.new_amount, term.currency))),
        ("Term ends", day_words(term.ends_on) if term.ends_on else "open-ended"),
        ("Announce by", day_words(term.announce_on) if term.announce_on else "–"),
    )


def _lines(term: RevisedTerm) -> Table:
    return Table(
        caption="Lines of the term",
        columns=(
            Column(title="Line"),
            Column(title=f"Old, {term.currency}", is_amount=True),
            Column(title=f"New, {term.currency}", is_amount=True),
            Column(title="What made it"),
        ),
        rows=tuple(
            (
                Cell(text=line["name"]),
                *(
                    Cell(text=plain_amount(Money(Decimal(line[name]), term.currency)), is_amount=True)
                    for name in ("old", "new")
                ),
                Cell(text=rule_words(line["rule"])),
            )
            for line in term.lines
        ),
    )
