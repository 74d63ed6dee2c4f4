"""Contracts as facts: every term version with its lines, what a contract said on a day as known at an instant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Prefetch, QuerySet

from renewals.core.dates import NoticeUnit
from renewals.core.money import Money
from renewals.core.renewals import ContractFacts
from renewals.core.terms import EndAction, Line, Term, arr_on, term_on
from renewals.models import Contract, ContractLine, TermVersion, Workspace
from renewals.queries.calendars import calendar_for
from renewals.queries.closed_days import own_holidays

LINE_FIELDS = ("external_id", "arr_amount", "starts_on", "ends_on", "is_recurring", "item")
TERM_FIELDS = (
    "id",
    "number",
    "version",
    "starts_on",
    "ends_on",
    "recorded_at",
    "superseded_at",
    "notice_period",
    "notice_unit",
    "end_action",
    "is_auto_renewing",
    "renewal_months",
)

# The same rule as `renewals.core.terms.arr_on` for live terms, for many accounts at once; a test holds them equal.
ARR_BY_CONTRACT = """
WITH governing AS (
  SELECT t.id, c.id AS contract_id, c.account_id, c.currency, least(%(on)s, coalesce(t.ends_on, %(on)s)) AS day
  FROM renewals_contract c
  JOIN renewals_termversion t ON t.contract_id = c.id AND t.superseded_at IS NULL AND t.starts_on <= %(on)s
  WHERE c.account_id = ANY(%(ids)s) AND (c.cancelled_on IS NULL OR %(on)s < c.cancelled_on)
  AND (t.ends_on IS NULL OR %(on)s <= t.ends_on OR (t.end_action = 'evergreen' AND NOT EXISTS (
    SELECT FROM renewals_termversion later
    WHERE later.contract_id = t.contract_id AND later.superseded_at IS NULL AND later.starts_on > t.starts_on)))
)
SELECT g.contract_id, g.account_id, g.currency, sum(l.arr_amount)
FROM governing g JOIN renewals_contractline l ON l.term_id = g.id AND l.is_recurring
AND l.starts_on <= g.day AND (l.ends_on IS NULL OR g.day <= l.ends_on)
GROUP BY g.contract_id, g.account_id, g.currency
"""


def contracts() -> QuerySet[Contract]:
    """Return the workspace's contracts with account, and every term version with lines prefetched."""
    lines = Prefetch("lines", ContractLine.objects.select_related("product").order_by("external_id"))
    terms = Prefetch("terms", TermVersion.objects.prefetch_related(lines).order_by("number", "version"))
    return Contract.objects.select_related("account").prefetch_related(terms).order_by("id")


def contract_facts(contract_ids: Iterable[int], *, today: date) -> tuple[ContractFacts, ...]:
    """Return the contracts as facts with the business calendar of the account's country, else of the workspace's."""
    home = Workspace.objects.values_list("country", flat=True).first() or ""
    ids = list(contract_ids)
    terms = terms_of(ids)
    rows = Contract.objects.filter(id__in=ids).order_by("id")
    extra = own_holidays()
    return tuple(
        ContractFacts(
            contract_id=contract_id,
            currency=currency,
            terms=tuple(terms[contract_id]),
            calendar=extra.on(calendar_for(country or home, around=today), country or home),
            cancelled_on=cancelled_on,
        )
        for contract_id, currency, country, cancelled_on in rows.values_list(
            "id", "currency", "account__country", "cancelled_on"
        )
    )


def terms_of(contract_ids: list[int]) -> Mapping[int, list[Term]]:
    """Return every term version by contract, without a model object per row: an import asks for thousands."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for term_id, *fields in (
        ContractLine.objects.filter(contract_id__in=contract_ids)
        .order_by("external_id")
        .values_list("term_id", *LINE_FIELDS)
    ):
        lines[term_id].append(Line(**dict(zip(LINE_FIELDS, fields, strict=True))))
    terms: dict[int, list[Term]] = defaultdict(list)
    found = TermVersion.objects.filter(contract_id__in=contract_ids).order_by("number", "version")
    for row in found.values("contract_id", *TERM_FIELDS):
        contract_id = row.pop("contract_id")
        unit, action = NoticeUnit(row.pop("notice_unit")), EndAction(row.pop("end_action"))
        terms[contract_id].append(Term(**row, notice_unit=unit, end_action=action, lines=tuple(lines[row["id"]])))
    return terms


def term_facts(row: TermVersion) -> Term:
    """Return a term version with its lines as facts."""
    return Term(
        id=row.id,
        number=row.number,
        version=row.version,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        recorded_at=row.recorded_at,
        superseded_at=row.superseded_at,
        notice_period=row.notice_period,
        notice_unit=NoticeUnit(row.notice_unit),
        end_action=EndAction(row.end_action),
        is_auto_renewing=row.is_auto_renewing,
        renewal_months=row.renewal_months,
        lines=tuple(line_facts(line) for line in row.lines.all()),
    )


def line_facts(row: ContractLine) -> Line:
    """Return a contract line as facts."""
    return Line(
        external_id=row.external_id,
        arr_amount=row.arr_amount,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_recurring=row.is_recurring,
        item=row.item,
        is_suspended=row.is_suspended,
    )


def term_as_of(contract_id: int, *, on: date, known_at: datetime | None = None) -> TermVersion | None:
    """Return the version that governs `on`, as known at `known_at` (None: as known now); None if no term does."""
    contract = contracts().filter(id=contract_id).first()
    if contract is None:
        return None
    rows = {row.id: row for row in contract.terms.all()}
    facts = [term_facts(row) for row in rows.values()]
    found = term_on(facts, on=on, known_at=known_at, cancelled_on=contract.cancelled_on)
    return None if found is None or found.id is None else rows[found.id]


def contract_arr(contract_id: int, *, on: date, known_at: datetime | None = None) -> Money | None:
    """Return the contract's ARR on a day in its own currency, in both times; None for an unknown contract."""
    contract = contracts().filter(id=contract_id).first()
    if contract is None:
        return None
    facts = [term_facts(row) for row in contract.terms.all()]
    return arr_on(facts, currency=contract.currency, on=on, known_at=known_at, cancelled_on=contract.cancelled_on)


def arr_rows(account_ids: Iterable[int], *, on: date) -> list[tuple[int, int, Money]]:
    """Return (contract, account, ARR in the contract's currency) for each contract that has any on this day."""
    facts: dict[str, Any] = {"ids": list(account_ids), "on": on}
    with connection.cursor() as cursor:
        cursor.execute(ARR_BY_CONTRACT, facts)
        return [(contract, account, Money(amount, currency)) for contract, account, currency, amount in cursor]
