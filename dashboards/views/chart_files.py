"""A chart of a page as a file: drawn as SVG or PNG, or its figures as CSV."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header

from dashboards.chart_drawing import picture
from dashboards.core.parts import Table
from dashboards.core.sheets import cell_words, without_formula

TYPES = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}


def chart_file(specification: Mapping[str, Any], table: Table, form: str, *, name: str) -> HttpResponse:
    """Return the chart as a download called `name`; raises Http404 for a form that is none."""
    if form not in TYPES:
        raise Http404
    body = _figures(table) if form == "csv" else picture(specification, form)
    answer = HttpResponse(body, content_type=TYPES[form])
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _figures(table: Table) -> bytes:
    sheet = io.StringIO(newline="")
    lines = csv.writer(sheet, quoting=csv.QUOTE_ALL)
    lines.writerow([column.title for column in table.columns])
    lines.writerows([without_formula(cell_words(cell)) for cell in row] for row in table.rows)
    return sheet.getvalue().encode("utf-8-sig")
