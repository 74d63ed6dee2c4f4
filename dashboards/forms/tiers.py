"""The forms of tiers: setting the tier of an account until a day, and publishing another rule."""

from collections.abc import Mapping
from typing import Any

from django import forms

from dashboards.core.tier_rule import cell_name, edge_name
from dashboards.core.wording import title

NUMBERS = ("margin_points", "days_to_confirm", "least_days_before_less_care")


class TierForm(forms.Form):
    """A tier, why, and until when; the choices come from the rule in force."""

    tier = forms.ChoiceField(label="Tier")
    reason = forms.CharField(label="Why", max_length=300, help_text="What people know that the scores do not.")
    until_on = forms.DateField(
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Then the scores decide again.",
    )

    def __init__(self, *args: Any, tiers: tuple[tuple[str, str], ...], **options: Any) -> None:
        """Offer the tiers of the rule in force."""
        super().__init__(*args, **options)
        self.fields["tier"].choices = tiers


class TierRuleForm(forms.Form):
    """The rule of tiers in a draft: a tier for each cell, the upper edge of each level but the last, three numbers."""

    margin_points = forms.FloatField(label="Margin in points", min_value=0, max_value=25)
    days_to_confirm = forms.IntegerField(label="Days to confirm", min_value=0, max_value=90)
    least_days_before_less_care = forms.IntegerField(label="Days before less care", min_value=0, max_value=365)

    def __init__(self, *args: Any, definition: Mapping[str, Any], **options: Any) -> None:
        """Take cells and levels, and what stands in them, from the draft."""
        self.definition = definition
        start = {"days_to_confirm": 0, **{name: definition[name] for name in NUMBERS if name in definition}}
        super().__init__(*args, initial=start, **options)
        tiers = [(key, title(key)) for key in definition["tiers"]]
        for row in reversed(definition["cells"]):
            label = f"{title(row['risk'])} risk, {row['expansion']} expansion"
            name = cell_name(row["risk"], row["expansion"])
            chosen = forms.Select(attrs={"class": "input", "aria-label": label})
            self.fields[name] = forms.ChoiceField(label=label, choices=tiers, initial=row["tier"], widget=chosen)
        for score in ("risk", "expansion"):
            for level in definition[f"{score}_levels"][:-1]:
                label = f"{title(level['key'])} {score} ends below"
                edge = forms.FloatField(label=label, min_value=1, max_value=99, initial=f"{level['high']:g}")
                self.fields[edge_name(score, level["key"])] = edge

    @property
    def heads(self) -> tuple[str, ...]:
        """Return the titles of the columns of the grid."""
        return tuple(f"{title(level['key'])} expansion" for level in self.definition["expansion_levels"])

    @property
    def rows(self) -> tuple[tuple[str, tuple[forms.BoundField, ...]], ...]:
        """Return the grid, the highest risk at the top: a title and a choice per level of expansion."""
        across = self.definition["expansion_levels"]
        return tuple(
            (f"{title(down['key'])} risk", tuple(self[cell_name(down["key"], level["key"])] for level in across))
            for down in reversed(self.definition["risk_levels"])
        )

    @property
    def numbers(self) -> tuple[forms.BoundField, ...]:
        """Return the fields that are not in the grid: edges, margin and waiting times."""
        return tuple(self[name] for name in self.fields if not name.startswith("cell-"))
