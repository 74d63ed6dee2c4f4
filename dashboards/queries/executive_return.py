"""The return of an account on what it pays: gains it stated for milestones, each with its source. None is estimated."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dashboards.core.dates import day_words
from dashboards.core.executive_sheet import SheetSection, section
from dashboards.core.money import count_words, money_words, short_money
from dashboards.core.parts import Reason
from dashboards.queries.asker import Asker
from renewals.core.errors import RateMissing
from renewals.core.gains import GainSum, MilestoneGain, gain_sum, return_ratio
from renewals.core.money import Money, convert
from renewals.models import Account, Milestone
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.fx import rate_table

TITLE = "Return on what they pay"
HIDDEN = "Gains are told in amounts, which your role does not see for this account."
UNKNOWN = "No milestone is recorded, so what it brings them is not known."


def return_section(asker: Asker, row: Account, milestones: Sequence[Milestone], *, sees_amounts: bool) -> SheetSection:
    """Return gains realised and projected, as a multiple of today's ARR, and each gain with its source."""
    href = f"/accounts/{row.id}/about/"
    if not sees_amounts:
        return section(TITLE, (), empty=HIDDEN, href=href)
    if not milestones:
        return section(TITLE, (), empty=UNKNOWN, href=href)
    gains, home, rates = [_gain(each) for each in milestones], asker.workspace.currency, rate_table()
    arr = arr_of_accounts([row.id], on=asker.today, currency=home).get(row.id)

    def at_home(money: Money) -> Decimal | None:
        try:
            return convert(money, to=home, on=asker.today, rates=rates).money.amount
        except RateMissing:
            return None

    reached, ahead = (gain_sum(gains, is_reached=which, at_home=at_home) for which in (True, False))
    lines = [
        _line("Realised", reached, home, arr.amount if arr else None, href),
        _line("Projected", ahead, home, None, href),
        *_stated(milestones, href),
    ]
    return section(TITLE, lines, empty=UNKNOWN, href=href)


def _gain(each: Milestone) -> MilestoneGain:
    return MilestoneGain(
        amount=None if each.gain_amount is None else Money(each.gain_amount, each.gain_currency),
        is_reached=each.achieved_on is not None,
        is_confirmed=each.confirmed_on is not None,
    )


def _line(name: str, found: GainSum, currency: str, paid: Decimal | None, href: str) -> Reason:
    """Return a sum with how many milestones it rests on, and how many nobody put an amount to."""
    number = found.known + found.unknown + found.unrated
    if found.amount is None:
        why = "no milestone of that kind" if not number else f"none of {count_words(number, 'milestone')} has an amount"
        return Reason(text=f"{name}: not known", href=href, note=why)
    ratio = return_ratio(found.amount, paid)
    times = "" if ratio is None else f", {ratio:.1f} times what they pay"
    missing = f"{count_words(found.unknown + found.unrated, 'other')} not known" if number > found.known else ""
    confirmed = f"{found.confirmed} confirmed by them" if name == "Realised" else ""
    note = " · ".join(word for word in (count_words(found.known, "milestone"), confirmed, missing) if word)
    state = "good" if name == "Realised" else "none"
    return Reason(
        text=f"{name}: {short_money(Money(found.amount, currency))} a year{times}", state=state, href=href, note=note
    )


def _stated(milestones: Iterable[Milestone], href: str) -> Iterable[Reason]:
    for each in milestones:
        if each.gain_amount is None:
            continue
        amount = money_words(Money(each.gain_amount, each.gain_currency))
        yield Reason(text=f"{each.name}: {amount} a year", href=href, note=f"{each.gain_source} · {_standing(each)}")


def _standing(each: Milestone) -> str:
    if each.achieved_on is None:
        return "ahead"
    return "not confirmed" if each.confirmed_on is None else f"confirmed {day_words(each.confirmed_on)}"
