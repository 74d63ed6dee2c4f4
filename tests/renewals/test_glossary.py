"""The shipped glossary covers what the product calls things."""

from enum import StrEnum
from itertools import groupby

import pytest

from playbooks.core.queue import QueueGroup
from playbooks.core.states import EnrolmentState, MessageState, StepRunState, TaskState
from playbooks.core.vocabulary import AnchorKind, Automation, ContactRole, LatePolicy, MessageClass, PhasePurpose
from renewals.core.renewal_states import ForecastCategory, RenewalStage, StageOwner
from renewals.core.renewals import OutcomeKind
from renewals.core.roles import Role, Scope
from renewals.core.terms import EndAction
from renewals.queries.glossary import glossary_terms
from renewals.queries.library import segment_book, shipped_stages
from tests.docs.names import PAGES

TERMS = {term.key: term for term in glossary_terms()}
LISTS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("renewal_stage", RenewalStage),
    ("forecast_category", ForecastCategory),
    ("accountable_owner", StageOwner),
    ("outcome", OutcomeKind),
    ("end_action", EndAction),
    ("contact", ContactRole),
    ("enrolment", EnrolmentState),
    ("step", StepRunState),
    ("task", TaskState),
    ("message", MessageState),
    ("message_class", MessageClass),
    ("anchor", AnchorKind),
    ("automation_level", Automation),
    ("late_policy", LatePolicy),
    ("phase", PhasePurpose),
    ("queue_group", QueueGroup),
    ("role", Role),
)


@pytest.mark.requirement(6)
@pytest.mark.parametrize(("key", "words"), LISTS, ids=[key for key, _ in LISTS])
def test_closed_list_has_a_meaning_for_each_word(key: str, words: type[StrEnum]) -> None:
    assert {value.key for value in TERMS[key].values} == {word.value for word in words}


@pytest.mark.requirement(6)
def test_shipped_rules_use_words_of_the_glossary() -> None:
    book = segment_book()
    assert {value.key for value in TERMS["segment"].values} == set(book.names)
    assert {value.key for value in TERMS["tier"].values} == set(book.tiers.values())
    assert [value.key for value in TERMS["lifecycle_stage"].values] == [stage.key for stage in shipped_stages()]
    assert {value.key for value in TERMS["record_scope"].values} == {s.name.lower() for s in Scope if s}


def test_terms_of_a_group_follow_each_other() -> None:
    groups = [group for group, _ in groupby(TERMS.values(), key=lambda term: term.group)]
    assert len(groups) == len(set(groups))


def test_shares_name_their_denominator() -> None:
    rates = [term for term in TERMS.values() if term.group == "Rates" and term.key != "measured_lift"]
    assert [term.key for term in rates if not term.denominator] == []


def test_pages_of_a_term_are_pages_of_the_product() -> None:
    assert sorted({page for term in TERMS.values() for page in term.pages} - PAGES) == []


def test_definitions_are_sentences() -> None:
    assert [term.key for term in TERMS.values() if not term.definition.endswith(".")] == []
