"""The form of a new replay: which days, whose renewals, what is to be another than it was."""

from datetime import date
from typing import Any

from django import forms

from playbooks.core.replay.asked import Asked, Whose, days_back, limits_of
from renewals.core.errors import NamedError
from renewals.queries.accounts import accounts

PERIODS = (
    ("year", "Last year"),
    ("half_year", "Last half year"),
    ("quarter", "Last quarter"),
    ("dates", "Days I name"),
)
WHOSE = (
    (Whose.BOOK.value, "The whole book"),
    (Whose.SEGMENT.value, "One segment"),
    (Whose.TEAM.value, "One team"),
    (Whose.ACCOUNTS.value, "Accounts I name"),
)
AS_IT_WAS = ("", "As it was")
MOST_NAMED = 50


class ReplayForm(forms.Form):
    """A new replay. The choices are those of the workspace."""

    playbook = forms.ChoiceField(label="Playbook", required=False)
    order = forms.ChoiceField(label="Order of playbooks", required=False)
    health = forms.ChoiceField(label="Health: weights and bands", required=False)
    risk = forms.ChoiceField(label="Renewal risk: weights and bands", required=False)
    most = forms.IntegerField(label="Most touches of an account", min_value=1, max_value=100, required=False)
    per_days = forms.IntegerField(label="In how many days", min_value=1, max_value=365, required=False)
    gap_days = forms.IntegerField(label="Days between two", min_value=0, max_value=90, required=False)
    trigger = forms.ChoiceField(label="Trigger rule that watches a score", required=False)
    line = forms.FloatField(label="Another limit for it", min_value=0, max_value=100, required=False)
    period = forms.ChoiceField(label="Days", choices=PERIODS)
    first_on = forms.DateField(label="First day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last_on = forms.DateField(label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    whose = forms.ChoiceField(label="Whose renewals", choices=WHOSE)
    segment = forms.ChoiceField(label="Segment", required=False)
    team = forms.ChoiceField(label="Team", required=False)
    names = forms.CharField(
        label="Accounts",
        required=False,
        help_text=f"Names or ids, separated by commas; {MOST_NAMED} at most.",
        widget=forms.TextInput(attrs={"list": "replay-accounts"}),
    )

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], today: date, **options: Any) -> None:
        """Offer what this workspace has."""
        super().__init__(*args, **options)
        self.today = today
        for name, offered in choices.items():
            self.fields[name].choices = [
                AS_IT_WAS if name in ("playbook", "order", "health", "risk", "trigger") else ("", "–"),
                *offered,
            ]

    def clean(self) -> dict[str, Any]:
        """Put the parts together; every problem stands beside its field."""
        given = super().clean() or {}
        if not self.errors:
            given["asked"] = self._asked(given)
        return given

    def _asked(self, given: dict[str, Any]) -> Asked | None:
        first, last = self._days(given)
        chosen = self._chosen(given)
        if self.errors or first is None or last is None:
            return None
        draft, key, version = _playbook(given["playbook"])
        try:
            return Asked(
                first_on=first,
                last_on=last,
                whose=Whose(given["whose"]),
                chosen=chosen,
                draft_id=draft,
                playbook_key=key,
                version=version,
                health_id=int(given["health"] or 0),
                risk_id=int(given["risk"] or 0),
                selection_id=int(given["order"] or 0),
                budget=self._budget(given),
                lines=self._lines(given),
            )
        except NamedError as problem:
            self.add_error("most", f"{problem.what} {problem.remedy}")
        return None

    def _days(self, given: dict[str, Any]) -> tuple[date | None, date | None]:
        if given["period"] != "dates":
            return days_back(given["period"], today=self.today)
        for name in ("first_on", "last_on"):
            if given.get(name) is None:
                self.add_error(name, "Name the day.")
        return given.get("first_on"), given.get("last_on")

    def _chosen(self, given: dict[str, Any]) -> tuple[str, ...]:
        whose = Whose(given["whose"])
        if whose is Whose.ACCOUNTS:
            return self._named(given["names"])
        if whose is Whose.BOOK:
            return ()
        if not given[whose.value]:
            self.add_error(whose.value, "Choose one.")
            return ()
        return (given[whose.value],)

    def _named(self, text: str) -> tuple[str, ...]:
        """Turn names or external ids into accounts; each that is not known is told."""
        words = [word.strip() for word in text.split(",") if word.strip()]
        if not words or len(words) > MOST_NAMED:
            self.add_error("names", f"Name 1 to {MOST_NAMED} accounts.")
        found = []
        for word in words[:MOST_NAMED]:
            known = accounts().filter(name__iexact=word) | accounts().filter(external_id=word)
            account = known.order_by("id").first()
            if account is None:
                self.add_error("names", f"No account is called “{word}”.")
            else:
                found.append(str(account.id))
        return tuple(found)

    def _lines(self, given: dict[str, Any]) -> dict[str, float]:
        if bool(given["trigger"]) != (given.get("line") is not None):
            self.add_error("line", "Choose a rule and its limit, or neither.")
            return {}
        return {given["trigger"]: given["line"]} if given["trigger"] else {}

    def _budget(self, given: dict[str, Any]) -> Any:
        numbers = [given.get(name) for name in ("most", "per_days", "gap_days")]
        if all(number is None for number in numbers):
            return None
        most, days, gap = numbers
        if most is None or days is None:
            self.add_error("most", "A budget needs touches and days.")
            return None
        return limits_of(most, days, gap or 0)


def _playbook(choice: str) -> tuple[int, str, int]:
    """Return (draft, playbook key, version) of what was chosen."""
    left, _, right = choice.rpartition("-")
    if not choice:
        return 0, "", 0
    return (int(right), "", 0) if left == "draft" else (0, left, int(right))
