"""Settings: people, API keys, lifecycle, segments and exchange rates of a workspace."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.notices import WorkspaceClosedDaysForm
from dashboards.forms.settings import AddressesForm, ApiKeyForm, MemberForm, RateForm
from dashboards.queries.settings import PATH, settings_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.ownership import take_access_away
from renewals.actions.api_keys import create_api_key, revoke_api_key
from renewals.actions.settings import record_fx_rates
from renewals.actions.workspaces import MessageAddresses, NewMember, add_member, set_addresses
from renewals.core.errors import NamedError
from renewals.core.roles import Role, read_scope

FORMS: dict[str, type[Form]] = {
    "people": MemberForm,
    "keys": ApiKeyForm,
    "rates": RateForm,
    "closed": WorkspaceClosedDaysForm,
    "addresses": AddressesForm,
}
DOORS = {
    "people": (f"{PATH}people/", "Let a person in"),
    "keys": (f"{PATH}keys/", "Make the key"),
    "rates": (f"{PATH}rates/", "Keep the rate"),
    "closed": (f"{PATH}closed-days/", "Keep these days"),
    "addresses": (f"{PATH}addresses/", "Keep the addresses"),
}


@screen("settings.view")
def settings(request: HttpRequest) -> HttpResponse:
    """Show one part of the settings."""
    return show_settings(request, request.GET.get("part", "people"))


@require_POST
@screen("members.change")
def people(request: HttpRequest) -> HttpResponse:
    """Let a person into the workspace, or change the role of one who is in."""
    form = MemberForm(request.POST)
    if not form.is_valid():
        return show_settings(request, "people", form=form, status=422)
    given = form.cleaned_data
    member = NewMember(
        email=given["email"],
        role=Role(given["role"]),
        name=given["name"],
        team=given["team"],
        scope=read_scope(given["scope"]),
    )
    try:
        row = add_member(member=member, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return show_settings(request, "people", form=form, status=422)
    messages.success(request, f"{row.user.email} is in. A new person sets a password with “Forgot your password”.")
    return redirect(f"{PATH}?part=people")


@require_POST
@screen("members.change")
def member_removal(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take a person's access away."""
    try:
        row = take_access_away(membership_id=membership_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{row.user.email} has no access any more.")
    return redirect(f"{PATH}?part=people")


@require_POST
@screen("api_keys.change", is_sensitive=True)
def keys(request: HttpRequest) -> HttpResponse:
    """Make an API key; its secret is shown this once."""
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return show_settings(request, "keys", form=form, status=422)
    made = create_api_key(
        name=form.cleaned_data["name"], scopes=form.cleaned_data["scopes"], by=request.actor, now=request.now
    )
    return show_settings(request, "keys", secret=made.secret)


@require_POST
@screen("api_keys.change")
def key_revocation(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke an API key at once."""
    try:
        revoke_api_key(key_id=key_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The key is revoked.")
    return redirect(f"{PATH}?part=keys")


@require_POST
@screen("settings.change")
def rates(request: HttpRequest) -> HttpResponse:
    """Keep an exchange rate from a day on."""
    form = RateForm(request.POST)
    if not form.is_valid():
        return show_settings(request, "rates", form=form, status=422)
    given = form.cleaned_data
    try:
        record_fx_rates(
            rates={(given["currency"].upper(), given["rate_on"]): given["rate"]},
            origin=f"entered by {request.actor.label}",
            by=request.actor,
            now=request.now,
        )
    except NamedError as error:
        form.add_error(None, str(error))
        return show_settings(request, "rates", form=form, status=422)
    messages.success(request, "The rate is kept. Amounts shown from now on use it.")
    return redirect(f"{PATH}?part=rates")


@require_POST
@screen("settings.change")
def addresses(request: HttpRequest) -> HttpResponse:
    """Keep the addresses that messages print."""
    form = AddressesForm(request.POST)
    if not form.is_valid():
        return show_settings(request, "addresses", form=form, status=422)
    try:
        set_addresses(addresses=MessageAddresses(**form.cleaned_data), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return show_settings(request, "addresses", form=form, status=422)
    messages.success(request, "Kept. Messages written from now on use them.")
    return redirect(f"{PATH}?part=addresses")


def show_settings(
    request: HttpRequest, part: str, *, form: Form | None = None, secret: str = "", status: int = 200
) -> HttpResponse:
    """Show a part of the settings with its form, a new key's secret, or what was refused."""
    page = settings_page(asker_of(request), part)
    door = DOORS.get(page.part)
    words = {"page": page, "secret": secret}
    if door and page.may_change:
        kept = {name: getattr(request.workspace, name, "") for name in AddressesForm.base_fields}
        initial = kept if page.part == "addresses" else None
        words |= {"form": form or FORMS[page.part](initial=initial), "action": door[0], "submit": door[1]}
    return render(request, "settings/page.html", words, status=status)
