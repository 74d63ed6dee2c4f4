"""The words of a proposal for the account, and that the sheet prints the same figures, whatever stands in the data."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import typst

from dashboards.core.offers.paper import PaperFacts, PaperLineFacts, change_words, paper_of
from dashboards.paper_drawing import SHEET, paper_inputs, paper_pdf
from renewals.core.money import Money


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


FACTS = PaperFacts(
    company="Northwind",
    account="Acme #strong[x] <b> $y$ @z",
    contract="Platform agreement",
    number=3,
    lines=(
        PaperLineFacts(
            name="Seats *all*",
            before=euros("48000"),
            after=euros("50880.50"),
            quantity_before=Decimal(100),
            quantity=Decimal(120),
            unit="seats",
        ),
        PaperLineFacts(name="Support", before=euros("6000"), after=euros("6000")),
        PaperLineFacts(name="Reports", before=None, after=euros("4000")),
        PaperLineFacts(name="Archive", before=euros("500"), after=None),
    ),
    before=euros("54000"),
    after=euros("60880.50"),
    term_total=euros("121761"),
    starts_on=date(2027, 4, 1),
    months=24,
    payment_days=30,
    terms=("Data stays in the EU #include",),
    notice_period=60,
    notice_on=date(2029, 1, 30),
    end_action="renew",
    prepared_on=date(2026, 11, 22),
    valid_until=date(2026, 12, 22),
    owner="Jordan Lee",
    owner_email="jordan@example.com",
)


@pytest.mark.requirement(63)
def test_paper_says_what_changes_line_by_line_and_as_a_whole() -> None:
    paper = paper_of(FACTS)
    assert [(line.quantity, line.before, line.after, line.change) for line in paper.lines] == [
        ("120 seats, today 100", "€48,000", "€50,880.50", "€2,880.50 (6 %) more"),
        ("", "€6,000", "€6,000", "No change"),
        ("", "", "€4,000", "New"),
        ("", "€500", "", "Ends"),
    ]
    assert (paper.total, paper.change) == ("€60,880.50", "€6,880.50 (12.7 %) more a year")
    assert paper.term == "24 months, 1 Apr 2027 to 31 Mar 2029"
    assert paper.notice == (
        "After the term it renews by itself unless one of us gives notice.",
        "Notice has to be given 60 days before the end: by 30 Jan 2029.",
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("100", "100", ("No change", "same")),
        ("100", "99.99", ("€0.01 (under 0.1 %) less a year", "less")),
        ("0", "10", ("€10 more a year", "more")),
        (None, "10", ("New", "new")),
    ],
)
def test_change_is_told_exactly(before: str | None, after: str, words: tuple[str, str]) -> None:
    assert change_words(euros(before) if before else None, euros(after)) == words


@pytest.mark.parametrize(
    ("action", "word"), [("end", "ends with the term"), ("manual", "we ask you"), ("evergreen", "without an end")]
)
def test_each_end_action_has_its_words(action: str, word: str) -> None:
    assert word in paper_of(replace(FACTS, end_action=action, notice_on=None)).notice[0]


def test_price_that_rises_says_so_year_by_year() -> None:
    rising = replace(FACTS, ramp_percent=Decimal("3.0"), years=(euros("60880.50"), euros("62706.92")))
    paper = paper_of(rising)
    assert paper.terms[1:4] == (
        ("Price a year", "€60,880.50, rising by 3 % with each further year"),
        ("Year 1", "€60,880.50"),
        ("Year 2", "€62,706.92"),
    )
    assert paper.statement.endswith("at €60,880.50 a year, rising by 3 % with each further year.")
    assert paper_pdf(paper)[:5] == b"%PDF-"


@pytest.mark.requirement(63)
def test_sheet_is_pdf_ua_with_title_language_and_exactly_the_figures_of_the_page() -> None:
    paper = paper_of(FACTS)
    made = paper_pdf(paper)
    for mark in (b"/StructTreeRoot", b"/MarkInfo<</Marked true", b"/Lang(en-GB)", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert mark in made
    assert re.search(rb"/Title\(Renewal of Platform agreement, Northwind\)", made)
    found = json.loads(typst.Compiler(SHEET, ignore_system_fonts=True, sys_inputs=paper_inputs(paper)).query("table"))
    printed = "".join(texts(found))
    for line in paper.lines:
        assert f"{line.name}{line.quantity}{line.before or '–'}{line.after or '–'}{line.change}" in printed
    assert f"Total{paper.before}{paper.total}{paper.total_change}" in printed


def texts(node: object) -> list[str]:
    """Return the texts below a node in order; what was typed as markup would not be one text."""
    if isinstance(node, list):
        return [text for each in node for text in texts(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if isinstance(node.get("text"), str) else [" "] if node.get("func") == "space" else []
    return own + [text for value in node.values() for text in texts(value)]


def test_accepted_sheet_says_by_whom() -> None:
    assert paper_pdf(paper_of(FACTS), accepted="Dana, CFO, on 22 Nov 2026")[:5] == b"%PDF-"
