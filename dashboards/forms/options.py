"""The cells of one option, and a line that is added to it; what a price may be, the core says."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms

from dashboards.forms.offers import AMOUNT, PERCENT
from offers.actions.scenarios import OptionContent
from offers.core.errors import PriceNotPossible
from offers.core.negotiation.scenarios import LONGEST_NAME
from offers.core.pricing import AddedLine, LineFacts, Wish
from renewals.core.errors import NamedError
from renewals.core.text import check_line

TERMS = ("offer", "term_months", "payment_days", "discount_percent", "ramp_percent")
QUANTITY = {"max_digits": 14, "decimal_places": 4, "min_value": 0}


class OptionForm(forms.Form):
    """One option of the table: its name, the offer, the terms, seats and a price by hand for every line."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)
    offer = forms.ChoiceField(label="Offer", required=False)
    term_months = forms.IntegerField(label="Term in months", min_value=1, max_value=120)
    payment_days = forms.IntegerField(label="Days to pay", min_value=0, max_value=365)
    discount_percent = forms.DecimalField(label="Discount in %", required=False, **PERCENT)
    ramp_percent = forms.DecimalField(label="Increase each further year in %", required=False, **PERCENT)

    def __init__(
        self,
        data: Any = None,
        *,
        key: int,
        letter: str,
        content: OptionContent,
        lines: Sequence[LineFacts],
        offers: tuple[tuple[str, str], ...],
    ) -> None:
        """Take what the option says now, the lines that come up, and the offers that may be made."""
        wish = content.wish
        super().__init__(data, prefix=f"option-{key}", initial=_initial(content))
        self.content, self.lines = content, tuple(lines)
        self.fields["offer"].choices = [("", "None"), *offers]
        for place, line in enumerate(self.lines):
            quantity = wish.quantities.get(line.key, line.quantity)
            self.fields[f"quantity_{place}"] = forms.DecimalField(
                label=f"Seats of {line.name}", required=False, initial=plain(quantity), **QUANTITY
            )
            asked = wish.asked.get(line.key)
            self.fields[f"asked_{place}"] = forms.DecimalField(
                label=f"Price of {line.name} by hand", required=False, initial=asked and plain(asked), **AMOUNT
            )
        for field in self.fields.values():
            marks = {"form": f"option-{key}", "class": f"input in-option-{key}"}
            field.widget.attrs |= marks | {"aria-label": f"{field.label}, option {letter}"}

    def given(self) -> OptionContent:
        """Return the valid form as what the option is to say; raises PriceNotPossible."""
        found = self.cleaned_data
        wish = replace(
            self.content.wish,
            term_months=found["term_months"],
            payment_days=found["payment_days"],
            discount_percent=found["discount_percent"] or Decimal(0),
            ramp_percent=found["ramp_percent"] or Decimal(0),
            quantities=self._quantities(),
            asked=self._asked(),
        )
        offer = found["offer"]
        return OptionContent(name=found["name"], wish=wish, offer_id=int(offer) if offer else None)

    def _quantities(self) -> dict[str, Decimal]:
        """Only where they differ from now; an empty cell is as now."""
        typed = {line.key: self.cleaned_data.get(f"quantity_{place}") for place, line in enumerate(self.lines)}
        now = {line.key: line.quantity for line in self.lines}
        return {key: value for key, value in typed.items() if value is not None and value != now[key]}

    def _asked(self) -> dict[str, Decimal]:
        own = {line.key: self.cleaned_data.get(f"asked_{place}") for place, line in enumerate(self.lines)}
        others = {key: value for key, value in self.content.wish.asked.items() if key not in own}
        return others | {key: value for key, value in own.items() if value is not None}


class AddedLineForm(forms.Form):
    """A line that is new in an option."""

    name = forms.CharField(label="What is added", max_length=120)
    quantity = forms.DecimalField(label="Seats or units", initial=1, **QUANTITY)
    list_amount = forms.DecimalField(label="List price a year, all of it", **AMOUNT)

    def clean_name(self) -> str:
        """Refuse what nobody sees."""
        try:
            return check_line(self.cleaned_data["name"], label="The name", longest=120, is_required=True)
        except NamedError as error:
            raise forms.ValidationError(str(error.what)) from error

    def line(self, wish: Wish) -> AddedLine:
        """Return the valid form as a line with a key that the wish does not have; raises PriceNotPossible."""
        found = self.cleaned_data
        taken = {line.key for line in wish.added}
        key = next(f"new-{number}" for number in range(1, len(taken) + 2) if f"new-{number}" not in taken)
        return AddedLine(key=key, name=found["name"], quantity=found["quantity"], list_amount=found["list_amount"])


def typed_option(form: OptionForm) -> tuple[OptionContent | None, str]:
    """Return what an option is to say, or None with what is wrong with it, field by field."""
    if not form.is_valid():
        wrong = (f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items())
        return None, "Not kept. " + " ".join(wrong)
    try:
        return form.given(), ""
    except PriceNotPossible as error:
        return None, f"Not kept. {error.what} {error.remedy}".strip()


def plain(value: Decimal) -> str:
    """Return a number as a person types it: without zeros behind it."""
    return f"{value.normalize():f}"


def _initial(content: OptionContent) -> dict[str, Any]:
    wish = content.wish
    return {
        "name": content.name,
        "offer": str(content.offer_id or ""),
        "term_months": wish.term_months,
        "payment_days": wish.payment_days,
        "discount_percent": plain(wish.discount_percent),
        "ramp_percent": plain(wish.ramp_percent),
    }
