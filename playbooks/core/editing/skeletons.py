"""What a new step or message begins with: sensible beginnings, and gaps where a person must decide."""

from collections.abc import Mapping
from typing import Any

from playbooks.core.editing.content import Content, items_of, key_of, with_added
from playbooks.core.vocabulary import StepFamily, StepKind, family_of

FIRST_WORDS = """Hello {{ contact.first_name | default: "there" }},

*{{ contract.name }}* is due on {{ renewal.due_date }}; it runs for {{ contract.term | default: "one term" }}.

Please tell us by **{{ renewal.decide_by }}** what you need to decide.

{{ owner.name }}, {{ workspace.name }}
"""


def with_new_step(
    content: Mapping[str, Any], *, name: str, kind: StepKind, phase: str, place: int | None
) -> tuple[Content, int]:
    """Return the content with a new step put in before `place` (None: at the end), and the place it has.

    A step that writes gets a message of its own to write.
    """
    steps = items_of(content, "steps")
    key = key_of(name, [str(step.get("key")) for step in steps])
    made: Content = dict(content)
    template = ""
    if family_of(kind) is StepFamily.MESSAGE:
        made, at = with_new_message(made, name=name)
        template = str(items_of(made, "templates")[at]["key"])
    at = len(steps) if place is None else max(0, min(place, len(steps)))
    return with_added(made, "steps", _step(content, key, name, kind, phase) | _doing(kind, template), place=at), at


def with_new_message(content: Mapping[str, Any], *, name: str) -> tuple[Content, int]:
    """Return the content with a new message at the end, and the place it has."""
    templates = items_of(content, "templates")
    message = {
        "key": key_of(name, [str(each.get("key")) for each in templates]),
        "name": name,
        "message_class": "relationship",
        "subject": "{{ contract.name }}: ",
        "body": FIRST_WORDS,
    }
    return with_added(content, "templates", message), len(templates)


def _step(content: Mapping[str, Any], key: str, name: str, kind: StepKind, phase: str) -> dict[str, Any]:
    opens = next((each.get("opens_days") for each in items_of(content, "phases") if each.get("key") == phase), None)
    return {
        "key": key,
        "name": name,
        "kind": kind.value,
        "phase": phase,
        "intended_outcome": "",
        "anchor": {
            "from": "renewal_date",
            "days": opens if isinstance(opens, int) else -30,
            "roll": "next_business_day",
        },
        "at": "09:00",
        "late": {"policy": "send_late", "max_days": 5},
    }


def _doing(kind: StepKind, template: str) -> dict[str, Any]:
    family = family_of(kind)
    if family is StepFamily.MESSAGE:
        message = {"message_class": "relationship", "to": ["champion", "economic_buyer"], "template": template}
        return {"operator": "system", "automation": "automatic", **message}
    if family is StepFamily.HUMAN:
        return {"operator": "csm", "automation": "human_only", "instructions": "", "task_days": 5}
    return {"operator": "system", "automation": "automatic"}
