"""What stands beside the band: renewals whose chance nobody knows, and callers who disagree. Both within the reach."""

from django.db.models import Q

from dashboards.core.dates import age_words, date_cell
from dashboards.core.forecast_words import disagreement_words, pair_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.forecast.reach import Reach
from dashboards.queries.forecast.summing import part_renewals
from dashboards.queries.people import whose
from dashboards.queries.prices import price_sight
from renewals.models import Renewal
from renewals.queries.people import visible_to
from signals.queries.forecast.disagreements import open_disagreements

SHOWN = 10


def unknown_table(asker: Asker, reach: Reach, *, has_any: bool) -> Table:
    """Return the renewals of the part without a chance of renewal, the largest first.

    Without `has_any` the band was drawn over all of them: none is looked for among the open renewals.
    """
    rows = part_renewals(reach).exclude(current_risks__renew_probability__isnull=False)
    shown = rows.select_related("account", "owner").order_by("-target_amount", "id")[:SHOWN] if has_any else ()
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    return Table(
        caption="Renewals that are not in the band",
        columns=(
            Column(title="Account"),
            Column(title="Due", term="due_date"),
            Column(title="Amount", is_amount=True, term="target_amount"),
            Column(title="Owner"),
        ),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"/renewals/{row.id}/"),
                Cell(date=date_cell(row.due_on, today=asker.today)),
                Cell(money=exchange.cell(row.target_amount, row.currency)),
                Cell(text=str(row.owner)),
            )
            for row in shown
        ),
    )


def disagreement_table(asker: Asker, reach: Reach) -> Table:
    """Return the open disagreements on renewals of the part that the person may see, the largest target first.

    They stand whatever quarter is looked at.
    """
    wanted = whose(reach.chosen) & (Q(account__segment=reach.segment) if reach.segment else Q())
    mine = visible_to(Renewal.objects.filter(wanted), asker.member, "forecasts.view")
    rows = list(open_disagreements().filter(renewal__in=mine)[:SHOWN])
    sight = price_sight(asker.member, account_ids=[row.renewal.account_id for row in rows])
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    return Table(
        caption="Callers who disagree",
        columns=(
            Column(title="Account"),
            Column(title="Who"),
            Column(title="How far", term="call_disagreement"),
            Column(title="Amount", is_amount=True, term="target_amount"),
            Column(title="Due", term="due_date"),
            Column(title="Since"),
        ),
        rows=tuple(
            (
                Cell(text=row.renewal.account.name, href=f"/forecast/calls/{row.renewal_id}/"),
                Cell(text=pair_words(row.first, row.second)),
                Cell(text=disagreement_words(row.kind, row.gap)),
                Cell(
                    money=exchange.cell(
                        row.renewal.target_amount,
                        row.renewal.currency,
                        is_hidden=not sight.sees_renewal(row.renewal, row.renewal.account),
                    )
                ),
                Cell(date=date_cell(row.renewal.due_on, today=asker.today)),
                Cell(text=age_words(row.opened_at, now=asker.now)),
            )
            for row in rows
        ),
    )
