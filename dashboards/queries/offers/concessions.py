"""The gives and gets of a renewal and those carried to it, in finished words."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q
from django.http import Http404

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.money import money_words
from dashboards.core.offers.concessions import GET_STATES, GETS, GIVE_STATES, GIVES
from dashboards.core.offers.family import family_tabs
from dashboards.core.parts import Link, Tab
from dashboards.queries.asker import Asker
from offers.core.negotiation.concessions import GetState, GiveState, comes_back, get_state, give_state
from offers.models import Concession
from offers.queries.approvals import standing_proposal
from offers.queries.concessions import (
    below_policy,
    carried_to,
    concession_facts,
    concessions_of,
    named_price_gives,
    returning,
)
from offers.queries.renewals import cycles_before
from renewals.core.dates import add_months
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.people import record_nearness

ConcessionRow = Concession


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A give beside its get; an empty address is a step that cannot be taken now."""

    id: int
    kind: str
    what: str
    amount: str
    until: DateCell
    give: str
    give_tone: str
    reason: str
    returns: str
    get_kind: str
    get_what: str
    due: DateCell | None
    get: str
    get_tone: str
    note: str
    who: str
    revision: int
    settle_href: str
    end_href: str
    change_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionsPage:
    """What is given in this cycle and what came along from those before; `returns` is what comes back in its price."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    href: str
    own: tuple[Pair, ...]
    carried: tuple[Pair, ...]
    returns: str
    mismatch: str
    may_change: bool


def concession_row(renewal_id: int, concession_id: int) -> ConcessionRow:
    """Return a concession of a renewal or one carried to it; Http404 when there is none."""
    row = Renewal.objects.get(id=renewal_id)
    found = Concession.objects.filter(Q(renewal_id=row.id) | cycles_before(row), id=concession_id).first()
    if found is None:
        raise Http404
    return found


def may_negotiate(asker: Asker, row: Renewal) -> bool:
    """Answer whether the person may record what is given and known; a closed renewal, too: gets come later."""
    return can(asker.member, "negotiations.change", record=record_nearness(asker.member, row.account, row))


def concessions_page(asker: Asker, row: Renewal) -> ConcessionsPage:
    """Return the gives and gets of a renewal."""
    may = may_negotiate(asker, row)
    href = f"/renewals/{row.id}/proposal/concessions/"
    own = tuple(_pair(asker, each, row, href=href if may else "") for each in concessions_of(row.id))
    carried = tuple(_pair(asker, each, row, href=href if may else "") for each in carried_to(row))
    back = returning(row)
    return ConcessionsPage(
        title=f"{row.account.name}: {_count(own)}",
        unit=f"{row.contract.name or row.contract.external_id} · what we give, until when, and what they do for it",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text="Renewal", href=f"/renewals/{row.id}/"),
        ),
        tabs=family_tabs(row.id, "concessions"),
        href=href,
        own=own,
        carried=carried,
        returns=f"{money_words(back)} a year comes back into the price of this cycle." if back.amount else "",
        mismatch=_mismatch(row),
        may_change=may,
    )


def _mismatch(row: Renewal) -> str:
    """Whether the named price concessions say something else than the newest version gives; empty when they agree."""
    standing = standing_proposal(row.id)
    if standing is None or standing.version is None:
        return ""
    named = named_price_gives(row.id, row.currency, is_win_back=standing.is_win_back)
    given = below_policy(standing)
    if given.currency != named.currency or named == given:
        return ""
    number = f"version {standing.version.number} of the proposal gives {money_words(given)} below the policy price"
    if named > given:
        return f"Named are {money_words(named)} a year, but {number}: somebody was promised more than is in the price."
    if named.amount == 0 and standing.state != "signed":
        return ""
    return f"Named are {money_words(named)} a year, but {number}: the rest will be recorded as given for nothing."


def values_of(row: ConcessionRow) -> dict[str, object]:
    """Return what a concession says, as its form has it."""
    names = ("kind", "what", "starts_on", "expires_on", "reason", "get_kind", "get_what", "get_due_on", "no_get_reason")
    return {name: getattr(row, name) for name in names} | {"amount": f"{row.amount.normalize():f}"}


def next_term(row: Renewal) -> tuple[object, object]:
    """Return the first and the last day of the year that follows."""
    return row.due_on, add_months(row.due_on, 12) - timedelta(days=1)


def _count(own: tuple[Pair, ...]) -> str:
    return {0: "nothing given", 1: "one concession"}.get(len(own), f"{len(own)} concessions")


def _pair(asker: Asker, each: Concession, row: Renewal, *, href: str) -> Pair:
    facts = concession_facts(each)
    give, get = give_state(facts, today=asker.today), get_state(facts, today=asker.today)
    words, tone = GIVE_STATES[give.value]
    get_words, get_tone = GET_STATES[get.value]
    path = f"{href}{each.id}/" if href else ""
    is_open = get in (GetState.OPEN, GetState.LATE)
    return Pair(
        id=each.id,
        kind=GIVES.get(each.kind, each.kind),
        what=each.what,
        amount=f"{money_words(Money(each.amount, each.currency))} a year",
        until=date_cell(each.expires_on, today=asker.today, is_deadline=give is not GiveState.BACK),
        give=words,
        give_tone=tone,
        reason=each.reason,
        returns="Comes back in the price of this cycle" if comes_back(facts, due_on=row.due_on) else "",
        get_kind=GETS.get(each.get_kind, each.get_kind),
        get_what=each.get_what or each.no_get_reason,
        due=date_cell(each.get_due_on, today=asker.today, is_deadline=is_open) if each.get_due_on else None,
        get=get_words,
        get_tone=get_tone,
        note=" ".join(part for part in (each.get_note, each.ended_reason) if part),
        who=f"Recorded by {each.created_by}"
        + (f", last changed by {each.edited_by}" if each.edited_by != each.created_by else ""),
        revision=each.revision,
        settle_href=f"{path}settlement/" if path and is_open else "",
        end_href=f"{path}end/" if path and give is not GiveState.BACK else "",
        change_href=path if path and each.ended_on is None else "",
    )
