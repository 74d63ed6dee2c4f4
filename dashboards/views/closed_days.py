"""The card of an account's closed days, with its form for who may change the account."""

from dashboards.forms.notices import ClosedDaysForm
from dashboards.queries.asker import Asker
from dashboards.queries.notice_settings import span_words
from renewals.core.roles import can
from renewals.queries.accounts import Account
from renewals.queries.closed_days import closed_days
from renewals.queries.people import record_nearness


def closed_days_card(asker: Asker, row: Account) -> dict[str, object]:
    """Return what the card is given: its lines, the form or None, and the address that takes it."""
    href = f"/accounts/{row.id}/closed-days/"
    may_change = can(asker.member, "accounts.change", record=record_nearness(asker.member, row))
    lines = tuple(
        (span_words(each), each.reason, each.author, f"{href}{each.id}/removal/")
        for each in closed_days().filter(account_id=row.id)
    )
    return {
        "closed_days": lines,
        "closed_days_form": ClosedDaysForm() if may_change else None,
        "closed_days_href": href,
    }
