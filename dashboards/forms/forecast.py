"""The forms of the forecast: one call, and a scenario's levers in per cent."""

from decimal import Decimal
from typing import Any

from django import forms

from dashboards.forms.offers import AMOUNT
from renewals.core.renewal_states import ForecastCategory
from signals.actions.forecast.calls import NewCall
from signals.core.forecast.calls import SURENESS
from signals.queries.library import forecast_rules

CATEGORIES = [(each.value, each.value.replace("_", " ").capitalize()) for each in reversed(SURENESS)]
HUNDRED = Decimal(100)


class CallForm(forms.Form):
    """What somebody says of a renewal; an adjustment asks for its reason."""

    category = forms.ChoiceField(label="Category", choices=CATEGORIES)
    amount = forms.DecimalField(label="Amount a year", **AMOUNT)
    chance = forms.DecimalField(
        label="Chance of renewal, %", required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )
    expansion = forms.DecimalField(label="May be sold on top", required=False, **AMOUNT)
    demand = forms.CharField(label="What they ask for", required=False, max_length=300)
    reason = forms.CharField(label="Why", required=False, max_length=300)
    seen_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, is_adjustment: bool, **more: Any) -> None:
        """Ask for the reason where one is needed."""
        super().__init__(data, **more)
        self.fields["reason"].required = is_adjustment
        self.fields["category"].widget.attrs["data-takes-focus"] = ""

    def call(self, renewal_id: int, *, is_adjustment: bool) -> NewCall:
        """Return the valid form as a call; an adjustment changes no renewal, so nothing can have overtaken it."""
        found = self.cleaned_data
        return NewCall(
            renewal_id=renewal_id,
            category=ForecastCategory(found["category"]),
            amount=found["amount"],
            likelihood=None if found["chance"] is None else float(found["chance"] / HUNDRED),
            expansion_amount=found["expansion"],
            demand=found["demand"],
            reason=found["reason"],
            seen_at=None if is_adjustment else found["seen_at"],
        )


class AdjustmentForm(forms.Form):
    """By how much the calls of a group are off as a whole, and why."""

    amount = forms.DecimalField(
        label="By how much a year",
        max_digits=18,
        decimal_places=2,
        help_text="In the workspace's currency. Below zero: the calls are too high. 0 takes the last one back.",
    )
    reason = forms.CharField(label="Why", max_length=300)


class ScenarioForm(forms.Form):
    """A name, and each lever in per cent; an empty one stays where it is."""

    name = forms.CharField(label="What if", max_length=120)

    def __init__(self, data: Any = None, **more: Any) -> None:
        """Have a field for each lever of the rules."""
        super().__init__(data, **more)
        for rule in forecast_rules().levers:
            self.fields[rule.key] = forms.DecimalField(
                label=f"{rule.name}, %",
                required=False,
                min_value=Decimal(str(round(100 * rule.lowest, 2))),
                max_value=Decimal(str(round(100 * rule.highest, 2))),
                max_digits=6,
                decimal_places=2,
                help_text=f"{round(100 * rule.lowest)} to {round(100 * rule.highest)}; {rule.evidence}",
            )

    def levers(self) -> dict[str, float]:
        """Return the levers that are moved."""
        found = ((rule.key, self.cleaned_data.get(rule.key)) for rule in forecast_rules().levers)
        return {key: float(value / HUNDRED) for key, value in found if value}
