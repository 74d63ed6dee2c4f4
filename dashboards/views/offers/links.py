"""The link of a proposal for our people: sent, extended, withdrawn, and the paper as the account gets it."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from dashboards.forms.proposal_links import ValidityForm
from dashboards.queries.offers.paper import ProposalLink, accepted_by, paper_of_link
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from dashboards.views.offers.paper import pdf_answer
from dashboards.views.offers.proposals import changeable, step_done
from offers.actions.links import extend_link, withdraw_link
from offers.queries.links import link_with_all, newest_link_of_renewal
from playbooks.actions.proposal_mail import send_proposal
from playbooks.wake import wake_on_commit


@require_POST
@screen("proposals.change")
def validity(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Let the link hold until another day."""

    def extend(link: ProposalLink) -> str:
        form = ValidityForm(request.POST)
        if not form.is_valid():
            return "Choose the day until which it is valid."
        day = form.cleaned_data["valid_until"]
        extend_link(link_id=link.id, valid_until=day, today=request.today, by=request.actor, now=request.now)
        return "The link holds until then."

    return _step(request, renewal_id, extend)


@require_POST
@screen("proposals.change")
def withdrawal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Take the link back; the approved version stays, and may be presented again."""

    def withdraw(link: ProposalLink) -> str:
        reason = request.POST.get("reason", "")
        withdraw_link(link_id=link.id, reason=reason, today=request.today, by=request.actor, now=request.now)
        return "The link is withdrawn."

    return _step(request, renewal_id, withdraw)


@require_POST
@screen("proposals.change")
def message(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Have the link sent by mail, or sent again."""

    def send(link: ProposalLink) -> str:
        send_proposal(link_id=link.id, by=request.actor, now=request.now)
        wake_on_commit()
        return "The message is on its way."

    return _step(request, renewal_id, send)


@require_safe
@screen("proposals.view")
def preview(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Hand out the PDF as the account gets it; looking at it counts as no view of theirs."""
    row = proposal_renewal(asker_of(request), renewal_id)
    link = _link(row)
    return pdf_answer(paper_of_link(link, request.workspace), accepted=accepted_by(link, request.workspace))


def _step(request: HttpRequest, renewal_id: int, act: Callable[[ProposalLink], str]) -> HttpResponse:
    row = changeable(request, renewal_id)
    link = _link(row)
    return step_done(request, row, lambda: act(link))


def _link(row: Renewal) -> ProposalLink:
    found = newest_link_of_renewal(row.id)
    link = link_with_all(found) if found else None
    if link is None:
        raise Http404
    return link
