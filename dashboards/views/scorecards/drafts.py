"""Drafts: started, edited, handed in, approved or refused. A refused form keeps what was typed."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from dashboards.core.rule_edits import Typed, typed_inputs, typed_limits, typed_weights
from dashboards.core.tier_rule import changed_definition, tier_grid
from dashboards.forms.scorecards import ManualMeasureForm, ReasonForm
from dashboards.forms.tiers import TierRuleForm
from dashboards.queries.scorecards.chosen import chosen_accounts
from dashboards.queries.scorecards.draft import NOTHING, Refused, draft_page, draft_version
from dashboards.queries.scorecards.preview import book_preview
from dashboards.queries.scorecards.risk import draft_inputs
from dashboards.queries.scorecards.rules import chosen_place, place_query
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from renewals.core.errors import NamedError
from renewals.core.roles import can, check_permission
from signals.actions.scores import (
    approve_version,
    bring_up_to_date,
    edit_draft,
    order_preview,
    propose_earlier,
    reject_version,
    replace_draft,
    start_draft,
    submit_draft,
    take_back,
)
from signals.core.editing.manual import manual_measure
from signals.core.editing.values import WHOLE, RulePath
from signals.core.errors import DraftChanged
from signals.wake import wake_scores_on_commit

EDITABLE = ("health", "risk", "expansion", "tiers")
NO_REASON = "Nothing was done. Say why in up to 300 characters."


@require_POST
@screen("scores.change")
def drafts(request: HttpRequest) -> HttpResponse:
    """Start a draft of health, risk, expansion potential or tiers, with the reason."""
    form, kind = ReasonForm(request.POST), request.POST.get("kind", "")
    if kind not in EDITABLE:
        raise Http404(kind)
    if not form.is_valid():
        messages.error(request, "Say why the rules should change, then start the draft.")
        return redirect("scores_versions")
    made = start_draft(
        workspace_id=request.workspace.id,
        kind=kind,
        reason=form.cleaned_data["reason"],
        by=request.actor,
        now=request.now,
    )
    return redirect("scores_draft", version_id=made.id)


@screen("scores.view")
def draft(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show a draft, or a version that waits or was refused."""
    return _show(request, version_id)


@require_POST
@screen("scores.change")
def weights(request: HttpRequest, version_id: int) -> HttpResponse:
    """Keep the weights that were typed."""
    return _keep(request, version_id, typed_weights(request.POST.dict()))


@require_POST
@screen("scores.change")
def limits(request: HttpRequest, version_id: int) -> HttpResponse:
    """Keep the limits of the bands and the coverage floor."""
    bands = tuple(band["key"] for band in draft_version(version_id).definition["bands"])
    return _keep(request, version_id, typed_limits(request.POST.dict(), bands))


@require_POST
@screen("scores.change")
def inputs(request: HttpRequest, version_id: int) -> HttpResponse:
    """Keep the numbers of the inputs of risk."""
    definition = draft_version(version_id).definition
    keys = tuple(row["key"] for row in definition.get("inputs", ()))
    return _keep(request, version_id, typed_inputs(request.POST.dict(), keys, tuple(definition.get("base", ()))))


@require_POST
@screen("scores.change")
def tier_rule(request: HttpRequest, version_id: int) -> HttpResponse:
    """Keep the cells, edges and times of a rule of tiers."""
    version = draft_version(version_id)
    if version.kind != "tiers":
        raise Http404("These are not rules of tiers.")
    form = TierRuleForm(request.POST, definition=version.definition)
    if not form.is_valid():
        return _show(request, version_id, given=form, error="Nothing was kept yet: see the marked fields.")
    definition = changed_definition(version.definition, form.cleaned_data)
    try:
        replace_draft(
            version_id=version_id,
            revision=_revision(request),
            definition=definition,
            by=request.actor,
            now=request.now,
        )
    except NamedError as error:
        status = 409 if isinstance(error, DraftChanged) else 422
        return _show(request, version_id, given=form, error=str(error), status=status)
    messages.success(request, "Kept in the draft.")
    return redirect("scores_draft", version_id=version_id)


@require_POST
@screen("scores.change")
def manual(request: HttpRequest, version_id: int) -> HttpResponse:
    """Add a measure that people feed."""
    form = ManualMeasureForm(request.POST)
    if not form.is_valid():
        return _show(request, version_id, given=form, status=422)
    try:
        row = manual_measure(**form.cleaned_data)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, version_id, given=form, status=422)
    return _keep(request, version_id, Typed({RulePath(part="measure", key=row["key"], field=WHOLE): row}, {}))


@require_POST
@screen("scores.view")
def preview(request: HttpRequest, version_id: int) -> HttpResponse:
    """Have a worker find out who is affected, for who may edit rules or approve them."""
    if not can(request.member, "score_approvals.change"):
        check_permission(request.member, "scores.change")
    order_preview(version_id=version_id, by=request.actor, now=request.now)
    wake_scores_on_commit()
    return redirect("scores_preview", version_id=version_id)


@screen("scores.view")
def preview_part(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show who is affected, on the whole book and on chosen accounts; the part alone when it asks for itself."""
    asker, version = asker_of(request), draft_version(version_id)
    words = {"page": draft_page(asker, version, None), "book": book_preview(asker, version)}
    words["may_order"] = can(request.member, "scores.change") or words["page"].may_approve
    if request.htmx:
        return render(request, "scores/book.html", words)
    names = request.GET.getlist("account")
    words |= {"chosen": chosen_accounts(asker, version, names), "names": [name for name in names if name]}
    return render(request, "scores/preview.html", words)


@require_POST
@screen("scores.change")
def submission(request: HttpRequest, version_id: int) -> HttpResponse:
    """Hand a draft in for approval."""
    revision = _revision(request)
    return _step(
        request,
        version_id,
        lambda: submit_draft(version_id=version_id, revision=revision, by=request.actor, now=request.now),
        "It waits for a second person now.",
    )


@require_POST
@screen("scores.change")
def return_(request: HttpRequest, version_id: int) -> HttpResponse:
    """Make a version that waits a draft again."""
    return _step(
        request,
        version_id,
        lambda: take_back(version_id=version_id, by=request.actor, now=request.now),
        "It is a draft again.",
    )


@require_POST
@screen("scores.change")
def update(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put the changes of a draft on top of what was published meanwhile."""
    revision = _revision(request)

    def rebase() -> None:
        result = bring_up_to_date(version_id=version_id, revision=revision, by=request.actor, now=request.now)
        if result.conflicts:
            messages.warning(request, f"{len(result.conflicts)} values were changed by both; the draft's were kept.")

    return _step(request, version_id, rebase, "The draft stands on the version in force now.")


@require_POST
@screen("score_approvals.change")
def approval(request: HttpRequest, version_id: int) -> HttpResponse:
    """Publish a version that somebody else has made."""
    try:
        approve_version(version_id=version_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
        return redirect("scores_draft", version_id=version_id)
    wake_scores_on_commit()
    messages.success(request, "It is in force. The accounts are being scored again.")
    return redirect("scores_versions")


@require_POST
@screen("scores.view")
def rejection(request: HttpRequest, version_id: int) -> HttpResponse:
    """Set a draft aside, or refuse one that waits, with the reason."""
    version = draft_version(version_id)
    right = "scores.change" if version.state == "draft" else "score_approvals.change"
    check_permission(request.member, right)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, version_id, error=NO_REASON)
    reason = form.cleaned_data["reason"]
    return _step(
        request,
        version_id,
        lambda: reject_version(version_id=version_id, reason=reason, by=request.actor, now=request.now),
        "It will not be published; it stays in the list with the reason.",
    )


@require_POST
@screen("scores.change")
def comeback(request: HttpRequest, version_id: int) -> HttpResponse:
    """Propose the rules of an earlier version as a new one."""
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, NO_REASON)
        return redirect("scores_versions")
    reason = form.cleaned_data["reason"]
    try:
        made = propose_earlier(version_id=version_id, reason=reason, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
        return redirect("scores_versions")
    messages.success(request, "The earlier rules wait for a second person now.")
    return redirect("scores_draft", version_id=made.id)


def _keep(request: HttpRequest, version_id: int, typed: Typed) -> HttpResponse:
    """Keep edits and come back to the draft; with a problem show the form again as it was typed."""
    if typed.problems:
        refused = Refused(request.POST.dict(), typed.problems)
        return _show(request, version_id, refused=refused, error="Nothing was kept yet: see the marked fields.")
    try:
        edit_draft(
            version_id=version_id, revision=_revision(request), edits=typed.edits, by=request.actor, now=request.now
        )
    except NamedError as error:
        status = 409 if isinstance(error, DraftChanged) else 422
        return _show(request, version_id, refused=Refused(request.POST.dict(), {}), error=str(error), status=status)
    messages.success(request, "Kept in the draft.")
    query = place_query(chosen_place({"complexity": request.POST.get("complexity", "")}))
    return redirect(f"{reverse('scores_draft', args=[version_id])}{query}")


def _show(
    request: HttpRequest,
    version_id: int,
    *,
    refused: Refused = NOTHING,
    error: str = "",
    given: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    version = draft_version(version_id)
    complexity = request.POST.get("complexity") or request.GET.get("complexity")
    words = {
        "page": draft_page(asker_of(request), version, complexity, refused),
        "inputs": draft_inputs(version, refused) if version.kind == "risk" else None,
        **(
            _tier_words(version.definition, given)
            if version.kind == "tiers"
            else {"manual_form": given or ManualMeasureForm()}
        ),
        "error": error,
    }
    return render(request, "scores/draft.html", words, status=422 if error and status == 200 else status)


def _tier_words(definition: Mapping[str, Any], form: Form | None) -> dict[str, object]:
    return {"tier_form": form or TierRuleForm(definition=definition), "tier_grid": tier_grid(definition, {})}


def _step(request: HttpRequest, version_id: int, step: Callable[[], object], done: str) -> HttpResponse:
    try:
        step()
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("scores_draft", version_id=version_id)


def _revision(request: HttpRequest) -> int:
    return small_number(request.POST.get("revision", ""))
