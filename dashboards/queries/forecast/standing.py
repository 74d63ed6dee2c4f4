"""What stands beside the band: renewals whose chance nobody knows, and callers who disagree. Both within the reach."""

from functools import lru_cache

from django.db.models import Q, QuerySet

from dashboards.core.dates import age_words, date_cell
from dashboards.core.forecast_words import disagreement_words, pair_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.forecast.reach import Reach
from dashboards.queries.forecast.summing import part_renewals
from dashboards.queries.people import whose
from dashboards.queries.prices import price_sight
from renewals.core.roles import Member
from renewals.models import Renewal
from renewals.queries.people import RENEWAL_ROLES, visible_to
from renewals.queries.written import Written
from signals.models import ForecastDisagreement
from signals.queries.forecast.disagreements import open_disagreements

SHOWN = 10
READ = (
    *("first", "second", "kind", "gap", "opened_at"),
    *(f"renewal__{name}" for name in ("target_amount", "currency", "due_on", *RENEWAL_ROLES)),
    *(f"renewal__account__{name}" for name in ("name", "owner", "team")),
)


def unknown_table(asker: Asker, reach: Reach, *, has_any: bool) -> Table:
    """Return the renewals of the part without a chance of renewal, the largest first.

    Without `has_any` the band was drawn over all of them: none is looked for among the open renewals.
    """
    shown = _unknown(reach) if has_any else ()
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
    rows = _apart(asker.member, reach.segment, reach.owner_id, reach.team_id).read()
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


def _unknown(reach: Reach) -> QuerySet[Renewal]:
    rows = part_renewals(reach).exclude(current_risks__renew_probability__isnull=False)
    return rows.select_related("account", "owner").order_by("-target_amount", "id")[:SHOWN]


@lru_cache(maxsize=64)
def _apart(member: Member, segment: str, owner_id: int, team_id: int) -> Written[ForecastDisagreement]:
    chosen = {"owner": str(owner_id or ""), "team": str(team_id or "")}
    wanted = whose(chosen) & (Q(account__segment=segment) if segment else Q())
    mine = visible_to(Renewal.objects.filter(wanted), member, "forecasts.view")
    return Written(lambda: open_disagreements().filter(renewal__in=mine).only(*READ)[:SHOWN])
