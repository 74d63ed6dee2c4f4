"""The small forms of /scores/: why a draft is started or refused, and a measure that people feed."""

from django import forms


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="Why", max_length=300)


class ManualMeasureForm(forms.Form):
    """A new measure that people feed on the account page."""

    label = forms.CharField(label="What people are asked", max_length=60, help_text="For example “Executive access”.")
    meaning = forms.CharField(label="What the answer means", max_length=200)
    low = forms.FloatField(label="Lowest answer", initial=1, min_value=0, max_value=100)
    high = forms.FloatField(label="Highest answer", initial=5, min_value=0, max_value=100)
    weight = forms.FloatField(label="Weight", initial=0.1, min_value=0, max_value=1000)
