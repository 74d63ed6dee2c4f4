"""Record contracts with their terms and lines. A term that differs gets a new version; none is ever edited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.actions.refusals import refusing
from renewals.actions.renewals import follow_terms
from renewals.actions.rows import update_rows
from renewals.actions.segments import assign_segments
from renewals.actions.upsert import upsert
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NamedError, TermsOverlap, UnknownReference
from renewals.core.money import stored
from renewals.core.price_terms import PriceTerms
from renewals.core.records import ContractRow, LineRow, TermRow, check_contract, check_unique
from renewals.core.terms import Term, term_findings
from renewals.core.text import check_line
from renewals.models import Account, Contract, ContractLine, Product, TermVersion
from renewals.queries.term_rows import price_terms

BATCH = 1000
COLUMNS = tuple(
    field.name for field in fields(ContractRow) if field.name not in {"external_id", "account_external_id", "terms"}
)
TERM_COLUMNS = (
    "starts_on",
    "ends_on",
    "notice_period",
    "notice_unit",
    "is_auto_renewing",
    "end_action",
    "renewal_months",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedContracts:
    """What became of contracts and terms; `versions` counts the term versions written."""

    created: int
    updated: int
    unchanged: int
    versions: int
    ids: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Books:
    """What is known before anything is written."""

    products: Mapping[str, int]
    live: Mapping[tuple[int, int], TermVersion]
    last_versions: Mapping[tuple[int, int], int]


@transaction.atomic
def record_contracts(*, rows: Sequence[ContractRow], by: Actor, now: datetime) -> RecordedContracts:
    """Create or change contracts by external id with the terms given; the same rows again change nothing.

    Open renewals and segments follow. Raises the named errors of `check_contract`, DuplicateRecord, UnknownReference
    (account, product), TermsOverlap with the days; then nothing is written.
    """
    checked = [check_contract(row) for row in rows]
    check_unique((row.external_id for row in checked), noun="contract")
    columns = _contract_columns(checked)
    recorded = upsert(Contract.objects.all(), columns, workspace_id=by.workspace_id, now=now)
    amended = _record_terms(checked, recorded.ids, by, now)
    changed = set(recorded.changed_ids) | {contract_id for contract_id, _ in amended}
    follow_terms(contract_ids=changed, by=by, now=now)
    accounts = Contract.objects.filter(id__in=changed).values_list("account_id", flat=True).distinct()
    assign_segments(account_ids=list(accounts), by=by, now=now)
    untouched = [key for key in recorded.ids.values() if key not in changed]
    return RecordedContracts(
        created=recorded.created,
        updated=len(checked) - recorded.created - len(untouched),
        unchanged=len(untouched),
        versions=len(amended),
        ids=recorded.ids,
    )


def record_contract(*, row: ContractRow, by: Actor, now: datetime) -> Contract:
    """Create or change one contract and return it; errors as in `record_contracts`."""
    recorded = record_contracts(rows=[row], by=by, now=now)
    return Contract.objects.get(id=next(iter(recorded.ids.values())))


@transaction.atomic
def amend_term(*, contract_id: int, term: TermRow, reason: str, by: Actor, now: datetime) -> TermVersion:
    """Write a new version of a term, or its first one, and return the version in force afterwards.

    `reason` is kept with it. Raises InvalidInput without one, UnknownReference, and as `record_contracts`.
    """
    said = check_line(reason, label="The reason", longest=300)
    if not said:
        raise InvalidInput("An amendment says why: give a reason.")
    contract = Contract.objects.select_related("account").filter(id=contract_id).first()
    if contract is None:
        raise UnknownReference(f"There is no contract {contract_id} in this workspace.")
    row = ContractRow(
        external_id=contract.external_id,
        account_external_id=contract.account.external_id,
        terms=(replace(term, change_reason=said),),
    )
    record_contracts(rows=[row], by=by, now=now)
    return TermVersion.objects.get(contract_id=contract_id, number=term.number, superseded_at__isnull=True)


@transaction.atomic
def record_products(*, rows: Mapping[str, tuple[str, str]], by: Actor, now: datetime) -> Mapping[str, int]:
    """Create or change products (external id -> name, complexity) and return their ids by external id."""
    columns = {key: {"name": name, "complexity": complexity} for key, (name, complexity) in rows.items()}
    return upsert(Product.objects.all(), columns, workspace_id=by.workspace_id, now=now).ids


def _contract_columns(rows: list[ContractRow]) -> dict[str, dict[str, Any]]:
    named = {row.account_external_id for row in rows}
    accounts = {row.external_id: row for row in Account.objects.filter(external_id__in=named)}
    known = set(
        Contract.objects.filter(external_id__in=[row.external_id for row in rows]).values_list("external_id", flat=True)
    )
    columns = {}
    for row in rows:
        account = accounts.get(row.account_external_id)
        if account is None:
            raise UnknownReference(
                f"There is no account '{row.account_external_id}' in this workspace.",
                where=f"Contract {row.external_id}",
            )
        said = {name: getattr(row, name) for name in COLUMNS}
        if row.external_id not in known:
            said |= {"name": row.name or row.external_id, "currency": row.currency or account.currency}
        columns[row.external_id] = said | {"account_id": account.id}
    return columns


def _record_terms(rows: list[ContractRow], ids: Mapping[str, int], by: Actor, now: datetime) -> list[tuple[int, int]]:
    books = _books(rows, ids)
    differing = [
        (row, term)
        for row in rows
        for term in row.terms
        if not _is_same(books.live.get((ids[row.external_id], term.number)), term, books)
    ]
    if not differing:
        return []
    old = [books.live[key] for row, term in differing if (key := (ids[row.external_id], term.number)) in books.live]
    _supersede(old, now)
    fresh = [_version(ids[row.external_id], term, books, by, now) for row, term in differing]
    with refusing({"term_no_overlap": TermsOverlap("Two terms of a contract overlap.")}):
        _check_overlaps({ids[row.external_id]: row for row, _ in differing}, fresh)
        TermVersion.objects.bulk_create(fresh, batch_size=BATCH)
    lines = [line for (_, term), version in zip(differing, fresh, strict=True) for line in _lines(term, version, books)]
    ContractLine.objects.bulk_create(lines, batch_size=BATCH)
    return [(version.contract_id, version.number) for version in fresh]


def _books(rows: list[ContractRow], ids: Mapping[str, int]) -> _Books:
    named = {line.product_external_id for row in rows for term in row.terms for line in term.lines} - {""}
    products = dict(Product.objects.filter(external_id__in=named).values_list("external_id", "id"))
    for missing in sorted(named - set(products)):
        raise UnknownReference(f"There is no product '{missing}' in this workspace.")
    live, last = {}, {}
    versions = TermVersion.objects.filter(contract_id__in=ids.values()).order_by("version")
    for version in versions.prefetch_related("lines"):
        key = (version.contract_id, version.number)
        last[key] = version.version
        if version.superseded_at is None:
            live[key] = version
    return _Books(products=products, live=live, last_versions=last)


def _is_same(version: TermVersion | None, term: TermRow, books: _Books) -> bool:
    if version is None or any(getattr(version, name) != getattr(term, name) for name in TERM_COLUMNS):
        return False
    if term.price is not None and term.price != price_terms(version):
        return False
    kept = {line.external_id: _line_key(line) for line in version.lines.all()}
    return kept == {line.external_id: _line_key(_line(line, term, books)) for line in term.lines}


def _line_key(line: ContractLine) -> tuple[Any, ...]:
    names = ("product_id", "description", "quantity", "unit", "arr_amount", "list_arr_amount", "is_recurring")
    return tuple(getattr(line, name) for name in (*names, "starts_on", "ends_on", "item", "is_suspended"))


def _supersede(old: Iterable[TermVersion], now: datetime) -> None:
    rows = list(old)
    for row in rows:
        row.superseded_at = max(now, row.recorded_at)
    update_rows(rows, ["superseded_at"])


def _version(contract_id: int, term: TermRow, books: _Books, by: Actor, now: datetime) -> TermVersion:
    columns = {name: getattr(term, name) for name in TERM_COLUMNS}
    before = books.live.get((contract_id, term.number))
    price = term.price or (price_terms(before) if before else PriceTerms())
    return TermVersion(
        workspace_id=by.workspace_id,
        contract_id=contract_id,
        number=term.number,
        version=books.last_versions.get((contract_id, term.number), 0) + 1,
        change_reason=term.change_reason,
        recorded_at=now,
        recorded_by=by.label,
        uplift_percent=price.uplift_percent,
        cap_percent=price.cap_percent,
        price_clause=price.clause.strip()[:300],
        **columns,
    )


def _line(line: LineRow, term: TermRow, books: _Books) -> ContractLine:
    return ContractLine(
        product_id=books.products.get(line.product_external_id),
        external_id=line.external_id,
        description=line.description,
        quantity=stored(line.quantity),
        unit=line.unit,
        arr_amount=stored(line.arr_amount),
        list_arr_amount=None if line.list_arr_amount is None else stored(line.list_arr_amount),
        is_recurring=line.is_recurring,
        starts_on=line.starts_on or term.starts_on,
        ends_on=line.ends_on,
        item=line.item,
        is_suspended=line.is_suspended,
    )


def _lines(term: TermRow, version: TermVersion, books: _Books) -> list[ContractLine]:
    made = [_line(line, term, books) for line in term.lines]
    for line in made:
        line.workspace_id, line.contract_id, line.term_id = version.workspace_id, version.contract_id, version.id
    return made


def _check_overlaps(rows: Mapping[int, ContractRow], fresh: list[TermVersion]) -> None:
    """Say which term is in the way; the exclusion constraint stands behind it for two writers at once."""
    live: dict[int, list[Term]] = {contract_id: [] for contract_id in rows}
    for version in TermVersion.objects.filter(contract_id__in=rows, superseded_at__isnull=True):
        live[version.contract_id].append(_dates(version))
    for version in fresh:
        live[version.contract_id].append(_dates(version))
    for contract_id, terms in live.items():
        for finding in term_findings(terms):
            if finding.code == "E-DATE-05":
                raise _overlap(rows[contract_id], terms, finding.earlier)


def _overlap(row: ContractRow, terms: list[Term], number: int) -> NamedError:
    earlier = next(term for term in terms if term.number == number)
    until = earlier.ends_on.isoformat() if earlier.ends_on else "open-ended"
    text = f"Overlaps term {number} ({earlier.starts_on.isoformat()} – {until})."
    return TermsOverlap(text, where=f"Contract {row.external_id}")


def _dates(version: TermVersion) -> Term:
    return Term(
        number=version.number,
        version=version.version,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        recorded_at=version.recorded_at,
    )
