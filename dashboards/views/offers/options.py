"""Options of a renewal side by side: every change of a cell is kept and weighed anew, one of them is adopted."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.money import money_words
from dashboards.core.offers.words import unit_words
from dashboards.forms.options import AddedLineForm, OptionForm, plain, typed_option
from dashboards.queries.offers.options import OptionRow, OptionsPart, option_row, options_part
from dashboards.queries.offers.proposal import (
    Renewal,
    case_of,
    kept_offer,
    kept_wish,
    may_propose,
    offers_for,
    proposal_renewal,
)
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.scenarios import (
    OptionContent,
    add_option,
    adopt_option,
    change_option,
    copy_option,
    remove_option,
)
from offers.core.errors import PriceNotPossible
from offers.core.negotiation.scenarios import LONGEST_NAME
from offers.core.plain import read_wish
from offers.core.pricing import Wish
from offers.queries.cases import RenewalCase
from offers.queries.library import newest_offer_version, published_offer
from offers.queries.scenarios import scenarios_of
from renewals.core.errors import NamedError

HTTP = {"conflict": 409}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """A cell of every option that a person types into, beside what there is today."""

    title: str
    today: str
    fields: tuple[BoundField, ...]


@screen("proposals.view")
def options(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show the options; a POST adds one: of the policy's own price, of an offer, or of the version there is."""
    row = proposal_renewal(asker_of(request), renewal_id)
    if request.method == "POST":
        _check_may(request, row)
        return _done(request, row, lambda: _add(request, row))
    return _page(request, row)


@require_POST
@screen("proposals.change")
def option(request: HttpRequest, renewal_id: int, scenario_id: int) -> HttpResponse:
    """Keep what was typed into an option and weigh all of them anew; what cannot be is told and not kept."""
    row, found = _changeable(request, renewal_id, scenario_id)
    case = case_of(asker_of(request), row)
    form = _form(found, case, offers_for(case), request.POST)
    given, error = typed_option(form)
    try:
        if given is not None:
            change_option(
                scenario_id=found.id,
                revision=_number(request, "revision"),
                given=given,
                by=request.actor,
                now=request.now,
            )
    except NamedError as refusal:
        error = str(refusal)
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect("renewal_options", renewal_id=row.id)
    failed = _typed_wrong(request, row, case) | ({found.id: error} if error else {})
    part = options_part(asker_of(request), row, failed=failed)
    return render(request, "options/figures.html", {"page": part.page})


@require_POST
@screen("proposals.change")
def option_copy(request: HttpRequest, renewal_id: int, scenario_id: int) -> HttpResponse:
    """Add an option that says the same."""
    row, found = _changeable(request, renewal_id, scenario_id)

    def copy() -> str:
        made = copy_option(scenario_id=found.id, by=request.actor, now=request.now)
        return f"Option {made.letter} is a copy of {found.letter}."

    return _done(request, row, copy)


@require_POST
@screen("proposals.change")
def option_removal(request: HttpRequest, renewal_id: int, scenario_id: int) -> HttpResponse:
    """Take an option from the table."""
    row, found = _changeable(request, renewal_id, scenario_id)

    def remove() -> str:
        seen = _number(request, "revision")
        remove_option(scenario_id=found.id, revision=seen, by=request.actor, now=request.now)
        return f"Option {found.letter} is removed."

    return _done(request, row, remove)


@require_POST
@screen("proposals.change")
def option_line(request: HttpRequest, renewal_id: int, scenario_id: int) -> HttpResponse:
    """Add a line to an option as it stands, or take an added one out again (`drop` names its key)."""
    row, found = _changeable(request, renewal_id, scenario_id)

    def change() -> str:
        wish = read_wish(found.wish)
        drop = request.POST.get("drop", "")
        form = AddedLineForm(None if drop else request.POST)
        if not drop and not form.is_valid():
            raise PriceNotPossible("A new line needs its name, seats and list price.", where="new line")
        kept = tuple(line for line in wish.added if line.key != drop)
        asked = {key: value for key, value in wish.asked.items() if key != drop}
        changed = replace(wish, added=kept if drop else (*wish.added, form.line(wish)), asked=asked)
        given = OptionContent(name=found.name, wish=changed, offer_id=found.offer_id)
        change_option(scenario_id=found.id, revision=found.revision, given=given, by=request.actor, now=request.now)
        return f"Option {found.letter} is changed."

    return _done(request, row, change)


@require_POST
@screen("proposals.change")
def option_adoption(request: HttpRequest, renewal_id: int, scenario_id: int) -> HttpResponse:
    """Keep an option as the next version of the proposal, and go there."""
    row, found = _changeable(request, renewal_id, scenario_id)
    try:
        version = adopt_option(
            scenario_id=found.id,
            revision=_number(request, "revision"),
            seen_number=_number(request, "seen"),
            today=request.today,
            by=request.actor,
            now=request.now,
        )
    except NamedError as refusal:
        return _page(request, row, error=str(refusal), status=HTTP.get(refusal.kind, 422))
    messages.success(request, f"Option {found.letter} is version {version.number} of the proposal now.")
    return redirect("renewal_proposal", renewal_id=row.id)


def _typed_wrong(request: HttpRequest, row: Renewal, case: RenewalCase) -> dict[int, str]:
    """What stands in the cells of any option and cannot be kept: told until it is mended, whatever is changed next."""
    forms = ((each.id, _form(each, case, offers_for(case), request.POST)) for each in scenarios_of(row.id))
    found = ((key, typed_option(form)[1]) for key, form in forms if form.add_prefix("name") in request.POST)
    return {key: error for key, error in found if error}


def _add(request: HttpRequest, row: Renewal) -> str:
    """An option from an offer takes the terms of the offer; one from the version there is, all of it."""
    name, start = request.POST.get("name", "").strip(), request.POST.get("start", "")
    wish, offer_id = Wish(), None
    if start == "version":
        wish, offer_id = kept_wish(row.id) or wish, kept_offer(row.id)
    elif small_number(start):
        version = newest_offer_version(small_number(start))
        if version is not None:
            offer = published_offer(version).offer
            wish = Wish(term_months=offer.term_months, payment_days=offer.payment_days)
            offer_id, name = version.offer_id, name or offer.name
    given = OptionContent(name=(name or "New option")[:LONGEST_NAME], wish=wish, offer_id=offer_id)
    made = add_option(renewal_id=row.id, given=given, by=request.actor, now=request.now)
    return f"Option {made.letter} is added."


def _page(request: HttpRequest, row: Renewal, *, error: str = "", status: int = 200) -> HttpResponse:
    part = options_part(asker_of(request), row, error=error)
    forms = [_form(each.row, part.case, part.choices) for each in part.weighed]
    words = {
        "page": part.page,
        "columns": tuple(zip(part.page.heads, forms, strict=True)),
        "inputs": _inputs(part, forms) if part.page.may_change else (),
        "choices": part.choices,
    }
    return render(request, "options/page.html", words, status=status)


def _inputs(part: OptionsPart, forms: list[OptionForm]) -> tuple[InputRow, ...]:
    """The rows of the table that are typed into, in the order of the work: offer, terms, lines."""
    if not forms:
        return ()
    months = "Open-ended" if part.term_months is None else unit_words(part.term_months, "months")
    today = {
        "offer": "–",
        "term_months": months,
        "payment_days": part.payment,
        "discount_percent": "–",
        "ramp_percent": "–",
    }
    labels = {"offer": "Offer", "ramp_percent": "Increase each further year in %"}
    rows = [
        InputRow(
            title=labels.get(name, str(forms[0].fields[name].label)),
            today=words,
            fields=tuple(form[name] for form in forms),
        )
        for name, words in today.items()
    ]
    for place, line in enumerate(part.case.lines):
        prior = money_words(line.prior) if line.prior else "–"
        for name, words in (("quantity", plain(line.quantity)), ("asked", prior)):
            fields = tuple(form[f"{name}_{place}"] for form in forms)
            rows.append(InputRow(title=str(fields[0].label), today=words, fields=fields))
    return tuple(rows)


def _form(found: OptionRow, case: RenewalCase, choices: tuple[tuple[str, str], ...], data: object = None) -> OptionForm:
    """An offer that may not be made any more stays among the choices of the option that has it."""
    own = (str(found.offer_id), f"{found.offer.name} (not for this renewal)") if found.offer else None
    more = (own,) if own and own[0] not in dict(choices) else ()
    content = OptionContent(name=found.name, wish=read_wish(found.wish), offer_id=found.offer_id)
    return OptionForm(
        data, key=found.id, letter=found.letter, content=content, lines=case.lines, offers=(*choices, *more)
    )


def _check_may(request: HttpRequest, row: Renewal) -> None:
    if not may_propose(asker_of(request), row):
        raise PermissionDenied("proposals.change")


def _changeable(request: HttpRequest, renewal_id: int, scenario_id: int) -> tuple[Renewal, OptionRow]:
    """Raise Http404 for what is out of sight, PermissionDenied for a renewal the person may only look at."""
    row = proposal_renewal(asker_of(request), renewal_id)
    _check_may(request, row)
    return row, option_row(row.id, scenario_id)


def _done(request: HttpRequest, row: Renewal, step: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, step())
    except NamedError as refusal:
        return _page(request, row, error=str(refusal), status=HTTP.get(refusal.kind, 422))
    return redirect("renewal_options", renewal_id=row.id)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return small_number(text)
