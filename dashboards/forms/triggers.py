"""The form of a trigger rule: what sets it off, what it makes, and when it is armed again."""

import json
from typing import Any

from django import forms
from django.utils.text import slugify

from dashboards.core.wording import title
from playbooks.core.triggers import TriggerDo, TriggerType
from playbooks.core.vocabulary import OperatorRole

LINES = (
    ("", "A signal"),
    ("risk.score:ge", "Renewal risk reaches"),
    ("risk.score:lt", "Renewal risk falls below"),
    ("health.score:ge", "Health reaches"),
    ("health.score:lt", "Health falls below"),
)
ROLES = ("csm", "renewal_manager", "cs_manager", "sales", "finance", "executive")


class TriggerForm(forms.Form):
    """One rule. The choices of signals, playbooks and segments are those of the workspace."""

    name = forms.CharField(label="Name", max_length=200)
    line = forms.ChoiceField(label="Set off by", choices=LINES, required=False)
    signal = forms.ChoiceField(label="Kind of signal", required=False, help_text="Only when a signal sets it off.")
    value = forms.FloatField(label="Score", min_value=0, max_value=100, required=False)
    segment = forms.ChoiceField(label="Only in the segment", required=False)
    type = forms.ChoiceField(label="About", choices=[(each.value, title(each.value)) for each in TriggerType])
    reason = forms.SlugField(
        label="Reason", max_length=60, help_text="One open piece of work per account, about and reason."
    )
    do = forms.ChoiceField(
        label="Makes", choices=[(TriggerDo.TASK.value, "A task"), (TriggerDo.ENROL.value, "An enrolment")]
    )
    playbook = forms.ChoiceField(label="Playbook", required=False)
    task_title = forms.CharField(label="Task", max_length=200, required=False)
    instructions = forms.CharField(label="What to do", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    role = forms.ChoiceField(
        label="For", choices=[(OperatorRole(each).value, title(each)) for each in ROLES], initial="csm"
    )
    due_days = forms.IntegerField(label="Due in days", min_value=0, max_value=60, initial=2)
    rearm_days = forms.IntegerField(label="Armed again after days", min_value=1, max_value=365, initial=30)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: dict[str, list[tuple[str, str]]], **options: Any) -> None:
        """Offer what this workspace has."""
        super().__init__(*args, **options)
        for name, offered in choices.items():
            self.fields[name].choices = [("", "–"), *offered]

    def definition(self, key: str = "") -> dict[str, Any]:
        """Return the rule as the table that is published; a rule that is changed keeps its key."""
        given = self.cleaned_data
        table: dict[str, Any] = {
            "key": key or slugify(given["name"])[:60],
            **{name: given[name] for name in ("name", "type", "reason", "do", "rearm_days")},
        }
        if given["line"] and given["value"] is not None:
            field, _, op = given["line"].partition(":")
            table["crossing"] = {"field": field, "op": op, "value": given["value"]}
        elif not given["line"] and given["signal"]:
            table["signal"] = given["signal"]
        if given["segment"]:
            table["when"] = {"field": "account.segment", "op": "eq", "value": given["segment"]}
        if given["do"] == TriggerDo.ENROL:
            return table | {"playbook": given["playbook"]}
        task = {name: given[name] for name in ("instructions", "role", "due_days")} | {"title": given["task_title"]}
        industries = json.loads(given["kept"]) if given["kept"] else {}
        return table | {"task": task | ({"by_industry": industries} if industries else {})}


def initial_of(definition: dict[str, Any]) -> dict[str, Any]:
    """Return what the form shows for a rule."""
    line, when, task = (definition.get(name) or {} for name in ("crossing", "when", "task"))
    return {name: definition.get(name) for name in ("name", "type", "reason", "do", "playbook", "signal")} | {
        "rearm_days": definition.get("rearm_days", 30),
        "line": f"{line['field']}:{line['op']}" if line else "",
        "value": line.get("value"),
        "segment": when.get("value") if when.get("field") == "account.segment" else "",
        "task_title": task.get("title", ""),
        "instructions": task.get("instructions", ""),
        "role": task.get("role", "csm"),
        "due_days": task.get("due_days", 2),
        "kept": json.dumps(task.get("by_industry", {})) if task.get("by_industry") else "",
    }
