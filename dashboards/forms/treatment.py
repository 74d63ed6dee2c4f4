"""The forms of how accounts are treated: people only, pauses, touch budgets, absences, capacity."""

from typing import Any

from django import forms

DAY = {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}


class HumanOnlyForm(forms.Form):
    """People alone write to an account, why, and until when."""

    reason = forms.CharField(label="Why", max_length=300)
    until_on = forms.DateField(
        label="Until", required=False, help_text="The last day. Empty: until somebody switches it off.", **DAY
    )


class PauseForm(forms.Form):
    """Days an account asked us to stay away."""

    from_on = forms.DateField(label="From", **DAY)
    until_on = forms.DateField(label="Until", help_text="The last day of the pause.", **DAY)
    asked_by = forms.CharField(label="Who asked", max_length=150)
    reason = forms.CharField(label="Why", max_length=300)


class ReleaseForm(forms.Form):
    """Why an account is let out of its holdouts."""

    reason = forms.CharField(label="Why", max_length=300)


class HoldoutForm(forms.Form):
    """What share of the accounts the whole workspace holds out, and why."""

    percent = forms.IntegerField(label="Held out, in % of the accounts", min_value=0, max_value=50)
    reason = forms.CharField(label="Why", max_length=300)


class BudgetForm(forms.Form):
    """How many touches fit into how many days, and how far apart they lie."""

    max_touches = forms.IntegerField(label="Touches at most", min_value=1, max_value=1000)
    per_days = forms.IntegerField(label="Within days", min_value=1, max_value=365)
    min_gap_days = forms.IntegerField(label="Days between two", min_value=0, max_value=90)


class AccountBudgetForm(BudgetForm):
    """A tighter budget of one account, with its reason."""

    reason = forms.CharField(label="Why", max_length=200)


class AbsenceForm(forms.Form):
    """When somebody is away, who stands in, and which kinds of work wait instead."""

    person = forms.ChoiceField(label="Who is away")
    from_on = forms.DateField(label="From", **DAY)
    until_on = forms.DateField(label="Until", help_text="The last day away.", **DAY)
    delegate = forms.ChoiceField(
        label="Who stands in", required=False, help_text="Nobody: everything waits for the return."
    )
    shifted = forms.MultipleChoiceField(
        label="Waits for the return",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("call", "Calls"), ("meeting", "Meetings"), ("task", "Tasks")],
        help_text="What is not ticked goes to the person who stands in.",
    )
    reason = forms.CharField(label="Note", max_length=200, required=False)

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], everybody: list[tuple[str, str]], **options: Any
    ) -> None:
        """Offer whom the asker may speak for, and everybody as the one who stands in."""
        super().__init__(*args, **options)
        self.fields["person"].choices = people
        self.fields["delegate"].choices = [("", "Nobody"), *everybody]


class CapacityForm(forms.Form):
    """How many tasks a person does in a day."""

    person = forms.ChoiceField(label="Person")
    capacity = forms.IntegerField(label="Tasks a day", min_value=1, max_value=200)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        """Offer whom the asker may speak for."""
        super().__init__(*args, **options)
        self.fields["person"].choices = people
