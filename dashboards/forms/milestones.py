"""The forms of a success milestone: what is agreed, that it was reached, who of them confirms it, why it ends."""

from collections.abc import Iterable
from typing import Any

from django import forms

from renewals.core.milestones import LONGEST_NAME, LONGEST_REASON


def _day(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


class PlanForm(forms.Form):
    """What is agreed with the account, and by when."""

    name = forms.CharField(
        label="What is agreed",
        max_length=LONGEST_NAME,
        help_text="In their words, such as: month-end close in three days.",
    )
    target_on = _day("By", required=False, help_text="Empty while no day is agreed.")


class ReachForm(forms.Form):
    """When it was reached, and what shows it."""

    achieved_on = _day("Reached on")
    evidence = forms.CharField(
        label="What shows it",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: their report of March, minutes of the value review.",
    )


class ConfirmForm(forms.Form):
    """Who of the account says that it was reached, and when they said so."""

    contact = forms.TypedChoiceField(label="Who of them confirms it", coerce=int)
    confirmed_on = _day("On")

    def __init__(self, data: Any = None, *, contacts: Iterable[tuple[int, str]], **more: Any) -> None:
        """Offer the people of the account."""
        super().__init__(data, **more)
        self.fields["contact"].choices = list(contacts)


class DropForm(forms.Form):
    """Why it is aimed at no more."""

    reason = forms.CharField(
        label="Why it is dropped", max_length=LONGEST_REASON, help_text="Such as: they sold that line of business."
    )
