"""The forms of an amendment, one for each thing that may change: what is asked is what that change needs."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from dashboards.queries.contract.page import Contract
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase, TermChange
from renewals.core.contracts.phases import by_item
from renewals.core.contracts.suspensions import resumed, suspended
from renewals.core.dates import NoticeUnit
from renewals.core.price_terms import PriceTerms
from renewals.core.records import TermRow
from renewals.core.terms import EndAction
from renewals.queries.term_rows import term_row

DAY = timedelta(days=1)
PHASES = (1, 2, 3)
END_ACTIONS = (
    ("", "as it is"),
    ("renew", "renews by itself"),
    ("evergreen", "goes on without an end"),
    ("end", "ends"),
    ("manual", "needs a decision"),
)
UNITS = [("", "as it is"), *((unit.value, unit.value.replace("_", " ")) for unit in NoticeUnit)]
PERCENT = {"max_digits": 7, "decimal_places": 3, "required": False, "min_value": -100, "max_value": 1000}
LAST = ("activated_on", "accepted_on", "reason", "seen")


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def _amount(label: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=16, decimal_places=4, **options)


class AmendmentForm(forms.Form):
    """What every amendment asks: from when, why, and the two dates that may become known later."""

    effective_on = _day("Contract effective on", help_text="From this day the contract reads so, and ARR counts so.")
    activated_on = _day("Service activated on", required=False, help_text="If it is known yet.")
    accepted_on = _day("Accepted by the account on", required=False, help_text="If it is known yet.")
    reason = forms.CharField(label="Why", max_length=300)
    seen = forms.RegexField(r"^\d+:\d+(,\d+:\d+)*$", widget=forms.HiddenInput, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, row: Contract) -> None:
        live = [term for term in row.terms.all() if term.superseded_at is None]
        super().__init__(data, initial={"seen": ",".join(f"{term.number}:{term.version}" for term in live)})
        self.row = row
        self.live = [term_row(term) for term in live]
        own = [name for name in self.fields if name not in ("effective_on", *LAST)]
        self.order_fields(["effective_on", *own, *LAST])
        self.offer_choices()

    def offer_choices(self) -> None:
        """Fill the choices that depend on the contract; nothing to do for most forms."""

    def items(self, *, at_rest: bool = False) -> list[tuple[str, str]]:
        """Return the recurring items as choices; `at_rest` only those with a suspension."""
        found = {
            item
            for term in self.live
            for item, lines in by_item(term).items()
            if any(line.is_recurring and (line.is_suspended or not at_rest) for line in lines)
        }
        return [(item, item) for item in sorted(found)]

    def governing(self, day: date) -> TermRow | None:
        """Return the term that holds a day; None when none does, which the action refuses with its reason."""
        return next((t for t in self.live if t.starts_on <= day and (t.ends_on is None or day <= t.ends_on)), None)

    @property
    def seen_version(self) -> int | None:
        """Return the version that was shown of the term that holds the effective day; None when it was not there."""
        seen = dict(pair.split(":") for pair in self.cleaned_data["seen"].split(",") if pair)
        term = self.governing(self.cleaned_data["effective_on"])
        found = seen.get(str(term.number)) if term else None
        return None if found is None else int(found)

    @property
    def dates(self) -> AmendmentDates:
        """Return the three dates of the valid form."""
        given = self.cleaned_data
        return AmendmentDates(
            effective_on=given["effective_on"], activated_on=given["activated_on"], accepted_on=given["accepted_on"]
        )

    @property
    def order(self) -> AmendmentOrder:
        """Return the valid form as an order; raises the named errors of what is ordered."""
        return AmendmentOrder(
            dates=self.dates, reason=self.cleaned_data["reason"], items=self.item_changes(), term=self.term_change()
        )

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return what becomes of items."""
        return ()

    def term_change(self) -> TermChange:
        """Return what becomes of the clauses of the term."""
        return TermChange()


class _StepsForm(AmendmentForm):
    """A price from the effective day on, and up to two further steps."""

    amount_1 = _amount("Amount a year")
    quantity_1 = _amount("Quantity", required=False)
    from_2 = _day("Then from", required=False)
    amount_2 = _amount("Amount a year from then", required=False)
    from_3 = _day("And then from", required=False)
    amount_3 = _amount("Amount a year from then on", required=False)

    def offer_choices(self) -> None:
        """Name the currency of the amounts."""
        self.fields["amount_1"].help_text = f"In {self.row.currency}, from the effective day on."

    def clean(self) -> dict[str, Any]:
        """Ask for both halves of every further step."""
        given = super().clean() or self.cleaned_data
        for place in PHASES[1:]:
            if (given.get(f"from_{place}") is None) is not (given.get(f"amount_{place}") is None):
                self.add_error(f"from_{place}", "A further step needs its day and its amount.")
        return given

    def phases(self) -> tuple[Phase, ...]:
        """Return the steps; each lasts until the day before the next begins."""
        given = self.cleaned_data
        starts = [given["effective_on"], *(given[f"from_{place}"] for place in PHASES[1:] if given[f"from_{place}"])]
        amounts = [given[f"amount_{place}"] for place in PHASES if given[f"amount_{place}"] is not None]
        ends = [*(day - DAY for day in starts[1:]), None]
        return tuple(
            Phase(
                starts_on=first, ends_on=last, arr_amount=amount, quantity=given["quantity_1"] if place == 0 else None
            )
            for place, (first, last, amount) in enumerate(zip(starts, ends, amounts, strict=True))
        )


class LineForm(AmendmentForm):
    """Price or quantity of a line that runs, once."""

    item = forms.ChoiceField(label="Line")
    amount_1 = _amount("Amount a year")
    quantity_1 = _amount("Quantity", required=False)

    def offer_choices(self) -> None:
        """Offer the lines of the contract and name the currency."""
        self.fields["item"].choices = self.items()
        self.fields["amount_1"].help_text = f"In {self.row.currency}, from the effective day on."

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the line at its new price."""
        given = self.cleaned_data
        phase = Phase(starts_on=given["effective_on"], arr_amount=given["amount_1"], quantity=given["quantity_1"])
        return (ItemChange(item=given["item"], phases=(phase,)),)


class StepsForm(_StepsForm):
    """A line whose price goes on in steps."""

    item = forms.ChoiceField(label="Line")

    def offer_choices(self) -> None:
        """Offer the lines of the contract."""
        super().offer_choices()
        self.fields["item"].choices = self.items()
        self.order_fields(["effective_on", "item"])

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the line with its steps."""
        return (ItemChange(item=self.cleaned_data["item"], phases=self.phases()),)


class NewLineForm(_StepsForm):
    """A line that comes to the contract."""

    new_item = forms.CharField(label="Name of the new line", max_length=150)

    def offer_choices(self) -> None:
        """Put the name first."""
        super().offer_choices()
        self.order_fields(["effective_on", "new_item"])

    def clean(self) -> dict[str, Any]:
        """Refuse a name that a line has."""
        given = super().clean()
        if (given.get("new_item"), given.get("new_item")) in self.items():
            self.add_error("new_item", "There is a line of this name. Change that one instead.")
        return given

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the new line with its steps."""
        return (ItemChange(item=self.cleaned_data["new_item"].strip(), phases=self.phases()),)


class RemovalOfLineForm(AmendmentForm):
    """A line that ends the day before."""

    item = forms.ChoiceField(label="Line", help_text="Its last day is the one before the effective day.")

    def offer_choices(self) -> None:
        """Offer the lines of the contract."""
        self.fields["item"].choices = self.items()

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the line without phases."""
        return (ItemChange(item=self.cleaned_data["item"]),)


class SuspensionForm(AmendmentForm):
    """Lines that rest for a while: they count as nothing, what was agreed for later stays."""

    lines = forms.MultipleChoiceField(label="Lines that rest", widget=forms.CheckboxSelectMultiple)
    until_on = _day("Last day at rest", required=False, help_text="Empty: until it is resumed, or the term ends.")

    def offer_choices(self) -> None:
        """Offer the lines of the contract."""
        self.fields["lines"].choices = self.items()

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the lines with their rest; raises as `suspended`."""
        given = self.cleaned_data
        term = self.governing(given["effective_on"])
        if term is None:
            return tuple(ItemChange(item=item) for item in given["lines"])
        return suspended(term, given["lines"], from_on=given["effective_on"], until_on=given["until_on"])


class ResumptionForm(AmendmentForm):
    """Lines that run again, at the price before they rested."""

    lines = forms.MultipleChoiceField(label="Lines that run again", widget=forms.CheckboxSelectMultiple)

    def offer_choices(self) -> None:
        """Offer the lines with a suspension."""
        self.fields["lines"].choices = self.items(at_rest=True)
        if not self.fields["lines"].choices:
            self.fields["lines"].help_text = "No line of this contract is suspended."

    def item_changes(self) -> tuple[ItemChange, ...]:
        """Return the lines from the day on; raises as `resumed`."""
        given = self.cleaned_data
        term = self.governing(given["effective_on"])
        if term is None:
            return tuple(ItemChange(item=item) for item in given["lines"])
        return resumed(term, given["lines"], from_on=given["effective_on"])


class EndForm(AmendmentForm):
    """The end of the term moves."""

    ends_on = _day("Term ends on", help_text="Its new last day; lines that ended with it follow.")

    def term_change(self) -> TermChange:
        """Return the new end."""
        return TermChange(ends_on=self.cleaned_data["ends_on"])


class ClausesForm(AmendmentForm):
    """What happens at the end of the term, and by when notice is given."""

    end_action = forms.ChoiceField(label="When it ends and nobody acts, it", choices=END_ACTIONS, required=False)
    renewal_months = forms.IntegerField(label="Months of the next term", min_value=1, max_value=120, required=False)
    notice_period = forms.IntegerField(label="Notice period", min_value=0, max_value=730, required=False)
    notice_unit = forms.ChoiceField(label="Counted in", choices=UNITS, required=False)

    def term_change(self) -> TermChange:
        """Return the clauses that were given."""
        given = self.cleaned_data
        return TermChange(
            notice_period=given["notice_period"],
            notice_unit=NoticeUnit(given["notice_unit"]) if given["notice_unit"] else None,
            end_action=EndAction(given["end_action"]) if given["end_action"] else None,
            renewal_months=given["renewal_months"],
        )


class PriceTermsForm(AmendmentForm):
    """What the contract agrees about its next price, and where."""

    uplift_percent = forms.DecimalField(
        label="Agreed price uplift in %", help_text="5 is 5 %. It goes before offers and the policy.", **PERCENT
    )
    cap_percent = forms.DecimalField(
        label="Cap in %", help_text="The most the next price may rise. No approval goes beyond it.", **PERCENT
    )
    clause = forms.CharField(
        label="Document and clause", max_length=300, help_text="With both numbers empty: what was agreed ends."
    )

    def term_change(self) -> TermChange:
        """Return the price terms."""
        given = self.cleaned_data
        price = PriceTerms(
            uplift_percent=given["uplift_percent"], cap_percent=given["cap_percent"], clause=given["clause"].strip()
        )
        return TermChange(price=price)


class PartyForm(AmendmentForm):
    """The contract goes to another account (assignment, novation)."""

    account = forms.CharField(label="Account that takes it over", max_length=200, help_text="Its name or its id.")
    external_id = forms.CharField(
        label="Id of the new contract", max_length=200, required=False, help_text="Empty: made from the old one."
    )


FORMS: Mapping[str, type[AmendmentForm]] = {
    "line": LineForm,
    "steps": StepsForm,
    "new_line": NewLineForm,
    "removal": RemovalOfLineForm,
    "suspension": SuspensionForm,
    "resumption": ResumptionForm,
    "end": EndForm,
    "clauses": ClausesForm,
    "price": PriceTermsForm,
    "party": PartyForm,
}
