"""The form of a new plan of offers: budget, weeks, approvals, how far ahead."""

from typing import Any

from django import forms

WEEKS = ((4, "4 weeks"), (8, "8 weeks"), (13, "A quarter"))
DAYS = ((60, "60 days"), (120, "120 days"), (180, "180 days"), (365, "A year"))


class PlanForm(forms.Form):
    """A new plan; what is left empty is no limit."""

    budget = forms.DecimalField(
        label="Budget",
        required=False,
        min_value=0,
        max_digits=15,
        decimal_places=2,
        help_text="First year's discounts and the cost of tasks. Empty: no limit.",
    )
    most_asked = forms.IntegerField(
        label="Requests of each level",
        required=False,
        min_value=0,
        max_value=10_000,
        help_text="Empty: no limit.",
    )
    weeks = forms.TypedChoiceField(label="Work of", choices=WEEKS, coerce=int, initial=8)
    days_ahead = forms.TypedChoiceField(label="Renewals due within", choices=DAYS, coerce=int, initial=120)

    def __init__(self, data: Any = None, *, currency: str) -> None:
        """Say in which currency the budget is."""
        super().__init__(data)
        self.fields["budget"].label = f"Budget in {currency}"
