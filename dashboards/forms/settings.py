"""The forms of /settings/: a new member, a new API key, an exchange rate."""

from django import forms

from dashboards.core.wording import title
from renewals.core.api_scopes import API_SCOPES
from renewals.core.roles import Role

SCOPES = (("", "As the role has it"), ("own", "Own records"), ("team", "The team's records"), ("all", "All records"))


class MemberForm(forms.Form):
    """A person to let in; a new one sets a password by the link "Forgot your password"."""

    email = forms.EmailField(label="E-mail address", max_length=254)
    name = forms.CharField(label="Name", max_length=150, required=False)
    role = forms.ChoiceField(label="Role", choices=[(role.value, title(role.value)) for role in Role])
    team = forms.CharField(label="Team", max_length=120, required=False)
    scope = forms.ChoiceField(label="Records", choices=SCOPES, required=False)


class ApiKeyForm(forms.Form):
    """A key for a program and what it may do."""

    name = forms.CharField(label="What it is for", max_length=120)
    scopes = forms.MultipleChoiceField(
        label="May", choices=list(API_SCOPES.items()), widget=forms.CheckboxSelectMultiple
    )


class AddressesForm(forms.Form):
    """What messages say about us; without one, a message says something else or waits for a person."""

    postal_address = forms.CharField(
        label="Postal address", max_length=300, required=False, help_text="In the footer; marketing needs it."
    )
    booking_url = forms.CharField(
        label="Booking page",
        max_length=300,
        required=False,
        help_text="Where a meeting is booked. {owner} stands for the owner's e-mail address.",
    )
    resources_url = forms.CharField(
        label="Self-serve renewal page", max_length=300, required=False, help_text="With guides, for small accounts."
    )


class RateForm(forms.Form):
    """Units of the workspace's currency for one unit of another, from a day on."""

    currency = forms.CharField(label="Currency", min_length=3, max_length=3)
    rate_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    rate = forms.DecimalField(label="Rate", max_digits=20, decimal_places=10)
