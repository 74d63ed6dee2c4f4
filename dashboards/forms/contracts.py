"""The forms of a contract: as of which days it is read, later dates of an amendment, a document, a merge plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dashboards.queries.contract.page import AsOf, Contract
from renewals.queries.mergers import MergeOrder


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


class AsOfForm(forms.Form):
    """What was true on a day, as it was known at the end of another."""

    on = _day("True on", required=False)
    known = _day("As known on", required=False, help_text="Empty: as known now.")

    def __init__(self, data: Mapping[str, Any] | None = None, *, today: date) -> None:
        given = {name: data[name] for name in ("on", "known") if data.get(name)} if data else {}
        super().__init__({"on": today.isoformat()} | given)
        self.today = today

    @property
    def as_of(self) -> AsOf:
        """Return the two days; today and now where none, or none that can be read, is given."""
        given = self.cleaned_data if self.is_valid() else {}
        known = given.get("known")
        return AsOf(on=given.get("on") or self.today, known_on=known if known and known < self.today else None)


class DatesForm(forms.Form):
    """The dates of an amendment that became known later."""

    activated_on = _day("Service activated on", required=False)
    accepted_on = _day("Accepted by the account on", required=False)


class DocumentForm(forms.Form):
    """A file to attach; what it really is the action finds out."""

    file = forms.FileField(
        label="File", allow_empty_file=True, help_text="PDF, DOCX, XLSX, ODT, PNG, JPG or TIFF, up to 10 MB."
    )
    note = forms.CharField(label="What it is", max_length=300, required=False)

    @property
    def upload(self) -> UploadedFile:
        """Return the file as it was sent."""
        return self.cleaned_data["file"]


class MergeForm(forms.Form):
    """Which contracts of an account end together, on which day, and whether one of them goes on alone."""

    others = forms.MultipleChoiceField(label="Together with", widget=forms.CheckboxSelectMultiple)
    ends_on = _day("Last common day", required=False, help_text="Empty: the latest of their ends.")
    survivor = forms.ChoiceField(label="Afterwards", required=False)
    reason = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        row: Contract,
        others: tuple[tuple[str, str], ...],
        is_final: bool = False,
    ) -> None:
        super().__init__(data)
        self.contract_id = row.id
        own = (str(row.id), row.name or row.external_id)
        self.fields["others"].choices = others
        self.fields["survivor"].choices = [
            ("", "each goes on by itself"),
            *((key, f"only {name} goes on, with all lines") for key, name in (own, *others)),
        ]
        self.fields["reason"].required = is_final

    @property
    def order(self) -> MergeOrder:
        """Return what was chosen."""
        given = self.cleaned_data
        return MergeOrder(
            contract_ids=(self.contract_id, *(int(key) for key in given["others"])),
            ends_on=given["ends_on"],
            survivor_id=int(given["survivor"]) if given["survivor"] else None,
        )

    @property
    def has_contracts(self) -> bool:
        """Answer whether a plan can be made of what was chosen, though something else is missing."""
        return not {"others", "ends_on", "survivor"} & set(self.errors)

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Return what was chosen as the hidden fields of the form that applies it."""
        given = self.cleaned_data
        day = given["ends_on"].isoformat() if given["ends_on"] else ""
        return (*(("others", key) for key in given["others"]), ("ends_on", day), ("survivor", given["survivor"]))


class RemovalForm(forms.Form):
    """Why a document is taken away."""

    reason = forms.CharField(label="Why", max_length=300)
