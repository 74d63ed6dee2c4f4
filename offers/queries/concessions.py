"""The concessions of a renewal and those carried to it from the cycles before."""

from dataclasses import replace
from decimal import Decimal

from django.db.models import QuerySet, Sum

from offers.core.negotiation.concessions import ConcessionFacts, GiveKind, comes_back
from offers.core.pricing import LineFacts
from offers.models import Concession, Proposal
from offers.queries.renewals import cycles_before
from renewals.core.money import Money
from renewals.models import Renewal


def concessions_of(renewal_id: int) -> QuerySet[Concession]:
    """Return what is given in this cycle, in the order of its recording."""
    return Concession.objects.filter(renewal_id=renewal_id).order_by("id")


def carried_to(row: Renewal) -> QuerySet[Concession]:
    """Return what was given in earlier cycles, or to win the account back, and has not come back by now."""
    earlier = Concession.objects.filter(cycles_before(row), ended_on__isnull=True)
    return earlier.select_related("renewal").order_by("expires_on", "id")


def concession_facts(row: Concession) -> ConcessionFacts:
    """Return a concession as the core takes it."""
    return ConcessionFacts(
        kind=GiveKind(row.kind),
        amount=row.amount,
        starts_on=row.starts_on,
        expires_on=row.expires_on,
        ended_on=row.ended_on,
        get_due_on=row.get_due_on,
        get_delivered_on=row.get_delivered_on,
        get_failed_on=row.get_failed_on,
    )


def returning(row: Renewal) -> Money:
    """Return what comes back into the price of this cycle because it expires before it begins."""
    rows = [each for each in carried_to(row) if each.currency == row.currency]
    back = (each.amount for each in rows if comes_back(concession_facts(each), due_on=row.due_on))
    return Money(sum(back, Decimal(0)), row.currency)


def with_returning(lines: tuple[LineFacts, ...], back: Money) -> tuple[LineFacts, ...]:
    """Return the lines with what comes back, shared among those in its currency by their prior price.

    Cents that cannot be shared go to the dearest line, so that the shares add up; without such a line nothing does.
    """
    own = [line for line in lines if line.prior is not None and line.prior.currency == back.currency]
    whole = sum((_prior(line) for line in own), Decimal(0))
    if back.amount == 0 or whole == 0:
        return lines
    shares = {line.key: Money(back.amount * _prior(line) / whole, back.currency).rounded() for line in own}
    dearest = max(own, key=_prior).key
    shares[dearest] += back - Money(sum((share.amount for share in shares.values()), Decimal(0)), back.currency)
    return tuple(replace(line, comes_back=shares.get(line.key)) for line in lines)


def named_price_gives(renewal_id: int, currency: str, *, is_win_back: bool) -> Money:
    """Return what the price concessions of a cycle, or of the win-back after it, are worth together, a year."""
    rows = concessions_of(renewal_id).filter(kind=GiveKind.PRICE, currency=currency, ended_on__isnull=True)
    rows = rows.filter(is_win_back=is_win_back)
    return Money(rows.aggregate(amount=Sum("amount"))["amount"] or Decimal(0), currency)


def below_policy(row: Proposal) -> Money:
    """Return how far a signed price lies below the policy price, zero at or above it."""
    version = row.version
    return Money(max(Decimal(0), version.policy_amount - version.net_amount), version.currency)


def _prior(line: LineFacts) -> Decimal:
    return Decimal(0) if line.prior is None else line.prior.amount
