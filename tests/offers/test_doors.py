"""Every door by which a renewal closes is known: a new one has to say how it keeps to what was approved."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLOSES = re.compile(
    r"\b(record_outcomes?|close_renewal|carry_out_end_action|(close|split|merge|carry_out)_as_approved"
    r"|split_renewal|apply_merger|assign_contract|close_decisions)\("
)
DOORS = {
    "renewals/actions/outcomes.py": "writes the outcome itself",
    "renewals/actions/closing.py": "closes and goes on; asked by those below",
    "renewals/actions/mergers.py": "closes at the amount that goes on elsewhere",
    "renewals/actions/assignments.py": "closes what goes on at another account, as it was",
    "renewals/actions/imports/closing.py": "a file says what happened: recorded, and found where nobody approved it",
    "renewals/actions/imports/outcomes.py": "the same",
    "offers/actions/closing.py": "the check itself",
    "offers/actions/splitting.py": "a split, through the check",
    "offers/actions/merging.py": "a merger, through the check",
    "offers/actions/answers.py": "an acceptance, at exactly the approved version",
    "offers/actions/end_actions.py": "the sweep, through the check",
    "playbooks/actions/clauses.py": "the contract's own clause, through the check",
    "dashboards/views/renewal.py": "a person, through the check",
    "dashboards/views/splitting.py": "a person, through the check of splits",
    "dashboards/views/mergers.py": "a person, through the check of mergers",
    "dashboards/views/amendments.py": "an assignment: nothing is renewed, the term goes on as it was",
    "playbooks/actions/world.py": "the demo's history",
    "playbooks/actions/demo_endings.py": "the demo's loss of today",
}


@pytest.mark.requirement(32)
def test_each_door_that_closes_a_renewal_is_known() -> None:
    apps = ("renewals", "signals", "offers", "playbooks", "dashboards")
    sources = (path for app in apps for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    found = {str(path.relative_to(ROOT)) for path in sources if CLOSES.search(path.read_text("utf-8"))}
    assert found == set(DOORS)
