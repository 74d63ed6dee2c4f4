"""Renewals that closed without any proposal, as they were when they closed: lines before and after, and the facts.

What nobody knew then stays unknown. Lines that do not lead to the closing price say so and are not judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Q

from offers.core.judging import Basis
from offers.core.pricing import AgreedPrice, LineFacts, Wish
from offers.core.pricing.facts import LONGEST_TERM_MONTHS
from renewals.core.conditions import FactValue
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert
from renewals.core.price_terms import agreed_of
from renewals.models import Account, Contract, ContractLine, LifecycleStage, Outcome, Renewal, TermVersion
from renewals.queries.contracts import contract_arr
from renewals.queries.history import history_model
from renewals.queries.term_rows import price_terms

NO_LINES, OTHER_SUM, NO_END = "lines_not_known", "lines_do_not_add_up", "term_without_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A closed renewal to be judged; `basis` is None where its lines do not say what was agreed, and `why` says so."""

    renewal_id: int
    account_id: int
    currency: str
    closed_at: datetime
    net: Decimal
    basis: Basis | None
    wish: Wish | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The term that ended as it was known at the closing, the one that followed, and their recurring lines."""

    ended: TermVersion
    following: TermVersion
    old: Mapping[str, ContractLine]
    new: tuple[ContractLine, ...]


def closings_of(renewal_ids: list[int], *, home: str, rates: RateTable) -> list[Closing]:
    """Return the closings among these renewals, by id; those with a proposal are none."""
    rows = Outcome.objects.filter(renewal_id__in=renewal_ids, renewal__proposals__isnull=True)
    related = rows.select_related("renewal__account", "renewal__contract").order_by("renewal_id")
    return [_closing(outcome, home, rates) for outcome in related]


def _closing(outcome: Outcome, home: str, rates: RateTable) -> Closing:
    renewal = outcome.renewal
    terms = _terms(renewal, outcome.recorded_at)
    why = NO_LINES if terms is None else _why_not(terms, renewal)
    made = Closing(
        renewal_id=renewal.id,
        account_id=renewal.account_id,
        currency=renewal.currency,
        closed_at=outcome.recorded_at,
        net=renewal.final_amount or Decimal(0),
        basis=None,
        wish=None,
        why=why,
    )
    if why or terms is None:
        return made
    return replace(made, basis=_basis(outcome, terms, home, rates), wish=_wish(terms))


def _terms(renewal: Renewal, at: datetime) -> _Terms | None:
    rows = TermVersion.objects.filter(contract_id=renewal.contract_id).prefetch_related("lines__product")
    known = rows.filter(number=renewal.term_number, recorded_at__lte=at)
    ended = known.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gte=at)).order_by("version").first()
    following = rows.filter(number=renewal.term_number + 1).order_by("version").first()
    if ended is None or following is None:
        return None
    last = [line for line in ended.lines.all() if line.is_recurring and line.ends_on in (None, ended.ends_on)]
    first = [line for line in following.lines.all() if line.is_recurring and line.starts_on == following.starts_on]
    return _Terms(
        ended=ended, following=following, old={line.item or line.external_id: line for line in last}, new=tuple(first)
    )


def _why_not(terms: _Terms, renewal: Renewal) -> str:
    if not terms.new or not terms.old:
        return NO_LINES
    if sum(line.arr_amount for line in terms.new) != renewal.final_amount:
        return OTHER_SUM
    return "" if _months(terms.following) else NO_END


def _months(term: TermVersion) -> int | None:
    """Return the length of a term to the nearest month, None without an end or for what is no term of a price."""
    if term.ends_on is None:
        return None
    after = term.ends_on + timedelta(days=1)
    months = (after.year - term.starts_on.year) * 12 + after.month - term.starts_on.month
    months += round((after.day - term.starts_on.day) / 30)
    return months if 1 <= months <= LONGEST_TERM_MONTHS else None


def _wish(terms: _Terms) -> Wish:
    return Wish(
        term_months=_months(terms.following) or 1,
        asked={line.item or line.external_id: line.arr_amount for line in terms.new},
    )


def _basis(outcome: Outcome, terms: _Terms, home: str, rates: RateTable) -> Basis:
    renewal = outcome.renewal
    return Basis(
        currency=renewal.currency,
        home_currency=home,
        lines=tuple(_line(line, terms.old.get(line.item or line.external_id), renewal.currency) for line in terms.new),
        agreed=_agreed(renewal, outcome.recorded_at),
        facts=_facts(outcome, terms.ended, home, rates),
        rates=rates,
        on=outcome.decided_on,
    )


def _line(new: ContractLine, old: ContractLine | None, currency: str) -> LineFacts:
    return LineFacts(
        key=new.item or new.external_id,
        name=new.description or (new.product.name if new.product else new.external_id),
        product=new.product.external_id if new.product else "",
        currency=currency,
        quantity=new.quantity,
        prior=None if old is None else Money(_same_quantity(new, old), currency),
        list_price=None if new.list_arr_amount is None else Money(new.list_arr_amount, currency),
    )


def _same_quantity(new: ContractLine, old: ContractLine) -> Decimal:
    """The price of before for what is bought now: more seats are no price uplift."""
    if new.quantity == old.quantity or not old.quantity or not new.quantity:
        return old.arr_amount
    return old.arr_amount * new.quantity / old.quantity


def _agreed(renewal: Renewal, at: datetime) -> AgreedPrice:
    rows = TermVersion.objects.filter(contract_id=renewal.contract_id, recorded_at__lte=at)
    known = rows.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=at))
    agreed = agreed_of(((each.number, price_terms(each)) for each in known), number=renewal.term_number)
    return AgreedPrice(uplift_percent=agreed.uplift_percent, cap_percent=agreed.cap_percent)


def _facts(outcome: Outcome, ended: TermVersion, home: str, rates: RateTable) -> dict[str, FactValue]:
    renewal, at = outcome.renewal, _moment(outcome)
    target = Money(renewal.target_amount, renewal.currency)
    return {
        **_account_facts(renewal.account_id, at),
        "account.arr_amount": _arr(outcome, home, rates),
        "renewal.amount": _at_home(target, home, rates, outcome),
        "renewal.days_to_due": (renewal.due_on - outcome.decided_on).days,
        "renewal.auto_renews": ended.is_auto_renewing,
        "renewal.stage": _stage(renewal.id, at),
        "renewal.is_win_back": False,
    }


def _moment(outcome: Outcome) -> datetime:
    """The end of the day it was decided on: what was recorded later says nothing about that day."""
    evening = datetime.combine(outcome.decided_on + timedelta(days=1), time(), UTC)
    return min(outcome.recorded_at, evening)


def _account_facts(account_id: int, at: datetime) -> dict[str, FactValue]:
    """The account by its history as of an instant; unknown before its first row there."""
    names = ("segment", "tier", "industry", "region", "country")
    events = history_model(Account)
    row = None if events is None else _newest(events, account_id, at)
    stage = None if row is None or row.stage_id is None else LifecycleStage.objects.filter(id=row.stage_id).first()
    return {
        **{f"account.{name}": (getattr(row, name) or None) if row else None for name in names},
        "account.lifecycle_stage": stage.key if stage else None,
    }


def _stage(renewal_id: int, at: datetime) -> str | None:
    """The stage it was closed from."""
    events = history_model(Renewal)
    row = None if events is None else _newest(events, renewal_id, at, closed_on__isnull=True)
    return None if row is None else str(row.stage)


def _newest(events: type, row_id: int, at: datetime, **more: bool) -> object | None:
    found = events.objects.filter(pgh_obj_id=row_id, pgh_created_at__lte=at, **more)
    return found.order_by("-pgh_created_at", "-pgh_id").first()


def _arr(outcome: Outcome, home: str, rates: RateTable) -> Decimal | None:
    """ARR of the account on the day of the closing, as it was known then."""
    ids = Contract.objects.filter(account_id=outcome.renewal.account_id).values_list("id", flat=True)
    found = [contract_arr(each, on=outcome.decided_on, known_at=outcome.recorded_at) for each in ids]
    amounts = [_at_home(each, home, rates, outcome) for each in found if each is not None]
    known = [each for each in amounts if each is not None]
    return sum(known, Decimal(0)) if len(known) == len(amounts) else None


def _at_home(money: Money, home: str, rates: RateTable, outcome: Outcome) -> Decimal | None:
    try:
        return convert(money, to=home, on=outcome.decided_on, rates=rates).money.amount
    except RateMissing:
        return None
