"""Plans of offers: the list, and one with what is chosen, what is not, and what its limits cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet
from django.http import Http404

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words, money_words, short_money
from dashboards.core.offers.choice_words import BINDS, METHODS, STATES, progress
from dashboards.core.parts import Link, Pager, Progress, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.offers.plans.tables import back_table, chosen_table, left_table
from dashboards.queries.people import small_id
from offers.core.choice.asked import PlanAsked, plan_asked_from
from offers.models import OfferPlan, PlannedOffer
from offers.queries.choice import choice_number
from offers.queries.library import policy_in_force
from renewals.core.money import Money
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account
from renewals.queries.people import visible_to

PATH = "/offers/assignment/"
PARTS = {"": "Recommended", "left": "Not chosen", "back": "Kept back"}
PERMISSION = "proposals.view"
SHOWN, ROWS_A_PAGE = 20, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One plan in the list."""

    href: str
    what: str
    state: str
    state_tag: str
    value: str
    who: str
    at: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansPage:
    """The list of plans."""

    title: str
    crumbs: tuple[Link, ...]
    lines: tuple[PlanLine, ...]
    may_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan under one of its parts; `figures` are (name, amount, note)."""

    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    state: str
    state_tag: str
    state_key: str
    changed: tuple[str, ...]
    about: tuple[tuple[str, str], ...]
    who: str
    at: DateCell
    error: str
    ended_by: str
    progress: Progress
    method: str
    method_tag: str
    figures: tuple[tuple[str, str, str], ...]
    binds: tuple[tuple[str, str], ...]
    tabs: tuple[Tab, ...]
    table: Table
    pager: Pager
    may_cancel: bool


def plan_run(run_id: int) -> OfferPlan:
    """Return a plan; Http404 when this workspace has none with this id."""
    run = OfferPlan.objects.select_related("ordered_by").filter(id=run_id).first()
    if run is None:
        raise Http404
    return run


def plans_page(asker: Asker) -> PlansPage:
    """Return the newest plans of the workspace; which rows of them one sees hangs on one's record scope."""
    runs = list(OfferPlan.objects.select_related("ordered_by").order_by("-ordered_at", "-id")[:SHOWN])
    return PlansPage(
        title=count_words(len(runs), "plan") if runs else "Plan who is offered what",
        crumbs=(Link(text="Offers", href="/offers/"), Link(text="Who is offered what")),
        lines=tuple(_line(asker, run) for run in runs),
        may_order=can(asker.member, "offers.change"),
    )


def plan_page(asker: Asker, run: OfferPlan, choice: Mapping[str, str]) -> PlanPage:
    """Return one part of a plan."""
    path, rows = f"{PATH}{run.id}/", _in_sight(asker, run)
    part = choice.get("part", "") if choice.get("part", "") in PARTS else ""
    words, tag = STATES[run.state]
    chosen = rows.filter(is_chosen=True).count()
    method, method_tag = METHODS.get(run.found.get("method", ""), ("", ""))
    return PlanPage(
        href=path,
        title=_title(run, chosen),
        unit=_unit(run),
        changed=_changed(run),
        crumbs=(
            Link(text="Offers", href="/offers/"),
            Link(text="Who is offered what", href=PATH),
            Link(text=f"{run.id}"),
        ),
        state=words,
        state_tag=tag,
        state_key=run.state,
        about=_about(asker, plan_asked_from(run.asked)),
        who=run.ordered_by.name,
        at=instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
        error=run.error,
        ended_by=run.ended_by,
        progress=progress(
            done=run.done, total=run.total, has_begun=run.beat_at is not None, is_over=run.state != "running"
        ),
        method=method,
        method_tag=method_tag,
        figures=_figures(asker, run, rows) if run.found else (),
        binds=_binds(asker, run),
        tabs=_tabs(path, part, rows, chosen),
        may_cancel=run.state == "running" and can(asker.member, "offers.change"),
        **_shown(asker, path, part, rows, choice),
    )


def export_rows(asker: Asker, run: OfferPlan) -> QuerySet[PlannedOffer]:
    """Return the rows of a plan in the person's reach, what is recommended first."""
    rows = _in_sight(asker, run).select_related("account", "offer", "owner")
    return rows.order_by("-is_chosen", F("value").desc(nulls_last=True), "id")


def _in_sight(asker: Asker, run: OfferPlan) -> QuerySet[PlannedOffer]:
    found = PlannedOffer.objects.filter(run=run)
    if granted_scope(asker.member, PERMISSION) is Scope.ALL:
        return found
    return found.filter(account__in=visible_to(Account.objects.all(), asker.member, PERMISSION))


def _title(run: OfferPlan, chosen: int) -> str:
    if run.state in ("running", "failed"):
        return "Weighing offers" if run.state == "running" else "The plan stopped"
    return f"{count_words(chosen, 'offer')} recommended" if chosen else "No offer is worth making within these limits"


def _unit(run: OfferPlan) -> str:
    weighed = count_words(run.done, "renewal")
    return f"{weighed} weighed under policy {run.policy_number} and {_rules(run.rules_number)}"


def _rules(number: int | None) -> str:
    if number is None:
        return "rules whose version was not kept"
    return f"version {number} of the rules" if number else "the rules as shipped"


def _changed(run: OfferPlan) -> tuple[str, ...]:
    """What was put in force since it was ordered: a plan is not made anew, it says so."""
    rules, policy = choice_number(), policy_in_force().policy.number
    found = []
    if run.rules_number is not None and rules != run.rules_number:
        found.append(
            f"The rules have changed since: it was weighed by {_rules(run.rules_number)}, now version {rules} holds."
        )
    if policy != run.policy_number:
        found.append(f"The policy has changed since: it was policy {run.policy_number}, now policy {policy} holds.")
    return tuple(found)


def _line(asker: Asker, run: OfferPlan) -> PlanLine:
    words, tag = STATES[run.state]
    value = _money(asker, run.found["value"]) if run.found and _sees_all(asker) else "–"
    return PlanLine(
        href=f"{PATH}{run.id}/",
        what="; ".join(f"{name}: {words}" for name, words in _about(asker, plan_asked_from(run.asked))),
        state=words,
        state_tag=tag,
        value=value,
        who=run.ordered_by.name,
        at=instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
    )


def _sees_all(asker: Asker) -> bool:
    return granted_scope(asker.member, PERMISSION) is Scope.ALL


def _about(asker: Asker, asked: PlanAsked) -> tuple[tuple[str, str], ...]:
    currency = asker.workspace.currency
    budget = "no limit" if asked.budget is None else money_words(Money(asked.budget, currency))
    most = "no limit" if asked.most_asked is None else f"{asked.most_asked} of each level"
    return (
        ("Renewals", f"due within {count_words(asked.days_ahead, 'day')}"),
        ("Budget", budget),
        ("Time", f"what owners can still do in {count_words(asked.weeks, 'week')}"),
        ("Approvals", most),
    )


def _figures(asker: Asker, run: OfferPlan, rows: QuerySet[PlannedOffer]) -> tuple[tuple[str, str, str], ...]:
    """The whole plan for who sees every row; else the sums of what they see."""
    chosen = list(rows.filter(is_chosen=True).values_list("value", "spend", "tasks"))
    value, spend = (sum((row[place] for row in chosen), Decimal(0)) for place in (0, 1))
    currency = asker.workspace.currency
    found = [
        ("Expected value", short_money(Money(value, currency)), "over three years, at the careful end"),
        ("Spend", short_money(Money(spend, currency)), "first year's discounts, and tasks"),
        ("Tasks", f"{sum(row[2] for row in chosen):,}", "for the owners of these renewals"),
    ]
    if run.found.get("next_slice") and _sees_all(asker):
        cost, gain = run.found["next_slice"]
        found.append(("The next slice of budget", f"+{_money(asker, gain)}", f"for {_money(asker, cost)} more"))
    return tuple(found)


def _binds(asker: Asker, run: OfferPlan) -> tuple[tuple[str, str], ...]:
    if not _sees_all(asker):
        return ()
    return tuple((BINDS[family], _money(asker, gain)) for family, gain in run.found.get("binding", {}).items())


def _tabs(path: str, part: str, rows: QuerySet[PlannedOffer], chosen: int) -> tuple[Tab, ...]:
    numbers = {
        "": chosen,
        "left": rows.filter(is_chosen=False, offer__isnull=False).count(),
        "back": rows.filter(offer__isnull=True).count(),
    }
    return tuple(
        Tab(text=words, href=address(path, {"part": key}), count=f"{numbers[key]:,}", is_current=key == part)
        for key, words in PARTS.items()
    )


def _shown(
    asker: Asker, path: str, part: str, rows: QuerySet[PlannedOffer], choice: Mapping[str, str]
) -> dict[str, Any]:
    skip = small_id(choice.get("skip", ""))
    wanted = {
        "": rows.filter(is_chosen=True),
        "left": rows.filter(is_chosen=False, offer__isnull=False),
        "back": rows.filter(offer__isnull=True),
    }[part]
    found = list(
        wanted.select_related("account", "offer", "owner").order_by("-value", "id")[skip : skip + ROWS_A_PAGE + 1]
    )
    makers = {"": chosen_table, "left": left_table, "back": back_table}
    table = makers[part](found[:ROWS_A_PAGE], asker)
    kept = {"part": part} if part else {}
    pager = Pager(
        shown=count_words(len(found[:ROWS_A_PAGE]), "row"),
        first_href=address(path, kept) if skip else "",
        next_href=address(path, kept, skip=str(skip + ROWS_A_PAGE)) if len(found) > ROWS_A_PAGE else "",
    )
    return {"table": table, "pager": pager}


def _money(asker: Asker, cents: int) -> str:
    return short_money(Money(Decimal(cents) / 100, asker.workspace.currency))
