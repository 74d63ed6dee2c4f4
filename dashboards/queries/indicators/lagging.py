"""What follows the leading indicators: renewal rate, contract value and expansion, by the contracts of the metrics."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q

from dashboards.core.money import money_cell, percent_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from renewals.core.metrics import Figure, MetricContract, Unit, quarter
from renewals.core.money import Money
from renewals.core.roles import granted_scope
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import KeptChoice, Question

METRICS = ("gross_renewal_rate", "average_contract_value", "expansion")


def lagging_table(asker: Asker, segment: str, accounts: Sequence[int] | None) -> Table:
    """Return the outcomes of the running quarter and of the one before; amounts for who may see all of them.

    `accounts` None: of the whole workspace.
    """
    running = quarter(asker.today, today=asker.today)
    past = quarter(running.starts_on - timedelta(days=1), today=asker.today)
    wanted = Q(account__segment=segment) if segment else Q()
    wanted &= Q() if accounts is None else Q(account_id__in=accounts)
    part, rates = wanted or None, metric_rates()
    of_segment = Q(segment=segment)
    kept = None if accounts is not None else KeptChoice(accounts=of_segment, renewals=of_segment)
    sums = [Sums(question=Question(period=each, rates=rates, accounts=part, kept=kept)) for each in (running, past)]
    sees = granted_scope(asker.member, "prices.view") >= granted_scope(asker.member, "pipeline.view")
    currency, book = asker.workspace.currency, metric_book()
    contracts = [book.metric(key) for key in METRICS]
    return Table(
        caption="What follows",
        columns=(
            Column(title="Outcome"),
            Column(title=f"{running.key} so far", is_amount=True),
            Column(title=past.key, is_amount=True),
            Column(title="How it is reckoned"),
        ),
        rows=tuple(
            (
                Cell(text=contract.name),
                *(_cell(each.figure(contract), contract, currency, sees=sees) for each in sums),
                Cell(text=contract.way("").formula, is_long=True),
            )
            for contract in contracts
        ),
    )


def _cell(found: Figure, contract: MetricContract, currency: str, *, sees: bool) -> Cell:
    if found.value is None:
        return Cell(text="being counted" if found.state == "counting" else "no cases", is_amount=True)
    if contract.way("").unit is Unit.MONEY:
        return Cell(money=money_cell(Money(Decimal(found.value), currency).rounded(), is_hidden=not sees))
    return Cell(text=percent_words(found.value), note=f"{found.number:,} renewals", is_amount=True)
