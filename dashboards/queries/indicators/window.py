"""The months and the segment that an indicator page looks at, and the kept tallies in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dashboards.core.dates import age_words
from dashboards.core.filters import Option, address, filters_of
from dashboards.core.indicators import QUARTER
from dashboards.core.money import count_words
from dashboards.core.parts import FilterBar
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import REACH
from dashboards.queries.reviews.access import visible_reviews
from playbooks.core.indicators import Tally, months_back
from playbooks.queries.indicators import Part, made_at, tallies_of, tallies_since
from playbooks.queries.library import indicator_rules
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account
from renewals.queries.people import visible_to

PERIODS = {"3": "Three months", "6": "Six months", "12": "Twelve months"}
WHOLE = "12"
RIGHT, WHOLE_WORKSPACE = "pipeline.view", "Whole workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The tallies of a page, and those `shown`, of the period that is looked at.

    `since` is the first month of that period, `quarter` and `before` those of the last two quarters.

    `reach` says in words whose accounts they are of; `accounts` None: all of the workspace.
    """

    tallies: tuple[Tally, ...]
    shown: tuple[Tally, ...]
    segments: tuple[str, ...]
    segment: str
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
    accounts = reached_accounts(asker)
    kept = tallies_since(months[-1]) if accounts is None else _own_tallies(asker, accounts, months)
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
        reach=REACH.get(granted_scope(asker.member, RIGHT), WHOLE_WORKSPACE),
        accounts=accounts,
    )


def reached_accounts(asker: Asker) -> tuple[int, ...] | None:
    """Return the accounts that the person's right reaches; None for all of them."""
    if granted_scope(asker.member, RIGHT) is Scope.ALL:
        return None
    return tuple(visible_to(Account.objects.all(), asker.member, RIGHT).order_by("id").values_list("id", flat=True))


def _own_tallies(asker: Asker, accounts: Sequence[int], months: Sequence[date]) -> tuple[Tally, ...]:
    reviews = visible_reviews(asker).values_list("id", flat=True) if can(asker.member, "reviews.view") else ()
    workspace = asker.workspace
    return tallies_of(
        Part(accounts=accounts, reviews=tuple(reviews)),
        months,
        indicator_rules(),
        workspace_id=workspace.id,
        zone=workspace.timezone,
        today=asker.today,
    )


def _age(made: datetime | None, asker: Asker) -> str:
    return "not added up yet" if made is None else f"added up {age_words(made, now=asker.now)}"


def window_bar(window: Window, path: str) -> FilterBar:
    """Return the choice of segment and period; both have few choices, so that none is counted."""
    chosen = {"segment": window.segment, "period": "" if window.period == WHOLE else window.period}
    cases = {key: sum(each.counted.base for each in window.tallies if each.segment == key) for key in window.segments}
    found = {
        "segment": [Option(key=key, text=title(key), count=cases[key]) for key in window.segments],
        "period": [Option(key=key, text=words, count=int(key)) for key, words in PERIODS.items()],
    }
    query = address("", chosen).removeprefix("?")
    return FilterBar(
        filters=filters_of(path, found, chosen),
        count=count_words(sum(each.counted.base for each in window.shown), "case"),
        clear_href=path if query else "",
        query=query,
    )
