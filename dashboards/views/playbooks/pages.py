"""The list of playbooks, the page of one, and its versions as files."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from dashboards.forms.playbooks import ImportForm, NewPlaybookForm
from dashboards.queries.playbooks.listing import list_page
from dashboards.queries.playbooks.page import playbook_page, version_content
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from dashboards.views.playbooks.files import file_answer
from playbooks.actions.priorities import set_priority
from renewals.core.errors import InvalidInput

TRIGGERS = "/playbooks/triggers/"


def show_list(
    request: HttpRequest, *, new_form: Form | None = None, import_form: Form | None = None, status: int = 200
) -> HttpResponse:
    """Show the list with its forms, as they were typed where they were refused."""
    words = {
        "page": list_page(asker_of(request)),
        "new_form": new_form or NewPlaybookForm(),
        "import_form": import_form or ImportForm(),
        "triggers_href": TRIGGERS if _exists(TRIGGERS) else "",
    }
    return render(request, "playbooks/list.html", words, status=status)


def _exists(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


@screen("playbooks.view")
def playbooks(request: HttpRequest) -> HttpResponse:
    """Show every playbook of the workspace."""
    return show_list(request)


@screen("playbooks.view")
def playbook(request: HttpRequest, playbook_id: int) -> HttpResponse:
    """Show what a playbook does, in force or as an earlier version did."""
    page = playbook_page(asker_of(request), playbook_id, "", request.GET.get("version", ""))
    return render(request, "playbooks/page.html", {"page": page})


@require_POST
@screen("playbooks.change")
def priority(request: HttpRequest, playbook_id: int) -> HttpResponse:
    """Keep which number a playbook has among those that want the same account."""
    given = request.POST.get("priority", "")
    try:
        set_priority(playbook_id=playbook_id, priority=small_number(given), by=request.actor, now=request.now)
    except InvalidInput as error:
        messages.error(request, f"{error.what} {error.remedy}")
    else:
        messages.success(request, "Kept. It counts from the next decision on.")
    return redirect("playbook", playbook_id=playbook_id)


@screen("playbooks.view")
def versions(request: HttpRequest, playbook_id: int) -> HttpResponse:
    """Show who published what, when and why."""
    return render(
        request, "playbooks/versions.html", {"page": playbook_page(asker_of(request), playbook_id, "versions")}
    )


@screen("enrolments.view")
def enrolled(request: HttpRequest, playbook_id: int) -> HttpResponse:
    """Show the accounts in a playbook, each with its next step."""
    return render(
        request, "playbooks/accounts.html", {"page": playbook_page(asker_of(request), playbook_id, "accounts")}
    )


@screen("playbooks.view")
def version_file(request: HttpRequest, playbook_id: int, number: int, form: str) -> HttpResponse:
    """Download a version as TOML or JSON."""
    content = version_content(playbook_id, number)
    return file_answer(content, f"{content['playbook']['key']}-{number}", form)
