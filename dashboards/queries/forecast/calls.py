"""Calls side by side, renewal by renewal, and who owes one by when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from dashboards.core.dates import DateCell, age_words, date_cell
from dashboards.core.filters import Option, address, closed_filters, going_along, opened_filter
from dashboards.core.forecast_words import category_words, disagreement_words, pair_words
from dashboards.core.money import MoneyCell, count_words, percent_words
from dashboards.core.navigation import WHOSE
from dashboards.core.parts import Cell, Chip, Column, Filter, FilterBar, Pager, Tab, Table
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.exchange import Exchange
from dashboards.queries.forecast.owed import confirm_words, due_words, owed_table, owed_title, owner_ids
from dashboards.queries.forecast.reach import forecast_tabs
from dashboards.queries.people import person_name, team_name, team_options, whose
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.scoring import badge_of
from renewals.core.renewal_states import ForecastCategory
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Membership, Renewal
from renewals.queries.any_of import any_found
from renewals.queries.people import RENEWAL_ROLES, near_open_renewals, record_nearness, visible_to
from renewals.queries.written import Written, given_ids
from signals.core.forecast.calls import Call, Caller, disagreements, model_call
from signals.core.forecast.checkpoints import Period, periods
from signals.models import CurrentCall, CurrentExpansion, CurrentRisk, ForecastCall, ForecastDisagreement
from signals.queries.forecast.calls import calls_of, current_calls, submissions
from signals.queries.forecast.disagreements import mean_ratio, present_mean_ratios
from signals.queries.library import forecast_rules

PATH = "/forecast/calls/"
ROWS_A_PAGE = 25
HISTORY = 20
SHOWN = 12
READ = (
    *("due_on", "notice_on", "currency", "target_amount", "forecast_amount", "updated_at", *RENEWAL_ROLES),
    *("account__name", "account__segment", "account__owner", "account__team", "owner__name", "owner__email"),
)
RISKS = Written(
    lambda: CurrentRisk.objects.filter(given_ids("renewal_id", "ids")).only(
        "renewal_id", "renew_probability", "scored_at"
    )
)
OPENINGS = Written(lambda: CurrentExpansion.objects.filter(given_ids("account_id", "ids")))
NOTHING_CHOSEN: Mapping[str, str] = {}
WAYS = (("", "All"), ("mine", "Mine"), ("apart", "Callers disagree"), ("missing", "Without a call"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidCell:
    """What one caller says: category, amount, chance, age and reason; `category` "No call" without one."""

    who: str
    category: str
    amount: MoneyCell | None
    chance: str
    age: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A renewal with everything that is called of it; `form_href` is empty for who may not call it."""

    id: int
    account: str
    href: str
    due: DateCell
    notice: DateCell
    target: MoneyCell
    expansion: ScoreBadge
    owner: str
    said: tuple[SaidCell, ...]
    apart: str
    form_href: str
    form_word: str
    is_adjustment: bool
    seen_at: datetime
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPage:
    """The calls on one page; `confirm` says what the button confirms, empty where there is nothing to confirm."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    bar: FilterBar
    ways: tuple[Chip, ...]
    owed: Table
    rows: tuple[CallRow, ...]
    pager: Pager
    confirm: str
    is_filtered: bool


def calls_page(asker: Asker, choice: Mapping[str, str]) -> CallsPage:
    """Return open renewals within the horizon of submissions, by due date, with their calls."""
    rules = forecast_rules()
    past, running = submissions(rules, today=asker.today, owner_ids=owner_ids(asker))
    way, chosen = choice.get("show", ""), chosen_of(choice)
    size = asker.rows(ROWS_A_PAGE)
    found = _listed(asker.reach, way, tuple(chosen.items()), choice.get("after", ""), size + 1).read()
    shown = found[:size]
    own = next((each for each in running[1] if each.owner_id == asker.membership.user_id), None)
    return CallsPage(
        title=owed_title(past, running),
        unit=f"Due within {rules.submissions.horizon_days} days · calls are due {due_words(running[0], asker)}",
        tabs=forecast_tabs("calls", chosen),
        bar=_bar(asker, chosen),
        ways=tuple(Chip(text=text, href=address(PATH, chosen, show=key), is_on=key == way) for key, text in WAYS),
        owed=owed_table(past, running),
        rows=call_rows(shown, asker),
        pager=_pager(shown, {**chosen, "show": way}, is_more=len(found) > size, is_first=not choice.get("after")),
        confirm=confirm_words(own, asker),
        is_filtered=bool(way or going_along(chosen, WHOSE)),
    )


@lru_cache(maxsize=64)
def _listed(reach: Reach, way: str, chosen: tuple[tuple[str, str], ...], after: str, size: int) -> Written[Renewal]:
    """Return the lines of a page of the list, with what one shows of renewal, account and owner."""
    return Written(
        lambda: (
            _after(listed_calls(reach, way, dict(chosen)), after).select_related("account", "owner").only(*READ)[:size]
        )
    )


def chosen_of(choice: Mapping[str, str]) -> dict[str, str]:
    """Return those of the parameters of an address that narrow the list."""
    return {name: choice[name] for name in ("show", *WHOSE) if choice.get(name)}


def calls_filter(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over everything listed; None for an unknown name."""
    if name not in WHOSE:
        return None
    listed = listed_calls(asker, choice.get("show", "")).order_by()
    return opened_filter(PATH, name, _options(listed, name), chosen_of(choice))


def listed_calls(asker: Reach, way: str, chosen: Mapping[str, str] = NOTHING_CHOSEN) -> QuerySet[Renewal]:
    """Return the open renewals that are listed one way under the chosen filters, by due date."""
    rules = forecast_rules().submissions
    segment = Q(account__segment=chosen["segment"]) if "segment" in chosen else Q()
    mine = Renewal.objects.filter(segment & whose(chosen), closed_on__isnull=True)
    if granted_scope(asker.member, "forecasts.view") is not Scope.ALL:
        mine = mine.filter(near_open_renewals("id", asker.member, "forecasts.view"))
    return _wanted(mine, way, asker, periods(rules, today=asker.today)[1], rules.horizon_days)


def call_rows(rows: Sequence[Renewal], asker: Asker) -> tuple[CallRow, ...]:
    """Return the lines of these renewals, with the same number of queries for any number of them."""
    ids = [row.id for row in rows]
    said, ratios = current_calls(ids), present_mean_ratios()
    risks = {row.renewal_id: row for row in RISKS.read(ids=ids)}
    sight = price_sight(asker.member, account_ids=[row.account_id for row in rows])
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    colleagues = _colleagues(asker)
    openings = OPENINGS.read(ids=[row.account_id for row in rows])
    see = _Sight(asker, sight, exchange, colleagues, {each.account_id: each for each in openings})
    found = []
    for row in rows:
        risk = risks.get(row.id)
        model = _model_call(row, risk.renew_probability if risk else None, ratios)
        found.append(_row(row, said.get(row.id, {}), model, risk.scored_at if risk else None, see))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Sight:
    asker: Asker
    prices: PriceSight
    exchange: Exchange
    colleagues: frozenset[int]
    openings: Mapping[int, CurrentExpansion]


def call_renewal(asker: Asker, renewal_id: int) -> Renewal:
    """Return an open renewal the person may see; Http404 for any other."""
    mine = visible_to(Renewal.objects.filter(closed_on__isnull=True), asker.member, "forecasts.view")
    row = mine.select_related("account", "owner").filter(id=renewal_id).first()
    if row is None:
        raise Http404
    return row


def may_call(asker: Asker, row: Renewal) -> bool:
    """Answer whether the person may call this renewal: as its owner, or as somebody whose reach goes beyond his own."""
    if row.owner_id == asker.membership.user_id:
        return can(asker.member, "forecasts.change")
    near = record_nearness(asker.member, row.account, row)
    reach = granted_scope(asker.member, "forecasts.change")
    return reach > Scope.OWN and reach >= near


def call_values(row: Renewal, *, is_adjustment: bool) -> dict[str, object]:
    """Return what the form of a call begins with: the newest call of that caller, else what the renewal says."""
    caller = Caller.LEADER if is_adjustment else Caller.CSM
    last = current_calls([row.id]).get(row.id, {}).get(caller.value)
    amount = row.forecast_amount if row.forecast_amount is not None else row.target_amount
    found: dict[str, object] = {"category": row.forecast_category, "amount": _plain(amount), "seen_at": row.updated_at}
    if last is None:
        return found
    chance = None if last.likelihood is None else _plain(Decimal(str(round(100 * last.likelihood, 2))))
    expansion = last.call.expansion_amount
    said = {"category": last.category, "amount": _plain(last.amount), "chance": chance, "demand": last.call.demand}
    return {**found, **said, "expansion": None if expansion is None else _plain(expansion)}


def _plain(amount: Decimal) -> str:
    """Return an amount as it is typed: no exponent, and no zeros behind."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def call_history(asker: Asker, row: Renewal) -> Table:
    """Return the calls on one renewal, the newest first; amounts only for who may see them."""
    sight = price_sight(asker.member, account_ids=[row.account_id])
    is_hidden = not sight.sees_renewal(row, row.account)
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)

    def line(call: ForecastCall) -> tuple[Cell, ...]:
        return (
            Cell(text=age_words(call.made_at, now=asker.now)),
            Cell(text=f"{call.made_by}, {'adjusts' if call.caller == Caller.LEADER else 'owner'}"),
            Cell(text=category_words(call.category)),
            Cell(money=exchange.cell(call.amount, call.currency, is_hidden=is_hidden)),
            Cell(text="–" if call.likelihood is None else percent_words(call.likelihood), is_amount=True),
            Cell(money=exchange.cell(call.expansion_amount, call.currency, is_hidden=is_hidden, missing="–")),
            Cell(text="; ".join(each for each in (call.reason, call.demand) if each) or "–", is_long=True),
        )

    names = ("When", "Who", "Category", "Amount", "Chance", "On top", "Why, and what they ask for")
    return Table(
        caption="Calls on this renewal",
        columns=tuple(Column(title=name, is_amount=name in ("Amount", "Chance", "On top")) for name in names),
        rows=tuple(line(call) for call in calls_of(row.id, limit=HISTORY)),
    )


def _row(
    row: Renewal, said: Mapping[str, CurrentCall], model: Call | None, scored_at: datetime | None, see: _Sight
) -> CallRow:
    sees = see.prices.sees_renewal(row, row.account)
    rules = forecast_rules()
    calls = [_call(each) for each in said.values()] + ([model] if model else [])
    apart = disagreements(calls, target=row.target_amount, rules=rules.disagreement)
    is_mine = row.owner_id == see.asker.membership.user_id
    cells = [_said_cell(caller, said.get(caller.value), row, sees, see) for caller in (Caller.CSM, Caller.LEADER)]
    return CallRow(
        id=row.id,
        account=row.account.name,
        href=f"/renewals/{row.id}/",
        due=date_cell(row.due_on, today=see.asker.today, is_deadline=True),
        notice=_notice(row, see.asker.today),
        target=see.exchange.cell(row.target_amount, row.currency, is_hidden=not sees),
        expansion=badge_of(see.openings.get(row.account_id), "expansion", now=see.asker.now),
        owner=str(row.owner),
        said=(*cells, _model_cell(model, row, scored_at, sees, see)),
        apart="; ".join(
            f"{pair_words(each.first.value, each.second.value)}: {disagreement_words(each.kind, each.gap)}"
            for each in apart
        ),
        form_href=f"{PATH}{row.id}/" if is_mine or _leads(row, see) else "",
        form_word="Call" if is_mine else "Adjust",
        is_adjustment=not is_mine,
        seen_at=row.updated_at,
        amount=row.forecast_amount if row.forecast_amount is not None else row.target_amount,
    )


def _notice(row: Renewal, today: date) -> DateCell:
    is_ahead = row.notice_on is not None and row.notice_on >= today
    return date_cell(row.notice_on, today=today, is_deadline=is_ahead, missing="none agreed")


def _leads(row: Renewal, see: _Sight) -> bool:
    """Answer whether the person's reach goes to a renewal somebody else owns, without another query."""
    reach = granted_scope(see.asker.member, "forecasts.change")
    if reach is not Scope.TEAM:
        return reach is Scope.ALL
    people = {row.owner_id, row.account.owner_id}
    return bool(people & see.colleagues) or row.account.team_id == see.asker.member.team_id is not None


def _colleagues(asker: Asker) -> frozenset[int]:
    if granted_scope(asker.member, "forecasts.change") is not Scope.TEAM or asker.member.team_id is None:
        return frozenset()
    return frozenset(Membership.objects.filter(team_id=asker.member.team_id).values_list("user_id", flat=True))


def _said_cell(caller: Caller, call: CurrentCall | None, row: Renewal, sees: bool, see: _Sight) -> SaidCell:
    if call is None:
        return SaidCell(
            who=str(row.owner) if caller is Caller.CSM else "",
            category="No call" if caller is Caller.CSM else "–",
            amount=None,
            chance="",
            age="",
            note="",
        )
    return SaidCell(
        who=str(call.call.made_by),
        category=category_words(call.category),
        amount=see.exchange.cell(call.amount, row.currency, is_hidden=not sees),
        chance="" if call.likelihood is None else percent_words(call.likelihood),
        age=age_words(call.made_at, now=see.asker.now),
        note="; ".join(each for each in (call.call.reason, call.call.demand) if each),
    )


def _model_cell(model: Call | None, row: Renewal, scored_at: datetime | None, sees: bool, see: _Sight) -> SaidCell:
    if model is None:
        return SaidCell(who="", category="Not known", amount=None, chance="", age="", note="no chance of renewal")
    return SaidCell(
        who="",
        category=category_words(model.category.value),
        amount=see.exchange.cell(model.amount.quantize(Decimal(1)), row.currency, is_hidden=not sees),
        chance=percent_words(model.likelihood or 0.0),
        age=age_words(scored_at, now=see.asker.now) if scored_at else "",
        note="",
    )


def _call(row: CurrentCall) -> Call:
    return Call(
        caller=Caller(row.caller),
        category=ForecastCategory(row.category),
        amount=row.amount,
        likelihood=row.likelihood,
    )


def _model_call(row: Renewal, chance: float | None, ratios: dict[str, float]) -> Call | None:
    if chance is None:
        return None
    ratio = mean_ratio(ratios, row.account.segment)
    categories = forecast_rules().categories
    return model_call(target=row.target_amount, renew_probability=chance, mean_ratio=ratio, rules=categories)


def _wanted(rows: QuerySet[Renewal], way: str, asker: Reach, period: Period, horizon: int) -> QuerySet[Renewal]:
    rows = rows.filter(due_on__lte=date.fromordinal(period.due_on.toordinal() + horizon)).order_by("due_on", "id")
    if way == "mine":
        return rows.filter(owner_id=asker.member.user_id)
    if way == "apart":
        apart = ForecastDisagreement.objects.filter(closed_at__isnull=True)
        return rows.filter(any_found("id", apart.values("renewal_id")))
    if way == "missing":
        return rows.exclude(current_calls__caller=Caller.CSM.value)
    return rows


def _after(rows: QuerySet[Renewal], after: str) -> QuerySet[Renewal]:
    day, _, last = after.partition("~")
    try:
        due_on, key = date.fromisoformat(day), int(last)
    except ValueError:
        return rows
    return rows.filter(due_on__gte=due_on).exclude(due_on=due_on, id__lte=key)


def _bar(asker: Asker, chosen: Mapping[str, str]) -> FilterBar:
    said = {"owner": person_name(chosen.get("owner", "")), "team": team_name(chosen.get("team", ""))}
    is_wide = granted_scope(asker.member, "forecasts.view") > Scope.OWN
    return FilterBar(
        filters=closed_filters(PATH, WHOSE if is_wide else ("segment",), chosen, said),
        count="",
        clear_href=address(PATH, {"show": chosen.get("show", "")}) if going_along(chosen, WHOSE) else "",
    )


def _options(rows: QuerySet[Renewal], name: str) -> list[Option]:
    if name == "team":
        return team_options(rows)
    field, words = ("owner_id", "owner__name") if name == "owner" else ("account__segment", "account__segment")
    found = rows.values_list(field, words).annotate(n=Count("id")).order_by(words)
    return [Option(key=str(key), text=text if name == "owner" else title(text), count=n) for key, text, n in found]


def _pager(rows: Sequence[Renewal], chosen: Mapping[str, str], *, is_more: bool, is_first: bool) -> Pager:
    after = f"{rows[-1].due_on.isoformat()}~{rows[-1].id}" if rows and is_more else ""
    return Pager(
        shown=count_words(len(rows), "renewal"),
        first_href="" if is_first else address(PATH, chosen),
        next_href=address(PATH, chosen, after=after) if after else "",
    )
