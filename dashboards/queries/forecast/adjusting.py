"""The adjustment of the part that is shown: what it does to the commit forecast, what was said before, and who may."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.dates import age_words
from dashboards.core.money import money_cell, money_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.retention_words import gap_words
from dashboards.queries.asker import Asker
from dashboards.queries.forecast.reach import Reach
from renewals.core.metrics import Unit
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope
from signals.models import ForecastAdjustment
from signals.queries.forecast.adjustments import Group, newest_adjustments


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAdjusting:
    """The adjustments of a part; `words` say what holds now, `kept` is the part in the address."""

    words: str
    table: Table
    may_adjust: bool
    kept: tuple[tuple[str, str], ...]


def group_of(reach: Reach) -> Group:
    """Return the part that is shown as a group to adjust."""
    return Group(quarter_on=reach.quarter_on, segment=reach.segment, owner_id=reach.owner_id, team_id=reach.team_id)


def may_adjust(asker: Asker, reach: Reach) -> bool:
    """Answer whether the person adjusts the part: who leads somebody, as far as their sums reach."""
    mine = reach.owner_id == asker.membership.user_id
    reaches = granted_scope(asker.member, "forecasts.change")
    return reach.scope > Scope.OWN and reaches > Scope.OWN and reaches >= reach.scope and not mine


def adjusting_of(asker: Asker, reach: Reach, commit: Decimal) -> GroupAdjusting:
    """Return the adjustments of the part; `commit` is what leaders make of the commit forecast, call by call."""
    rows = newest_adjustments(group_of(reach)) if reach.scope is not Scope.NONE else []
    kept: Mapping[str, str] = reach.chosen
    return GroupAdjusting(
        words=_words(rows, commit, asker.workspace.currency),
        table=_table(asker, rows),
        may_adjust=may_adjust(asker, reach),
        kept=tuple(kept.items()),
    )


def _words(rows: list[ForecastAdjustment], commit: Decimal, currency: str) -> str:
    if not rows or not rows[0].amount:
        return "The group as a whole is not adjusted."
    step, after = rows[0].amount, commit.quantize(Decimal(1)) + rows[0].amount
    by = gap_words(step, Unit.MONEY, currency)
    return f"Commit forecast with {by} for the group as a whole: {money_words(Money(after, currency))}."


def _table(asker: Asker, rows: list[ForecastAdjustment]) -> Table:
    return Table(
        caption="Adjustments of the group",
        columns=(
            Column(title="When"),
            Column(title="By"),
            Column(title="By how much", is_amount=True),
            Column(title="Why"),
        ),
        rows=tuple(
            (
                Cell(text=age_words(row.made_at, now=asker.now)),
                Cell(text=str(row.made_by)),
                Cell(money=money_cell(Money(row.amount, row.currency))),
                Cell(text=row.reason, is_long=True),
            )
            for row in rows
        ),
    )
