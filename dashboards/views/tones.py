"""The tone of one message: what was read, and the word of a person who knows better."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboards.core.dates import instant_cell
from dashboards.forms.sources import ToneForm
from dashboards.queries.account import visible_account
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from renewals.queries.accounts import accounts
from renewals.queries.people import visible_to
from signals.actions.tones import correct_tone
from signals.queries.tones import text_signal
from signals.wake import wake_scores_on_commit


@screen("signals.change")
def tone(request: HttpRequest, account_id: int, signal_id: int) -> HttpResponse:
    """Show a message with its tone, or keep what a person says about it."""
    asker = asker_of(request)
    account = visible_account(asker, account_id)
    found = text_signal(account_id, signal_id)
    if found is None or not visible_to(accounts(), asker.member, "signals.change").filter(id=account_id).exists():
        raise Http404
    said = found.correction.tone if found.correction else None
    form = ToneForm(request.POST or None, initial={"tone": "" if said is None else f"{said:g}"})
    if request.method == "POST" and form.is_valid():
        chosen = float(form.cleaned_data["tone"])
        try:
            correct_tone(account_id=account_id, signal_id=signal_id, tone=chosen, by=request.actor, now=request.now)
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            wake_scores_on_commit()
            messages.success(request, "Kept. From now on it counts so, and later messages are read better by it.")
            return redirect("account", account_id=account_id)
    at = instant_cell(found.occurred_at, now=asker.now, zone=asker.workspace.timezone)
    words = {"account": account, "found": found, "form": form, "at": at}
    return render(request, "signals/tone.html", words, status=422 if form.errors else 200)
