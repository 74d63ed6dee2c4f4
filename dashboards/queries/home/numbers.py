"""The figures a person is measured by, against their target; the one place that reads them for the home page."""

from dataclasses import dataclass

from dashboards.core.filters import address
from dashboards.core.review_words import figure_words
from dashboards.queries.asker import Asker
from playbooks.queries.reviews.figures import TargetFigure, first_with_targets, target_figures
from renewals.core.metrics import EVERYBODY, TargetOf
from renewals.core.roles import Scope, can, granted_scope

STATES = {True: "good", False: "watch", None: "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure in finished words, how it stands to its target, and where it is reckoned."""

    name: str
    value: str
    target: str
    state: str
    href: str


def own_figures(asker: Asker) -> tuple[Figure, ...] | None:
    """Return the figures of this quarter that have a target: the person's own, else the team's, else the workspace's.

    None without the right to targets; none while nobody set one. Amounts only for who sees all their rows.
    """
    if not can(asker.member, "targets.view"):
        return None
    mine, team = TargetOf(owner_id=asker.member.user_id), TargetOf(team_id=asker.member.team_id)
    of = first_with_targets(asker.today, (mine, team, EVERYBODY), today=asker.today)
    if of is None:
        return ()
    words, reach = {mine: (", yours", Scope.OWN), EVERYBODY: ("", Scope.ALL)}.get(of, (", your team's", Scope.TEAM))
    sees = granted_scope(asker.member, "prices.view") >= reach
    found = target_figures(asker.today, today=asker.today, of=of)
    return tuple(_figure(each, of, words) for each in found if sees or each.unit != "money")


def _figure(each: TargetFigure, of: TargetOf, words: str) -> Figure:
    whose = {"owner": str(of.owner_id or ""), "team": str(of.team_id or "")}
    reached = None if each.reached is None else str(each.reached)
    return Figure(
        name=each.name,
        value=figure_words(reached, each.unit, each.currency),
        target=f"of {figure_words(str(each.target), each.unit, each.currency)} this quarter{words}",
        state=STATES[each.is_met],
        href=address("/retention/", {"period": each.period}, **whose),
    )
