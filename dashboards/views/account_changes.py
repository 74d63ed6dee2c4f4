"""Accounts that were ticked get another owner: what became of each, and the way back."""

from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dashboards.core.many import ManyResult, many_result
from dashboards.core.parts import Toast
from dashboards.queries.accounts import accounts_page
from dashboards.queries.owners import changeable_accounts
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from renewals.actions.owners import OwnerResult, hand_accounts_over
from renewals.core.errors import NamedError

UNDO_SECONDS = 15 * 60


@require_POST
@screen("accounts.change")
def owners(request: HttpRequest) -> HttpResponse:
    """Give every account that was ticked to one colleague; refused ones do not stop the others."""
    chosen = [pk for pk in map(small_number, request.POST.getlist("account")) if pk]
    owner = request.POST.get("owner", "")
    if not chosen or not owner:
        return _answer(request, error="Choose at least one account and whom they go to.")
    accounts = changeable_accounts(asker_of(request), chosen)
    wanted = {row.id: small_number(owner) for row in accounts}
    return _hand_over(request, wanted, absent=len(chosen) - len(accounts), verb="owner")


@require_POST
@screen("accounts.change")
def undo(request: HttpRequest) -> HttpResponse:
    """Give accounts back to whom they belonged: only what this person has just handed over, by our own signature."""
    try:
        kept = signing.loads(request.GET.get("kept", ""), salt=_salt(request), max_age=UNDO_SECONDS)
    except signing.BadSignature:
        return _answer(request, error="This can no longer be taken back. Hand the accounts over again instead.")
    before = {int(pk): person for pk, person in kept["before"].items()}
    return _hand_over(request, before, absent=0, verb="undo", given_to=kept["given_to"])


def _hand_over(
    request: HttpRequest, wanted: dict[int, int | None], *, absent: int, verb: str, given_to: int | None = None
) -> HttpResponse:
    try:
        found = hand_accounts_over(owners=wanted, by=request.actor, now=request.now, given_to=given_to)
    except NamedError as error:
        return _answer(request, error=" ".join(part for part in (error.what, error.remedy) if part))
    result = many_result(verb, [_row(each) for each in found], absent=absent)
    undo_href = _undo_href(request, found, wanted) if verb == "owner" else ""
    return _answer(request, result=result, toast=Toast(text=result.title, undo_href=undo_href))


def _row(found: OwnerResult) -> tuple[str, str, str]:
    said = (
        "" if found.refusal is None else " ".join(part for part in (found.refusal.what, found.refusal.remedy) if part)
    )
    return found.name, f"/accounts/{found.account_id}/", said


def _undo_href(request: HttpRequest, found: tuple[OwnerResult, ...], wanted: dict[int, int | None]) -> str:
    """Return where the change is taken back. Who gave an account away may not change it any more: so it is signed."""
    done = {each.account_id: each.owner_before_id for each in found if each.refusal is None}
    if not done:
        return ""
    given_to = next(iter(wanted.values()))
    kept = signing.dumps({"before": done, "given_to": given_to}, salt=_salt(request))
    return f"/accounts/changes/undo/?{urlencode({'kept': kept, 'back': request.POST.get('back', '')})}"


def _salt(request: HttpRequest) -> str:
    return f"accounts-undo:{request.workspace.id}:{request.user.id}"


def _answer(
    request: HttpRequest, *, result: ManyResult | None = None, toast: Toast | None = None, error: str = ""
) -> HttpResponse:
    back = request.POST.get("back") or request.GET.get("back", "")
    page = accounts_page(asker_of(request), QueryDict(back).dict())
    words = {"page": page, "table": page.table, "result": result, "toast": toast, "many_error": error}
    template = "accounts/answer.html" if request.htmx else "accounts/list.html"
    return render(request, template, words, status=422 if error else 200)
