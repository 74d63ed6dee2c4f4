"""Which part of the forecast a person may see: sums give amounts away, so the rule of prices decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dashboards.core.filters import address, going_along
from dashboards.core.forecast_words import quarter_key, quarter_words
from dashboards.core.navigation import WHOSE
from dashboards.core.parts import Tab
from dashboards.queries.asker import Asker
from dashboards.queries.pipeline_sums import quarter_of
from renewals.core.roles import Scope, granted_scope
from renewals.models import Membership, Team
from signals.core.forecast.book import quarter_start

PATH = "/forecast/"
FILTERS = ("quarter", "segment", "team", "owner")
FILTERED = ("", "calls")
TABS = (("", "Forecast"), ("calls", "Calls"), ("scenarios", "Scenarios"), ("ledger", "Ledger"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """The part that is shown: quarter, segment ("" all), owner or team (0 all), and in words whose renewals it is."""

    scope: Scope
    quarter_on: date
    segment: str
    owner_id: int
    team_id: int
    words: str

    @property
    def chosen(self) -> Mapping[str, str]:
        """Return the filters of the address that hold."""
        found = {
            "quarter": quarter_key(self.quarter_on),
            "segment": self.segment,
            "team": str(self.team_id or ""),
            "owner": str(self.owner_id or ""),
        }
        return {name: value for name, value in found.items() if value}


def sum_scope(asker: Asker) -> Scope:
    """Return of whose renewals a person may see sums of amounts."""
    return Scope(min(granted_scope(asker.member, "prices.view"), granted_scope(asker.member, "forecasts.view")))


def reach_of(asker: Asker, choice: Mapping[str, str]) -> Reach:
    """Return the part an address asks for, cut down to what the person may see."""
    scope = sum_scope(asker)
    owner, team = _number(choice.get("owner", "")), _number(choice.get("team", ""))
    if scope is Scope.TEAM and asker.member.team_id is not None:
        colleagues = set(Membership.objects.filter(team_id=asker.member.team_id).values_list("user_id", flat=True))
        owner = owner if owner in colleagues else 0
        team = 0 if owner else asker.member.team_id
    elif scope is not Scope.ALL:
        owner, team = asker.membership.user_id, 0
    return Reach(
        scope=scope,
        quarter_on=_quarter(choice.get("quarter", ""), asker.today),
        segment=_segment(choice.get("segment", "")),
        owner_id=owner,
        team_id=0 if owner else team,
        words=_words(asker, owner, 0 if owner else team),
    )


def forecast_tabs(current: str, chosen: Mapping[str, str] | None = None) -> tuple[Tab, ...]:
    """Return the parts of the forecast with the current one marked; those with filters keep what is chosen."""
    along = going_along(chosen or {}, WHOSE)
    return tuple(
        Tab(
            text=text,
            href=address(f"{PATH}{key}/" if key else PATH, along if key in FILTERED else {}),
            is_current=key == current,
        )
        for key, text in TABS
    )


def _segment(word: str) -> str:
    return word if word.isascii() and word.isidentifier() else ""


def _quarter(word: str, today: date) -> date:
    found = quarter_of(word)
    if found is None or not 1990 <= found[0] <= 2100:
        return quarter_start(today)
    return date(found[0], 3 * found[1] - 2, 1)


def _words(asker: Asker, owner: int, team: int) -> str:
    if owner == asker.membership.user_id:
        return "renewals you own"
    if owner:
        found = Membership.objects.filter(user_id=owner).select_related("user").first()
        return f"renewals of {found.user}" if found else "renewals of nobody here"
    if team:
        name = Team.objects.filter(id=team).values_list("name", flat=True).first()
        return f"renewals of team {name}" if name else "renewals of no team"
    return "all renewals"


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 18 else 0


def period_words(reach: Reach) -> str:
    """Return the quarter in words."""
    return quarter_words(reach.quarter_on)
