"""The forms of who contributes which part to a proposal, and of the part itself."""

from datetime import date
from typing import Any

from django import forms

from dashboards.core.offers.contributions import FUNCTIONS
from offers.actions.contributors import LONGEST_TEXT, PartAsked


class PartForm(forms.Form):
    """Who is asked for which part."""

    person = forms.ChoiceField(label="Who")
    function = forms.ChoiceField(label="From", choices=list(FUNCTIONS.items()))
    title = forms.CharField(label="Which part", max_length=120, help_text="For example: what changed in the product.")
    due_on = forms.DateField(
        label="By", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, people: tuple[tuple[str, str], ...]) -> None:
        """Take who may be asked."""
        super().__init__(data)
        self.fields["person"].choices = list(people)

    def given(self) -> PartAsked:
        """Return the valid form as what is asked."""
        found = self.cleaned_data
        due: date | None = found["due_on"]
        return PartAsked(user_id=int(found["person"]), function=found["function"], title=found["title"], due_on=due)


class TextForm(forms.Form):
    """The words of one part, and whether they are done."""

    text = forms.CharField(
        label="Your part", required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6})
    )
    is_ready = forms.BooleanField(label="It is ready", required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
