"""Accounts: the list, one account with all that hangs on it, ARR, hierarchy, and the next critical moment."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Case, Q, QuerySet, When

from renewals.core.errors import RateMissing
from renewals.core.lifecycle import AccountDates, DatedMoment, next_critical_moment
from renewals.core.milestones import Dates, Standing, standing_of
from renewals.core.money import Money, RateTable, convert
from renewals.models import (
    Account,
    Contact,
    ContactRole,
    Milestone,
    StageEntry,
    Suppression,
    Workspace,
)
from renewals.queries.contracts import arr_rows
from renewals.queries.fx import rate_table
from renewals.queries.workspaces import moment_rules
from renewals.queries.written import Written, given_ids

# Walks up at most 100 levels, so that a circle made by hand in the database cannot hang a page.
ANCESTORS = """
WITH RECURSIVE up(id, parent_id, depth) AS (
  SELECT id, parent_id, 0 FROM renewals_account WHERE id = %s
  UNION ALL SELECT a.id, a.parent_id, up.depth + 1 FROM renewals_account a JOIN up ON a.id = up.parent_id
  WHERE up.depth < 100)
SELECT id FROM up ORDER BY depth
"""
DESCENDANTS = """
WITH RECURSIVE down(id, depth) AS (
  SELECT id, 0 FROM renewals_account WHERE id = %s
  UNION ALL SELECT a.id, down.depth + 1 FROM renewals_account a JOIN down ON a.parent_id = down.id
  WHERE down.depth < 100)
SELECT id FROM down ORDER BY depth, id
"""
DATES = """
SELECT r.due_on, r.notice_on, t.starts_on FROM (SELECT) AS one
LEFT JOIN LATERAL (SELECT due_on, notice_on FROM renewals_renewal
  WHERE account_id = %(account)s AND closed_on IS NULL ORDER BY due_on, id LIMIT 1) AS r ON true
LEFT JOIN LATERAL (SELECT max(v.starts_on) AS starts_on FROM renewals_termversion v
  JOIN renewals_contract c ON c.id = v.contract_id
  WHERE c.account_id = %(account)s AND v.superseded_at IS NULL AND v.starts_on <= %(today)s) AS t ON true
"""
CURRENCIES = Written(lambda: Account.objects.filter(given_ids("id", "ids")).values_list("id", "currency"))


def accounts() -> QuerySet[Account]:
    """Return the workspace's accounts with owner, team, stage and parent."""
    return Account.objects.select_related("owner", "team", "stage", "parent")


def account(account_id: int) -> Account | None:
    """Return one account; None when this workspace has none with this id."""
    return accounts().filter(id=account_id).first()


def ids_by_external_id(external_ids: Iterable[str]) -> dict[str, int]:
    """Return the ids of the accounts known under these external ids."""
    return dict(Account.objects.filter(external_id__in=list(external_ids)).values_list("external_id", "id"))


def ancestor_ids(account_id: int) -> list[int]:
    """Return the account's id, then its parent's, and so on up."""
    return _ids(ANCESTORS, account_id)


def descendant_ids(account_id: int) -> list[int]:
    """Return the account's id and those of everything below it, level by level."""
    return _ids(DESCENDANTS, account_id)


def _ids(statement: str, account_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [account_id])
        return [row[0] for row in cursor.fetchall()]


def arr_of_accounts(account_ids: Iterable[int], *, on: date, currency: str = "") -> dict[int, Money]:
    """Return each account's ARR on a day, in `currency` or, if that is empty, in the account's own.

    Zero without a contract in force. An account is left out when a rate is missing: no figure is better than a wrong
    one.
    """
    currencies = dict(CURRENCIES.read(ids=list(account_ids)))
    totals: dict[int, Money] = {key: Money(Decimal(0), currency or own) for key, own in currencies.items()}
    rates: RateTable | None = None  # read only when an amount is in another currency
    for _, account_id, amount in arr_rows(currencies, on=on):
        if account_id not in totals:
            continue
        if amount.currency == totals[account_id].currency:
            totals[account_id] += amount
            continue
        rates = rates or rate_table()
        try:
            totals[account_id] += convert(amount, to=totals[account_id].currency, on=on, rates=rates).money
        except RateMissing:
            del totals[account_id]
    return totals


def arr_in_workspace_currency(account_ids: Iterable[int], *, on: date) -> dict[int, Money]:
    """Return each account's ARR on a day in the workspace's currency, the one segments and totals use."""
    home = Workspace.objects.values_list("currency", flat=True).first() or ""
    return arr_of_accounts(account_ids, on=on, currency=home)


def account_dates(row: Account, *, today: date) -> AccountDates:
    """Return the dates that critical moments hang on: those of the first open renewal and of the running term."""
    with connection.cursor() as cursor:
        cursor.execute(DATES, {"account": row.id, "today": today})
        renewal_on, notice_on, term_start_on = cursor.fetchone()
    return AccountDates(
        renewal_on=renewal_on,
        notice_on=notice_on,
        term_start_on=term_start_on,
        stage_entered_on=row.stage_entered_on,
    )


def next_moment(row: Account, *, today: date) -> DatedMoment | None:
    """Return the account's next renewal-critical moment; None when nothing lies ahead."""
    return next_critical_moment(moment_rules(), account_dates(row, today=today), today=today)


def contacts_of(account_id: int) -> QuerySet[Contact]:
    """Return the account's contacts by name, those who left last."""
    return Contact.objects.filter(account_id=account_id).order_by("left_on", "name", "id")


def roles_of(account_id: int, *, on: date | None = None) -> QuerySet[ContactRole]:
    """Return the contact roles of an account with their contacts: all of its history, or those held on a day."""
    found = ContactRole.objects.filter(account_id=account_id).select_related("contact").order_by("role", "from_on")
    if on is None:
        return found
    return found.filter(from_on__lte=on).exclude(until_on__lt=on)


def stage_history(account_id: int) -> QuerySet[StageEntry]:
    """Return the account's stays in lifecycle stages, oldest first."""
    return StageEntry.objects.filter(account_id=account_id).select_related("stage").order_by("entered_on", "id")


DROPPED = Q(dropped_on__isnull=False, achieved_on__isnull=True)
"""Milestones that are aimed at no more; one that was reached after all is none of them."""


def milestones_of(account_id: int) -> QuerySet[Milestone]:
    """Return the account's success milestones that were not dropped, achieved ones first by date, then those ahead."""
    found = Milestone.objects.filter(~DROPPED, account_id=account_id).select_related("confirmed_by")
    return found.order_by("achieved_on", "target_on", "id")


def milestone_standing(row: Milestone, *, today: date) -> Standing:
    """Return how far a milestone is."""
    return standing_of(milestone_dates(row), today=today)


def milestone_dates(row: Milestone) -> Dates:
    """Return the days of a milestone."""
    return Dates(
        target_on=row.target_on,
        achieved_on=row.achieved_on,
        confirmed_on=row.confirmed_on,
        dropped_on=row.dropped_on,
    )


def every_milestone_of(account_id: int) -> QuerySet[Milestone]:
    """Return the account's milestones as `milestones_of`, then those that were dropped."""
    found = Milestone.objects.filter(account_id=account_id).select_related("confirmed_by")
    return found.order_by(Case(When(DROPPED, then=1), default=0), "achieved_on", "target_on", "id")


def live_suppressions(account_id: int) -> QuerySet[Suppression]:
    """Return who at the account must not be written to, and in which class of message."""
    found = Suppression.objects.filter(contact__account_id=account_id, lifted_at__isnull=True)
    return found.select_related("contact").order_by("contact_id", "message_class")
