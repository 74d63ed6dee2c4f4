"""Pages by mail: subscribe to the page one comes from, see one's own, end one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.navigation import NAVIGATION
from dashboards.forms.subscriptions import SubscriptionForm
from dashboards.gathered import Gathered
from dashboards.mailing import Address, opened_for, page_address
from dashboards.queries.subscriptions import subscriptions_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.page_mail import Wanted, end_own_subscription, subscribe
from renewals.core.errors import NamedError, UnknownReference


@screen("saved_views.view")
def subscriptions(request: HttpRequest) -> HttpResponse:
    """Show one's pages by mail, and the form for the page that `page` names."""
    wanted = page_address(request.GET.get("page", ""))
    form = None if wanted is None else SubscriptionForm(initial={"page": _words(wanted), "every": "week"})
    return _show(request, form, wanted)


@require_POST
@screen("saved_views.change")
def subscription(request: HttpRequest) -> HttpResponse:
    """Subscribe to a page; it is opened once as the person sees it, so that what cannot be mailed is refused here."""
    form = SubscriptionForm(request.POST)
    wanted = page_address(request.POST.get("page", ""))
    if wanted is None:
        raise Http404
    if not form.is_valid():
        return _show(request, form, wanted, status=422)
    found = opened_for(request.user, request.workspace.id, wanted)
    if found is None:
        form.add_error(None, "This page has no table that could be mailed.")
        return _show(request, form, wanted, status=422)
    zone = request.workspace.timezone
    given = Wanted(path=wanted.path, query=wanted.query, title=_name(wanted, found), rhythm=form.rhythm(zone))
    try:
        subscribe(wanted=given, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return _show(request, form, wanted, status=422)
    messages.success(request, "The page will come by mail. What it says is read when it leaves.")
    return redirect("subscriptions")


@require_POST
@screen("saved_views.change")
def ending(request: HttpRequest, subscription_id: int) -> HttpResponse:
    """End one of one's own subscriptions."""
    try:
        end_own_subscription(subscription_id=subscription_id, by=request.actor, now=request.now)
    except UnknownReference:
        raise Http404 from None
    messages.success(request, "That page comes no more.")
    return redirect("subscriptions")


def _name(wanted: Address, found: Gathered | None) -> str:
    """Return what a page is called by what it is narrowed to; its title is of today's figures and will not hold."""
    titles = {page.address: page.title for group in NAVIGATION for page in group}
    name = titles.get(wanted.path) or (found.title if found else "") or wanted.path
    return ", ".join((name, *(found.filters if found else ())))


def _words(wanted: Address) -> str:
    return f"{wanted.path}?{wanted.query}" if wanted.query else wanted.path


def _show(
    request: HttpRequest, form: SubscriptionForm | None, wanted: Address | None, *, status: int = 200
) -> HttpResponse:
    found = None if wanted is None else opened_for(request.user, request.workspace.id, wanted)
    words = {
        "form": form,
        "wanted": "" if wanted is None else _words(wanted),
        "name": "" if wanted is None else _name(wanted, found),
        "rows": subscriptions_of(asker_of(request)),
        "zone": request.workspace.timezone.replace("_", " "),
    }
    return render(request, "subscriptions/page.html", words, status=status)
