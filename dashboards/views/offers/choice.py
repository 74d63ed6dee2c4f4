"""The next best offers, as a part of the pages of a renewal's proposal and of an account."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.parts import Link
from dashboards.queries.account import visible_account
from dashboards.queries.offers.choice import choice_card, next_renewal
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("proposals.view")
def renewal_offers(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show the next best offers of a renewal."""
    return _card(request, proposal_renewal(asker_of(request), renewal_id))


@screen("proposals.view")
def account_offers(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the next best offers of the renewal of an account that comes up first; Http404 without one in sight."""
    asker = asker_of(request)
    row = next_renewal(asker, visible_account(asker, account_id))
    if row is None:
        raise Http404
    return _card(request, row)


def _card(request: HttpRequest, row: Renewal) -> HttpResponse:
    """Answer with the part, or with a page of its own for who has no script."""
    words = {"card": choice_card(asker_of(request), row)}
    if request.htmx:
        return render(request, "offers/choice/card.html", words)
    crumbs = (Link(text=row.account.name, href=f"/accounts/{row.account_id}/"), Link(text="Next best offers"))
    return render(request, "offers/choice/page.html", words | {"name": row.account.name, "crumbs": crumbs})
