"""The form that closes a renewal; whether the reasons fit is decided by the action."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from dashboards.queries.renewal_course import LossReview
from renewals.core.records import OutcomeRow
from renewals.core.renewals import OutcomeReason
from renewals.queries.library import outcome_reasons

ENDINGS = (("kept", "They stay"), ("lost", "They leave"))


class OutcomeForm(forms.Form):
    """Asks only for what a closed renewal needs."""

    ending = forms.ChoiceField(label="How did it end?", choices=ENDINGS, widget=forms.RadioSelect)
    final_amount = forms.DecimalField(
        label="Final amount a year", min_value=0, max_digits=18, decimal_places=4, required=False
    )
    primary_reason = forms.ChoiceField(label="Main reason")
    contributing_reasons = forms.MultipleChoiceField(
        label="Other reasons", required=False, widget=forms.CheckboxSelectMultiple
    )
    decided_on = forms.DateField(label="Decided on", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    comment = forms.CharField(
        label="In their words", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, currency: str, today: date) -> None:
        super().__init__(data, initial={"ending": "kept", "decided_on": today})
        reasons = outcome_reasons()
        self.fields["primary_reason"].choices = [("", "Choose one"), *_choices(reasons)]
        self.fields["contributing_reasons"].choices = _choices(reasons)
        self.fields["final_amount"].help_text = f"In {currency}. Not needed when they leave."

    def clean(self) -> dict[str, Any]:
        """Ask for the amount of those who stay."""
        found = super().clean() or {}
        if found.get("ending") == "kept" and found.get("final_amount") is None and "final_amount" not in self.errors:
            self.add_error("final_amount", "Write the amount that was agreed. 0 means that they leave.")
        return found

    def outcome(self, renewal_id: int) -> OutcomeRow:
        """Return the valid form as the record of an outcome."""
        found = self.cleaned_data
        is_lost = found["ending"] == "lost"
        return OutcomeRow(
            renewal_id=renewal_id,
            final_amount=Decimal(0) if is_lost else found["final_amount"],
            primary_reason=found["primary_reason"],
            decided_on=found["decided_on"],
            is_lost=is_lost,
            contributing_reasons=tuple(found["contributing_reasons"]),
            comment=found["comment"],
        )


def _choices(reasons: tuple[OutcomeReason, ...]) -> list[tuple[str, str]]:
    return [(reason.key, reason.name) for reason in reasons]


class ReviewForm(forms.Form):
    """What was learnt from a loss, and when to ask the account back."""

    findings = forms.CharField(label="What was found", max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))
    held_on = forms.DateField(label="Held on", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    win_back_on = forms.DateField(
        label="Ask them back on",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Empty: never.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, review: LossReview, today: date) -> None:
        kept = {"findings": review.findings, "held_on": review.held_on or today, "win_back_on": review.win_back_on}
        super().__init__(data, initial=kept)
