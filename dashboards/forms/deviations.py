"""The form by which a person does one step otherwise than its playbook says."""

from collections.abc import Sequence
from typing import Any

from django import forms

from playbooks.core.facts import DeviationKind

CHOICES = (
    (DeviationKind.SKIP.value, "Skip it"),
    (DeviationKind.RETIME.value, "Do it on another day"),
    (DeviationKind.SWAP.value, "Swap it with another step"),
    (DeviationKind.ALTERNATIVE.value, "Do something else instead"),
    (DeviationKind.AS_PLANNED.value, "As the playbook says"),
)


class DeviationForm(forms.Form):
    """How the step is done, and why; which of the other fields is needed depends on how."""

    kind = forms.ChoiceField(label="How", choices=CHOICES, widget=forms.RadioSelect)
    due_on = forms.DateField(
        label="Which day",
        required=False,
        help_text="For another day.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    with_step = forms.ChoiceField(label="With which step", required=False, help_text="For a swap.")
    what = forms.CharField(
        label="What instead", required=False, max_length=200, help_text="It becomes a task with this title."
    )
    reason = forms.CharField(label="Why", max_length=300, help_text="It stands with the step and is counted.")

    def __init__(self, *args: Any, others: Sequence[tuple[str, str]], **options: Any) -> None:
        """`others` are the steps it may be swapped with, key and name."""
        super().__init__(*args, **options)
        self.fields["with_step"].choices = [("", "None"), *others]
