"""What ships can be read; an offer is made only where its conditions are yes and its days have come."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from offers.core.library import eligibility_of, read_offer
from renewals.core.conditions import Answer

FOLDER = Path(__file__).parents[3] / "offers" / "library" / "offers"
SHIPPED = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
TODAY = date(2027, 2, 1)
GOOD = {"account.segment": "strategic", "health.score": 80.0}


@pytest.mark.requirement(30)
@pytest.mark.requirement(44)
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_offer_has_no_problem_and_its_file_has_its_name(name: str) -> None:
    offer, problems = read_offer(SHIPPED[name])
    assert (problems, offer.key) == ((), name)
    assert offer.eligibility is not None


@pytest.mark.requirement(44)
def test_library_ships_at_least_six_offers() -> None:
    assert len(SHIPPED) >= 6


@pytest.mark.parametrize(
    ("facts", "answer"),
    [(GOOD, Answer.YES), (GOOD | {"health.score": 59.0}, Answer.NO), (GOOD | {"health.score": None}, Answer.UNKNOWN)],
)
def test_offer_is_made_only_on_yes(facts: dict[str, object], answer: Answer) -> None:
    found = eligibility_of(read_offer(SHIPPED["multi_year"])[0], facts, today=TODAY)
    assert (found.answer, found.may_be_made) == (answer, answer is Answer.YES)


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [
        ("2027-02-01", "2027-02-01", True),
        ("2027-02-02", "", False),
        ("", "2027-01-31", False),
        ("", "", True),
    ],
)
def test_offer_is_made_on_its_days_alone(first: str, last: str, may: bool) -> None:
    offer, problems = read_offer(SHIPPED["multi_year"] | {"valid_from": first, "valid_until": last})
    assert (problems, eligibility_of(offer, GOOD, today=TODAY).may_be_made) == ((), may)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"name": ""}, "name"),
        ({"price": {"method": "usage"}}, "price of a unit"),
        ({"price": {"method": "same", "discount_percent": 120}}, "discount"),
        ({"capabilities": ["magic"]}, "magic"),
        ({"valid_from": "2027-02-30"}, "no date"),
        ({"valid_from": "2027-03-01", "valid_until": "2027-02-01"}, "ends before"),
        ({"term_months": 0}, "term_months"),
        ({"eligibility": {"field": "account.mood", "op": "eq", "value": "good"}}, "not a fact"),
    ],
)
def test_offer_that_cannot_be_made_is_told(change: dict[str, object], word: str) -> None:
    problems = read_offer(SHIPPED["multi_year"] | change)[1]
    assert [problem.what for problem in problems if word in problem.what] != []
