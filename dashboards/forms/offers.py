"""The forms of proposals, answers and drafts of rules; what a price may be, the core says."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from offers.core.errors import PriceNotPossible
from offers.core.pricing import Wish

PERCENT = {"max_digits": 7, "decimal_places": 3, "min_value": 0, "max_value": 100}
AMOUNT = {"max_digits": 18, "decimal_places": 4, "min_value": 0}


class ProposalForm(forms.Form):
    """An offer, its terms, a discount, and a price by hand for single lines."""

    offer = forms.ChoiceField(label="Offer", required=False)
    discount_percent = forms.DecimalField(label="Discount in %", required=False, **PERCENT)
    term_months = forms.IntegerField(label="Term in months", min_value=1, max_value=120)
    payment_days = forms.IntegerField(label="Days to pay", min_value=0, max_value=365)
    note = forms.CharField(label="What changed", max_length=300, required=False)

    def __init__(
        self,
        *args: Any,
        offers: tuple[tuple[str, str], ...],
        lines: Mapping[str, str],
        kept: Wish | None = None,
        **more: Any,
    ) -> None:
        """Take the offers that may be made, the lines by key, and the wish of the version that is changed.

        What the form does not ask (seats, new lines, yearly increase) stays as in that wish.
        """
        super().__init__(*args, **more)
        self.kept = kept or Wish()
        self.fields["offer"].choices = [("", "None: the policy's own price"), *offers]
        self.lines = dict(enumerate(lines))
        for place, (key, name) in enumerate(lines.items()):
            asked = (self.initial.get("asked") or {}).get(key)
            self.fields[f"asked_{place}"] = forms.DecimalField(
                label=f"Price of {name} by hand", required=False, initial=asked, **AMOUNT
            )
            units = (self.initial.get("units") or {}).get(key)
            self.fields[f"units_{place}"] = forms.DecimalField(
                label=f"Units of {name} a year",
                required=False,
                initial=units,
                help_text="Empty: as the offer counts them. Others need a word why, above.",
                **AMOUNT,
            )

    @property
    def terms(self) -> tuple[forms.BoundField, ...]:
        """Return the fields of the whole."""
        return tuple(self[name] for name in ("offer", "discount_percent", "term_months", "payment_days", "note"))

    @property
    def by_line(self) -> tuple[forms.BoundField, ...]:
        """Return the fields of single lines."""
        return tuple(self[name] for name in self.fields if name.startswith(("asked_", "units_")))

    @property
    def offer_id(self) -> int | None:
        """Return the chosen offer of a valid form, None for none."""
        chosen = self.cleaned_data.get("offer")
        return int(chosen) if chosen else None

    def wish(self) -> Wish:
        """Return the valid form as a wish; raises PriceNotPossible."""
        found = self.cleaned_data
        return replace(
            self.kept,
            term_months=found["term_months"],
            payment_days=found["payment_days"],
            discount_percent=found["discount_percent"] or Decimal(0),
            asked=self._others("asked") | self._by_line("asked"),
            units=self._others("units") | self._by_line("units"),
        )

    def _others(self, what: str) -> dict[str, Decimal]:
        own = set(self.lines.values())
        return {key: value for key, value in getattr(self.kept, what).items() if key not in own}

    def _by_line(self, what: str) -> dict[str, Decimal]:
        values = {key: self.cleaned_data.get(f"{what}_{place}") for place, key in self.lines.items()}
        return {key: value for key, value in values.items() if value is not None}


class TrialForm(forms.Form):
    """An invented account and price, to see what a policy says of it."""

    prior = forms.DecimalField(label="Price of the ending term", initial=10000, **AMOUNT)
    discount_percent = forms.DecimalField(label="Discount in %", initial=0, **PERCENT)
    term_months = forms.IntegerField(label="Term in months", min_value=1, max_value=120, initial=12)
    payment_days = forms.IntegerField(label="Days to pay", min_value=0, max_value=365, initial=30)
    tier = forms.ChoiceField(
        label="Tier", choices=[("basic", "Basic"), ("growth", "Growth"), ("strategic", "Strategic")], initial="growth"
    )
    region = forms.CharField(label="Region", max_length=60, required=False, initial="North America")


class AgreedForm(forms.Form):
    """What the contract says about its next price, and where."""

    uplift_percent = forms.DecimalField(
        label="Agreed price uplift in %", required=False, max_digits=7, decimal_places=3
    )
    cap_percent = forms.DecimalField(label="Agreed cap in %", required=False, max_digits=7, decimal_places=3)
    where = forms.CharField(label="Document and clause", max_length=300)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one of the two."""
        found = super().clean() or {}
        if not self.errors and found.get("uplift_percent") is None and found.get("cap_percent") is None:
            self.add_error("cap_percent", "Give the price uplift or the cap that the contract names.")
        return found


def typed_wish(form: ProposalForm) -> tuple[Wish | None, str]:
    """Return the wish of a form, or None with what is wrong with it."""
    if not form.is_valid():
        return None, "Some values cannot be used: see the marked fields."
    try:
        return form.wish(), ""
    except PriceNotPossible as error:
        return None, str(error)
