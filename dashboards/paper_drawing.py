"""Print a proposal as a tagged PDF (PDF/UA-1). The words come in as data and are never read as markup."""

import json
from dataclasses import asdict

import typst
from django.conf import settings

from dashboards.core.offers.paper import Paper

SHEET = str(settings.BASE_DIR / "templates" / "paper" / "proposal.typ")


def paper_pdf(paper: Paper, *, accepted: str = "") -> bytes:
    """Return the PDF of a proposal, with a title, a language and tags that screen readers follow.

    `accepted` is who accepted it and when; without it there is room to sign.
    """
    inputs = paper_inputs(paper, accepted=accepted)
    made = _compiler().compile(format="pdf", pdf_standards="ua-1", sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one file.")
    return made


def paper_inputs(paper: Paper, *, accepted: str = "") -> dict[str, str]:
    """Return what the sheet is printed from, as data."""
    return {"paper": json.dumps(asdict(paper) | {"accepted": accepted})}


def _compiler() -> typst.Compiler:
    """Its own fonts alone: the same words look the same on every machine."""
    return typst.Compiler(SHEET, ignore_system_fonts=True)
