"""Keys are pure, short, and differ whenever what they stand for differs."""

import hashlib
import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.keys import LONGEST_KEY, decision_key, dedup_key, idem_key, message_id, occurrence_of, task_key

ON = date(2026, 12, 31)
IDS = st.tuples(st.integers(1, 10**12), st.integers(1, 10**12), st.text(min_size=1, max_size=60), st.dates())


def test_keys_are_golden_so_that_an_upgrade_never_sends_twice() -> None:
    about = {"workspace_id": 3, "enrolment_id": 7, "step_key": "options", "occurrence": ON}
    assert idem_key(**about) == "pn-3-38989a97ac4aabb534816233aea98b7663774c52"  # type: ignore[arg-type]  # one mapping for three functions
    assert message_id(**about, domain="mail.example") == "<ed7ad7b9d45b67fa33e69e1299579c682f4d0d21@mail.example>"  # type: ignore[arg-type]  # as above
    assert task_key(**about) == "tk-3-4c42b7d3311e1009d4cb29f3b70e5b86253b03d3"  # type: ignore[arg-type]  # as above
    dedup = dedup_key(workspace_id=3, contact_id=9, purpose="renewal", occurrence=ON, step_key="options")
    assert dedup == "dd-3-a76bc08d10ac768c37fd3ce56f76b0c62dc04b4f"
    assert (occurrence_of(ON), decision_key("plan", 1, None, ON)) == (
        "2026-12-31",
        "plan:770065802bfa49224112111e9c6b1ccc7fdb20e6",
    )


@given(first=IDS, second=IDS)
def test_idem_key_is_the_same_exactly_for_the_same_step(
    first: tuple[int, int, str, date], second: tuple[int, int, str, date]
) -> None:
    names = ("workspace_id", "enrolment_id", "step_key", "occurrence")
    one, other = (dict(zip(names, ids, strict=True)) for ids in (first, second))
    assert idem_key(**one) == idem_key(**one)  # type: ignore[arg-type]  # drawn to fit
    assert (idem_key(**one) == idem_key(**other)) is (first == second)  # type: ignore[arg-type]  # drawn to fit
    assert len(idem_key(**one)) <= LONGEST_KEY  # type: ignore[arg-type]  # drawn to fit


def test_parts_do_not_run_together() -> None:
    assert decision_key("x", "ab", "c") != decision_key("x", "a", "bc")
    assert decision_key("x", 1) != decision_key("x", "1")


@given(parts=st.lists(st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.dates()), max_size=6))
def test_a_key_is_the_hash_of_its_parts_as_json(parts: list[str | int | date | None]) -> None:
    plain = [part.isoformat() if isinstance(part, date) else part for part in parts]
    text = json.dumps(["x", *plain], separators=(",", ":"))
    assert decision_key("x", *parts) == f"x:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
