"""The form of a price revision: which part of the book, by which rule, who is left out."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from dashboards.core.offers.revision_words import METHODS
from offers.actions.revisions.drafts import RevisionWish
from offers.core.errors import PriceNotPossible
from offers.core.revisions import Book, Choices, Revision, RevisionMethod, RevisionRule


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **options)


def _many(label: str, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, widget=forms.CheckboxSelectMultiple, required=False, help_text="None chosen: all.", **options
    )


class RevisionForm(forms.Form):
    """Name, book, rule and exclusions; what it makes of each term is shown before anything is handed in."""

    name = forms.CharField(label="Name", max_length=120)
    ends_from = _day("Terms that end from")
    ends_until = _day("Until", help_text="Longer terms are listed, too, and left out.")
    segments = _many("Segments")
    tiers = _many("Tiers")
    products = _many("Products")
    method = forms.ChoiceField(label="New price", choices=tuple(METHODS.items()))
    percent = forms.DecimalField(
        label="Percentage",
        max_digits=7,
        decimal_places=3,
        required=False,
        help_text="Of the price uplift or the index. What a contract agrees goes before it, and its cap ends it.",
    )
    lead_days = forms.IntegerField(
        label="Days we announce it before their notice deadline", min_value=0, max_value=365, initial=30
    )
    skips_at_risk = forms.BooleanField(label="Leave out renewals at high risk", required=False, initial=True)
    skips_overdue = forms.BooleanField(
        label="Leave out accounts with an invoice overdue in the last 60 days", required=False, initial=True
    )
    skips_in_talks = forms.BooleanField(
        label="Leave out where a price is being talked about", required=False, initial=True
    )
    reason = forms.CharField(label="Why", max_length=300)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        choices: Mapping[str, tuple[tuple[str, str], ...]],
        left_out: Mapping[int, str] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.left_out = dict(left_out or {})
        for name, offered in choices.items():
            self.fields[name].choices = offered
            if not offered:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Refuse at its field what cannot be a revision."""
        given = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self._revision(given)
            except PriceNotPossible as error:
                place = error.where if error.where in self.fields else None
                self.add_error(place, f"{error.what} {error.remedy}".strip())
        return given

    @property
    def wish(self) -> RevisionWish:
        """Return the valid form as a revision."""
        given = self.cleaned_data
        return RevisionWish(name=given["name"], reason=given["reason"], revision=self._revision(given))

    def _revision(self, given: Mapping[str, Any]) -> Revision:
        method = RevisionMethod(given["method"])
        percent: Decimal | None = None if method is RevisionMethod.LIST else given["percent"]
        return Revision(
            book=Book(
                ends_from=given["ends_from"],
                ends_until=given["ends_until"],
                **{name: tuple(given.get(name, ())) for name in ("segments", "tiers", "products")},
            ),
            rule=RevisionRule(method=method, percent=percent, lead_days=given["lead_days"]),
            choices=Choices(
                **{name: given[name] for name in ("skips_at_risk", "skips_overdue", "skips_in_talks")},
                left_out=self.left_out,
            ),
        )


def initial_of(revision: Revision, *, name: str, reason: str, seen: int) -> dict[str, Any]:
    """Return a revision as the values its form begins with."""
    book, rule, choices = revision.book, revision.rule, revision.choices
    return {
        "name": name,
        "reason": reason,
        "seen": seen,
        **{each: getattr(book, each) for each in ("ends_from", "ends_until", "segments", "tiers", "products")},
        "method": rule.method.value,
        "percent": rule.percent,
        "lead_days": rule.lead_days,
        **{each: getattr(choices, each) for each in ("skips_at_risk", "skips_overdue", "skips_in_talks")},
    }
