"""The page about the API says what the code does."""

import re

import pytest

from renewals.actions.idempotency import KEPT_FOR, LONGEST
from renewals.api.pages import Pages
from renewals.core.api_scopes import API_SCOPES
from tests.architecture.house import ROOT

TEXT = (ROOT / "docs" / "api.md").read_text("utf-8")


def test_scopes_in_the_table_are_those_of_the_code() -> None:
    assert dict(re.findall(r"^\| `(\w+:\w)` \| (.+) \|$", TEXT, re.MULTILINE)) == dict(API_SCOPES)


@pytest.mark.parametrize(
    "claim",
    [
        f"pages of {Pages.page_size} (`?{Pages.page_size_query_param}=` up to {Pages.max_page_size})",
        f"up to {LONGEST} characters",
        "kept for a day" if KEPT_FOR.days == 1 else "",
    ],
)
def test_limits_in_the_text_are_those_of_the_code(claim: str) -> None:
    assert claim != ""
    assert claim in " ".join(TEXT.split())
