"""The content of a draft: an empty one to begin with, its parts added, moved and removed, and all problems of it.

A content is a plain table, `{playbook, templates, pilot?}`, as a version stores it. Nothing here refuses an edit.
"""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from playbooks.core.messages import check_template, parse_template
from playbooks.core.pilots import read_pilot
from playbooks.core.validation import read_definition
from playbooks.core.vocabulary import MessageClass
from renewals.core.problems import Problem

Content = dict[str, Any]

LISTS = ("phases", "steps", "exits", "decision_rights", "escalation", "success")
"""The parts of a playbook that are lists of tables."""


def blank_content(*, name: str) -> Content:
    """Return the content a new playbook begins with: what nearly every one has, and gaps where people must decide."""
    playbook: dict[str, Any] = {
        "key": key_of(name, ()),
        "name": name,
        "tier": "",
        "segments": [],
        "purpose": "",
        "owner_role": "csm",
        "window_days": 120,
        "re_enrolment": "once_per_renewal",
        "guardrails": {
            "max_touches": 2,
            "per_days": 7,
            "min_gap_days": 4,
            "send_from": "08:00",
            "send_until": "18:00",
            "stop_on_reply": True,
            "rules": [],
        },
        "decision_rights": [],
        "escalation": [],
        "success": [],
        "exits": [
            {
                "key": "outcome_recorded",
                "reason": "renewal_closed",
                "when": {"field": "renewal.outcome", "op": "known", "value": True},
            }
        ],
        "phases": [],
        "steps": [],
    }
    return {"playbook": playbook, "templates": []}


def key_of(name: str, taken: Sequence[str]) -> str:
    """Return a key made of a name, with a number behind it when it is taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:50]
    key = plain if plain[:1].isalpha() else f"p_{plain}".strip("_")
    if key not in taken:
        return key
    return next(f"{key}_{number}" for number in range(2, len(taken) + 3) if f"{key}_{number}" not in taken)


def items_of(content: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    """Return the tables of one list of the playbook, or of the templates; an empty list when there are none."""
    found = content.get("templates") if part == "templates" else content.get("playbook", {}).get(part)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def with_items(content: Mapping[str, Any], part: str, items: Sequence[Mapping[str, Any]]) -> Content:
    """Return the content with one list replaced; the given content is left as it is."""
    made = deepcopy(dict(content))
    holder = made if part == "templates" else made["playbook"]
    holder[part] = [dict(item) for item in items]
    return made


def with_added(content: Mapping[str, Any], part: str, item: Mapping[str, Any], *, place: int | None = None) -> Content:
    """Return the content with `item` put in before `place` (0 is the first), at the end for None."""
    items = items_of(content, part)
    at = len(items) if place is None else max(0, min(place, len(items)))
    return with_items(content, part, [*items[:at], item, *items[at:]])


def with_moved(content: Mapping[str, Any], part: str, place: int, steps: int) -> Content:
    """Return the content with an item moved up (-1) or down (+1); at an end, or out of range, nothing changes."""
    items, to = items_of(content, part), place + steps
    if 0 <= place < len(items) and 0 <= to < len(items):
        items[place], items[to] = items[to], items[place]
    return with_items(content, part, items)


def with_removed(content: Mapping[str, Any], part: str, place: int) -> Content:
    """Return the content without the item at `place`; out of range nothing changes."""
    items = items_of(content, part)
    return with_items(content, part, [item for at, item in enumerate(items) if at != place])


def content_problems(content: Mapping[str, Any], *, taken_keys: Sequence[str] = ()) -> tuple[Problem, ...]:
    """Return everything wrong with a content at once, errors before warnings: definition, templates, pilot.

    `taken_keys` are the keys of other playbooks of the workspace.
    """
    problems: list[Problem] = []
    classes: dict[str, MessageClass] = {}
    for table in items_of(content, "templates"):
        template, found = parse_template(table)
        problems += [*found, *check_template(template)]
        if template.key in classes:
            remedy = "Give each message its own key."
            where = f"template '{template.key}'"
            problems.append(Problem(code="E-CAD-09", where=where, what="The key is used twice.", remedy=remedy))
        classes[template.key] = template.message_class
    definition = content.get("playbook", {})
    if definition.get("key") in taken_keys:
        what = f"Another playbook has the key '{definition['key']}'."
        remedy = "Choose another key, or start the draft from that playbook."
        problems.append(Problem(code="E-CAD-09", where="playbook, key", what=what, remedy=remedy))
    problems += read_pilot(content.get("pilot"))[1]
    problems += read_definition(definition, templates=classes).problems
    return tuple(dict.fromkeys(sorted(problems, key=lambda problem: not problem.is_error)))
