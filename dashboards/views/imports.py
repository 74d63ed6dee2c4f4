"""Imports: the list, an upload, and one import from its mapping to its report."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.core.import_mapping import changed_mapping, changed_reading, is_read_anew
from dashboards.core.imports import rejects_name
from dashboards.forms.imports import UploadForm
from dashboards.forms.uploads import TOO_LARGE
from dashboards.queries.imports.listing import imports_page
from dashboards.queries.imports.mapping import mapping_of, refusals
from dashboards.queries.imports.page import Run, import_page, import_run, refused_rows_sheet
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from renewals.actions.imports.runs import order_import, set_mapping, upload_import
from renewals.actions.imports.undo import order_undo
from renewals.actions.imports.uploads import discard_upload, order_preview, read_again
from renewals.core.errors import NamedError
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.mapping_file import read_mapping, write_mapping
from renewals.core.imports.problems import BrokenFile
from signals.queries.imports import import_specs
from signals.wake import wake_imports_on_commit

PART = "import-part"
UPLOAD_PATH = "/imports/uploads/"
TOO_LARGE_WORDS = "E-FILE-04 {size:.1f} MB; the limit is 20 MB. Split the file or use the API."


@screen("imports.view")
def imports(request: HttpRequest) -> HttpResponse:
    """Show one page of the imports, and the form of an upload for who may import."""
    return _show_list(request, UploadForm())


@require_POST
@screen("imports.change")
def uploads(request: HttpRequest) -> HttpResponse:
    """Keep a file; with a mapping that fits it is checked at once, else its columns are shown."""
    form = UploadForm(request.POST, request.FILES)
    too_large = request.META.get(TOO_LARGE)
    if too_large:
        form.errors["file"] = form.error_class([TOO_LARGE_WORDS.format(size=too_large / 1_000_000)])
        return _show_list(request, form, status=413)
    if not form.is_valid():
        return _show_list(request, form, status=422)
    try:
        run = _keep(request, form)
    except NamedError as error:
        form.add_error("file", _sentence(error))
        return _show_list(request, form, status=413 if _code(error) == "E-FILE-04" else 422)
    return redirect("import", run_id=run.id)


@screen("imports.view")
def import_(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show an import; only its moving part when that is asked for."""
    return _show(request, _run(run_id))


@require_POST
@screen("imports.change")
def mapping(request: HttpRequest, run_id: int) -> HttpResponse:
    """Keep the columns a person chose and have the file checked with them."""
    run = _run(run_id)
    before = mapping_of(run)
    after = changed_mapping(before, import_specs()[before.kind], request.POST.dict())
    return _check_with(request, run, after)


@require_POST
@screen("imports.change")
def mapping_file(request: HttpRequest, run_id: int) -> HttpResponse:
    """Keep a mapping that was written as text and have the file checked with it."""
    run = _run(run_id)
    text = request.POST.get("text", "")
    try:
        written = read_mapping(text, kinds=import_specs())
    except NamedError as error:
        return _show(request, run, status=422, mapping_error=_sentence(error), mapping_text=text)
    return _check_with(request, run, written)


@require_POST
@screen("imports.change")
def answers(request: HttpRequest, run_id: int) -> HttpResponse:
    """Keep how the file is to be read; with other columns it is mapped anew, else it is checked again."""
    run = _run(run_id)
    kept = mapping_of(run)
    reading = changed_reading(kept.reading, request.POST.dict())
    if not is_read_anew(kept.reading, reading):
        return _check_with(request, run, _with_reading(kept, reading))
    spec = import_specs()[kept.kind]

    def read() -> object:
        return read_again(run_id=run.id, spec=spec, reading=reading, by=request.actor, now=request.now)

    return _do(request, run_id, read)


@require_POST
@screen("imports.change")
def start(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have a checked file imported by a worker."""
    _run(run_id)

    def order() -> None:
        order_import(run_id=run_id, by=request.actor, now=request.now)
        wake_imports_on_commit()

    return _do(request, run_id, order)


@require_POST
@screen("imports.change")
def reversal(request: HttpRequest, run_id: int) -> HttpResponse:
    """Have an import taken back by a worker."""
    _run(run_id)

    def order() -> None:
        order_undo(run_id=run_id, by=request.actor, now=request.now)
        wake_imports_on_commit()

    return _do(request, run_id, order)


@require_POST
@screen("imports.change")
def removal(request: HttpRequest, run_id: int) -> HttpResponse:
    """Delete an upload that has not been imported."""
    _run(run_id)
    try:
        name = discard_upload(run_id=run_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, _sentence(error))
        return redirect("import", run_id=run_id)
    messages.success(request, f"{name} was put away. Nothing of it was imported.")
    return redirect("imports")


@screen("imports.change")
def refused_rows(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hand the refused rows out as a file to mend and upload again."""
    run = _run(run_id)
    sheet = io.StringIO(newline="")
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows(refused_rows_sheet(run))
    answer = HttpResponse(sheet.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, rejects_name(run.file_name))
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _keep(request: HttpRequest, form: UploadForm) -> Run:
    found = form.cleaned_data
    chosen: ImportMapping | None = found["chosen"]
    kind = chosen.kind if chosen else found["kind"]
    reading = Reading(encoding=found["encoding"] or (chosen.reading.encoding if chosen else ""))
    run = upload_import(
        spec=import_specs()[kind],
        file_name=found["file"].name,
        content=found["file"].read(),
        by=request.actor,
        now=request.now,
        reading=reading,
    )
    if chosen:
        _set(request, run, _with_reading(chosen, changed_reading(chosen.reading, {"encoding": reading.encoding})))
        if run.header and not refusals(run, chosen):
            _preview(request, run)
    return run


def _check_with(request: HttpRequest, run: Run, chosen: ImportMapping) -> HttpResponse:
    """Keep the mapping and order the preview; a mapping that cannot work is shown again as it was chosen."""
    if refusals(run, chosen):
        return _show(request, run, chosen=chosen, status=422)

    def keep() -> None:
        _set(request, run, chosen)
        _preview(request, run)

    return _do(request, run.id, keep)


def _set(request: HttpRequest, run: Run, chosen: ImportMapping) -> None:
    text = write_mapping(chosen)
    set_mapping(run_id=run.id, text=text, kinds=import_specs(), by=request.actor, now=request.now)


def _preview(request: HttpRequest, run: Run) -> None:
    order_preview(run_id=run.id, by=request.actor, now=request.now)
    wake_imports_on_commit()


def _do(request: HttpRequest, run_id: int, work: Callable[[], object]) -> HttpResponse:
    try:
        work()
    except NamedError as error:
        messages.error(request, _sentence(error))
    return redirect("import", run_id=run_id)


def _run(run_id: int) -> Run:
    run = import_run(run_id)
    if run is None:
        raise Http404
    return run


def _show_list(request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
    page = imports_page(asker_of(request), request.GET.dict())
    words = {"page": page, "form": form if page.may_change else None, "action": UPLOAD_PATH}
    return render(request, "imports/list.html", words, status=status)


def _show(
    request: HttpRequest, run: Run, *, chosen: ImportMapping | None = None, status: int = 200, **words: str
) -> HttpResponse:
    page = import_page(asker_of(request), run, mapping=chosen)
    template = "imports/update.html" if wants_part(request, PART) else "imports/page.html"
    return render(request, template, {"page": page, **words}, status=status)


def _with_reading(chosen: ImportMapping, reading: Reading) -> ImportMapping:
    return replace(chosen, reading=reading)


def _code(error: NamedError) -> str:
    return error.problem.code if isinstance(error, BrokenFile) else error.code


def _sentence(error: NamedError) -> str:
    """Return code, fact, reason and remedy in one line; the text of a broken file names its row itself."""
    if isinstance(error, BrokenFile):
        return f"{error.problem.code} {error.problem.text}"
    return str(error)
