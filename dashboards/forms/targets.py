"""The form of a target: which figure, of whom, which period, how much, and why."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from dashboards.queries.asker import Asker
from dashboards.queries.retention.targets import SEPARATOR, metric_choices, of_choices, of_key, period_choices
from renewals.actions.metrics.targets import TargetOrder
from renewals.core.metrics import Unit
from renewals.queries.library import metric_book

PERCENT = Decimal(100)


class TargetForm(forms.Form):
    """What is to be reached; shares are typed in percent."""

    figure = forms.ChoiceField(label="Figure")
    period = forms.ChoiceField(label="Period")
    of = forms.ChoiceField(label="Of", required=False)
    amount = forms.DecimalField(
        label="Target",
        required=False,
        max_digits=16,
        decimal_places=4,
        help_text="Rates in percent, amounts in the workspace's currency, days. Empty: withdraw the target.",
    )
    reason = forms.CharField(label="Why this target", max_length=300)

    def __init__(self, data: Mapping[str, Any] | None = None, *, asker: Asker, period: str = "") -> None:
        super().__init__(data, initial={"period": period, "figure": f"grr{SEPARATOR}opening"})
        self.fields["figure"].choices = metric_choices()
        self.fields["period"].choices = period_choices(asker)
        self.fields["of"].choices = of_choices()

    @property
    def order(self) -> TargetOrder:
        """Return the valid form as an order."""
        given = self.cleaned_data
        metric, _, way = given["figure"].partition(SEPARATOR)
        amount = given["amount"]
        if amount is not None and metric_book().metric(metric).way(way).unit is Unit.SHARE:
            amount = amount / PERCENT
        return TargetOrder(
            metric=metric,
            way=way,
            period=given["period"],
            of=of_key(given["of"]),
            amount=amount,
            reason=given["reason"],
        )
