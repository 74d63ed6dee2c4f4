"""The form of a new simulation: which policy, on which days."""

from datetime import date, timedelta
from typing import Any

from django import forms

from offers.core.simulation import SimulationAsked

PERIODS = (("365", "Last year"), ("182", "Last half year"), ("91", "Last quarter"), ("dates", "Days I name"))
CHECK = ("then", "The policy of then: check that what happened comes again")
DAY = {"required": False, "widget": forms.DateInput(attrs={"type": "date"})}


class SimulationForm(forms.Form):
    """A new simulation; the policies are those of the workspace."""

    policy = forms.ChoiceField(label="Policy")
    period = forms.ChoiceField(label="Days", choices=PERIODS)
    first_on = forms.DateField(label="First day", **DAY)
    last_on = forms.DateField(label="Last day", **DAY)

    def __init__(self, *args: Any, policies: list[tuple[str, str]], today: date, **options: Any) -> None:
        """Offer the drafts and versions of this workspace."""
        super().__init__(*args, **options)
        self.today = today
        self.fields["policy"].choices = [CHECK, *policies]
        self.fields["period"].initial = PERIODS[0][0]

    def clean(self) -> dict[str, Any]:
        """Put the parts together; every problem stands beside its field."""
        given = super().clean() or {}
        first, last = self._days(given)
        if not self.errors and first is not None and last is not None:
            kind, _, number = given["policy"].partition("-")
            given["asked"] = SimulationAsked(
                first_on=first,
                last_on=last,
                draft_id=int(number) if kind == "draft" else 0,
                number=int(number) if kind == "version" else 0,
            )
        return given

    def _days(self, given: dict[str, Any]) -> tuple[date | None, date | None]:
        """A period ends today: what was decided this morning counts."""
        if given.get("period") != "dates":
            return self.today - timedelta(days=int(given.get("period") or 365) - 1), self.today
        for name in ("first_on", "last_on"):
            if given.get(name) is None and name not in self.errors:
                self.add_error(name, "Name the day.")
        return given.get("first_on"), given.get("last_on")
