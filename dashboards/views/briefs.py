"""An account on one page: what to talk about, and what executives need to know, as a page and as a PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from dashboards.core.parts import Link
from dashboards.paper_drawing import executive_pdf
from dashboards.queries.account import visible_account
from dashboards.queries.account_brief import account_brief
from dashboards.queries.executive_brief import executive_brief
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("accounts.view")
def account_brief_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show what to talk about with an account, on a page that prints."""
    asker = asker_of(request)
    words = {"brief": account_brief(asker, visible_account(asker, account_id))}
    return render(request, "accounts/brief.html", words)


@screen("accounts.view")
def executive(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the executive brief of an account."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    href = f"/accounts/{row.id}/"
    crumbs = (Link(text="Accounts", href="/accounts/"), Link(text=row.name, href=href), Link(text="Executive brief"))
    words = {"sheet": executive_brief(asker, row), "crumbs": crumbs, "href": href}
    return render(request, "accounts/executive.html", words)


@screen("accounts.view")
def executive_file(request: HttpRequest, account_id: int) -> HttpResponse:
    """Hand the executive brief out as a tagged PDF of one page."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    pdf = executive_pdf(executive_brief(asker, row), company=asker.workspace.name)
    answer = HttpResponse(pdf, content_type="application/pdf")
    name = f"executive-brief-{row.external_id}-{asker.today.isoformat()}.pdf".replace("/", "-").replace("\\", "-")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
