"""Read what the paper of a proposal prints: the kept price of one version, the ending term, the people. No verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dashboards.core.dates import day_words
from dashboards.core.offers.paper import Paper, PaperFacts, PaperLineFacts, last_day, paper_of
from offers.core.links import AnswerKind, LinkStanding
from offers.models import ProposalAnswer, ProposalLink, ProposalVersion
from offers.queries.links import LinkToken, link_with_all, standing_of
from renewals.core.contracts.following import ending_lines
from renewals.core.dates import notice_deadline
from renewals.core.money import Money
from renewals.core.records import LineRow
from renewals.models import Contact, Renewal, TermVersion, User, Workspace
from renewals.queries.calendars import calendar_for
from renewals.queries.clock import workspace_and_now
from renewals.queries.term_rows import live_term, term_row
from renewals.queries.win_backs import who_asks_back


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCase:
    """A proposal behind its address: the paper, what the address is worth today, and who accepted it."""

    link: ProposalLink
    paper: Paper
    standing: LinkStanding
    accepted: str
    today: date
    now: datetime


def paper_case(token: LinkToken) -> PaperCase | None:
    """Return what stands behind an address, inside its workspace; None when there is no such link."""
    workspace, now = workspace_and_now(token.workspace_id)
    link = link_with_all(token.link_id)
    if link is None:
        return None
    today = now.astimezone(ZoneInfo(workspace.timezone)).date()
    standing = standing_of(link, today=today)
    accepted = accepted_by(link, workspace)
    paper = paper_of_link(link, workspace)
    return PaperCase(link=link, paper=paper, standing=standing, accepted=accepted, today=today, now=now)


def accepted_by(link: ProposalLink, workspace: Workspace) -> str:
    """Return who accepted a link and on which day here, empty when nobody did."""
    found = ProposalAnswer.objects.filter(link=link, kind=AnswerKind.ACCEPTED).first()
    if found is None:
        return ""
    day = found.said_at.astimezone(ZoneInfo(workspace.timezone)).date()
    return f"{found.name}, {found.title}, on {day_words(day)}"


def paper_of_link(link: ProposalLink, workspace: Workspace) -> Paper:
    """Return the paper of a link that was loaded by `link_with_all`."""
    days = (link.created_at.date(), link.valid_until_on)
    facts = _facts(link.version, link.proposal.renewal, workspace, contact=link.contact, days=days)
    return paper_of(_anew(facts, who_asks_back(link.proposal.renewal_id)) if link.proposal.is_win_back else facts)


def _anew(facts: PaperFacts, asking: User | None) -> PaperFacts:
    """They have left: nothing is paid today, and the last day of notice follows from the day they accept.

    Their contact is who asks them back.
    """
    facts = facts if asking is None else replace(facts, owner=str(asking), owner_email=asking.email)
    proposed = (line for line in facts.lines if line.after is not None)
    lines = tuple(replace(line, before=None, quantity_before=None) for line in proposed)
    return replace(facts, is_win_back=True, lines=lines, before=None, notice_on=None)


def _facts(
    version: ProposalVersion, row: Renewal, workspace: Workspace, *, contact: Contact | None, days: tuple[date, date]
) -> PaperFacts:
    price = version.price
    term = live_term(row.contract_id, row.term_number)
    months, starts_on = int(price["term_months"]), row.due_on
    offer = version.offer_version.definition if version.offer_version else {}
    owner = row.owner or row.account.owner
    lines = _lines(price, term, row.contract.currency)
    return PaperFacts(
        company=workspace.name,
        account=row.account.name,
        contract=row.contract.name or row.contract.external_id,
        number=version.number,
        lines=lines,
        before=_today(lines, price["currency"]),
        after=Money(Decimal(price["net"]), price["currency"]),
        term_total=Money(Decimal(price["tcv"]), price["currency"]),
        starts_on=starts_on,
        months=months,
        payment_days=int(price["payment_days"]),
        terms=tuple(offer.get("terms", ())),
        notice_period=term.notice_period if term else 0,
        notice_unit=term.notice_unit if term else "days",
        notice_on=_notice_on(term, row, last_day(starts_on, months)),
        end_action=term.end_action if term else "manual",
        prepared_on=days[0],
        valid_until=days[1],
        owner=str(owner) if owner else "",
        owner_email=owner.email if owner else "",
        recipient=contact.name if contact else "",
        postal_address=workspace.postal_address,
        years=tuple(Money(Decimal(year), price["currency"]) for year in price.get("years", ())),
        ramp_percent=Decimal(price.get("ramp_percent", "0")),
    )


def _today(lines: tuple[PaperLineFacts, ...], currency: str) -> Money | None:
    """What all lines cost today, also those that end; None where nothing is paid today or not in one currency."""
    known = [line.before for line in lines if line.before is not None]
    if not known or any(each.currency != currency for each in known):
        return None
    return Money(sum((each.amount for each in known), Decimal(0)), currency)


def _lines(price: Mapping[str, Any], term: TermVersion | None, currency: str) -> tuple[PaperLineFacts, ...]:
    """The proposed lines in their order, then those that do not go on; amounts of today are the contract's own."""
    ending = {line.external_id: line for line in ending_lines(term_row(term))} if term else {}
    proposed = {line["key"] for line in price["lines"]}
    gone = (line for key, line in ending.items() if key not in proposed)
    return (
        *(_line(line, ending.get(line["key"]), currency) for line in price["lines"]),
        *(PaperLineFacts(name=_name(line), before=Money(line.arr_amount, currency), after=None) for line in gone),
    )


def _name(line: LineRow) -> str:
    return line.description or line.external_id


def _line(line: Mapping[str, Any], held: LineRow | None, currency: str) -> PaperLineFacts:
    """The count that was agreed, else that of the ending term; one of something is no count."""
    before = held.quantity if held else None
    agreed = line.get("quantity")
    quantity = Decimal(agreed) if agreed is not None else before
    is_counted = quantity not in (None, Decimal(1)) or before not in (None, Decimal(1))
    return PaperLineFacts(
        name=line["name"],
        before=Money(held.arr_amount, currency) if held else None,
        after=Money(Decimal(line["net"]), line["currency"]),
        quantity_before=before if is_counted else None,
        quantity=quantity if is_counted else None,
        unit=held.unit if held else "",
    )


def _notice_on(term: TermVersion | None, row: Renewal, ends_on: date) -> date | None:
    if term is None or not term.notice_period or term.end_action not in ("renew", "evergreen"):
        return None
    return notice_deadline(
        ends_on=ends_on,
        period=term.notice_period,
        unit=term.notice_unit,
        calendar=calendar_for(row.account.country, around=ends_on),
    )
