"""Numbers that come with an address or a form: read in one place, so that no text breaks a page."""

from pathlib import Path

import pytest

import dashboards.views
from dashboards.queries.people import small_id
from dashboards.views.asking import small_number

VIEWS = Path(dashboards.views.__file__).parent
RUBBISH = ("", "x", "²", "٣", "-1", "1.5", "1e3", " 7", "\x00")


@pytest.mark.parametrize("text", [*RUBBISH, "9" * 20, "9" * 5_000])
def test_text_that_is_no_small_number_is_none(text: str) -> None:
    assert small_number(text) == 0


def test_id_of_an_address_stays_within_what_the_database_counts() -> None:
    assert [small_id(text) for text in RUBBISH] == [0] * len(RUBBISH)
    assert small_id("9" * 5_000) + 1_000 < 2**63  # a slice begins there and goes on


def test_views_read_numbers_in_one_place() -> None:
    own = {"asking.py", "feeds.py", "survey.py"}  # the last two look at the length themselves
    found = {path.name for path in VIEWS.rglob("*.py") if ".isdecimal()" in path.read_text("utf-8")}
    assert found - own == set()
