"""The forms of what is known of a negotiation, and of its credit split."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from dashboards.core.offers.notes import KINDS, SOURCES
from dashboards.forms.offers import AMOUNT
from offers.actions.notes import NoteGiven, SplitGiven
from offers.core.negotiation.credit import Share, even_split
from offers.core.negotiation.facts import NoteKind, NoteSource

ROWS = 5


class NoteForm(forms.Form):
    """A competitor, an objection or an opening."""

    kind = forms.ChoiceField(label="What", choices=list(KINDS.items()))
    subject = forms.CharField(label="Who or which", max_length=120, help_text="The competitor, objection or product.")
    comment = forms.CharField(label="In their words", max_length=600, required=False)
    amount = forms.DecimalField(
        label="An opening's worth a year", required=False, help_text="Only for openings.", **AMOUNT
    )
    source = forms.ChoiceField(label="Heard", choices=[each for each in SOURCES.items() if each[0] != "tree"])
    heard_on = forms.DateField(label="On", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, data: Any = None, *, today: date, **more: Any) -> None:
        """Begin with today."""
        super().__init__(data, initial={"heard_on": today}, **more)

    def given(self) -> NoteGiven:
        """Return the valid form as what was heard."""
        found = self.cleaned_data
        return NoteGiven(
            kind=NoteKind(found["kind"]),
            subject=found["subject"],
            source=NoteSource(found["source"]),
            heard_on=found["heard_on"],
            comment=found["comment"],
            amount=found["amount"],
        )


class SplitForm(forms.Form):
    """Up to five people or teams with their shares; without any share it is cut evenly."""

    reason = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(self, data: Any = None, *, names: Mapping[str, str], shares: tuple[Share, ...] = ()) -> None:
        """Take who may hold a share, and the shares there are."""
        super().__init__(data)
        for place in range(ROWS):
            share = shares[place] if place < len(shares) else None
            self.fields[f"holder_{place}"] = forms.ChoiceField(
                label=f"Person or team {place + 1}",
                choices=[("", "–"), *names.items()],
                required=False,
                initial=share.holder if share else "",
            )
            self.fields[f"percent_{place}"] = forms.DecimalField(
                label=f"Share {place + 1} in %",
                required=False,
                max_digits=6,
                decimal_places=3,
                initial=f"{share.percent.normalize():f}" if share else None,
            )

    @property
    def rows(self) -> tuple[tuple[forms.BoundField, forms.BoundField], ...]:
        """Return holder and share, row by row."""
        return tuple((self[f"holder_{place}"], self[f"percent_{place}"]) for place in range(ROWS))

    def given(self, seen_number: int) -> SplitGiven:
        """Return the valid form as a split; a row without a holder counts only where it has a share."""
        typed = [
            (self.cleaned_data[f"holder_{place}"], self.cleaned_data.get(f"percent_{place}")) for place in range(ROWS)
        ]
        named = [(holder, percent) for holder, percent in typed if holder]
        if all(percent is None for _, percent in typed):
            shares = even_split(tuple(holder for holder, _ in named))
        else:
            shares = tuple(Share(holder=holder, percent=percent or Decimal(0)) for holder, percent in named)
        return SplitGiven(shares=shares, seen_number=seen_number, reason=self.cleaned_data["reason"])
