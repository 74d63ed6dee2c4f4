"""Contracts with a broken chain are found by the database, and only they."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from renewals.core.actors import Actor
from renewals.models import Contract, ContractLine, Renewal, TermVersion, Workspace
from renewals.queries.chains import broken_contracts
from renewals.queries.contract_views import view_of
from renewals.queries.contracts import contracts
from tests.renewals.build import NOW, renewal


def following(row: Renewal, *, starts_on: date, number: int = 2) -> None:
    """Write a term after the one that ends, by the back door: imports and amendments refuse what is odd."""
    made = TermVersion.objects.get(contract_id=row.contract_id)
    lines = list(ContractLine.objects.filter(term=made))
    made.pk, made.number, made.starts_on = None, number, starts_on
    made.ends_on = starts_on + timedelta(days=364)
    made.save()
    for line in lines:
        line.pk, line.term = None, made
        line.starts_on, line.ends_on = starts_on, None
        line.save()


def phased(row: Renewal, *, until: date, then: date) -> None:
    """Cut the line into two phases of one item, by the back door."""
    line = ContractLine.objects.get(contract_id=row.contract_id)
    line.item, line.ends_on = "seats", until
    line.save()
    line.pk, line.external_id, line.starts_on, line.ends_on = None, f"{line.external_id}-2", then, None
    line.save()


@pytest.mark.requirement(90)
def test_gaps_numbers_lost_lines_and_lost_due_dates_are_found(inside: Workspace, actor: Actor) -> None:
    rows = [renewal(actor, str(number)) for number in range(1, 10)]
    whole, gap, skipped, empty, off, cancelled, rest, ramp, outside = rows
    following(whole, starts_on=date(2027, 1, 1))
    following(gap, starts_on=date(2027, 1, 3))
    following(skipped, starts_on=date(2027, 1, 1), number=3)
    following(cancelled, starts_on=date(2027, 2, 1))
    ContractLine.objects.filter(term__contract_id=empty.contract_id).delete()
    Renewal.objects.filter(id=off.id).update(due_on=off.due_on + timedelta(days=3))
    Contract.objects.filter(id=cancelled.contract_id).update(cancelled_on=NOW.date())
    phased(rest, until=date(2026, 5, 31), then=date(2026, 6, 3))
    phased(ramp, until=date(2026, 5, 31), then=date(2026, 6, 1))
    ContractLine.objects.filter(contract_id=outside.contract_id).update(ends_on=date(2027, 1, 2))
    broken = [gap, skipped, empty, off, rest, outside]
    with CaptureQueriesContext(connection) as asked:
        found = set(broken_contracts(Contract.objects.all()).values_list("id", flat=True))
    assert (found, len(asked)) == ({row.contract_id for row in broken}, 1)
    judged = {row.id for row in contracts() if row.cancelled_on is None and view_of(row, on=NOW.date()).problems}
    assert judged == found
