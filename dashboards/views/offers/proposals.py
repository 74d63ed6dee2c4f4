"""The proposal of a renewal: tried on every edit, kept, asked for, presented, signed or withdrawn."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.offers.family import family_tabs
from dashboards.forms.offers import AgreedForm, ProposalForm, typed_wish
from dashboards.forms.proposal_links import LinkForm
from dashboards.queries.offers.contributions import contributions_line
from dashboards.queries.offers.links import contact_choices, link_panel
from dashboards.queries.offers.proposal import (
    Renewal,
    case_of,
    chosen_offer,
    kept_wish,
    may_propose,
    offers_for,
    proposal_page,
    proposal_renewal,
    tried,
)
from dashboards.queries.offers.standing_in import away_today
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.approvals import ask_approval
from offers.actions.links import LinkWish, present_by_link
from offers.actions.proposals import (
    AgreedWish,
    ProposalWish,
    keep_proposal,
    record_agreed_terms,
    sign_proposal,
    withdraw_proposal,
)
from offers.queries.approvals import open_proposal
from offers.queries.cases import RenewalCase
from offers.queries.library import newest_offer_version, published_offer
from playbooks.actions.proposal_mail import send_proposal
from playbooks.wake import wake_on_commit
from renewals.core.errors import NamedError


@screen("proposals.view")
def proposal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show the proposal of a renewal; a POST keeps its next version."""
    row = proposal_renewal(asker_of(request), renewal_id)
    if request.method == "POST":
        return _keep(request, row)
    return _show(request, row)


@require_POST
@screen("proposals.change")
def trial(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Say what the values in the form cost and what the policy says of them; nothing is kept."""
    row = changeable(request, renewal_id)
    case = case_of(asker_of(request), row)
    form = _form(case, request.POST)
    wish, error = typed_wish(form)
    shown = None
    if wish is not None:
        version = newest_offer_version(form.offer_id) if form.offer_id else None
        try:
            offer = published_offer(version) if version else None
            shown = tried(case, wish, offer, home=request.workspace.currency)
        except NamedError as refusal:
            error = str(refusal)
    return render(request, "proposals/verdict.html", {"shown": shown, "error": error})


@require_POST
@screen("proposals.change")
def approval_request(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Ask for the version that is shown."""
    row = changeable(request, renewal_id)
    away = away_today(asker_of(request))

    def ask() -> str:
        made = ask_approval(
            version_id=_number(request, "version"),
            note=request.POST.get("note", ""),
            away=away,
            by=request.actor,
            now=request.now,
        )
        return "It is approved: nobody need be asked." if made.state == "approved" else f"Asked of {made.level_name}."

    return step_done(request, row, ask)


@require_POST
@screen("proposals.change")
def presentation(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Present the approved version: make its link, and send it when that was asked for."""
    row = changeable(request, renewal_id)
    form = LinkForm(request.POST, contacts=contact_choices(row.account_id), today=request.today)
    if not form.is_valid():
        return _show(request, row, link=form, status=422)
    found = open_proposal(row.id)

    def present() -> str:
        if found is None:
            return "There is no proposal any more."
        given = LinkWish(valid_until=form.cleaned_data["valid_until"], contact_id=form.contact_id)
        link = present_by_link(
            proposal_id=found.id,
            version_id=_number(request, "version"),
            given=given,
            today=request.today,
            by=request.actor,
            now=request.now,
        )
        if "send" not in request.POST:
            return "It is presented. Copy the link and hand it over."
        send_proposal(link_id=link.id, by=request.actor, now=request.now)
        wake_on_commit()
        return "It is presented, and the message is on its way."

    return step_done(request, row, present)


@require_POST
@screen("proposals.change")
def signature(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Note that the account has signed the approved version."""
    return _move(request, renewal_id, sign_proposal, "Noted: it is signed.")


@require_POST
@screen("proposals.change")
def withdrawal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """End the proposal."""
    row = changeable(request, renewal_id)
    found = open_proposal(row.id)

    def withdraw() -> str:
        reason = request.POST.get("reason", "")
        if found is not None:
            withdraw_proposal(proposal_id=found.id, reason=reason, by=request.actor, now=request.now)
        return "It is withdrawn."

    return step_done(request, row, withdraw)


@require_POST
@screen("proposals.change")
def agreed_terms(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Note what the contract says about its next price."""
    row = changeable(request, renewal_id)
    form = AgreedForm(request.POST)
    if not form.is_valid():
        return _show(request, row, agreed=form, status=422)
    given = AgreedWish(**form.cleaned_data)

    def record() -> str:
        record_agreed_terms(contract_id=row.contract_id, given=given, by=request.actor, now=request.now)
        return "Noted. It goes before offer and policy from the next version on."

    return step_done(request, row, record)


def _move(request: HttpRequest, renewal_id: int, act: Callable[..., object], done: str) -> HttpResponse:
    row = changeable(request, renewal_id)
    found = open_proposal(row.id)

    def move() -> str:
        if found is not None:
            act(proposal_id=found.id, version_id=_number(request, "version"), by=request.actor, now=request.now)
        return done

    return step_done(request, row, move)


def _keep(request: HttpRequest, row: Renewal) -> HttpResponse:
    asker = asker_of(request)
    if not may_propose(asker, row):
        raise PermissionDenied("proposals.change")
    form = _form(case_of(asker, row), request.POST)
    wish, error = typed_wish(form)
    if wish is None:
        form.add_error(None, error)
        return _show(request, row, form=form, status=422)
    given = ProposalWish(
        wish=wish, offer_id=form.offer_id, note=form.cleaned_data["note"], seen_number=_number(request, "seen")
    )
    try:
        made = keep_proposal(renewal_id=row.id, given=given, today=request.today, by=request.actor, now=request.now)
    except NamedError as refusal:
        form.add_error(None, str(refusal))
        return _show(request, row, form=form, status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, f"Version {made.number} is kept.")
    return redirect("renewal_proposal", renewal_id=row.id)


def _show(
    request: HttpRequest,
    row: Renewal,
    *,
    form: ProposalForm | None = None,
    agreed: AgreedForm | None = None,
    link: LinkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    asker = asker_of(request)
    page = proposal_page(asker, row)
    error = ""
    if page.may_change and form is None:
        try:
            case = case_of(asker, row)
            form = _form(case, None, initial=dict(page.initial) | chosen_offer(case, request.GET.get("offer", "")))
        except NamedError as refusal:
            error = str(refusal)
    words = {
        "page": page,
        "form": form if page.may_change else None,
        "agreed_form": agreed or AgreedForm(),
        "link": link_panel(asker, row),
        "link_form": link or LinkForm(contacts=contact_choices(row.account_id), today=request.today),
        "tabs": family_tabs(row.id, "proposal"),
        "contributions": contributions_line(row),
        "offers_href": f"/renewals/{row.id}/offers/" if row.closed_on is None else "",
    }
    return render(request, "proposals/page.html", words | {"error": error}, status=status)


def _form(case: RenewalCase, data: object, initial: dict[str, object] | None = None) -> ProposalForm:
    lines = {line.key: line.name for line in case.lines}
    kept = kept_wish(case.renewal_id)
    return ProposalForm(data, offers=offers_for(case), lines=lines, kept=kept, initial=initial or {})


def changeable(request: HttpRequest, renewal_id: int) -> Renewal:
    """Return the renewal of the proposal.

    Raise Http404 for a renewal out of sight, PermissionDenied for one the person may only look at."""
    asker = asker_of(request)
    row = proposal_renewal(asker, renewal_id)
    if not may_propose(asker, row):
        raise PermissionDenied("proposals.change")
    return row


def step_done(request: HttpRequest, row: Renewal, step: Callable[[], str]) -> HttpResponse:
    """Take a step, say what was done or why not, and lead back to the proposal."""
    try:
        messages.success(request, step())
    except NamedError as refusal:
        messages.error(request, str(refusal))
    return redirect("renewal_proposal", renewal_id=row.id)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return small_number(text)
