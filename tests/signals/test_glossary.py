"""Every measure and band of the shipped scores is in the glossary."""

import tomllib

import pytest

from renewals.queries.glossary import glossary_terms
from tests.architecture.house import ROOT

TERMS = {term.key: term for term in glossary_terms()}


def _shipped(name: str) -> dict:
    return tomllib.loads((ROOT / "signals" / "library" / name).read_text("utf-8"))


@pytest.mark.requirement(6)
@pytest.mark.parametrize(
    ("name", "table"), [("scorecard.toml", "measures"), ("risk.toml", "inputs"), ("expansion.toml", "measures")]
)
def test_shipped_measure_has_a_definition(name: str, table: str) -> None:
    assert [row["key"] for row in _shipped(name)[table] if row["key"] not in TERMS] == []


@pytest.mark.requirement(6)
@pytest.mark.parametrize(
    ("name", "term"), [("scorecard.toml", "health"), ("risk.toml", "risk"), ("expansion.toml", "expansion_potential")]
)
def test_shipped_bands_have_a_meaning_with_their_bounds(name: str, term: str) -> None:
    bands = _shipped(name)["bands"]
    assert [value.key for value in TERMS[term].values] == [band["key"] for band in bands]
    bounds = {str(int(band["low"])) for band in bands if band["low"]}
    assert bounds <= set(" ".join(value.meaning for value in TERMS[term].values).replace(".", " ").split())


@pytest.mark.requirement(6)
def test_signal_families_have_a_meaning() -> None:
    assert [value.key for value in TERMS["signal_family"].values] == list(_shipped("kinds.toml")["families"])
