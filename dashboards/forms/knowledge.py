"""The forms of what people know: a note, a score set by hand, a reason to withdraw either."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from signals.core.noted import BUDGET, SOFT_KINDS, STANDINGS
from signals.queries.noted import measures_by_hand

NOTE_DAYS, OVERRIDE_DAYS = 90, 30


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class NoteForm(forms.Form):
    """A dated fact about an account: politics, a competing priority, the budget, or a manual measure."""

    kind = forms.ChoiceField(label="What is it about?")
    standing = forms.ChoiceField(label="How does it stand?", required=False)
    number = forms.FloatField(label="Your number", required=False)
    text = forms.CharField(
        label="What do you know, and from whom?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    observed_on = _day("Seen on")
    budget_on = _day("Their budget is decided on", required=False)
    expires_on = _day("Counts until")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date, initial: Any = None) -> None:
        by_hand = measures_by_hand()
        shown = {"observed_on": today, "expires_on": today + timedelta(days=NOTE_DAYS), **(initial or {})}
        super().__init__(data, initial=shown)
        self.fields["kind"].choices = [*SOFT_KINDS.items(), *((each.kind, each.label) for each in by_hand)]
        self.fields["standing"].choices = [("", "–"), *((f"{value:g}", words) for value, words in STANDINGS.items())]
        if by_hand:
            scales = "; ".join(f"{each.label}: {each.low:g} to {each.high:g}, {each.meaning}" for each in by_hand)
            self.fields["number"].help_text = scales
        else:
            del self.fields["number"]

    def value(self) -> float | None:
        """Return the number noted; None when only a budget date was given."""
        given = self.cleaned_data
        if given["kind"] in SOFT_KINDS:
            return float(given["standing"]) if given["standing"] else None
        number: float | None = given.get("number")
        return number

    def clean_budget_on(self) -> date | None:
        """A budget date belongs to a note about the budget."""
        found: date | None = self.cleaned_data.get("budget_on")
        if found is not None and self.cleaned_data.get("kind") != BUDGET:
            raise forms.ValidationError("Choose “Budget” for a note with a budget date.")
        return found


class OverrideForm(forms.Form):
    """A score as a person sees it, why, and until when."""

    value = forms.FloatField(label="Your number, 0 to 100", min_value=0, max_value=100)
    reason = forms.CharField(
        label="What do you know that the rules do not?", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    expires_on = _day("Stands until")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        super().__init__(data, initial={"expires_on": today + timedelta(days=OVERRIDE_DAYS)}, auto_id="override_%s")
