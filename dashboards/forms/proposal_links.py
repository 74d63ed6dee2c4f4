"""The form that presents a proposal: for whom, until when; whether that can be is decided by the action."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from offers.core.links import USUAL_VALIDITY


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class LinkForm(forms.Form):
    """Asks for the person and the last day; without a day it holds as long as usual."""

    contact = forms.ChoiceField(label="For whom", required=False)
    valid_until = _day("Valid until the end of")

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        contacts: Sequence[tuple[str, str]],
        today: date,
    ) -> None:
        usual = {"valid_until": today + USUAL_VALIDITY}
        if data is not None and "valid_until" not in data:
            data = {**data.dict(), **usual}
        super().__init__(data, initial=usual | {"contact": contacts[0][0] if contacts else ""})
        self.fields["contact"].choices = [*contacts, ("", "Nobody in particular: I hand the link over")]

    @property
    def contact_id(self) -> int | None:
        """Return who was chosen, None for nobody in particular."""
        chosen = self.cleaned_data["contact"]
        return int(chosen) if chosen else None


class ValidityForm(forms.Form):
    """Asks for another last day of a link."""

    valid_until = _day("Valid until the end of")
