"""The form by which a person invites a contact to the meeting of a task."""

from collections.abc import Sequence
from typing import Any

from django import forms

from playbooks.core.meetings import MAX_MINUTES, MIN_MINUTES


class MeetingForm(forms.Form):
    """Whom, when, for how long and where; the time is read in the zone the page names."""

    contact = forms.ChoiceField(label="Whom to invite", help_text="People there with a role and an address.")
    on = forms.DateField(label="Day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    at = forms.TimeField(label="Time", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    minutes = forms.IntegerField(label="Minutes", min_value=MIN_MINUTES, max_value=MAX_MINUTES)
    place = forms.CharField(label="Where", max_length=300, required=False, help_text="A place, or the link to join.")

    def __init__(self, *args: Any, contacts: Sequence[tuple[str, str]], zone: str, **options: Any) -> None:
        """`contacts` are ids and names; `zone` is the one the time is read in."""
        super().__init__(*args, **options)
        self.fields["contact"].choices = contacts
        self.fields["at"].help_text = f"As clocks show it in {zone.replace('_', ' ')}."
