"""Mapping files: read, refused with the nearest right word, and written so that they come back equal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.imports.kinds.registry import RENEWAL_KINDS
from renewals.core.imports.mapping import AttributeRule, ImportMapping, OutcomeRule, Reading
from renewals.core.imports.mapping_file import read_mapping, write_mapping
from renewals.core.imports.problems import MappingRefused

TELCO = """
kind = "accounts"
dataset = "telco"
[columns]
external_id = "customerID"
[attributes]
include = "*"
exclude = ["Churn"]
[outcome]
column = "Churn"
churned = ["Yes"]
renewed = ["No"]
"""


def test_read_mapping_of_the_interface_example() -> None:
    mapping = read_mapping(TELCO, kinds=RENEWAL_KINDS)
    assert mapping == ImportMapping(
        kind="accounts",
        dataset="telco",
        columns={"external_id": "customerID"},
        attributes=AttributeRule(include_all=True, exclude=("Churn",)),
        outcome=OutcomeRule(column="Churn", churned=("Yes",), renewed=("No",)),
    )
    assert mapping.attribute_columns(["customerID", "tenure", "Churn"]) == ("tenure",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind = ", "not TOML"),
        ('kind = "acounts"', "Did you mean 'accounts'?"),
        ('kind = "accounts"\n[colums]\na = "b"', "Did you mean 'columns'?"),
        ('kind = "accounts"\n[columns]\nextrnal_id = "b"', "Did you mean 'external_id'?"),
        ('kind = "accounts"\n[columns]\nexternal_id = 3', "takes a text in quotes"),
        ('kind = "contacts"\n[attributes]\ninclude = "*"', "keep no attributes"),
        ('kind = "contacts"\n[outcome]\ncolumn = "x"\nchurned = ["y"]', "take no outcome"),
        ('kind = "accounts"\n[outcome]\nchurned = ["y"]', "needs its column"),
        ('kind = "accounts"\n[reading]\ndate_order = "dmy"', "day_first or month_first"),
        ('kind = "contracts"\n[history]\nobserved_until = "soon"', "observed_until is a date"),
        ('kind = "accounts"\n[history]\nobserved_until = "2026-01-01"', "Only contracts have a history"),
        ('kind = "accounts"\n[only]\nstage = "Won"', "list of texts"),
    ],
)
def test_read_mapping_refuses_in_words(text: str, said: str) -> None:
    with pytest.raises(MappingRefused) as refusal:
        read_mapping(text, kinds=RENEWAL_KINDS)
    assert said in str(refusal.value)


names = st.text(max_size=12)


@given(
    columns=st.dictionaries(st.sampled_from(list(RENEWAL_KINDS["contracts"].by_name)), names, max_size=4),
    words=st.dictionaries(names, names, max_size=3),
    only=st.dictionaries(names, st.lists(names, max_size=3).map(tuple), max_size=2),
    separator=names,
)
def test_write_mapping_comes_back_equal(
    columns: dict[str, str], words: dict[str, str], only: dict[str, tuple[str, ...]], separator: str
) -> None:
    mapping = ImportMapping(
        kind="contracts",
        source="s",
        columns=columns,
        compose={"external_id": "{a}/{b}"},
        constants={"currency": "EUR"},
        values={"product": words} if words else {},
        outcome=OutcomeRule(column="x", churned=("y",), renewed=()),
        only=only,
        observed_until="last_start",
        reading=Reading(separator=separator, date_order="day_first"),
    )
    assert read_mapping(write_mapping(mapping), kinds=RENEWAL_KINDS) == mapping
