"""The proposal of a renewal: what may be offered, a price with its verdict before it is kept, and its versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404

from dashboards.core.contract_words import price_terms_words
from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.offers.shown import PriceShown, price_shown
from dashboards.core.offers.words import STATES, WAYS
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.queries.asker import Asker
from offers.core.library import eligibility_of
from offers.core.plain import plain_price, plain_verdict, read_wish
from offers.core.pricing import Wish
from offers.models import ApprovalRequest, Proposal, ProposalVersion
from offers.queries.approvals import open_proposal, standing_proposal, versions_of
from offers.queries.cases import RenewalCase, judged, renewal_case
from offers.queries.library import PublishedOffer, policy_in_force, published_offers
from offers.queries.renewals import is_bargained
from renewals.core.price_terms import agreed_of
from renewals.core.roles import can
from renewals.models import LossReview, Renewal
from renewals.queries.people import record_nearness, visible_to
from renewals.queries.renewals import renewals
from renewals.queries.term_rows import live_terms, price_terms
from renewals.queries.win_backs import open_win_back


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """The proposal in finished words; an empty address is a step that cannot be taken now."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    href: str
    number: int
    version_id: int | None
    state: str
    tone: str
    note: str
    shown: PriceShown | None
    request_href: str
    agreed_href: str
    may_change: bool
    may_ask: bool
    may_present: bool
    may_sign: bool
    may_withdraw: bool
    close_href: str
    is_win_back: bool
    versions: Table
    agreed: str
    initial: Mapping[str, Any]


def proposal_renewal(asker: Asker, renewal_id: int, permission: str = "proposals.view") -> Renewal:
    """Return the renewal; Http404 when its proposal is out of sight for this person."""
    rows = renewals().select_related("account__parent", "account__team")
    return get_object_or_404(visible_to(rows, asker.member, permission), id=renewal_id)


def proposal_address(asker: Asker, row: Renewal) -> str:
    """Return where the proposal of a renewal stands, empty for who may not see it."""
    near = record_nearness(asker.member, row.account, row)
    return f"/renewals/{row.id}/proposal/" if can(asker.member, "proposals.view", record=near) else ""


def may_propose(asker: Asker, row: Renewal) -> bool:
    """Answer whether the person may make and change a proposal: the renewal is open, or its account is asked back."""
    near = record_nearness(asker.member, row.account, row)
    return can(asker.member, "proposals.change", record=near) and is_bargained(row)


def case_of(asker: Asker, row: Renewal) -> RenewalCase:
    """Return the renewal as a price is made for it."""
    return renewal_case(row.id, home_currency=asker.workspace.currency, today=asker.today)


def kept_wish(renewal_id: int) -> Wish | None:
    """Return the wish of the newest version of an open proposal, None when there is none."""
    proposal = open_proposal(renewal_id)
    return read_wish(proposal.version.wish) if proposal is not None and proposal.version is not None else None


def kept_offer(renewal_id: int) -> int | None:
    """Return the offer of the newest version of an open proposal, None when it has none."""
    proposal = open_proposal(renewal_id)
    version = proposal.version if proposal else None
    return version.offer_version.offer_id if version is not None and version.offer_version is not None else None


def offers_for(case: RenewalCase) -> tuple[tuple[str, str], ...]:
    """Return the offers that may be made to this renewal today, as choices; an unknown fact makes none eligible."""
    found = published_offers(is_active=True)
    may = (each for each in found if eligibility_of(each.offer, case.facts, today=case.today).may_be_made)
    return tuple((str(each.offer_id), each.offer.name) for each in may)


def chosen_offer(case: RenewalCase, offer_id: str) -> dict[str, Any]:
    """Return the form's first values for an offer that was chosen elsewhere; empty for one that may not be made."""
    found = {str(each.offer_id): each.offer for each in published_offers(is_active=True)} if offer_id else {}
    offer = found.get(offer_id)
    if offer is None or not eligibility_of(offer, case.facts, today=case.today).may_be_made:
        return {}
    return {"offer": offer_id, "term_months": offer.term_months, "payment_days": offer.payment_days}


def win_back_proposal(asker: Asker, row: Renewal) -> tuple[str, str, str]:
    """Return address, state in a word and its tone of the proposal that wins a lost renewal back; no address unseen."""
    proposal = standing_proposal(row.id)
    shown = proposal if proposal is not None and proposal.is_win_back else None
    words, tone = _standing(shown, _request(shown.version if shown else None))
    return proposal_address(asker, row), words, tone


def tried(case: RenewalCase, wish: Wish, offer: PublishedOffer | None, *, home: str) -> PriceShown:
    """Return what a wish would cost and what the policy says of it; nothing is kept. Raises as `judged` does."""
    policy = policy_in_force().policy
    found = judged(case, policy, wish, offer.offer if offer else None)
    level = policy.level(found.verdict.level).name if found.verdict.level else ""
    return price_shown(plain_price(found.price), plain_verdict(found.verdict), level=level, currency=home)


def proposal_page(asker: Asker, row: Renewal) -> ProposalPage:
    """Return everything about the proposal of a renewal."""
    back = None if row.closed_on is None else open_win_back(row.id)
    proposal = open_proposal(row.id) or _ended(row, back)
    version = proposal.version if proposal else None
    request = _request(version)
    may = may_propose(asker, row)
    is_approved = request is not None and request.state == "approved"
    is_waiting = request is not None and request.state == "waiting"
    words, tone = _standing(proposal, request)
    is_open = proposal is not None and proposal.state in ("draft", "presented")
    return ProposalPage(
        title=_title(row, version, back),
        unit=f"{row.contract.name or row.contract.external_id} · {_about(row, back)}",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            _up(row, back),
        ),
        href=f"/renewals/{row.id}/proposal/",
        number=version.number if version else 0,
        version_id=version.id if version else None,
        state=words,
        tone=tone,
        note=_note(request),
        shown=_shown(asker, version),
        request_href=f"/approvals/{request.id}/" if request else "",
        agreed_href=f"/renewals/{row.id}/proposal/agreed/",
        may_change=may and (proposal is None or is_open),
        may_ask=may and is_open and not is_approved and not is_waiting,
        may_present=may and is_approved and proposal is not None and proposal.state == "draft",
        may_sign=may and is_approved and proposal is not None and proposal.state == "presented",
        may_withdraw=may and is_open,
        close_href=_up(row, back).href if may and proposal is not None and proposal.state == "signed" else "",
        is_win_back=back is not None,
        versions=_versions(asker, proposal),
        agreed=_agreed(row),
        initial=_initial(version),
    )


def _ended(row: Renewal, back: LossReview | None) -> Proposal | None:
    """The signed proposal; of a lost renewal the last there was, while none is made to win it back."""
    rows = Proposal.objects.filter(renewal_id=row.id)
    signed = rows.filter(state="signed").order_by("-id").first()
    return signed if signed or back or row.closed_on is None else rows.exclude(state="withdrawn").last()


def _title(row: Renewal, version: ProposalVersion | None, back: LossReview | None) -> str:
    found = "proposal" if version else "no proposal yet"
    return f"{row.account.name}: {found}{' to win them back' if back else ''}"


def _about(row: Renewal, back: LossReview | None) -> str:
    return f"lost with term {row.term_number}" if back else f"term {row.term_number}"


def _up(row: Renewal, back: LossReview | None) -> Link:
    """Where the price is for: the renewal, or the win-back."""
    if back is None:
        return Link(text="Renewal", href=f"/renewals/{row.id}/")
    return Link(text="Win-back", href=f"/reviews/losses/{back.id}/")


def _request(version: ProposalVersion | None) -> ApprovalRequest | None:
    """The live request of a version, else the last one."""
    if version is None:
        return None
    return ApprovalRequest.objects.filter(version=version).order_by("-id").first()


def _standing(proposal: Proposal | None, request: ApprovalRequest | None) -> tuple[str, str]:
    if proposal is None:
        return "", "none"
    if proposal.state in ("presented", "signed"):
        return STATES[proposal.state]
    if request is None:
        return "Not asked for yet", "none"
    return STATES[request.state]


def _note(request: ApprovalRequest | None) -> str:
    if request is None:
        return ""
    words = WAYS[request.way].format(level=request.level_name)
    return f"{words} {request.ended_reason}" if request.state == "refused" else words


def _shown(asker: Asker, version: ProposalVersion | None) -> PriceShown | None:
    if version is None:
        return None
    level = version.verdict["level"]
    names = {each["key"]: each["name"] for each in version.policy.definition.get("levels", ())}
    return price_shown(version.price, version.verdict, level=names.get(level, level), currency=asker.workspace.currency)


def _versions(asker: Asker, proposal: Proposal | None) -> Table:
    rows = versions_of(proposal.id) if proposal else []
    return Table(
        caption="Versions of the proposal",
        columns=(
            Column(title="Version"),
            Column(title="Price", is_amount=True),
            Column(title="Offer"),
            Column(title="Verdict"),
            Column(title="By"),
            Column(title="When"),
        ),
        rows=tuple(_version(asker, row) for row in rows),
    )


def _version(asker: Asker, row: ProposalVersion) -> tuple[Cell, ...]:
    at: DateCell = instant_cell(row.created_at, now=asker.now, zone=asker.workspace.timezone)
    price = price_shown(row.price, row.verdict, level="", currency=asker.workspace.currency)
    offer = f"{row.offer_version.offer.name}, version {row.offer_version.number}" if row.offer_version else "None"
    return (
        Cell(text=str(row.number), note=row.note),
        Cell(text=price.figures[0][1], is_amount=True),
        Cell(text=offer),
        Cell(text=price.outcome, note=price.policy),
        Cell(text=row.created_by),
        Cell(date=at),
    )


def _agreed(row: Renewal) -> str:
    live = ((each.number, price_terms(each)) for each in live_terms(row.contract_id))
    return price_terms_words(agreed_of(live, number=row.term_number))


def _initial(version: ProposalVersion | None) -> dict[str, Any]:
    if version is None:
        return {"term_months": 12, "payment_days": 30, "discount_percent": 0}
    offer = version.offer_version.offer_id if version.offer_version else ""
    return {**version.wish, "offer": str(offer)}
