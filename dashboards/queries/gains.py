"""A milestone and what it brings its account in a year, as the page that states it shows it."""

from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from dashboards.core.dates import day_words
from dashboards.core.money import money_words
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from dashboards.queries.prices import price_sight
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import Account, Milestone
from renewals.queries.people import record_nearness

NOT_KNOWN = "Not known: nobody stated it yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class GainPage:
    """A milestone with what is known of its gain; `currencies` to choose from, the account's first."""

    milestone_id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    known: str
    source: str
    amount: str
    currencies: tuple[str, ...]


def may_state(asker: Asker, row: Account) -> bool:
    """Answer whether the person may say what milestones bring: who may change them and see the account's amounts."""
    may_change = can(asker.member, "milestones.change", record=record_nearness(asker.member, row))
    return may_change and price_sight(asker.member, account_ids=[row.id]).sees_account(row)


def gain_page(asker: Asker, row: Account, milestone_id: int) -> GainPage:
    """Return the page of one milestone of the account; Http404 for another's."""
    each = get_object_or_404(Milestone, id=milestone_id, account_id=row.id)
    home = asker.workspace.currency
    about = f"/accounts/{row.id}/about/"
    return GainPage(
        milestone_id=each.id,
        title=f"{row.name}: gain of “{each.name}”",
        unit=_standing(each),
        crumbs=(Link(text=row.name, href=f"/accounts/{row.id}/"), Link(text="About", href=about)),
        known=gain_words(each) or NOT_KNOWN,
        source=each.gain_source,
        amount="" if each.gain_amount is None else f"{each.gain_amount.normalize():f}",
        currencies=tuple(dict.fromkeys(code for code in (each.gain_currency, row.currency, home) if code)),
    )


def gain_words(each: Milestone) -> str:
    """Return the gain a year in words; empty where nobody stated it."""
    if each.gain_amount is None:
        return ""
    return f"{money_words(Money(each.gain_amount, each.gain_currency))} a year"


def _standing(each: Milestone) -> str:
    if each.achieved_on is None:
        return f"Ahead, by {day_words(each.target_on)}: a projected gain" if each.target_on else "A projected gain"
    confirmed = f", confirmed {day_words(each.confirmed_on)}" if each.confirmed_on else ", not confirmed by them"
    return f"Reached {day_words(each.achieved_on)}{confirmed}: a realised gain"
