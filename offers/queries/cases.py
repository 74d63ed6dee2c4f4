"""A renewal as a price is made for it: its lines, what its contract agreed, and the facts that limits ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis, Judged, judge
from offers.core.library import OfferDefinition
from offers.core.policy import Policy
from offers.core.pricing import AgreedPrice, LineFacts, Wish
from offers.models import RevisedTerm
from offers.queries.concessions import returning, with_returning
from offers.queries.measured import with_measured
from renewals.core.conditions import Facts, FactValue
from renewals.core.errors import RateMissing, UnknownReference
from renewals.core.money import Money, RateTable, convert
from renewals.core.price_terms import agreed_of
from renewals.models import Account, Contract, ContractLine, LossReview, Renewal, TermVersion, Workspace
from renewals.queries.contracts import arr_rows
from renewals.queries.fx import rate_table
from renewals.queries.term_rows import live_terms, price_terms
from renewals.queries.win_backs import open_win_back
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalCase:
    """Everything a price of a renewal is made from, but the wish.

    `is_open`: there is something to agree on; `is_win_back`: it is lost, and its account asked back.
    """

    renewal_id: int
    account_id: int
    is_open: bool
    is_win_back: bool
    owner_ids: frozenset[int]
    currency: str
    home_currency: str
    lines: tuple[LineFacts, ...]
    agreed: AgreedPrice
    agreed_where: str
    facts: Facts
    rates: RateTable
    today: date


def renewal_case(renewal_id: int, *, home_currency: str, today: date) -> RenewalCase:
    """Return the case of a renewal; raises UnknownReference."""
    row = Renewal.objects.select_related("account__stage", "contract").filter(id=renewal_id).first()
    if row is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.", where="renewal")
    rates = rate_table()
    back = None if row.closed_on is None else open_win_back(row.id)
    live = live_terms(row.contract_id)
    term = next((each for each in live if each.number == row.term_number), None)
    # What an ended contract said of its next price binds nobody any more.
    binding = () if back else ((each.number, price_terms(each)) for each in live)
    agreed = agreed_of(binding, number=row.term_number)
    return RenewalCase(
        renewal_id=row.id,
        account_id=row.account_id,
        is_open=row.closed_on is None or back is not None,
        is_win_back=back is not None,
        owner_ids=frozenset({row.owner_id, row.account.owner_id, *_asking_back(back)} - {None}),
        currency=row.currency,
        home_currency=home_currency,
        lines=with_returning(
            line_facts_of(term, row.contract, revised=revised_prices(row.contract_id, row.term_number)), returning(row)
        ),
        agreed=AgreedPrice(uplift_percent=agreed.uplift_percent, cap_percent=agreed.cap_percent),
        agreed_where=agreed.clause,
        facts={**_facts(row, term, rates, home_currency, today=today), "renewal.is_win_back": back is not None},
        rates=rates,
        today=today,
    )


def basis_of(case: RenewalCase, *, role: str = "", offer: OfferDefinition | None = None) -> Basis:
    """Return what the case is priced and judged from; `role` is that of who asks, units are as `offer` counts."""
    units_from = offer.units_from if offer else ""
    return Basis(
        currency=case.currency,
        home_currency=case.home_currency,
        lines=with_measured(case.lines, units_from, account_id=case.account_id, today=case.today),
        agreed=case.agreed,
        facts=case.facts,
        rates=case.rates,
        on=case.today,
        role=role,
    )


def judged(case: RenewalCase, policy: Policy, wish: Wish, offer: OfferDefinition | None = None) -> Judged:
    """Return price and verdict of a wish as `judge` does."""
    return judge(basis_of(case, offer=offer), policy, wish, offer)


def revised_prices(contract_id: int, term_number: int) -> dict[str, Decimal]:
    """Return the price of each line that a price revision in force makes for what follows a term."""
    row = RevisedTerm.objects.filter(contract_id=contract_id, term_number=term_number, state="applied").first()
    return {} if row is None else {line["key"]: Decimal(line["new"]) for line in row.lines}


def line_facts_of(
    term: TermVersion | None, contract: Contract, *, revised: Mapping[str, Decimal] | None = None
) -> tuple[LineFacts, ...]:
    """Return the recurring lines that last until the term ends: what stopped before is not renewed.

    Raises PriceNotPossible without a term.
    """
    if term is None:
        raise PriceNotPossible("The term that ends is not known any more.", where=contract.name)
    last = [
        line
        for line in term.lines.all()
        if line.is_recurring and (line.ends_on is None or term.ends_on is None or line.ends_on >= term.ends_on)
    ]
    return tuple(_line(line, contract.currency, (revised or {}).get(line.external_id)) for line in last)


def _line(line: ContractLine, currency: str, revised: Decimal | None) -> LineFacts:
    return LineFacts(
        key=line.external_id,
        name=line.description or (line.product.name if line.product else line.external_id),
        product=line.product.external_id if line.product else "",
        currency=currency,
        quantity=line.quantity,
        prior=Money(line.arr_amount, currency),
        list_price=None if line.list_arr_amount is None else Money(line.list_arr_amount, currency),
        revised=None if revised is None else Money(revised, currency),
    )


def _facts(row: Renewal, term: TermVersion | None, rates: RateTable, home: str, *, today: date) -> Facts:
    return {
        **_account_facts(row.account, rates, home, today=today),
        **_scores(row),
        "renewal.amount": _converted(Money(row.target_amount, row.currency), home, rates, today=today),
        "renewal.days_to_due": (row.due_on - today).days,
        "renewal.auto_renews": None if term is None else term.is_auto_renewing,
        "renewal.stage": row.stage,
    }


def _account_facts(row: Account, rates: RateTable, home: str, *, today: date) -> dict[str, FactValue]:
    names = ("segment", "tier", "industry", "region", "country")
    amounts = [_converted(arr, home, rates, today=today) for _, _, arr in arr_rows([row.id], on=today)]
    known = [amount for amount in amounts if amount is not None]
    return {
        **{f"account.{name}": getattr(row, name) or None for name in names},
        "account.lifecycle_stage": row.stage.key if row.stage else None,
        "account.arr_amount": sum(known, Decimal(0)) if len(known) == len(amounts) else None,
    }


def _scores(row: Renewal) -> dict[str, FactValue]:
    health = CurrentScore.objects.filter(account_id=row.account_id).first()
    risk = CurrentRisk.objects.filter(renewal_id=row.id).first()
    expansion = CurrentExpansion.objects.filter(account_id=row.account_id).first()
    renews = None if risk is None else risk.renew_probability
    return {
        "health.score": None if health is None else health.value,
        "health.band": (health.band or None) if health else None,
        "risk.score": None if risk is None else risk.value,
        "risk.band": (risk.band or None) if risk else None,
        "risk.loss_probability": None if renews is None else 1 - renews,
        "expansion.score": None if expansion is None else expansion.value,
    }


def _converted(money: Money, home: str, rates: RateTable, *, today: date) -> Decimal | None:
    try:
        return convert(money, to=home, on=today, rates=rates).money.amount
    except RateMissing:
        return None


def home_currency() -> str:
    """Return the currency of the workspace one is in."""
    return Workspace.objects.values_list("currency", flat=True).first() or ""


def owners_of_renewal(renewal_id: int) -> frozenset[int]:
    """Return who owns a renewal, its account and its win-back: they never approve its price."""
    row = Renewal.objects.filter(id=renewal_id).values_list("owner_id", "account__owner_id").first()
    found = (*(row or ()), *_asking_back(open_win_back(renewal_id)))
    return frozenset(each for each in found if each is not None)


def _asking_back(row: LossReview | None) -> tuple[int | None, ...]:
    return () if row is None else (row.owner_id, row.win_back_owner_id)


def target_of(renewal_id: int) -> Decimal:
    """Return the amount that a renewal is due at, zero for one that is not here."""
    return Renewal.objects.filter(id=renewal_id).values_list("target_amount", flat=True).first() or Decimal(0)
