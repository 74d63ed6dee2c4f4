"""The form of every decision about a risk model: the reason."""

from django import forms


class ReasonForm(forms.Form):
    """Why it is decided so."""

    reason = forms.CharField(label="Why", max_length=300, strip=True)
