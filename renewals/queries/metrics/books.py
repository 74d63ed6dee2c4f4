"""Contracts as books of spans: every term version with its recurring lines, amendments and assignments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from renewals.core.metrics import BookLine, BookTerm, ContractBook, Movement, Period, movements_of, spans_of
from renewals.core.metrics.movements import Rates
from renewals.core.terms import EndAction
from renewals.models import Amendment, Contract, ContractLine, FxRate, Succession, TermVersion
from renewals.queries.fx import rate_table
from renewals.queries.history import history_model
from renewals.queries.library import metric_book

LINE_FIELDS = ("external_id", "arr_amount", "starts_on", "ends_on", "item", "is_suspended", "product_id")
RULES_VERSION, SUMS_VERSION = 1, 1
TERM_FIELDS = ("id", "number", "version", "starts_on", "ends_on", "recorded_at", "superseded_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What was read, by contract or term."""

    terms: Mapping[int, list[BookTerm]]
    moves: Mapping[int, tuple[int, date]]
    amended: Mapping[int, frozenset[tuple[str, date]]]


def metric_rates() -> Rates:
    """Return the workspace's rates, read once."""
    table = rate_table()
    return Rates(home=table.base, table=table)


def rates_stamp() -> str:
    """Return what changes whenever a rate does: their number and the sum over days and rates."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(coalesce(string_agg(currency || rate_on || rate, ',' ORDER BY currency, rate_on), ''))"
            f" FROM {FxRate._meta.db_table}"
        )
        return str(cursor.fetchone()[0])


def rules_stamp() -> str:
    """Return what changes whenever rules of the figures do, or what is kept of them."""
    return f"{RULES_VERSION}, {metric_book().grace_days} days, sums {SUMS_VERSION}"


def movements_now(account_ids: Sequence[int], periods: Sequence[Period], rates: Rates) -> Iterable[Movement]:
    """Return what became of these accounts in these periods, by their contracts as they are now."""
    spans = spans_of(contract_books(account_ids), grace_days=metric_book().grace_days)
    return movements_of(spans, periods=periods, rates=rates, account_ids=account_ids)


def contract_books(account_ids: Iterable[int], *, known_at: datetime | None = None) -> tuple[ContractBook, ...]:
    """Return the contracts of accounts, and those that were assigned to them by others.

    `known_at` also takes a contract's cancellation back to what was known then (None: as known now). The versions of
    its terms are chosen by `spans_of`.
    """
    ids = list(account_ids)
    assigned = Succession.objects.filter(way=Succession.Way.ASSIGNED, to_contract__account_id__in=ids)
    found = Contract.objects.filter(Q(account_id__in=ids) | Q(id__in=assigned.values("from_contract_id")))
    contracts = list(found.order_by("id").values_list("id", "account_id", "currency", "cancelled_on"))
    rows = _read([row[0] for row in contracts])
    cancelled = _cancelled_as_known([row[0] for row in contracts], known_at)
    return tuple(
        _book(rows, contract_id, account_id, currency, cancelled.get(contract_id) if known_at else cancelled_on)
        for contract_id, account_id, currency, cancelled_on in contracts
    )


def _book(rows: _Rows, contract_id: int, account_id: int, currency: str, cancelled_on: date | None) -> ContractBook:
    moved_to, moved_on = rows.moves.get(contract_id, (None, None))
    return ContractBook(
        contract_id=contract_id,
        account_id=account_id,
        currency=currency,
        terms=tuple(rows.terms.get(contract_id, ())),
        cancelled_on=cancelled_on,
        moved_to=moved_to,
        moved_on=moved_on,
        amended=rows.amended.get(contract_id, frozenset()),
    )


def _read(contract_ids: list[int]) -> _Rows:
    return _Rows(terms=_terms(contract_ids), moves=_moves(contract_ids), amended=_amended(contract_ids))


def _terms(contract_ids: list[int]) -> dict[int, list[BookTerm]]:
    lines: dict[int, list[BookLine]] = defaultdict(list)
    recurring = ContractLine.objects.filter(contract_id__in=contract_ids, is_recurring=True)
    for term_id, *values in recurring.order_by("external_id").values_list("term_id", *LINE_FIELDS):
        lines[term_id].append(BookLine(**dict(zip(LINE_FIELDS, values, strict=True))))
    terms: dict[int, list[BookTerm]] = defaultdict(list)
    versions = TermVersion.objects.filter(contract_id__in=contract_ids).order_by("number", "version")
    for contract_id, action, *values in versions.values_list("contract_id", "end_action", *TERM_FIELDS):
        said = dict(zip(TERM_FIELDS, values, strict=True))
        is_evergreen = action == EndAction.EVERGREEN
        terms[contract_id].append(BookTerm(**said, is_evergreen=is_evergreen, lines=tuple(lines[said["id"]])))
    return terms


def _moves(contract_ids: list[int]) -> dict[int, tuple[int, date]]:
    """Return where contracts went on: the account, and its first day there: the day the old one was cancelled from."""
    found = Succession.objects.filter(way=Succession.Way.ASSIGNED, from_contract_id__in=contract_ids)
    return {
        contract_id: (account_id, cancelled_on)
        for contract_id, account_id, cancelled_on in found.values_list(
            "from_contract_id", "to_contract__account_id", "from_contract__cancelled_on"
        )
        if cancelled_on is not None
    }


def _amended(contract_ids: list[int]) -> dict[int, frozenset[tuple[str, date]]]:
    found: dict[int, set[tuple[str, date]]] = defaultdict(set)
    rows = Amendment.objects.filter(contract_id__in=contract_ids, superseded_at__isnull=True)
    for contract_id, effective_on, items in rows.values_list("contract_id", "effective_on", "items"):
        found[contract_id] |= {(str(item["item"]), effective_on) for item in items}
    return {key: frozenset(value) for key, value in found.items()}


def _cancelled_as_known(contract_ids: list[int], known_at: datetime | None) -> dict[int, date | None]:
    """Return the cancellations as the history of the contracts had them at an instant."""
    events = history_model(Contract)
    if known_at is None or events is None:
        return {}
    known = events.objects.filter(pgh_obj_id__in=contract_ids, pgh_created_at__lte=known_at).order_by("pgh_id")
    return dict(known.values_list("pgh_obj_id", "cancelled_on"))
