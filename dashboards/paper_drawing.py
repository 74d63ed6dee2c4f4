"""Print a proposal, the pack of a review or an executive brief as a tagged PDF (PDF/UA-1).

Words come in as data, never as markup.
"""

import json
from dataclasses import asdict

import typst
from django.conf import settings

from dashboards.core.executive_sheet import ExecutiveSheet, for_paper
from dashboards.core.offers.paper import Paper
from dashboards.core.review_sheet import Sheet

FOLDER = settings.BASE_DIR / "templates" / "paper"
SHEET = str(FOLDER / "proposal.typ")
REVIEW_SHEET = str(FOLDER / "review.typ")
EXECUTIVE_SHEET = str(FOLDER / "executive.typ")


def paper_pdf(paper: Paper, *, accepted: str = "") -> bytes:
    """Return the PDF of a proposal, with a title, a language and tags that screen readers follow.

    `accepted` is who accepted it and when; without it there is room to sign.
    """
    return _pdf(SHEET, paper_inputs(paper, accepted=accepted))


def review_pdf(sheet: Sheet, *, company: str) -> bytes:
    """Return the PDF of the pack of a review, as its page shows it to the same reader."""
    return _pdf(REVIEW_SHEET, {"sheet": json.dumps(asdict(sheet) | {"company": company})})


def executive_pdf(sheet: ExecutiveSheet, *, company: str) -> bytes:
    """Return the PDF of an executive brief, one page whatever people wrote."""
    return _pdf(EXECUTIVE_SHEET, {"sheet": json.dumps(asdict(for_paper(sheet)) | {"company": company})})


def paper_inputs(paper: Paper, *, accepted: str = "") -> dict[str, str]:
    """Return what the sheet is printed from, as data."""
    return {"paper": json.dumps(asdict(paper) | {"accepted": accepted})}


def _pdf(sheet: str, inputs: dict[str, str]) -> bytes:
    """Its own fonts alone: the same words look the same on every machine."""
    compiler = typst.Compiler(sheet, ignore_system_fonts=True)
    made = compiler.compile(format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made
