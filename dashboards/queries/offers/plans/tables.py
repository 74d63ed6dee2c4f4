"""The rows of a plan of offers: what is recommended, and what is not with its reason."""

from collections.abc import Iterable
from decimal import Decimal

from dashboards.core.money import count_words, percent_words, short_money
from dashboards.core.offers.choice_words import KEPT_BACK, chance_words, evidence_badge
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from offers.models import PlannedOffer
from offers.queries.choice import choice_rules
from renewals.core.money import Money


def chosen_table(rows: Iterable[PlannedOffer], asker: Asker) -> Table:
    """Return what is recommended; each row leads to the proposal of its renewal with the offer chosen."""
    return Table(
        caption="Recommended offers",
        columns=(
            Column(title="Account"),
            Column(title="Offer"),
            Column(title="Expected value", is_amount=True),
            Column(title="Keeps, gives, costs"),
            Column(title="Renews"),
            Column(title="By"),
        ),
        rows=tuple(_chosen(row, asker) for row in rows),
    )


def left_table(rows: Iterable[PlannedOffer], asker: Asker) -> Table:
    """Return offers and renewals that are not chosen, and why."""
    return Table(
        caption="Not chosen",
        columns=(
            Column(title="Account"),
            Column(title="Offer"),
            Column(title="Expected value", is_amount=True),
            Column(title="Below policy price", is_amount=True),
            Column(title="Why not"),
        ),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"/renewals/{row.renewal_id}/"),
                Cell(text=row.offer.name if row.offer else "–"),
                Cell(text=_money(asker, row.value), is_amount=True),
                Cell(text=percent_words(row.discount_percent / 100, digits=1) if row.offer else "–", is_amount=True),
                Cell(text=KEPT_BACK.get(row.why) or "Another use of the same limits is worth more", is_long=True),
            )
            for row in rows
        ),
    )


def back_table(rows: Iterable[PlannedOffer], _: Asker) -> Table:
    """Return the renewals to which nothing is offered, and why."""
    return Table(
        caption="Kept back",
        columns=(Column(title="Account"), Column(title="Owner"), Column(title="Why nothing is offered")),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"/renewals/{row.renewal_id}/"),
                Cell(text=row.owner.name if row.owner else "–"),
                Cell(text=KEPT_BACK[row.why]),
            )
            for row in rows
        ),
    )


def _chosen(row: PlannedOffer, asker: Asker) -> tuple[Cell, ...]:
    enough = choice_rules().enough_outcomes
    badge = evidence_badge(row.outcomes, is_enough=row.outcomes >= enough)[0]
    parts = ", ".join(_money(asker, amount) for amount in (row.kept, row.given, row.cost))
    name = row.offer.name if row.offer else ""
    return (
        Cell(text=row.account.name, href=f"/renewals/{row.renewal_id}/proposal/?offer={row.offer_id}"),
        Cell(text=name, note=f"{badge} · asks {row.level}" if row.level else badge, is_long=True),
        Cell(text=_money(asker, row.value), is_amount=True),
        Cell(text=parts),
        Cell(text=chance_words(row.before or 0.0, row.after or 0.0, row.likely or 0.0)),
        Cell(text=row.owner.name if row.owner else "–", note=count_words(row.tasks, "task")),
    )


def _money(asker: Asker, amount: Decimal | None) -> str:
    return "–" if amount is None else short_money(Money(amount, asker.workspace.currency))


SHEET = (
    "account", "renewal", "offer", "recommended", "why not", "value", "kept", "given", "cost", "first year", "tasks",
    "renews before", "renews after", "outcomes", "below policy percent", "level", "owner", "week",
)  # fmt: skip


def sheet_of(rows: Iterable[PlannedOffer]) -> Iterable[list[str]]:
    """Yield a heading and a line a row, with plain numbers in the workspace's currency."""
    yield list(SHEET)
    for row in rows:
        amounts = (row.value, row.kept, row.given, row.cost, row.spend)
        yield [
            row.account.external_id,
            str(row.renewal_id),
            row.offer.name if row.offer else "",
            "yes" if row.is_chosen else "no",
            "" if row.is_chosen else KEPT_BACK.get(row.why, row.why),
            *("" if amount is None else f"{amount:f}" for amount in amounts),
            str(row.tasks),
            *("" if chance is None else f"{chance:.4f}" for chance in (row.before, row.after)),
            str(row.outcomes),
            f"{row.discount_percent:f}",
            row.level,
            str(row.owner or ""),
            str(row.week + 1),
        ]
