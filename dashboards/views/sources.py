"""Signals: the sources, one source with its door, mapping and pull, and volumes."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.chart_drawing import draw
from dashboards.core.money import count_words
from dashboards.forms.sources import MappingForm, PullForm, SecretForm, SourceForm
from dashboards.queries.sources.listing import sources_page, volumes_page
from dashboards.queries.sources.page import kept_mapping, source_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from signals.actions.sources.deliveries import read_again
from signals.actions.sources.hooks import NewSecret, drop_old_secret, open_hook, replace_secret, set_hook_active
from signals.actions.sources.mapping import set_mapping
from signals.actions.sources.pulls import PullTerms, pull_soon, set_pull, set_pull_active
from signals.wake import wake_deliveries


@screen("signals.view")
def signals(request: HttpRequest) -> HttpResponse:
    """Show the sources, and the form of a new one for who may add one."""
    return _show_list(request, SourceForm())


@require_POST
@screen("sources.change", is_sensitive=True)
def sources(request: HttpRequest) -> HttpResponse:
    """Open the door of a new source; its secret is shown this once."""
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _show_list(request, form, status=422)
    found = form.cleaned_data
    by, now = request.actor, request.now
    try:
        given = {name: found[name] for name in ("key", "name", "scheme", "secret")}
        made = open_hook(**given, by=by, now=now)
        set_mapping(source_id=made.source.id, shape=found["shape"], paths={}, kinds={}, by=by, now=now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show_list(request, form, status=422)
    return _show(request, made.source.id, made=made)


@screen("signals.view")
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """Show one source."""
    return _show(request, source_id)


@require_POST
@screen("sources.change", is_sensitive=True)
def source_secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Make or take a new secret; the old one is accepted for another day."""
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _show(request, source_id, secret_form=form, status=422)
    try:
        made = replace_secret(source_id=source_id, **form.cleaned_data, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, source_id, secret_form=form, status=422)
    return _show(request, source_id, made=made)


@require_POST
@screen("sources.change", is_sensitive=True)
def source_old_secret(request: HttpRequest, source_id: int) -> HttpResponse:
    """Stop accepting the old secret now."""
    return _do(request, source_id, drop_old_secret, "The old secret is not accepted any more.")


@require_POST
@screen("sources.change")
def source_door(request: HttpRequest, source_id: int) -> HttpResponse:
    """Shut the door for messages or open it again."""
    is_active = request.POST.get("is_active") == "1"
    said = "Messages are let in." if is_active else "The door is shut: messages are turned away."
    return _do(request, source_id, set_hook_active, said, is_active=is_active)


@require_POST
@screen("sources.change")
def source_mapping(request: HttpRequest, source_id: int) -> HttpResponse:
    """Keep how events are read, or only try it on the last message."""
    form = MappingForm(request.POST)
    choice = form.choice()
    if "try" in request.POST:
        return _show(request, source_id, mapping_form=form, choice=choice)
    try:
        set_mapping(source_id=source_id, **choice, by=request.actor, now=request.now)
    except NamedError as error:
        form.full_clean()
        form.add_error(None, str(error))
        return _show(request, source_id, mapping_form=form, status=422)
    wake_deliveries()
    messages.success(request, "The mapping is kept. Messages that gave no signal before are read again.")
    return redirect("source", source_id=source_id)


@require_POST
@screen("sources.change")
def source_reading(request: HttpRequest, source_id: int) -> HttpResponse:
    """Have the messages read again that were not fully read."""
    count = read_again(source_id=source_id, by=request.actor, now=request.now)
    wake_deliveries()
    messages.success(request, f"{count_words(count, 'message')} will be read again.")
    return redirect("source", source_id=source_id)


@require_POST
@screen("sources.change", is_sensitive=True)
def source_pull(request: HttpRequest, source_id: int) -> HttpResponse:
    """Keep what is pulled and begin."""
    form = PullForm(request.POST)
    if not form.is_valid():
        return _show(request, source_id, pull_form=form, status=422)
    found = dict(form.cleaned_data)
    token = found.pop("token")
    try:
        set_pull(source_id=source_id, terms=PullTerms(**found), token=token, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, source_id, pull_form=form, status=422)
    messages.success(request, "It is pulled from now on. The first page comes within a minute.")
    return redirect("source", source_id=source_id)


@require_POST
@screen("sources.change")
def source_pulling(request: HttpRequest, source_id: int) -> HttpResponse:
    """Stop pulling, go on, or pull at once."""
    if "soon" in request.POST:
        return _do(request, source_id, pull_soon, "The next page comes within a minute.")
    is_active = request.POST.get("is_active") == "1"
    said = "Pulling goes on where it stopped." if is_active else "Nothing is pulled any more; the cursor is kept."
    return _do(request, source_id, set_pull_active, said, is_active=is_active)


@screen("signals.view")
def volumes(request: HttpRequest) -> HttpResponse:
    """Show signals by family and week."""
    page = volumes_page(asker_of(request))
    drawing = draw(page.drawing) if page.drawing else ""
    return render(request, "signals/volumes.html", {"page": page, "svg": drawing})


def _do(request: HttpRequest, source_id: int, action: Callable[..., object], said: str, **more: Any) -> HttpResponse:
    try:
        action(source_id=source_id, by=request.actor, now=request.now, **more)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("source", source_id=source_id)


def _show_list(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    page = sources_page(asker_of(request))
    return render(request, "signals/sources.html", {"page": page, "form": form}, status=status)


def _show(
    request: HttpRequest,
    source_id: int,
    *,
    made: NewSecret | None = None,
    choice: dict[str, Any] | None = None,
    status: int = 200,
    **forms: Form,
) -> HttpResponse:
    page = source_page(asker_of(request), source_id, choice=choice)
    if page is None:
        raise Http404
    words: dict[str, Any] = {"page": page, "is_tried": choice is not None}
    if page.may_change:
        words |= {
            "secret": made.shown if made else "",
            "secret_form": forms.get("secret_form") or SecretForm(initial={"scheme": page.door and page.door.scheme}),
            "mapping_form": forms.get("mapping_form") or MappingForm(kept=kept_mapping(source_id)),
            "pull_form": forms.get("pull_form") or PullForm(),
        }
    return render(request, "signals/source.html", words, status=status)
