"""Formula cells go out harmless and come back as they were."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renewals.core.imports.export import safe_cell
from renewals.core.imports.formulas import neutralise_cell, restore_cell

PAYLOADS = (
    "=1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0", "+49 30 123", "-2+3+cmd|x", "@SUM(1)", "\t=1", "\r=1",
    " =1", "\ufeff=1", "\u00a0=1", "\u200b=1", "＝1+1", "＋1", "－1", "＠x", '=IMPORTXML("x")', "|calc", "\0=1", "\n=1",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_neutralise_cell_formula_gets_one_apostrophe(payload: str) -> None:
    assert neutralise_cell(payload) == "'" + payload


@pytest.mark.parametrize("text", ["", "Acme", "'tis", '"=1', ";=1", "%0A=1", "a=b", "5", "O'Neil", "DDE(x)"])
def test_neutralise_cell_harmless_text_is_unchanged(text: str) -> None:
    assert neutralise_cell(text) == text
    assert restore_cell(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@|\t\r\n\0 \u200b\ufeff\u00a0＝abc1"), max_size=12))
@example("'=1")
@example("''=1")
@example(" '=1")
def test_restore_cell_of_neutralised_is_identity(text: str) -> None:
    assert restore_cell(neutralise_cell(text)) == text


@given(st.one_of(st.text(max_size=30), st.decimals(allow_nan=False, allow_infinity=False).map(str)))
def test_safe_cell_restored_is_identity(text: str) -> None:
    assert restore_cell(safe_cell(text)) == text


@pytest.mark.parametrize("number", ["-5", "-5.25", "-1,5"])
def test_safe_cell_negative_number_stays_a_number(number: str) -> None:
    assert safe_cell(number) == number
