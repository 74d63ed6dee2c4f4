"""The form of what a milestone brings an account in a year: how much, who says so, when, and what shows it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from dashboards.forms.offers import AMOUNT
from renewals.core.gains import LONGEST_EVIDENCE, LONGEST_NAME, GainStated


class GainForm(forms.Form):
    """All of it is needed: an amount without its source is no gain."""

    amount = forms.DecimalField(label="Gain a year", help_text="In their words and their money.", **AMOUNT)
    currency = forms.ChoiceField(label="Currency")
    said_by = forms.CharField(
        label="Who says so", max_length=LONGEST_NAME, help_text="A person of the account, or a paper."
    )
    said_on = forms.DateField(label="On", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    evidence = forms.CharField(
        label="What shows it",
        max_length=LONGEST_EVIDENCE,
        help_text="Such as: minutes of the value review, page 3 of their report.",
    )

    def __init__(self, data: Any = None, *, today: date, currencies: Iterable[str], **more: Any) -> None:
        """Begin with today and what is known."""
        super().__init__(data, **more)
        self.initial = {"said_on": today, **self.initial}
        self.fields["currency"].choices = [(code, code) for code in currencies]

    @property
    def stated(self) -> GainStated:
        """Return the valid form as what was said."""
        return GainStated(**self.cleaned_data)
