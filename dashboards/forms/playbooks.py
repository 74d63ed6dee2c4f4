"""The small forms of /playbooks/: what a new draft is called and why, and what a new step or message is."""

from django import forms

from dashboards.core.playbooks.step_fields import KINDS


class NewPlaybookForm(forms.Form):
    """A playbook from nothing."""

    name = forms.CharField(label="Name of the new playbook", max_length=200)
    reason = forms.CharField(label="Why it is needed", max_length=300)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label="Why", max_length=300)


class ImportForm(forms.Form):
    """A definition from a file."""

    file = forms.FileField(label="Playbook as a file (TOML or JSON)")
    reason = forms.CharField(label="Why", max_length=300)


class NewStepForm(forms.Form):
    """A step to put into the flow; `place` is what it comes before, empty for the end."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=KINDS)
    phase = forms.CharField(label="Phase", required=False, max_length=60)
    place = forms.IntegerField(label="Before", required=False, min_value=0)
