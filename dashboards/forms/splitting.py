"""The form of a split: where each line goes when the term ends."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from renewals.core.contracts.following import ending_lines
from renewals.core.contracts.phases import item_of
from renewals.core.records import TermRow

STAYS, PLACES = "stays", (1, 2)


class SplitForm(forms.Form):
    """Up to two new contracts, and for each line whether it stays or which of them takes it."""

    new_1 = forms.CharField(label="Id of the new contract", max_length=150)
    new_2 = forms.CharField(label="Id of a second new contract", max_length=150, required=False)
    decided_on = forms.DateField(label="Decided on", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, own: str, term: TermRow, today: date) -> None:
        super().__init__(data, initial={"decided_on": today, "new_1": f"{own}-2"})
        self.own, self.today = own, today
        self.lines = {f"line_{place}": item_of(line) for place, line in enumerate(ending_lines(term))}
        choices = [(STAYS, f"stays in {own}"), ("1", "goes to the new contract"), ("2", "goes to the second new one")]
        names = {item_of(line): line.description or item_of(line) for line in ending_lines(term)}
        for field, item in self.lines.items():
            self.fields[field] = forms.ChoiceField(label=names[item], choices=choices, initial=STAYS)
        self.order_fields(["new_1", "new_2", *self.lines, "decided_on", "key"])

    def clean(self) -> dict[str, Any]:
        """Refuse a second contract without an id, one without a line, and a decision ahead of today."""
        given = super().clean() or self.cleaned_data
        chosen = {given.get(field) for field in self.lines}
        if "2" in chosen and not given.get("new_2"):
            self.add_error("new_2", "A line goes to it: give its id.")
        if given.get("new_2") and "2" not in chosen:
            self.add_error("new_2", "No line goes to it.")
        if given.get("decided_on") and given["decided_on"] > self.today:
            self.add_error("decided_on", "It cannot be decided on a day that is still ahead.")
        return given

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return the items of each contract by its id; groups without a line are left for the plan to refuse."""
        given = self.cleaned_data
        names = {STAYS: self.own, "1": given["new_1"].strip(), "2": given["new_2"].strip()}
        wanted = [STAYS, "1", *(["2"] if given["new_2"] else [])]
        return {names[key]: tuple(item for field, item in self.lines.items() if given[field] == key) for key in wanted}

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Return what was chosen as the hidden fields of the form that applies it."""
        given = self.cleaned_data
        day = given["decided_on"].isoformat()
        kept = ("new_1", "new_2", *self.lines)
        return (*((name, str(given[name])) for name in kept), ("decided_on", day))
