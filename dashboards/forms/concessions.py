"""The forms of a concession: what is given for what, whether they did their part, and that it came back."""

from datetime import date
from typing import Any

from django import forms

from dashboards.core.offers.concessions import GETS, GIVES
from dashboards.forms.offers import AMOUNT
from offers.actions.concessions import Concluded, Settled
from offers.core.negotiation.concessions import Get, GetKind, Give, GiveKind
from renewals.core.money import Money


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class ConcessionForm(forms.Form):
    """A give and, if they do something in return, its get."""

    kind = forms.ChoiceField(label="We give", choices=list(GIVES.items()))
    what = forms.CharField(label="In words", max_length=300)
    amount = forms.DecimalField(label="Worth a year", **AMOUNT)
    starts_on = _day("From")
    expires_on = _day("Until", help_text="After this day the price comes back.")
    reason = forms.CharField(label="Why we give it", max_length=300)
    get_kind = forms.ChoiceField(label="They do", choices=[("", "Nothing in return"), *GETS.items()], required=False)
    get_what = forms.CharField(label="In words, what they do", max_length=300, required=False)
    get_due_on = _day("They do it by", required=False)
    no_get_reason = forms.CharField(
        label="Why for nothing", max_length=300, required=False, help_text="Only where they do nothing in return."
    )

    def __init__(self, *args: Any, currency: str, **more: Any) -> None:
        """Take the currency of the renewal."""
        super().__init__(*args, **more)
        self.currency = currency
        self.fields["amount"].label = f"Worth a year, in {currency}"

    def clean(self) -> dict[str, Any]:
        """A get needs its words and its day."""
        found = super().clean() or self.cleaned_data
        if found.get("get_kind"):
            for name in ("get_what", "get_due_on"):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, "Say what they do and by when.")
        elif found.get("get_what") or found.get("get_due_on"):
            self.add_error("get_kind", "Choose what they do.")
        elif not found.get("no_get_reason"):
            self.add_error("no_get_reason", "Name what they do in return, or say why there is nothing.")
        return found

    def concluded(self) -> Concluded:
        """Return the valid form as a give with its get."""
        found = self.cleaned_data
        give = Give(
            kind=GiveKind(found["kind"]),
            what=found["what"],
            amount=Money(found["amount"], self.currency),
            starts_on=found["starts_on"],
            expires_on=found["expires_on"],
            reason=found["reason"],
        )
        get = None
        if found["get_kind"]:
            get = Get(kind=GetKind(found["get_kind"]), what=found["get_what"], due_on=found["get_due_on"])
        return Concluded(give=give, get=get, no_get_reason="" if get else found["no_get_reason"])


class SettleForm(forms.Form):
    """Whether they did their part."""

    done = forms.ChoiceField(label="They", choices=[("yes", "did it"), ("no", "did not do it")])
    on = _day("On")
    note = forms.CharField(label="By what one sees it, or why not", max_length=300)

    def settled(self) -> Settled:
        """Return the valid form as what became of a get."""
        found = self.cleaned_data
        return Settled(is_delivered=found["done"] == "yes", on=found["on"], note=found["note"])


class EndForm(forms.Form):
    """From which day it is not given any more."""

    ended_on = _day("From")
    reason = forms.CharField(label="How it came back", max_length=300)


def first_values(*, starts_on: date, expires_on: date) -> dict[str, Any]:
    """Return what the form of a new concession begins with: the term that follows."""
    return {"kind": GiveKind.PRICE.value, "starts_on": starts_on, "expires_on": expires_on}
