"""Who fits renewals without an owner somebody chose, taken with one click or many; and what people can do."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.money import count_words
from dashboards.forms.skills import SkillsForm
from dashboards.queries.fit import PATH, fit_page, owner_wishes, skills_of, skills_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.owner_choices import take_owners
from renewals.actions.skills import set_skills
from renewals.core.errors import NamedError


@screen("renewals.change")
def fit(request: HttpRequest) -> HttpResponse:
    """Show who fits the renewals that wait for an owner."""
    return render(request, "ownership/fit.html", {"page": fit_page(asker_of(request))})


@require_POST
@screen("renewals.change")
def owners(request: HttpRequest) -> HttpResponse:
    """Give the ticked renewals, or the one whose button was pressed, to the people chosen beside them."""
    only = request.POST.get("only", "")
    ids = [only] if only else request.POST.getlist("renewal")
    wishes = owner_wishes(asker_of(request), request.POST, [each for each in map(small_number, ids) if each])
    done = take_owners(wishes=wishes, by=request.actor, now=request.now)
    refused = [each for each in done if each.refusal is not None]
    given = len(done) - len(refused)
    if given:
        messages.success(request, f"{count_words(given, 'renewal has its owner', 'renewals have their owners')}.")
    for each in refused:
        messages.error(request, f"{each.refusal.what} {each.refusal.remedy}".strip())
    gone = len(ids) - len(done)
    if gone:
        waits = "waits" if gone == 1 else "wait"
        messages.error(
            request, f"{count_words(gone, 'renewal')} {waits} for nobody any more; nothing was changed there."
        )
    return redirect(PATH)


@screen("tasks.view")
def skills(request: HttpRequest) -> HttpResponse:
    """Show what people can do; a POST keeps it for oneself, or for somebody one leads."""
    asker = asker_of(request)
    page = skills_page(asker)
    choices = {"people": page.people, "segments": page.segments, "products": page.products}
    if request.method != "POST":
        person = request.GET.get("person", "")
        form = SkillsForm(choices=choices, held=skills_of(person) if person in dict(page.people) else None)
        return render(request, "ownership/skills.html", {"page": page, "form": form})
    if not page.people:
        raise PermissionDenied("tasks.change")
    form = SkillsForm(request.POST, choices=choices)
    if form.is_valid():
        try:
            set_skills(user_id=int(form.cleaned_data["person"]), given=form.given(), by=request.actor, now=request.now)
        except NamedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Kept. Proposals of owners go by it from now on.")
            return redirect("person_skills")
    return render(request, "ownership/skills.html", {"page": page, "form": form}, status=422)
