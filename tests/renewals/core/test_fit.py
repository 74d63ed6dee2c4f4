"""Who fits a renewal: each reason with its points, who is left out, ties, and room that shrinks as it is given away."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.errors import InvalidInput
from renewals.core.fit import FitCode, FitRules, PersonFacts, RenewalNeed, best_of, fits, proposals, skills_needed
from renewals.core.fit_rules import read_fit_rules

POINTS = {"segment": 4, "product": 3, "language": 3, "skill": 4, "team": 2, "room": 3}
RULES = FitRules(roles=("csm", "renewal_manager"), points=POINTS)
SHIPPED = tomllib.loads((Path(__file__).resolve().parents[3] / "renewals/library/fit.toml").read_text("utf-8"))
NEED = RenewalNeed(
    renewal_id=1,
    team_id=7,
    wanted={"segment": ("enterprise",), "product": ("core", "plus"), "language": ("de",), "skill": ("a", "b")},
)
ANNA = PersonFacts(user_id=1, role="csm")


@pytest.mark.requirement(104)
@pytest.mark.parametrize(
    ("changes", "points", "codes"),
    [
        ({}, 0, []),
        ({"abilities": {"segment": ("enterprise", "small")}}, 4, ["segment"]),
        ({"abilities": {"segment": ("small",)}}, -4, ["other_segment"]),
        ({"abilities": {"product": ("plus",)}}, 3, ["product"]),
        ({"abilities": {"product": ("core", "plus")}}, 3, ["product"]),
        ({"abilities": {"language": ("DE", "en")}}, 3, ["language"]),
        ({"abilities": {"language": ("fr",)}}, -3, ["other_language"]),
        ({"abilities": {"skill": ("A", "b", "c")}}, 8, ["skill"]),
        ({"team_id": 7}, 2, ["team"]),
        ({"team_id": 8}, 0, []),
        ({"most_open": 4, "open_renewals": 1}, 2, ["room"]),
        ({"most_open": 4, "open_renewals": 4}, 0, ["full"]),
        ({"most_open": 4, "open_renewals": 9}, 0, ["full"]),
        ({"is_away": True, "abilities": {"segment": ("enterprise",)}}, 0, ["away"]),
    ],
)
def test_each_fact_of_a_person_counts_as_the_rules_say(changes: dict, points: int, codes: list[str]) -> None:
    (found,) = fits(NEED, [replace(ANNA, **changes)], RULES)
    assert (found.points, [reason.code for reason in found.reasons]) == (points, codes)
    assert found.is_left_out is (codes in (["full"], ["away"]))
    assert sum(reason.points for reason in found.reasons) == points


@pytest.mark.requirement(104)
def test_best_is_first_and_equals_go_by_load_then_by_who_was_there_first() -> None:
    people = [
        PersonFacts(user_id=1, role="csm", open_renewals=3),
        PersonFacts(user_id=2, role="csm", open_renewals=2),
        PersonFacts(user_id=3, role="csm", open_renewals=2),
        PersonFacts(user_id=4, role="csm", open_renewals=9, abilities={"segment": ("enterprise",)}),
        PersonFacts(user_id=5, role="finance", abilities={"segment": ("enterprise",)}),
        PersonFacts(user_id=6, role="csm", is_away=True),
    ]
    assert [fit.user_id for fit in fits(NEED, people, RULES)] == [4, 2, 3, 1, 6]
    assert best_of(fits(NEED, people[5:], RULES)) is None
    assert best_of(()) is None


@pytest.mark.requirement(104)
def test_what_is_proposed_takes_room_from_the_next_renewal() -> None:
    people = [replace(ANNA, most_open=1), PersonFacts(user_id=2, role="csm")]
    found = proposals([NEED, replace(NEED, renewal_id=2)], people, RULES)
    assert [best_of(found[key]).user_id for key in (1, 2)] == [1, 2]


@given(
    st.lists(
        st.builds(
            PersonFacts,
            user_id=st.integers(1, 9),
            role=st.sampled_from(["csm", "finance"]),
            open_renewals=st.integers(0, 5),
            most_open=st.none() | st.integers(1, 5),
            is_away=st.booleans(),
        ),
        unique_by=lambda person: person.user_id,
    ),
    st.integers(1, 12),
)
def test_nobody_is_proposed_beyond_their_room_or_while_away(people: list[PersonFacts], number: int) -> None:
    held = {person.user_id: person for person in people}
    found = proposals([replace(NEED, renewal_id=key) for key in range(number)], people, RULES)
    taken = [best.user_id for ranked in found.values() if (best := best_of(ranked))]
    for user_id in set(taken):
        person = held[user_id]
        assert (person.role, person.is_away) == ("csm", False)
        assert person.most_open is None or person.open_renewals + taken.count(user_id) <= person.most_open


def test_shipped_rules_are_read_and_needs_follow_known_facts_only() -> None:
    rules = read_fit_rules(SHIPPED)
    assert skills_needed({"account.tier": "strategic", "account.industry": "education"}, rules) == (
        "public sector",
        "strategic accounts",
    )
    assert skills_needed({"account.tier": None}, rules) == ()
    assert set(rules.points) == set(POINTS)
    assert FitCode("other_skill") is FitCode.OTHER_SKILL


@pytest.mark.parametrize(
    "change",
    [{"stray": 1}, {"points": {"segment": 1}}, {"needs": [{"skill": "x", "when": {"field": "no", "op": "eq"}}]}],
)
def test_rules_with_a_problem_are_refused(change: dict) -> None:
    with pytest.raises(InvalidInput):
        read_fit_rules(SHIPPED | change)
