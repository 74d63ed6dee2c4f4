"""Renewals: the list, one renewal, those of an account, their outcomes, and contracts without an open one."""

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from renewals.core.money import Money
from renewals.core.renewals import change_amount, is_lapsed
from renewals.models import Outcome, Renewal
from renewals.queries.written import Given, Written

# One pass over the last live terms: correlated subqueries took a minute for 300 contracts without statistics.
WITHOUT_RENEWAL = """
WITH last_terms AS MATERIALIZED (
  SELECT DISTINCT ON (contract_id) contract_id, number, ends_on FROM renewals_termversion
  WHERE superseded_at IS NULL ORDER BY contract_id, number DESC)
SELECT c.id FROM renewals_contract c JOIN last_terms t ON t.contract_id = c.id
LEFT JOIN renewals_renewal r ON r.contract_id = c.id AND r.term_number = t.number
WHERE t.ends_on IS NOT NULL AND c.cancelled_on IS NULL AND r.id IS NULL
AND NOT EXISTS (SELECT FROM renewals_succession s WHERE s.from_contract_id = c.id AND s.from_term = t.number)
AND (%(accounts)s::bigint[] IS NULL OR c.account_id = ANY(%(accounts)s)) ORDER BY c.id
"""
OUTCOME = Written(lambda: Outcome.objects.filter(renewal_id=Given("renewal")).order_by("id")[:1])


def renewals() -> QuerySet[Renewal]:
    """Return the workspace's renewals with account, contract and the people responsible, by due date."""
    people = ("owner", "initiator", "negotiator", "finaliser")
    return Renewal.objects.select_related("account", "contract", *people).order_by("due_on", "id")


def open_renewals() -> QuerySet[Renewal]:
    """Return those not closed yet, lapsed ones included."""
    return renewals().filter(closed_on__isnull=True)


def renewal(renewal_id: int) -> Renewal | None:
    """Return one renewal; None when this workspace has none with this id."""
    return renewals().filter(id=renewal_id).first()


def renewals_of(account_id: int | Given) -> QuerySet[Renewal]:
    """Return all renewals of an account, the next due first among the open ones."""
    return renewals().filter(account_id=account_id)


def outcome_of(renewal_id: int) -> Outcome | None:
    """Return how the renewal ended; None while it is open."""
    return OUTCOME.first(renewal=renewal_id)


def due_between(first: date, last: date) -> QuerySet[Renewal]:
    """Return renewals due in a period, both days inclusive: the denominator of renewal rates."""
    return renewals().filter(due_on__gte=first, due_on__lte=last)


def contracts_without_renewal(*, account_ids: Iterable[int] | None = None) -> tuple[int, ...]:
    """Return the ids of contracts whose last live term has an end but no renewal yet, nor a contract that took it over.

    Of all accounts, or of those given.
    """
    wanted = None if account_ids is None else list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_RENEWAL, {"accounts": wanted})
        return tuple(row[0] for row in cursor.fetchall())


def amounts(row: Renewal) -> tuple[Money, Money | None, Money | None, Money | None]:
    """Return target, forecast, final and change (open or closed) of a renewal, in its currency."""
    target = Money(row.target_amount, row.currency)
    forecast = None if row.forecast_amount is None else Money(row.forecast_amount, row.currency)
    final = None if row.final_amount is None else Money(row.final_amount, row.currency)
    return target, forecast, final, change_amount(target=target, forecast=forecast, final=final)


def has_lapsed(row: Renewal, *, today: date) -> bool:
    """Answer whether the renewal's due date has come while it is still open."""
    return is_lapsed(due_on=row.due_on, closed_on=row.closed_on, today=today)
