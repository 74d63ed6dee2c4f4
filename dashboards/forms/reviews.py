"""The form of a series of reviews: kind, when, about which part of the book, whose, with whom."""

from collections.abc import Sequence
from typing import Any

from django import forms

from dashboards.core.review_words import KINDS
from playbooks.actions.reviews.series import SeriesWish
from playbooks.core.reviews.cadence import LEAST_MINUTES, MOST_LEAD_DAYS, MOST_MINUTES, WEEK_DAYS, Cadence, Every
from playbooks.core.reviews.rules import ReviewKind

EVERY = (("week", "Every week"), ("month", "Every month"), ("quarter", "Every quarter"))
Choices = Sequence[tuple[str, str]]


class SeriesForm(forms.Form):
    """A series; what is left empty of team and segment is the whole book."""

    kind = forms.ChoiceField(label="Kind", choices=list(KINDS.items()))
    name = forms.CharField(label="Name", max_length=120)
    every = forms.ChoiceField(label="How often", choices=EVERY)
    weekday = forms.TypedChoiceField(
        label="Day",
        choices=[(str(n), word) for n, word in enumerate(WEEK_DAYS)],
        coerce=int,
        help_text="Of a month or a quarter it is the first such day.",
    )
    at = forms.TimeField(label="Time", widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    zone = forms.CharField(label="Time zone", max_length=64, help_text="A region, such as Europe/Berlin.")
    minutes = forms.IntegerField(label="Minutes", min_value=LEAST_MINUTES, max_value=MOST_MINUTES)
    lead_days = forms.IntegerField(
        label="Agenda is made",
        min_value=0,
        max_value=MOST_LEAD_DAYS,
        help_text=f"Days before the meeting, {MOST_LEAD_DAYS} at most; the rules can be asked again at any time.",
        error_messages={
            "max_value": f"{MOST_LEAD_DAYS} days at most, so that the agenda speaks of the day it is held."
        },
    )
    team = forms.ChoiceField(label="Team", required=False)
    segment = forms.ChoiceField(label="Segment", required=False)
    least_amount = forms.DecimalField(
        label="Least ARR at risk",
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        help_text="Renewals with less come up only for other reasons. Empty: as the rules say.",
    )
    owner = forms.TypedChoiceField(label="Who runs it", coerce=int)
    invited = forms.TypedMultipleChoiceField(
        label="Who is invited", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Choices, teams: Choices, segments: Choices, **options: Any) -> None:
        """`people`, `teams` and `segments` are ids or keys with their names."""
        super().__init__(*args, **options)
        self.fields["owner"].choices = self.fields["invited"].choices = people
        self.fields["team"].choices = [("", "Every team"), *teams]
        self.fields["segment"].choices = [("", "Every segment"), *segments]

    def wish(self) -> SeriesWish:
        """Return what was asked for; the form is valid."""
        given = self.cleaned_data
        cadence = Cadence(
            every=Every(given["every"]),
            weekday=given["weekday"],
            at=given["at"],
            zone=given["zone"],
            minutes=given["minutes"],
            lead_days=given["lead_days"],
        )
        return SeriesWish(
            kind=ReviewKind(given["kind"]),
            name=given["name"],
            cadence=cadence,
            owner_id=given["owner"],
            invited=tuple(given["invited"]),
            team_id=int(given["team"]) if given["team"] else None,
            segment=given["segment"],
            least_amount=given["least_amount"],
        )
