"""The figures a person is measured by, against their target; the one place that reads them for the home page."""

from dataclasses import dataclass

from dashboards.core.review_words import figure_words
from dashboards.queries.asker import Asker
from playbooks.queries.reviews.figures import TargetFigure, target_figures
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
    """Return the workspace's figures of this quarter that have a target, none while nobody set one.

    None without the right to targets. Amounts only for who sees every price.
    """
    if not can(asker.member, "targets.view"):
        return None
    sees = granted_scope(asker.member, "prices.view") is Scope.ALL
    found = target_figures(asker.today, today=asker.today)
    return tuple(_figure(each) for each in found if sees or each.unit != "money")


def _figure(each: TargetFigure) -> Figure:
    reached = None if each.reached is None else str(each.reached)
    return Figure(
        name=each.name,
        value=figure_words(reached, each.unit, each.currency),
        target=f"of {figure_words(str(each.target), each.unit, each.currency)} this quarter",
        state=STATES[each.is_met],
        href="/retention/",
    )
