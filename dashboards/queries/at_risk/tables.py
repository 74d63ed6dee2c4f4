"""The sums of ARR at risk as a picture and as tables whose rows lead to the renewals behind them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dashboards.core.at_risk import (
    ACTIONS,
    BANDS,
    NOT_SCORED,
    RiskCell,
    RiskSums,
    action_of,
    added,
    band_of,
    in_order,
    quarter_key,
    quarter_words,
    reason_of,
    reason_words,
    risk_words,
    split,
)
from dashboards.core.charts import stacked_bar_chart
from dashboards.core.filters import address
from dashboards.core.money import MoneyCell, money_cell
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.at_risk.reach import PATH
from renewals.core.money import Money

DRAWN = ("yes", "no", "none", NOT_SCORED)


class RiskTables:
    """The tables of some cells; amounts are hidden unless the person may see each of those added up."""

    def __init__(
        self, cells: tuple[RiskCell, ...], chosen: Mapping[str, str], *, currency: str, has_amounts: bool
    ) -> None:
        """Take the cells under the filters that are chosen; `currency` is the workspace's."""
        self.cells = cells
        self.chosen = {name: value for name, value in chosen.items() if name != "columns"}
        self.currency = currency
        self.has_amounts = has_amounts

    def picture(self) -> dict[str, Any]:
        """Return bars by due quarter, stacked by what can be done; numbers for who may not see every amount."""
        drawn = [
            {
                "group": quarter_words(quarter),
                "series": ACTIONS[action],
                "value": float(sums.at_risk if self.has_amounts else sums.number),
                "rank": DRAWN.index(action),
                "href": self._href(quarter=quarter, action=action),
            }
            for quarter, found in self._quarters().items()
            for action, sums in split(found, action_of).items()
        ]
        order = list(dict.fromkeys(quarter_words(quarter) for quarter in self._quarters()))
        present = [ACTIONS[key] for key in DRAWN if any(each["rank"] == DRAWN.index(key) for each in drawn)]
        return stacked_bar_chart(drawn, order=order, series=present, name="ARR at risk by due quarter and reach")

    def by_quarter(self) -> Table:
        """Return one row a due quarter, in time's order, with what is up for renewal beside what is at risk."""
        sums = {quarter: added(found) for quarter, found in self._quarters().items()}
        table = self._table("ARR at risk by due quarter", "Quarter", sums, "quarter", quarter_words)
        due = [*(each.amount for each in sums.values()), added(self.cells).amount]
        lines = [*table.rows, table.totals] if table.totals else []
        wide = [(*row[:2], Cell(money=self._money(each)), *row[2:]) for row, each in zip(lines, due, strict=False)]
        head = Column(title=f"Up for renewal, {self.currency}", is_amount=True, term="target_amount")
        columns = (*table.columns[:2], head, *table.columns[2:])
        return replace(table, columns=columns, rows=tuple(wide[:-1]), totals=wide[-1] if wide else ())

    def by_band(self) -> Table:
        """Return one row a band of risk, the highest first; those that are not scored stand apart, last."""
        sums = in_order(split(self.cells, band_of), BANDS)
        return self._table("ARR at risk by band", "Risk", sums, "risk", risk_words)

    def by_segment(self) -> Table:
        """Return one row a segment, the largest first."""
        sums = split(self.cells, lambda cell: cell.segment)
        return self._table("ARR at risk by segment", "Segment", sums, "segment", lambda key: title(key) or "No segment")

    def by_reason(self) -> Table:
        """Return one row a main reason, the largest first."""
        return self._table(
            "ARR at risk by main reason", "Main reason", split(self.cells, reason_of), "reason", reason_words
        )

    def by_action(self) -> Table:
        """Return one row for what can be done about the main reason."""
        sums = in_order(split(self.cells, action_of), DRAWN)
        return self._table("ARR at risk by what can be done", "Reach", sums, "action", lambda key: ACTIONS[key])

    def _quarters(self) -> dict[str, list[RiskCell]]:
        found: dict[str, list[RiskCell]] = {}
        for cell in sorted(self.cells, key=lambda each: each.quarter):
            found.setdefault(quarter_key(cell), []).append(cell)
        return found

    def _table(self, caption: str, head: str, sums: Mapping[str, RiskSums], name: str, words: Any) -> Table:
        return Table(
            caption=caption,
            columns=(
                Column(title=head),
                Column(title="Renewals", is_amount=True),
                Column(title=f"At risk, {self.currency}", is_amount=True, term="arr_at_risk"),
                Column(title=f"Swing, {self.currency}", is_amount=True, term="swing_arr"),
            ),
            rows=tuple(
                self._row(words(key), each, self._href(**{name: key}) if key else "") for key, each in sums.items()
            ),
            totals=self._row("All", added(self.cells), "") if sums else (),
        )

    def _row(self, name: str, sums: RiskSums, href: str) -> tuple[Cell, ...]:
        return (
            Cell(text=name, href=href),
            Cell(text=f"{sums.number:,}", is_amount=True),
            Cell(money=self._money(sums.at_risk)),
            Cell(money=self._money(sums.swing)),
        )

    def _money(self, amount: Decimal) -> MoneyCell:
        return money_cell(Money(amount, self.currency).rounded(), is_hidden=not self.has_amounts)

    def _href(self, **changes: str) -> str:
        return address(PATH, self.chosen, **changes)
