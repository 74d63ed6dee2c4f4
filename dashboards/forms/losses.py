"""The forms of a loss: who asks the account back and when, and what it came to."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from dashboards.core.loss_words import ANSWERS
from dashboards.core.wording import title
from renewals.actions.win_backs import Signed, WinBackAnswer, WinBackPlan
from renewals.core.renewal_states import RenewalStage

OPEN = tuple(each for each in RenewalStage if each is not RenewalStage.CLOSED)


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def _amount(label: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, **options)


class PlanForm(forms.Form):
    """Who asks them back and when, how far it is, and what is hoped for."""

    owner = forms.TypedChoiceField(label="Who asks", coerce=int)
    win_back_on = _day("On", required=False, help_text="Empty: never.")
    stage = forms.TypedChoiceField(label="Stage", coerce=RenewalStage, choices=[(each, title(each)) for each in OPEN])
    amount = _amount("Hoped for, a year", required=False)
    expected_on = _day("Sign by", required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, people: tuple[tuple[str, str], ...], initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["owner"].choices = people

    @property
    def plan(self) -> WinBackPlan:
        """Return the valid form as a plan."""
        given = dict(self.cleaned_data)
        return WinBackPlan(owner_id=given.pop("owner"), **given)


class AnswerForm(forms.Form):
    """What they answered; that they came back needs the contract they came back with."""

    result = forms.ChoiceField(label="They")
    asked_on = _day("Asked on")
    again_on = _day("Ask again on", required=False, help_text="For 'ask again later'.")
    contract = forms.TypedChoiceField(
        label="Came back with",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="A contract begun since they left.",
    )
    note = forms.CharField(label="Note", max_length=300, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, today: date, contracts: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(data, initial={"asked_on": today})
        self.fields["result"].choices = [
            (key, words) for key, (words, _) in ANSWERS.items() if contracts or key != "won"
        ]
        if contracts:
            self.fields["contract"].choices = (("", "Choose"), *contracts)
        else:
            del self.fields["contract"]

    @property
    def answer(self) -> WinBackAnswer:
        """Return the valid form as an answer."""
        given = {name: self.cleaned_data[name] for name in ("result", "asked_on", "again_on", "note")}
        return WinBackAnswer(contract_id=self.cleaned_data.get("contract"), **given)


class SignForm(forms.Form):
    """The contract they come back with."""

    external_id = forms.CharField(
        label="Contract number",
        max_length=200,
        required=False,
        help_text="Empty: the old number, with “-back-1” behind it.",
    )
    starts_on = _day("Begins on")
    months = forms.IntegerField(label="Months", min_value=1, max_value=120)
    amount = _amount("Price a year")

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="sign_%s")

    @property
    def signed(self) -> Signed:
        """Return the valid form as a signed contract."""
        return Signed(**self.cleaned_data)
