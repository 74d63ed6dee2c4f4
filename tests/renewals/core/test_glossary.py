"""Reading the glossary."""

import pytest

from renewals.core.errors import InvalidInput
from renewals.core.glossary import GlossaryTerm, TermValue, read_glossary

ROW = {"key": "arr", "term": "ARR", "definition": "What recurs in a year.", "group": "Value"}
ARR = GlossaryTerm(key="arr", term="ARR", definition="What recurs in a year.", group="Value")


def test_glossary_with_optional_parts_keeps_them() -> None:
    row = {**ROW, "formula": "a = b", "values": {"low": "Little."}, "pages": ["/queue/"]}
    (term,) = read_glossary({"terms": [row]})
    assert (term.formula, term.values, term.pages) == (
        "a = b",
        (TermValue(key="low", meaning="Little."),),
        ("/queue/",),
    )


def test_glossary_without_optional_parts_is_plain() -> None:
    assert read_glossary({"terms": [ROW]}) == (ARR,)


def test_glossary_with_a_term_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="defines arr twice"):
        read_glossary({"terms": [ROW, ROW]})


@pytest.mark.parametrize("part", ["term", "definition"])
def test_glossary_term_without_name_or_definition_is_refused(part: str) -> None:
    with pytest.raises(InvalidInput, match="'arr' needs a name and a definition"):
        read_glossary({"terms": [{**ROW, part: ""}]})


@pytest.mark.parametrize(
    ("words", "is_said"), [("", True), ("recurs YEAR", True), ("arr", True), ("recurs month", False)]
)
def test_search_for_words_finds_a_term_that_says_all(words: str, is_said: bool) -> None:
    assert ARR.says(words) is is_said
