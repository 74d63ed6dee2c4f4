"""Each reason that a decision can give has a sentence, and the sentence carries its numbers."""

import re
from pathlib import Path

import pytest

from dashboards.core.reason_words import SENTENCES, reason_sentence

PLAYBOOKS = Path(__file__).parents[3] / "playbooks"
GIVEN = re.compile(r'(?:reason\(\s*|_hold\(case, [^"]*?)"([a-z_]+)"')


def test_every_reason_code_has_a_sentence() -> None:
    sources = [*PLAYBOOKS.glob("core/*.py"), *PLAYBOOKS.glob("actions/**/*.py")]
    given = {code for path in sources for code in GIVEN.findall(path.read_text())}
    assert len(given) > 20
    assert given - set(SENTENCES) == set()


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (
            {"code": "late", "late_days": 3, "allowed_days": 2, "policy": "send_late"},
            "3 days late when its turn came; up to 2 are allowed.",
        ),
        ({"code": "due", "due_at": "2026-03-02T09:00:00+00:00"}, "It was due on 2 Mar 2026, 10:00."),
        (
            {"code": "waits_for_phase", "phase": "value", "to_on": "2026-04-01"},
            "Waits for the phase value, which opens on 1 Apr 2026.",
        ),
        ({"code": "unknown"}, "Held: unknown is not known, and nothing is sent on a guess."),
        ({"code": "brand_new"}, "Brand new."),
        (
            {
                "code": "condition_yes",
                "field": "renewal.stage",
                "op": "in",
                "expected": "('upcoming', 'engaged')",
                "found": "upcoming",
            },
            "Stage: upcoming (one of upcoming, engaged).",
        ),
        (
            {"code": "condition_yes", "field": "renewal.days_to_notice", "op": "le", "expected": "28", "found": "23"},
            "Days to the notice deadline: 23 (at most 28).",
        ),
    ],
)
def test_reason_sentence_says_its_numbers(stored: dict[str, object], said: str) -> None:
    assert reason_sentence(stored, zone="Europe/Berlin").text == said
