"""A definition with one step of every kind and every optional part, as a table; tests change copies of it."""

import copy
from datetime import time
from typing import Any

from tests.playbooks.core.specimens import library_table

Table = dict[str, Any]

KNOWN: Table = {"field": "health.score", "op": "ge", "value": 60}
RISKY: Table = {"field": "risk.score", "op": "ge", "value": 60}

PARTS: dict[str, Table] = {
    "email": {"holdout_percent": 5},
    "document_request": {"documents": ["Purchase order", "Signed data agreement"]},
    "value_recap": {},
    "celebrate_value": {"automation": "veto_window", "veto_hours": 24, "operator": "csm"},
    "survey": {"survey": {"question": "How likely are you to recommend us?", "scale": "nps"}},
    "task": {},
    "call": {},
    "meeting": {"meeting": {"minutes": 45, "agenda": ["Outcomes", "Roadmap"]}},
    "expansion_prompt": {"receptive": {"min_milestones": 1, "min_health": 80}},
    "sponsor": {"sponsor": {"side": "theirs", "when_missing": "block"}},
    "information_request": {
        "form": [
            {"key": "budget_on", "label": "When is the budget decided?", "kind": "date"},
            {"key": "intends", "label": "What do they intend?", "kind": "choice", "choices": ["renew", "leave"]},
            {"key": "seats", "label": "How many seats?", "kind": "number", "required": False},
        ],
        "outcomes": [],
    },
    "approval": {
        "approvers": {"roles": ["cs_manager", "executive"], "within_hours": 48, "unanswered": "reject"},
        "outcomes": [],
    },
    "escalation": {"escalate": {"role": "cs_manager", "response": "Review {{ account.name }} with the owner."}},
    "webhook": {"webhook": {"target": "crm", "event": "renewal.at_risk"}},
    "field_update": {"field": {"name": "renewal.stage", "value": "engaged"}},
    "wait": {"wait": {"until": KNOWN, "max_days": 5}},
    "branch": {
        "paths": [{"key": "at_risk", "label": "At risk", "when": RISKY}],
        "otherwise": {"key": "steady", "label": "Steady"},
    },
}
MESSAGES = ("email", "document_request", "value_recap", "celebrate_value", "survey")
SYSTEM = ("escalation", "webhook", "field_update", "wait", "branch")


def step_table(kind: str, position: int, **changes: object) -> Table:
    """Return a valid step of a kind, due `position` days after the ninetieth before the renewal date."""
    table: Table = {
        "key": f"a_{kind}",
        "name": kind.replace("_", " ").capitalize(),
        "kind": kind,
        "phase": "all",
        "operator": "system" if kind in (*MESSAGES, *SYSTEM) else "csm",
        "intended_outcome": "It is done.",
        "anchor": {"from": "renewal_date", "days": -90 + position},
        "at": time(9, 0),
        "automation": "automatic" if kind in (*MESSAGES, *SYSTEM) else "human_only",
        "late": {"policy": "task", "max_days": 5},
    }
    if kind in MESSAGES:
        table |= {"message_class": "relationship", "to": ["champion"], "template": "small_options"}
    elif kind not in SYSTEM:
        table |= {"instructions": "Do it.", "outcomes": [{"key": "done", "label": "Done"}]}
    return copy.deepcopy(table | PARTS[kind] | changes)


def every_kind() -> Table:
    """Return a definition with a branch first, every other kind after it, and every optional part of a playbook."""
    kinds = ["branch", *(kind for kind in PARTS if kind != "branch")]
    table = copy.deepcopy(dict(library_table("playbooks", "small")))
    table["window_days"] = 120
    table |= {"holdout_percent": 10, "holdout_salt": "first"}
    table["entry"] = {"not": RISKY}
    table["re_enrolment"] = {"mode": "at_most", "times": 2, "per_days": 90}
    table["goal"] = {"when": {"any": [KNOWN, {"all": [RISKY, KNOWN]}]}, "within_days": 60, "effect": "end"}
    table["phases"] = [
        {
            "key": "all",
            "name": "All of it",
            "purpose": "value",
            "opens_days": -120,
            "closes_days": 30,
            "entry": {"field": "account.segment", "op": "in", "value": ["small", "mid_market"]},
            "exit": {"field": "answer.a_information_request.intends", "op": "eq", "value": "renew"},
        }
    ]
    table["steps"] = [step_table(kind, position) for position, kind in enumerate(kinds)]
    table["steps"][5]["path"] = "a_branch.at_risk"
    table["steps"][6]["condition"] = {
        "field": "answer.a_information_request.budget_on",
        "op": "ge",
        "value": "2027-01-01",
    }
    table["exits"].append(
        {
            "key": "refused",
            "reason": "refused",
            "when": {"field": "answer.a_approval.decision", "op": "eq", "value": "rejected"},
        }
    )
    return table
