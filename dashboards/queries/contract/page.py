"""One contract as its page shows it: lines with their states, ARR by date, what changed it, what is odd."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.safestring import SafeString

from dashboards.core.contract_words import SHAPES, problem_words
from dashboards.core.dates import day_words
from dashboards.core.money import money_words
from dashboards.core.parts import Link, Reason, Table
from dashboards.queries.asker import Asker
from dashboards.queries.contract.papers import AmendmentLine, DocumentLine, amendment_lines, document_lines
from dashboards.queries.contract.pricing import PriceTermsPart, price_terms_part
from dashboards.queries.contract.tables import arr_chart, arr_table, lines_table, versions_table
from dashboards.queries.prices import price_sight
from renewals.core.contracts.chain import ChainProblem
from renewals.core.dates import start_of_day
from renewals.core.roles import can
from renewals.models import Contract, Succession
from renewals.queries.contract_views import ContractView, arr_steps_of, view_of
from renewals.queries.contracts import contracts
from renewals.queries.people import record_nearness, visible_to

INSTANT = timedelta(microseconds=1)
AHEAD, BACK = timedelta(days=365), timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The two days a reader asks for: what was true on one, as it was known at the end of the other (None: now)."""

    on: date
    known_on: date | None = None

    def known_at(self, zone: str) -> datetime | None:
        """Return the last instant of the day of knowledge in a zone."""
        return None if self.known_on is None else start_of_day(self.known_on + timedelta(days=1), zone) - INSTANT


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPage:
    """The contract in finished words; `may_change` shows its forms, `has_papers` its documents."""

    id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    as_of: AsOf
    is_past: bool
    problems: tuple[Reason, ...]
    lines: Table
    chart_title: str
    chart_unit: str
    chart: SafeString | str
    steps: Table
    versions: Table
    amendments: tuple[AmendmentLine, ...]
    documents: tuple[DocumentLine, ...]
    successions: tuple[Link, ...]
    renewals: tuple[Link, ...]
    split_href: str
    price_terms: PriceTermsPart | None
    is_seen: bool
    may_change: bool

    @property
    def amendments_href(self) -> str:
        """Return where an amendment is posted."""
        return f"{self.href}amendments/"

    @property
    def merger_href(self) -> str:
        """Return where contracts are brought to one end."""
        return f"{self.href}merger/"

    @property
    def documents_href(self) -> str:
        """Return where a document is posted."""
        return f"{self.href}documents/"


def visible_contract(asker: Asker, contract_id: int) -> Contract:
    """Return the contract with its versions; Http404 when it does not exist for this person."""
    rows = contracts().select_related("account__parent", "account__team")
    return get_object_or_404(visible_to(rows, asker.member, "contracts.view"), id=contract_id)


def may_change_contract(asker: Asker, row: Contract) -> bool:
    """Answer whether the person may amend this contract and attach to it."""
    return can(asker.member, "contracts.change", record=record_nearness(asker.member, row.account))


def sees_prices(asker: Asker, row: Contract) -> bool:
    """Answer whether amounts of this contract are shown; its documents hold them, too."""
    return price_sight(asker.member, account_ids=[row.account_id]).sees_account(row.account)


def contract_page(asker: Asker, row: Contract, as_of: AsOf) -> ContractPage:
    """Return a contract in both times, as far as the person may see it."""
    known_at = as_of.known_at(asker.workspace.timezone)
    view = view_of(row, on=as_of.on, known_at=known_at)
    is_seen = sees_prices(asker, row)
    first, last = _shown_days(asker, row)
    steps = arr_steps_of(row, from_on=first, until_on=last, known_at=known_at)
    now_known = arr_steps_of(row, from_on=first, until_on=last) if known_at else None
    name = row.name or row.external_id
    return ContractPage(
        id=row.id,
        href=f"/contracts/{row.id}/",
        title=_title(row, view, is_seen=is_seen),
        unit=_unit(row, as_of),
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
        ),
        as_of=as_of,
        is_past=known_at is not None,
        problems=tuple(_problem(each) for each in view.problems),
        lines=lines_table(view, currency=row.currency, is_seen=is_seen),
        chart_title=f"ARR of {name} by date",
        chart_unit=f"{row.currency} a year, {day_words(first)} – {day_words(last)}",
        chart=arr_chart(steps, now_known, name=f"ARR of {name} by date") if is_seen else "",
        steps=arr_table(steps, currency=row.currency, is_seen=is_seen),
        versions=versions_table(asker, row, known_at=known_at),
        amendments=amendment_lines(asker, row, known_at=known_at, is_seen=is_seen),
        documents=document_lines(asker, row, known_at=known_at) if is_seen else (),
        successions=() if known_at else _successions(row),
        renewals=() if known_at else _renewals(row),
        split_href=f"/contracts/{row.id}/split/" if _may_split(view) else "",
        price_terms=price_terms_part(asker, row, on=as_of.on, known_at=known_at) if is_seen else None,
        is_seen=is_seen,
        may_change=may_change_contract(asker, row) and known_at is None,
    )


def _may_split(view: ContractView) -> bool:
    """Answer whether there are two items to share: the open renewal is looked for on the page of the split."""
    return view.known_at is None and len({line.line.item or line.line.external_id for line in view.lines}) > 1


def _title(row: Contract, view: ContractView, *, is_seen: bool) -> str:
    name = row.name or row.external_id
    if view.term is None:
        return f"{name}: no term runs on {day_words(view.on)}"
    worth = f"{money_words(view.arr)} a year" if is_seen else f"term {view.term.number} runs"
    return f"{name}: {worth} on {day_words(view.on)}"


def _unit(row: Contract, as_of: AsOf) -> str:
    knowledge = f"as known on {day_words(as_of.known_on)}" if as_of.known_on else "as known now"
    parts = [row.external_id if row.external_id != row.name else "", row.currency, knowledge]
    return " · ".join(part for part in parts if part)


def _problem(problem: ChainProblem) -> Reason:
    text = problem_words(
        problem.code, term=problem.term, from_on=problem.from_on, until_on=problem.until_on, item=problem.item
    )
    return Reason(text=text, state="bad" if problem.code.endswith("overlap") else "watch")


def _shown_days(asker: Asker, row: Contract) -> tuple[date, date]:
    """Return the days the chart spans: from the first term known ever to a year after the last end, or after today."""
    terms: list[Any] = list(row.terms.all())
    first = min((term.starts_on for term in terms), default=asker.today - BACK)
    last = max((term.ends_on or asker.today + AHEAD for term in terms), default=asker.today)
    return first, max(last + timedelta(days=1), first + timedelta(days=1))


def _successions(row: Contract) -> tuple[Link, ...]:
    """Return the contracts this one was merged with, or split from and into."""
    found = Succession.objects.filter(from_contract=row).select_related("to_contract", "from_contract")
    came = Succession.objects.filter(to_contract=row).select_related("to_contract", "from_contract")
    pairs = [(each.way, each.to_contract, "Goes on in") for each in found]
    pairs += [(each.way, each.from_contract, "Comes from") for each in came]
    return tuple(
        Link(text=f"{words} {other.name or other.external_id}: {SHAPES[way]}", href=f"/contracts/{other.id}/")
        for way, other, words in pairs
        if other.id != row.id
    )


def _renewals(row: Contract) -> tuple[Link, ...]:
    found = row.renewals.order_by("-due_on").values_list("id", "term_number", "due_on", "closed_on")
    return tuple(
        Link(
            text=f"Term {number}: due {day_words(due_on)}, {f'closed {day_words(closed_on)}' if closed_on else 'open'}",
            href=f"/renewals/{renewal_id}/",
        )
        for renewal_id, number, due_on, closed_on in found
    )
