"""The form of a page by mail: how often, on which day, at which hour."""

from django import forms

from dashboards.core.page_mail import DAYS
from playbooks.core.page_mail import Every, Rhythm

MORNING = 8
HOURS = 24


class SubscriptionForm(forms.Form):
    """When a page is to come; the day counts for a weekly one."""

    page = forms.CharField(widget=forms.HiddenInput, max_length=1300)
    every = forms.ChoiceField(label="How often", choices=[("week", "Every week"), ("day", "Every day")])
    weekday = forms.TypedChoiceField(
        label="On", choices=list(enumerate(DAYS)), coerce=int, help_text="Of a weekly mail."
    )
    hour = forms.TypedChoiceField(
        label="At", choices=[(hour, f"{hour:02}:00") for hour in range(HOURS)], coerce=int, initial=MORNING
    )

    def rhythm(self, zone: str) -> Rhythm:
        """Return the valid form as a rhythm in a zone."""
        found = self.cleaned_data
        return Rhythm(every=Every(found["every"]), weekday=found["weekday"], hour=found["hour"], zone=zone)
