"""The months and the segment that an indicator page looks at, and the kept tallies in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from dashboards.core.dates import age_words
from dashboards.core.filters import Option, address, closed_filters, filters_of, opened_filter
from dashboards.core.indicators import QUARTER
from dashboards.core.money import count_words
from dashboards.core.parts import Filter, FilterBar
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import person_name, small_id, team_name, whose
from dashboards.queries.retention.asked import REACH
from dashboards.queries.reviews.access import visible_reviews
from playbooks.core.indicators import Tally, months_back
from playbooks.queries.indicators import Part, made_at, tallies_of, tallies_since
from playbooks.queries.library import indicator_rules
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account
from renewals.queries.people import of_team, teams, visible_to

PERIODS = {"3": "Three months", "6": "Six months", "12": "Twelve months"}
WHOLE = "12"
FIELDS = ("segment", "owner", "team", "period")
RIGHT, WHOLE_WORKSPACE = "pipeline.view", "Whole workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The tallies of a page, and those `shown`, of the period that is looked at.

    `since` is the first month of that period, `quarter` and `before` those of the last two quarters.

    `reach` says in words whose accounts the person sees, `whose` is the owner or team chosen among them; `accounts`
    None: all of the workspace.
    """

    tallies: tuple[Tally, ...]
    shown: tuple[Tally, ...]
    segments: tuple[str, ...]
    segment: str
    whose: Mapping[str, str]
    period: str
    since: date
    quarter: date
    before: date
    age: str
    reach: str
    accounts: tuple[int, ...] | None


def window_of(asker: Asker, choice: Mapping[str, str]) -> Window:
    """Return the months and the segment that an address asks for; twelve months of all segments without a choice."""
    months = months_back(indicator_rules().months, today=asker.today)
    period = choice.get("period", "") if choice.get("period", "") in PERIODS else WHOLE
    chosen = {name: choice[name] for name in ("owner", "team") if choice.get(name)}
    accounts = counted_accounts(asker, chosen)
    part = Part(accounts=accounts, reviews=_reviews(asker, chosen))
    kept = tallies_since(months[-1]) if accounts is None else _own_tallies(asker, part, months)
    segments = tuple(sorted({each.segment for each in kept if each.segment}))
    segment = choice.get("segment", "")
    tallies = tuple(each for each in kept if not segment or each.segment == segment)
    since, made = months[int(period) - 1], made_at()
    return Window(
        tallies=tallies,
        shown=tuple(each for each in tallies if each.month_on >= since),
        segments=segments,
        segment=segment,
        period=period,
        since=since,
        quarter=months[QUARTER - 1],
        before=months[2 * QUARTER - 1],
        age=_age(made, asker) if accounts is None else "added up now",
        whose=chosen,
        reach=REACH.get(granted_scope(asker.member, RIGHT), WHOLE_WORKSPACE),
        accounts=accounts,
    )


def counted_accounts(asker: Asker, chosen: Mapping[str, str]) -> tuple[int, ...] | None:
    """Return the accounts of the chosen owner or team that the person's right reaches; None for all of them."""
    if granted_scope(asker.member, RIGHT) is Scope.ALL and not chosen:
        return None
    team = small_id(chosen.get("team", ""))
    wanted = whose({"owner": chosen.get("owner", "")}) & (of_team(team) if team else Q())
    seen = visible_to(Account.objects.filter(wanted), asker.member, RIGHT)
    return tuple(seen.order_by("id").values_list("id", flat=True))


def _reviews(asker: Asker, chosen: Mapping[str, str]) -> tuple[int, ...]:
    """A meeting is nobody's alone: under an owner or a team none is counted."""
    if chosen or not can(asker.member, "reviews.view"):
        return ()
    return tuple(visible_reviews(asker).values_list("id", flat=True))


def _own_tallies(asker: Asker, part: Part, months: Sequence[date]) -> tuple[Tally, ...]:
    workspace = asker.workspace
    return tallies_of(
        part,
        months,
        indicator_rules(),
        workspace_id=workspace.id,
        zone=workspace.timezone,
        today=asker.today,
    )


def _age(made: datetime | None, asker: Asker) -> str:
    return "not added up yet" if made is None else f"added up {age_words(made, now=asker.now)}"


def window_bar(window: Window, path: str) -> FilterBar:
    """Return the filters; segment and period have few choices, owner and team are counted when they are opened."""
    chosen = {"segment": window.segment, **window.whose, "period": "" if window.period == WHOLE else window.period}
    cases = {key: sum(each.counted.base for each in window.tallies if each.segment == key) for key in window.segments}
    found = {
        "segment": [Option(key=key, text=title(key), count=cases[key]) for key in window.segments],
        "period": [Option(key=key, text=words, count=int(key)) for key, words in PERIODS.items()],
    }
    query = address("", chosen).removeprefix("?")
    said = {"owner": person_name(chosen.get("owner", "")), "team": team_name(chosen.get("team", ""))}
    return FilterBar(
        filters=(*filters_of(path, found, chosen), *closed_filters(path, said, chosen, said)),
        count=count_words(sum(each.counted.base for each in window.shown), "case"),
        clear_href=path if query else "",
        query=query,
    )


def window_filter(asker: Asker, path: str, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with the number of accounts of each choice; None for one that is not counted."""
    seen = visible_to(Account.objects.all(), asker.member, RIGHT)
    if name == "team":
        options = [
            Option(key=str(team.id), text=team.name, count=seen.filter(of_team(team.id)).count()) for team in teams()
        ]
    elif name == "owner":
        owners = seen.exclude(owner=None).values_list("owner_id", "owner__name").annotate(n=Count("id"))
        options = [Option(key=str(key), text=text, count=n) for key, text, n in owners.order_by("owner__name")]
    else:
        return None
    return opened_filter(path, name, options, {key: choice[key] for key in FIELDS if choice.get(key)})
