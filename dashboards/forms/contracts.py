"""The forms of a contract: as of which days it is read, an amendment with its three dates, a document, a merge plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from dashboards.queries.contract.page import AsOf, Contract
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase, TermChange
from renewals.core.dates import NoticeUnit
from renewals.core.terms import EndAction
from renewals.queries.mergers import MergeOrder

PHASES = (1, 2, 3)
END_ACTIONS = (
    ("", "as it is"),
    ("renew", "renews by itself"),
    ("evergreen", "goes on without an end"),
    ("end", "ends"),
    ("manual", "needs a decision"),
)

UNITS = [("", "as it is"), *((unit.value, unit.value.replace("_", " ")) for unit in NoticeUnit)]


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def _amount(label: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=16, decimal_places=4, required=False, **options)


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


class AmendmentForm(forms.Form):
    """A change from a day on: an item in up to three phases, or clauses of its term, with the three dates."""

    effective_on = _day("Contract effective on", help_text="From this day the contract reads so, and ARR counts so.")
    activated_on = _day("Service activated on", required=False)
    accepted_on = _day("Accepted by the account on", required=False)
    item = forms.ChoiceField(label="Line", required=False)
    new_item = forms.CharField(label="Name of a new line", max_length=150, required=False)
    is_removed = forms.BooleanField(label="The line ends the day before", required=False)
    amount_1 = _amount("Amount a year")
    quantity_1 = _amount("Quantity")
    from_2 = _day("Then from", required=False)
    amount_2 = _amount("Amount a year from then")
    from_3 = _day("And then from", required=False)
    amount_3 = _amount("Amount a year from then on")
    ends_on = _day("Term ends on", required=False, help_text="Only to move the end of the term.")
    end_action = forms.ChoiceField(label="When it ends and nobody acts, it", choices=END_ACTIONS, required=False)
    notice_period = forms.IntegerField(label="Notice period", min_value=0, max_value=730, required=False)
    notice_unit = forms.ChoiceField(label="Counted in", choices=UNITS, required=False)
    reason = forms.CharField(label="Why", max_length=300)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: Contract, seen: int | None = None) -> None:
        super().__init__(data, initial={"seen_version": seen})
        live = [term for term in row.terms.all() if term.superseded_at is None]
        items = {line.item or line.external_id for term in live for line in term.lines.all() if line.is_recurring}
        self.fields["item"].choices = [("", "none"), *((item, item) for item in sorted(items))]
        self.fields["amount_1"].help_text = f"In {row.currency}, from the effective day on."

    def clean(self) -> dict[str, Any]:
        """Ask for an amount where a line is named, and for both halves of every further phase."""
        given = super().clean() or self.cleaned_data
        item = given.get("new_item") or given.get("item")
        if given.get("new_item") and given.get("item"):
            self.add_error("new_item", "Choose a line or name a new one, not both.")
        if item and not given.get("is_removed") and given.get("amount_1") is None and "amount_1" not in self.errors:
            self.add_error("amount_1", "Write the amount a year, or say that the line ends.")
        if not item and (given.get("amount_1") is not None or given.get("is_removed")):
            self.add_error("item", "Choose the line that changes.")
        for place in PHASES[1:]:
            if (given.get(f"from_{place}") is None) is not (given.get(f"amount_{place}") is None):
                self.add_error(f"from_{place}", "A further step needs its day and its amount.")
        return given

    @property
    def order(self) -> AmendmentOrder:
        """Return the valid form as an order."""
        given = self.cleaned_data
        item = (given["new_item"] or given["item"]).strip()
        change = ItemChange(item=item, phases=() if given["is_removed"] else self._phases())
        return AmendmentOrder(
            dates=AmendmentDates(
                effective_on=given["effective_on"],
                activated_on=given["activated_on"],
                accepted_on=given["accepted_on"],
            ),
            reason=given["reason"],
            items=(change,) if item else (),
            term=TermChange(
                ends_on=given["ends_on"],
                notice_period=given["notice_period"],
                notice_unit=NoticeUnit(given["notice_unit"]) if given["notice_unit"] else None,
                end_action=EndAction(given["end_action"]) if given["end_action"] else None,
            ),
        )

    def _phases(self) -> tuple[Phase, ...]:
        """Return the phases; each lasts until the day before the next begins."""
        given = self.cleaned_data
        starts = [given["effective_on"], *(given[f"from_{place}"] for place in PHASES[1:] if given[f"from_{place}"])]
        amounts = [given[f"amount_{place}"] for place in PHASES if given[f"amount_{place}"] is not None]
        ends = [*(_day_before(day) for day in starts[1:]), None]
        return tuple(
            Phase(
                starts_on=first, ends_on=last, arr_amount=amount, quantity=given["quantity_1"] if place == 0 else None
            )
            for place, (first, last, amount) in enumerate(zip(starts, ends, amounts, strict=True))
        )


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


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
