"""The inbox of signals whose account is not known: match names to accounts, take that back, fold two records."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.money import count_words
from dashboards.forms.sources import FoldForm
from dashboards.queries.sources.unmatched import account_named, field_parts, unmatched_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from renewals.core.roles import Scope, can
from signals.actions.intake.matching import fold_account, match_name, take_match_back

MOST_NAMES = 200
UNKNOWN = "No single account is called so. Give its id."


@screen("signals.view")
def unmatched(request: HttpRequest) -> HttpResponse:
    """Show what is held."""
    return _show(request, FoldForm())


@require_POST
@screen("signals.change")
def matches(request: HttpRequest) -> HttpResponse:
    """Match every name that was given an account; those that cannot be matched keep what was typed."""
    _check_reach(request)
    everywhere = "everywhere" in request.POST
    wrong: dict[str, tuple[str, str]] = {}
    moved = count = 0
    given = {field: str(words) for field, words in request.POST.items() if field_parts(field) and words}
    for field, words in list(given.items())[:MOST_NAMES]:
        try:
            moved += _match(request, field, words, everywhere=everywhere)
            count += 1
        except NamedError as error:
            wrong[field] = (words, error.what)
    if count:
        messages.success(request, f"{count_words(count, 'name')} matched; {count_words(moved, 'signal')} entered.")
    if wrong:
        return _show(request, FoldForm(), wrong=wrong, status=422)
    return redirect("unmatched")


@require_POST
@screen("signals.change")
def match_removal(request: HttpRequest, alias_id: int) -> HttpResponse:
    """Take a match back: its signals wait again."""
    _check_reach(request)
    try:
        gone = take_match_back(alias_id=alias_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Taken back. {count_words(gone.signals_count, 'signal')} left the account.")
    return redirect("unmatched")


@require_POST
@screen("signals.change")
def folds(request: HttpRequest) -> HttpResponse:
    """Let the signals of one account count for another, and later ones go there."""
    _check_reach(request)
    form = FoldForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    asker = asker_of(request)
    ids = {name: account_named(asker, form.cleaned_data[name]) for name in ("folded", "into")}
    for name, account_id in ids.items():
        if account_id is None:
            form.add_error(name, UNKNOWN)
    if form.errors:
        return _show(request, form, status=422)
    try:
        made = fold_account(folded_id=ids["folded"], into_id=ids["into"], by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, form, status=422)
    said = f"{count_words(made.signals_count, 'signal')} now count for {made.alias.account.name} as well."
    messages.success(request, said)
    return redirect("unmatched")


def _match(request: HttpRequest, field: str, words: str, *, everywhere: bool) -> int:
    source_id, name = field_parts(field) or (0, "")
    account_id = account_named(asker_of(request), words)
    if account_id is None:
        raise NamedError(UNKNOWN)
    source = None if everywhere else source_id
    made = match_name(name=name, source_id=source, account_id=account_id, by=request.actor, now=request.now)
    return made.signals_count


def _check_reach(request: HttpRequest) -> None:
    """Whoever matches moves signals between any accounts, so the right must reach all of them."""
    if not can(request.member, "signals.change", record=Scope.ALL):
        raise PermissionDenied("signals.change")


def _show(
    request: HttpRequest, form: FoldForm, *, wrong: dict[str, tuple[str, str]] | None = None, status: int = 200
) -> HttpResponse:
    page = unmatched_page(asker_of(request), request.GET.dict(), typed=wrong or {})
    return render(request, "signals/unmatched.html", {"page": page, "fold_form": form}, status=status)
