"""The book of a price revision: which terms it could change, with everything that its rule and exclusions ask."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from offers.core.judging import Basis
from offers.core.policy import Level
from offers.core.pricing import AgreedPrice
from offers.core.revisions import (
    Beyond,
    Book,
    Candidate,
    Chain,
    Revision,
    Signature,
    beyond_limits,
    chain_of,
    governed_policy,
    hardest_level,
    read_revision,
    revised_term,
)
from offers.core.revisions import RevisedTerm as Made
from offers.models import PriceRevision, Proposal, RevisedTerm
from offers.queries.cases import home_currency, line_facts_of
from offers.queries.library import policy_in_force
from renewals.core.conditions import FactValue
from renewals.core.errors import RateMissing
from renewals.core.money import RateTable, convert
from renewals.core.price_terms import agreed_of
from renewals.core.renewals import ContractFacts, notice_date
from renewals.models import ContractLine, Renewal, TermVersion
from renewals.queries.contracts import contract_facts
from renewals.queries.fx import rate_table
from renewals.queries.term_rows import price_terms
from signals.models import CurrentRisk, Signal

OVERDUE = "billing.invoice_overdue"
OVERDUE_DAYS = 60
AT_RISK = "high"
IN_TALKS = ("negotiating", "verbal")


@dataclass(frozen=True, slots=True, kw_only=True)
class InBook:
    """A term of the book with its contract, and the version it was read from."""

    term: TermVersion
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class _Marks:
    """What is known of renewals and accounts at once, so that a book of thousands asks a few questions."""

    renewals: Mapping[tuple[int, int], Renewal]
    at_risk: frozenset[int]
    overdue: frozenset[int]
    in_talks: frozenset[int]
    revised: frozenset[tuple[int, int]]
    contracts: Mapping[int, ContractFacts]


def book_of(book: Book, *, today: date, only: Iterable[int] | None = None) -> list[InBook]:
    """Return the first term of each contract that ends in the window, or later, by contract; `only` some contracts."""
    terms = _live_terms(book, only)
    by_contract: dict[int, list[TermVersion]] = {}
    for term in terms:
        by_contract.setdefault(term.contract_id, []).append(term)
    chosen = {key: _chosen(rows, book) for key, rows in by_contract.items()}
    found = {key: term for key, term in chosen.items() if term is not None and _has_product(term, book)}
    marks = _marks(found, today=today)
    return [
        InBook(term=term, candidate=_candidate(term, by_contract[key], marks)) for key, term in sorted(found.items())
    ]


def made_of(revision: Revision, *, today: date, only: Iterable[int] | None = None) -> list[tuple[InBook, Made]]:
    """Return what a revision makes of each term of its book today."""
    found = book_of(revision.book, today=today, only=only)
    return [(each, revised_term(each.candidate, revision, today=today)) for each in found]


def limits_of(made: Iterable[tuple[InBook, Made]], *, today: date) -> dict[int, Beyond]:
    """Return by contract what the policy in force asks for the terms that take part; what is not known holds."""
    policy, home, rates = governed_policy(policy_in_force().policy), home_currency(), rate_table()
    found = {}
    for each, term in made:
        if not term.reason:
            basis = Basis(
                currency=term.old.currency,
                home_currency=home,
                lines=each.candidate.lines,
                agreed=each.candidate.agreed,
                facts=_facts(each.term, term, home, rates, today=today),
                rates=rates,
                on=today,
            )
            found[term.contract_id] = beyond_limits(basis, term, policy=policy)
    return found


def level_counts(revision_id: int) -> dict[str, int]:
    """Return how many terms that take part need each level; none for those inside the limits."""
    rows = RevisedTerm.objects.filter(revision_id=revision_id).exclude(state=RevisedTerm.State.EXCLUDED)
    counted = rows.exclude(level="").values_list("level").annotate(number=Count("id"))
    return dict(counted.order_by("level"))


def chain_in_force(row: PriceRevision) -> tuple[Level, Chain] | None:
    """Return the level that a revision asks for, with its chain as it stands; None where nobody of a level is asked.

    Signatures of before it was handed in last do not count.
    """
    policy = policy_in_force().policy
    key, opened_at = hardest_level(policy, level_counts(row.id)), row.submitted_at or row.created_at
    if not key:
        return None
    signed = row.answers.filter(answered_at__gte=opened_at)
    signatures = (Signature(step=each.step, role=each.role, at=each.answered_at) for each in signed)
    return policy.level(key), chain_of(policy.level(key), signatures, opened_at=opened_at)


def price_revisions() -> QuerySet[PriceRevision]:
    """Return every revision, the newest first."""
    return PriceRevision.objects.order_by("-created_at", "-id")


def revised_terms(revision_id: int) -> QuerySet[RevisedTerm]:
    """Return the terms of a revision with contract and account, the earliest announcement first."""
    rows = RevisedTerm.objects.filter(revision_id=revision_id).select_related("contract__account")
    return rows.order_by("announce_on", "id")


def revision_of(row: PriceRevision) -> Revision:
    """Return the definition of a revision; raises PriceNotPossible for one nobody can read."""
    return read_revision(row.content)


def lines_as_kept(made: Made) -> list[dict[str, Any]]:
    """Return the lines of a term as its row keeps them."""
    return [
        {
            "key": line.key,
            "name": line.name,
            "old": f"{line.old.amount:f}",
            "new": f"{line.new.amount:f}",
            "rule": line.rule,
        }
        for line in made.lines
    ]


def revised_total(contract_id: int, term_number: int) -> Decimal | None:
    """Return what follows a term costs a year by an announced revision in force; None without one."""
    row = RevisedTerm.objects.filter(
        contract_id=contract_id, term_number=term_number, state="applied", announced_on__isnull=False
    ).first()
    return None if row is None else row.new_amount


def _live_terms(book: Book, only: Iterable[int] | None) -> QuerySet[TermVersion]:
    lines = Prefetch("lines", ContractLine.objects.select_related("product").order_by("external_id"))
    rows = TermVersion.objects.filter(superseded_at__isnull=True, contract__cancelled_on__isnull=True)
    for name in ("segment", "tier"):
        if wanted := getattr(book, f"{name}s"):
            rows = rows.filter(**{f"contract__account__{name}__in": wanted})
    if only is not None:
        rows = rows.filter(contract_id__in=list(only))
    return rows.select_related("contract__account").prefetch_related(lines).order_by("contract_id", "starts_on")


def _chosen(terms: list[TermVersion], book: Book) -> TermVersion | None:
    return next((term for term in terms if term.ends_on is None or term.ends_on >= book.ends_from), None)


def _has_product(term: TermVersion, book: Book) -> bool:
    sold = {line.product.external_id for line in term.lines.all() if line.product}
    return not book.products or bool(sold & set(book.products))


def _marks(terms: Mapping[int, TermVersion], *, today: date) -> _Marks:
    ids = list(terms)
    accounts = {term.contract.account_id for term in terms.values()}
    renewals = {(row.contract_id, row.term_number): row for row in Renewal.objects.filter(contract_id__in=ids)}
    open_ids = [row.id for row in renewals.values()]
    overdue = Signal.objects.filter(
        kind=OVERDUE, account_id__in=accounts, occurred_at__date__gte=today - timedelta(days=OVERDUE_DAYS)
    )
    presented = Proposal.objects.filter(renewal_id__in=open_ids, state="presented").values_list("renewal_id", flat=True)
    talking = {row.id for row in renewals.values() if row.stage in IN_TALKS}
    revised = RevisedTerm.objects.filter(state="applied", contract_id__in=ids)
    return _Marks(
        renewals=renewals,
        at_risk=frozenset(
            CurrentRisk.objects.filter(renewal_id__in=open_ids, band=AT_RISK).values_list("renewal_id", flat=True)
        ),
        overdue=frozenset(overdue.values_list("account_id", flat=True).distinct()),
        in_talks=frozenset(talking | set(presented)),
        revised=frozenset(revised.values_list("contract_id", "term_number")),
        contracts={facts.contract_id: facts for facts in contract_facts(ids, today=today)},
    )


def _candidate(term: TermVersion, live: list[TermVersion], marks: _Marks) -> Candidate:
    contract, key = term.contract, (term.contract_id, term.number)
    renewal = marks.renewals.get(key)
    agreed = agreed_of(((each.number, price_terms(each)) for each in live), number=term.number)
    is_followed = any(each.starts_on > term.starts_on for each in live)
    return Candidate(
        contract_id=contract.id,
        term_number=term.number,
        currency=contract.currency,
        ends_on=term.ends_on,
        notice_on=_notice_on(term, renewal, marks.contracts[contract.id]),
        lines=line_facts_of(term, contract),
        agreed=AgreedPrice(uplift_percent=agreed.uplift_percent, cap_percent=agreed.cap_percent),
        is_closed=is_followed or (renewal is not None and renewal.closed_on is not None),
        is_revised=key in marks.revised,
        is_at_risk=renewal is not None and renewal.id in marks.at_risk,
        is_overdue=contract.account_id in marks.overdue,
        is_in_talks=renewal is not None and renewal.id in marks.in_talks,
    )


def _notice_on(term: TermVersion, renewal: Renewal | None, contract: ContractFacts) -> date | None:
    if renewal is not None:
        return renewal.notice_on
    facts = next((each for each in contract.terms if each.id == term.id), None)
    return None if facts is None else notice_date(facts, contract.calendar)


def _facts(row: TermVersion, made: Made, home: str, rates: RateTable, *, today: date) -> dict[str, FactValue]:
    """What limits ask of the account and the amount; what is asked beyond it is unknown, and its limit holds."""
    account = row.contract.account
    names = ("segment", "tier", "industry", "region", "country")
    try:
        amount: Decimal | None = convert(made.old, to=home, on=today, rates=rates).money.amount
    except RateMissing:
        amount = None
    known: dict[str, FactValue] = {f"account.{name}": getattr(account, name) or None for name in names}
    return known | {"renewal.amount": amount, "renewal.is_win_back": False}
