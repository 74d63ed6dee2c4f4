"""Rows handed out as a CSV file: marked as UTF-8, quoted, and nothing in it can be read as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from dashboards.core.sheets import without_formula


def csv_answer(lines: Iterable[Sequence[str]], *, name: str) -> HttpResponse:
    """Return the lines as an attachment called `name`."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows([without_formula(cell) for cell in line] for line in lines)
    answer = HttpResponse(sheet.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
