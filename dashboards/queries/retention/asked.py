"""What is asked on the page: period and filters of the address, cut down to the accounts whose amounts one may see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Count

from dashboards.core.dates import day_words
from dashboards.core.filters import Option, address, closed_filters, opened_filter
from dashboards.core.parts import Chip, Filter, FilterBar
from dashboards.core.retention_words import days_counted, filling_words, period_words
from dashboards.core.wording import sentence, title
from dashboards.queries.asker import Asker
from dashboards.queries.people import person_name, team_name
from dashboards.queries.saved_views import kept_views
from renewals.core.dates import add_months
from renewals.core.errors import InvalidInput
from renewals.core.metrics import EVERYBODY, Period, TargetOf, period_of, periods_until
from renewals.core.metrics.periods import QUARTER_MONTHS, YEAR_WORD, quarter_key
from renewals.core.roles import Scope, granted_scope
from renewals.models import MetricFill, MetricMark, Product
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question, movement_rows, product_rows
from renewals.queries.metrics.whose import seen_by, whose
from renewals.queries.people import of_team, teams
from renewals.queries.written import Written

PATH = "/retention/"
PAGE = "retention"
RIGHT = "prices.view"
FILTERS = ("segment", "owner", "team", "product")
FIELDS = ("period", *FILTERS, "cohort")
KEPT_QUARTERS = 12
REFRESHED_AT = Written(lambda: MetricMark.objects.order_by("id").values_list("refreshed_at", flat=True)[:1])
REACH = {Scope.OWN: "Your accounts only", Scope.TEAM: "Your team's accounts only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question with who asks it. `reach` says in words when it is not of everything; `whole` is without filters."""

    asker: Asker
    chosen: Mapping[str, str]
    question: Question
    reach: str

    @property
    def period(self) -> Period:
        """Return the period asked for."""
        return self.question.period

    @property
    def currency(self) -> str:
        """Return the currency of the figures."""
        return self.asker.workspace.currency

    @property
    def sees_all(self) -> bool:
        """Answer whether the person sees every account, so that targets of everything can be compared."""
        return not self.reach

    def sums(self) -> Sums:
        """Return what adds the rows up."""
        return Sums(question=self.question)

    def href(self, place: str = "", **changes: str) -> str:
        """Return an address of the page that keeps what was chosen."""
        return address(f"{PATH}{place}", self.chosen, **changes)


def asked_of(asker: Asker, choice: Mapping[str, str]) -> Asked:
    """Return what the address asks; a period it does not know is the year to the last full quarter."""
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    period = _period(chosen.get("period", ""), asker.today)
    question = Question(
        period=period,
        rates=metric_rates(),
        **_rows_asked(asker, chosen),
        product_id=int(chosen["product"]) if chosen.get("product", "").isdecimal() else None,
        cohort=_cohort(chosen.get("cohort", ""), asker.today),
    )
    reach = REACH.get(granted_scope(asker.member, RIGHT), "")
    return Asked(asker=asker, chosen=chosen, question=question, reach=reach)


def earlier(asked: Asked) -> Asked | None:
    """Return the same question a period earlier: the quarter before, or the year before; None when it is not kept."""
    back = 12 if asked.period.is_year else QUARTER_MONTHS
    key = quarter_key(add_months(asked.period.ends_on.replace(day=1), -back)) + (
        YEAR_WORD if asked.period.is_year else ""
    )
    period = next((each for each in _kept(asked.asker.today) if each.key == key), None)
    if period is None:
        return None
    return replace(asked, question=replace(asked.question, period=period))


def unit_words(asked: Asked, refreshed: str) -> str:
    """Return unit, days and age of the figures."""
    day = asked.period.through_on
    parts = (
        asked.reach,
        sentence(period_words(asked.period)),
        days_counted(asked.period),
        f"{asked.currency} at the rates of {day_words(day)}",
        refreshed,
    )
    return " · ".join(part for part in parts if part)


def age_of(asker: Asker) -> str:
    """Return how old the kept rows are; while they are counted for the first time, how far that has come."""
    refreshed_at = REFRESHED_AT.first()
    if refreshed_at is None:
        return filling_words(MetricFill.objects.first())
    seconds = max(0, round((asker.now - refreshed_at).total_seconds()))
    return f"looked at contracts {seconds} s ago" if seconds < 120 else f"looked at contracts {seconds // 60} min ago"


def filter_bar(asked: Asked, count: str) -> FilterBar:
    """Return the filters of the page with the views people kept."""
    said = {
        "owner": person_name(asked.chosen.get("owner", "")),
        "team": team_name(asked.chosen.get("team", "")),
        "product": _product_name(asked),
    }
    query = asked.href().partition("?")[2]
    return FilterBar(
        filters=(period_filter(asked), *closed_filters(PATH, FILTERS, asked.chosen, said)),
        count=count,
        clear_href=PATH if asked.chosen else "",
        views=kept_views(asked.asker.membership.user_id, PAGE).chips(query),
        save_href="/views/",
        query=query,
    )


def period_filter(asked: Asked, place: str = "") -> Filter:
    """Return the choice of periods; they are few and count nothing."""
    return Filter(
        title="Period",
        chosen=period_words(asked.period),
        chips=tuple(
            Chip(
                text=sentence(period_words(period)),
                href=asked.href(place, period=period.key, after=""),
                is_on=period.key == asked.period.key,
            )
            for period in _kept(asked.asker.today)
        ),
    )


def filter_choices(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with how many accounts each choice has in the period; None for an unknown name."""
    if name not in FILTERS:
        return None
    asked = asked_of(asker, {key: value for key, value in choice.items() if key != name})
    kept = asked_of(asker, choice)
    return opened_filter(PATH, name, _options(asked, name), kept.chosen)


def _options(asked: Asked, name: str) -> list[Option]:
    question = replace(asked.question, product_id=None)
    if name == "product":
        found = product_rows(question).order_by().values_list("product_id", "product__name").annotate(n=Count("id"))
        return [Option(key=str(key), text=text, count=n) for key, text, n in found.order_by("product__name")]
    rows = movement_rows(question).order_by()
    if name == "segment":
        segments = rows.values_list("account__segment").annotate(n=Count("id")).order_by("account__segment")
        return [Option(key=key, text=title(key), count=n) for key, n in segments if key]
    if name == "team":
        return [
            Option(key=str(team.id), text=team.name, count=rows.filter(of_team(team.id, "account__")).count())
            for team in teams()
        ]
    owners = rows.values_list("account__owner_id", "account__owner__name").annotate(n=Count("id"))
    return [Option(key=str(key), text=text, count=n) for key, text, n in owners.order_by("account__owner__name") if key]


def kept_quarters(*, today: date) -> tuple[Period, ...]:
    """Return the quarters that are kept, oldest first, the running one last."""
    return tuple(period for period in reversed(_kept(today)) if not period.is_year)


def chosen_parts(chosen: Mapping[str, str]) -> tuple[TargetOf, ...]:
    """Return what the address narrows the book to, each filter by itself."""
    owner, team = (chosen.get(name, "") for name in ("owner", "team"))
    found = (
        TargetOf(segment=chosen.get("segment", "")),
        TargetOf(owner_id=int(owner) if owner.isdecimal() else None),
        TargetOf(team_id=int(team) if team.isdecimal() else None),
    )
    return tuple(each for each in found if each != EVERYBODY)


def _rows_asked(asker: Asker, chosen: Mapping[str, str]) -> dict[str, Any]:
    """Return the conditions on accounts, renewals and slices: what the person may see, and what the address asks."""
    parts = [part for part in (seen_by(asker.member, RIGHT), *map(whose, chosen_parts(chosen))) if part is not None]
    if not parts:
        return {}
    found = reduce(and_, parts)
    return {"accounts": found.accounts, "renewals": found.renewals, "kept": found.kept}


def _period(key: str, today: date) -> Period:
    kept = {period.key: period for period in _kept(today)}
    return kept.get(key) or next(period for period in kept.values() if period.is_year and not period.is_running)


def _cohort(key: str, today: date) -> tuple[date, date] | None:
    try:
        found = period_of(key, today=today) if key else None
    except InvalidInput:
        return None
    return None if found is None else (found.starts_on, found.ends_on)


def _kept(today: date) -> tuple[Period, ...]:
    return periods_until(today=today, quarters=KEPT_QUARTERS)


def _product_name(asked: Asked) -> str:
    if asked.question.product_id is None:
        return ""
    return Product.objects.filter(id=asked.question.product_id).values_list("name", flat=True).first() or ""
