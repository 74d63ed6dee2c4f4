"""The forms of notices: how one was served and what proves it, and why one is not needed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from dashboards.core.notice_words import KINDS, PROOFS
from dashboards.core.wording import title
from renewals.actions.notices.serve import ProofRow
from renewals.core.dates import NoticeUnit
from renewals.core.notices.plan import CONTRACT
from renewals.core.notices.rules import NoticeAnchor, NoticeChannel, NoticeCounts, NoticeKind, NoticeRule, Offset
from renewals.core.notices.states import Service


class ServiceForm(forms.Form):
    """When and how a notice was served; without a proof it is kept as sent, and the proof stays owed."""

    served_on = forms.DateField(
        label="Day that counts", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    channel = forms.ChoiceField(label="Served by")
    kind = forms.ChoiceField(label="Proof", required=False)
    reference = forms.CharField(
        label="Number or place of the proof",
        max_length=200,
        required=False,
        help_text="Such as the number of the registered letter, or where the paper is kept.",
    )
    note = forms.CharField(label="Note", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None = None, *, side: str, channels: list[str], today: date) -> None:
        super().__init__(data, initial={"served_on": today, "channel": channels[0], "kind": "their_notice"})
        known = [*channels, *(each.value for each in NoticeChannel if each.value not in channels)]
        self.fields["channel"].choices = [(key, _channel_words(key, channels)) for key in known]
        is_ours = side == "ours"
        kinds = [(key, words) for key, words in PROOFS.items() if is_ours is (key != "their_notice")]
        self.fields["kind"].choices = [("", "None yet: the proof is still owed"), *kinds] if is_ours else kinds
        self.fields["kind"].initial = "" if is_ours else "their_notice"

    def clean(self) -> dict[str, Any]:
        """A proof needs its number or place."""
        given = super().clean() or self.cleaned_data
        if given.get("kind") and not given.get("reference", "").strip():
            self.add_error("reference", "Say which paper it is, or where it is kept.")
        return given

    @property
    def service(self) -> Service:
        """Return the service without its proof."""
        given = self.cleaned_data
        return Service(served_on=given["served_on"], channel=NoticeChannel(given["channel"]))

    @property
    def proof(self) -> ProofRow | None:
        """Return the proof; None when there is none yet."""
        given = self.cleaned_data
        if not given["kind"]:
            return None
        return ProofRow(
            kind=given["kind"],
            channel=NoticeChannel(given["channel"]),
            served_on=given["served_on"],
            reference=given["reference"],
            note=given["note"],
        )


class ReasonForm(forms.Form):
    """Why a notice is not needed, or how a missed one was settled."""

    reason = forms.CharField(label="Why", max_length=200)


class ClauseForm(forms.Form):
    """A notice clause of a contract in the units it is written in."""

    kind = forms.ChoiceField(label="Which notice", choices=list(KINDS.items()))
    anchor = forms.ChoiceField(
        label="Counted back from",
        choices=(("opt_out_deadline", "their last day to end it"), ("term_end", "the last day of the term")),
    )
    unit = forms.ChoiceField(label="Counted in", choices=[(unit.value, title(unit.value)) for unit in NoticeUnit])
    opens = forms.IntegerField(
        label="First day: so many before",
        min_value=0,
        max_value=400,
        required=False,
        help_text="Empty: any time before.",
    )
    closes = forms.IntegerField(label="Last day: so many before", min_value=0, max_value=400)
    is_inclusive = forms.BooleanField(label="The day counted from is day one", required=False)
    counts = forms.ChoiceField(
        label="What counts", choices=(("received", "The day it is received"), ("sent", "The day it is sent"))
    )
    delivery_days = forms.IntegerField(label="Business days of delivery", min_value=0, max_value=30, initial=3)
    channels = forms.MultipleChoiceField(
        label="Served by",
        choices=[(each.value, title(each.value)) for each in NoticeChannel],
        widget=forms.CheckboxSelectMultiple,
    )
    reference = forms.CharField(label="Where it stands", max_length=200, help_text="Such as section 12.3.")

    @property
    def rule(self) -> NoticeRule:
        """Return the clause as a rule."""
        given = self.cleaned_data
        unit = NoticeUnit(given["unit"])
        return NoticeRule(
            key=CONTRACT,
            version=1,
            kind=NoticeKind(given["kind"]),
            anchor=NoticeAnchor(given["anchor"]),
            opens=None if given["opens"] is None else Offset(count=given["opens"], unit=unit),
            closes=Offset(count=given["closes"], unit=unit),
            is_inclusive=given["is_inclusive"],
            counts=NoticeCounts(given["counts"]),
            channels=tuple(NoticeChannel(each) for each in given["channels"]),
            delivery_days=given["delivery_days"],
            source=given["reference"],
        )


class ClosedDaysForm(forms.Form):
    """Days on which messages rest; as a holiday, business days skip them too."""

    from_on = forms.DateField(label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until_on = forms.DateField(label="Until, that day included", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Why", max_length=200)


class WorkspaceClosedDaysForm(ClosedDaysForm):
    """Closed days of the whole workspace: a blackout, or a holiday that a country's calendar does not have."""

    kind = forms.ChoiceField(
        label="What", choices=(("blackout", "No messages"), ("holiday", "A holiday: nobody works"))
    )
    country = forms.CharField(
        label="Country of the holiday", min_length=2, max_length=2, required=False, help_text="Empty: everywhere."
    )


def _channel_words(key: str, channels: list[str]) -> str:
    return title(key) if key in channels else f"{title(key)} (not a way this rule admits)"
