"""A playbook as a download."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse

from playbooks.core.editing.files import content_as_json, content_as_toml

WRITERS = {"toml": (content_as_toml, "application/toml"), "json": (content_as_json, "application/json")}


def file_answer(content: Mapping[str, Any], name: str, form: str) -> HttpResponse:
    """Return the content as a file of this form; Http404 for one that is neither TOML nor JSON."""
    if form not in WRITERS:
        raise Http404(form)
    write, kind = WRITERS[form]
    answer = HttpResponse(write(content), content_type=f"{kind}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
