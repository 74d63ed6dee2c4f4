"""The executive brief keeps to one page, whatever people wrote, and says what had no room."""

import re

import pytest

from dashboards.core.executive_sheet import MOST_LINES, ExecutiveSheet, SheetValue, section
from dashboards.core.parts import Reason
from dashboards.paper_drawing import executive_pdf


def test_section_with_more_lines_than_fit_counts_the_rest_once() -> None:
    lines = [Reason(text=f"Line {number}") for number in range(MOST_LINES + 2)]
    made = section("Risk mitigation", [*lines, *lines], empty="Nothing.", href="/accounts/1/")
    assert [each.text for each in made.lines] == [f"Line {number}" for number in range(MOST_LINES)]
    assert made.more == "2 more on the account's page"
    assert section("Risk mitigation", lines[:1], empty="", href="").more == ""


@pytest.mark.requirement(99)
def test_pdf_of_the_longest_brief_is_one_tagged_page() -> None:
    lines = [Reason(text=f"{n} Words of people * _ # $ " * 20, note="note " * 40, state="bad") for n in range(9)]
    names = ("Alignment", "Return", "Mitigation", "Opportunities")
    parts = tuple(section(name, lines, empty="", href="") for name in names)
    figures = tuple(SheetValue(name="ARR", value="$1,234,567", note="80% known · 3 h ago") for _ in range(5))
    sheet = ExecutiveSheet(title="Long " * 60, unit="Today", figures=figures, sections=parts, heard="heard " * 80)
    pdf = executive_pdf(sheet, company="Perennial")
    assert b"/StructTreeRoot" in pdf
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
