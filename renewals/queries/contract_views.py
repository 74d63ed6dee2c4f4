"""A contract in both times: what was true on a day, as it was known at an instant."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from renewals.core.contracts.arr import ArrStep, arr_steps
from renewals.core.contracts.chain import ChainProblem, DueDate, chain_problems
from renewals.core.contracts.standing import LineStanding, StandingFacts, line_standings
from renewals.core.money import Money
from renewals.core.terms import Term, arr_on, known_terms, term_on
from renewals.models import Amendment, Contract, ContractDocument, DocumentContent, LossReview, Outcome, Renewal
from renewals.queries.contracts import contracts, term_facts
from renewals.queries.history import history_model


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractView:
    """A contract on a day as known at an instant; `known_at` None: as known now. `term` None: none governs the day."""

    contract_id: int
    currency: str
    on: date
    known_at: datetime | None
    cancelled_on: date | None
    terms: tuple[Term, ...]
    term: Term | None
    lines: tuple[LineStanding, ...]
    arr: Money
    problems: tuple[ChainProblem, ...]


def contract_as_of(contract_id: int, *, on: date, known_at: datetime | None = None) -> ContractView | None:
    """Return the contract in both times; None when this workspace has none with this id."""
    row = contracts().filter(id=contract_id).first()
    return None if row is None else view_of(row, on=on, known_at=known_at)


def view_of(row: Contract, *, on: date, known_at: datetime | None = None) -> ContractView:
    """Return a contract of `contracts()` in both times, its versions read once."""
    terms = tuple(term_facts(term) for term in row.terms.all())
    cancelled_on = row.cancelled_on if known_at is None else _cancelled_as_known(row, known_at)
    due = _open_renewals(row.id, known_at)
    return ContractView(
        contract_id=row.id,
        currency=row.currency,
        on=on,
        known_at=known_at,
        cancelled_on=cancelled_on,
        terms=known_terms(terms, known_at=known_at),
        term=term_on(terms, on=on, known_at=known_at, cancelled_on=cancelled_on),
        lines=line_standings(
            StandingFacts(
                terms=terms,
                on=on,
                known_at=known_at,
                cancelled_on=cancelled_on,
                open_terms=frozenset(each.term for each in due),
            )
        ),
        arr=arr_on(terms, currency=row.currency, on=on, known_at=known_at, cancelled_on=cancelled_on),
        problems=chain_problems(terms, renewals=due if known_at is None else (), known_at=known_at),
    )


def arr_steps_of(row: Contract, *, from_on: date, until_on: date, known_at: datetime | None = None) -> list[ArrStep]:
    """Return the contract's ARR from one day to another as steps, as known at an instant."""
    terms = [term_facts(term) for term in row.terms.all()]
    cancelled_on = row.cancelled_on if known_at is None else _cancelled_as_known(row, known_at)
    return list(
        arr_steps(
            terms,
            currency=row.currency,
            from_on=from_on,
            until_on=until_on,
            known_at=known_at,
            cancelled_on=cancelled_on,
        )
    )


def amendments_of(contract_id: int, *, known_at: datetime | None = None) -> list[Amendment]:
    """Return one version of each amendment, the last effective first: those in force, or those known at an instant."""
    found = Amendment.objects.filter(_known(known_at, "recorded_at", "superseded_at"), contract_id=contract_id)
    return list(found.select_related("term").order_by("-effective_on", "-number"))


def documents_of(contract_id: int, *, known_at: datetime | None = None) -> list[ContractDocument]:
    """Return the documents attached now, or those that were at an instant; the newest first."""
    found = ContractDocument.objects.filter(_known(known_at, "attached_at", "removed_at"), contract_id=contract_id)
    return list(found.order_by("-attached_at", "-id"))


def document_bytes(document: ContractDocument) -> bytes:
    """Return the bytes of a document; none for one whose bytes were taken away."""
    kept = DocumentContent.objects.filter(document=document).values_list("content", flat=True).first()
    return b"" if kept is None else bytes(kept)


def loss_review_of(renewal_id: int) -> LossReview | None:
    """Return the review of a lost renewal; None when there is none."""
    return LossReview.objects.select_related("owner").filter(renewal_id=renewal_id).first()


def _known(known_at: datetime | None, begun: str, ended: str) -> Q:
    if known_at is None:
        return Q(**{f"{ended}__isnull": True})
    return Q(**{f"{begun}__lte": known_at}) & (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": known_at}))


def _cancelled_as_known(row: Contract, known_at: datetime) -> date | None:
    """Return the cancellation as the history of the contract had it at an instant."""
    events = history_model(Contract)
    if events is None:
        return row.cancelled_on
    known = events.objects.filter(pgh_obj_id=row.id, pgh_created_at__lte=known_at).order_by("-pgh_id").first()
    return None if known is None else known.cancelled_on


def _open_renewals(contract_id: int, known_at: datetime | None) -> tuple[DueDate, ...]:
    """Return the due dates of renewals that were open at an instant, by what was recorded until then."""
    rows = Renewal.objects.filter(contract_id=contract_id)
    if known_at is None:
        rows = rows.filter(closed_on__isnull=True)
    else:
        closed = Outcome.objects.filter(recorded_at__lte=known_at).values("renewal_id")
        rows = rows.filter(created_at__lte=known_at).exclude(id__in=closed)
    return tuple(DueDate(term=number, due_on=due_on) for number, due_on in rows.values_list("term_number", "due_on"))
