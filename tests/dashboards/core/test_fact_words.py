"""Facts of conditions in the words of people."""

import pytest

from dashboards.core.fact_words import NAMES, TRUTHS, asked_words, found_words, held_words, named_words
from offers.core.fields import OFFER_FIELDS
from playbooks.core.fields import FACT_FIELDS, FactKind


def test_every_fact_of_yes_or_no_has_both_its_sentences() -> None:
    assert set(TRUTHS) == {name for name, field in FACT_FIELDS.items() if field.kind is FactKind.TRUTH}


def test_only_facts_that_there_are_have_a_name() -> None:
    assert set(NAMES) <= set(FACT_FIELDS) | set(OFFER_FIELDS)


@pytest.mark.parametrize(
    ("stored", "asked", "found", "held"),
    [
        (
            ("contact.sponsor_known", "eq", "False", "False"),
            "no executive sponsor is on record",
            "no executive sponsor is on record",
            "no executive sponsor is on record",
        ),
        (
            ("contact.sponsor_known", "ne", "False", "True"),
            "an executive sponsor is on record",
            "an executive sponsor is on record",
            "an executive sponsor is on record",
        ),
        (("risk.score", "ge", "60", "71"), "risk is at least 60", "it is 71", "risk: 71 (at least 60)"),
        (
            ("account.segment", "in", "('mid_market', 'small')", "small"),
            "segment is one of mid market, small",
            "it is small",
            "segment: small (one of mid market, small)",
        ),
        (
            ("risk.score", "ge", "60", "9.379082184224309"),
            "risk is at least 60",
            "it is 9.38",
            "risk: 9.38 (at least 60)",
        ),
        (("account.country", "eq", "DE", "DE"), "country is DE", "it is DE", "country: DE"),
        (
            ("renewal.outcome", "known", "False", "None"),
            "outcome is not known",
            "it is not known",
            "outcome is not known",
        ),
    ],
)
def test_a_stored_condition_is_said_in_words(stored: tuple[str, ...], asked: str, found: str, held: str) -> None:
    field, op, expected, value = stored
    assert asked_words(field, op, expected) == asked
    assert found_words(field, value) == found
    assert held_words(field, op, expected, value) == held


def test_a_fact_is_named() -> None:
    assert named_words("account.industry", "Retail") == "industry is Retail"
    assert named_words("contact.champion_known", "False") == "no champion is on record"
    assert named_words("contact.champion_known", "None") == "champion is not known"
