"""The forms of a loss: who asks the account back and when, and what it came to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from dashboards.core.loss_words import ANSWERS
from renewals.actions.win_backs import WinBackAnswer


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class PlanForm(forms.Form):
    """Who asks them back, and on which day."""

    owner = forms.TypedChoiceField(label="Who asks", coerce=int)
    win_back_on = _day("On", required=False, help_text="Empty: never.")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, people: tuple[tuple[str, str], ...], initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["owner"].choices = people


class AnswerForm(forms.Form):
    """What they answered."""

    result = forms.ChoiceField(label="They", choices=[(key, words) for key, (words, _) in ANSWERS.items()])
    asked_on = _day("Asked on")
    again_on = _day("Ask again on", required=False, help_text="For 'ask again later'.")
    note = forms.CharField(label="Note", max_length=300, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"asked_on": today})

    @property
    def answer(self) -> WinBackAnswer:
        """Return the valid form as an answer."""
        return WinBackAnswer(**{name: self.cleaned_data[name] for name in ("result", "asked_on", "again_on", "note")})
