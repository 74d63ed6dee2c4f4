"""Terms in force as the rows that actions take, so that a change can be decided on them and recorded again."""

from django.db.models import Prefetch

from renewals.core.dates import NoticeUnit
from renewals.core.price_terms import PriceTerms
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction
from renewals.models import ContractLine, TermVersion


def live_term(contract_id: int, number: int | None = None) -> TermVersion | None:
    """Return the version in force of a term with its lines, of the last term without a number; None if there is none.

    With a whole contract in hand ask `contracts()` instead.
    """
    lines = Prefetch("lines", ContractLine.objects.select_related("product").order_by("external_id"))
    found = TermVersion.objects.filter(contract_id=contract_id, superseded_at__isnull=True)
    if number is not None:
        found = found.filter(number=number)
    return found.prefetch_related(lines).order_by("-starts_on", "-number").first()


def live_terms(contract_id: int) -> list[TermVersion]:
    """Return the versions in force of all terms of a contract with their lines, the first term first."""
    lines = Prefetch("lines", ContractLine.objects.select_related("product").order_by("external_id"))
    found = TermVersion.objects.filter(contract_id=contract_id, superseded_at__isnull=True)
    return list(found.prefetch_related(lines).order_by("starts_on", "number"))


def term_row(version: TermVersion) -> TermRow:
    """Return a version with its lines as a row; recording it again as it is changes nothing."""
    return TermRow(
        number=version.number,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        notice_period=version.notice_period,
        notice_unit=NoticeUnit(version.notice_unit),
        is_auto_renewing=version.is_auto_renewing,
        end_action=EndAction(version.end_action),
        renewal_months=version.renewal_months,
        change_reason=version.change_reason,
        lines=tuple(line_row(line) for line in version.lines.all()),
        price=price_terms(version),
    )


def price_terms(version: TermVersion) -> PriceTerms:
    """Return what a version says of the next price."""
    return PriceTerms(
        uplift_percent=version.uplift_percent, cap_percent=version.cap_percent, clause=version.price_clause
    )


def line_row(line: ContractLine) -> LineRow:
    """Return a line as a row."""
    return LineRow(
        external_id=line.external_id,
        arr_amount=line.arr_amount,
        description=line.description,
        product_external_id=line.product.external_id if line.product else "",
        quantity=line.quantity,
        unit=line.unit,
        list_arr_amount=line.list_arr_amount,
        is_recurring=line.is_recurring,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
        item=line.item,
        is_suspended=line.is_suspended,
    )
