"""What a contract itself says of notices, as a page shows it: each clause in words, and who may change it."""

from dataclasses import dataclass

from dashboards.core.dates import day_words
from dashboards.core.notice_words import KINDS, channels_words, rule_words
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import NoticeClause, Renewal
from renewals.queries.people import record_nearness


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseLine:
    """One clause in force; `removal_href` takes the POST that takes it out of force."""

    name: str
    rule: str
    channels: str
    reference: str
    version: int
    who: str
    removal_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClausesPage:
    """The notice clauses of the contract of a renewal."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    clauses: tuple[ClauseLine, ...]


def clauses_page(row: Renewal) -> ClausesPage:
    """Return the clauses in force of a renewal's contract."""
    href = f"/renewals/{row.id}/clauses/"
    live = NoticeClause.objects.filter(contract_id=row.contract_id, removed_at__isnull=True).order_by("id")
    return ClausesPage(
        title="What the contract says of notices",
        unit=row.contract.name or row.contract.external_id,
        href=href,
        crumbs=(
            Link(text="Notices", href="/notices/"),
            Link(text=f"Renewal of {row.account.name}", href=f"/renewals/{row.id}/"),
        ),
        clauses=tuple(_line(each, href) for each in live),
    )


def may_record_clauses(asker: Asker, row: Renewal) -> bool:
    """Answer whether this person may record clauses of an open renewal's contract."""
    near = record_nearness(asker.member, row.account, row)
    return row.closed_on is None and can(asker.member, "notices.change", record=near)


def _line(row: NoticeClause, href: str) -> ClauseLine:
    side = "theirs" if row.kind == "opt_out" else "ours"
    return ClauseLine(
        name=KINDS[row.kind],
        rule=rule_words(row.rule, side=side),
        channels=channels_words(row.rule["channels"]),
        reference=row.reference,
        version=row.version,
        who=f"{row.recorded_by}, {day_words(row.recorded_at.date())}",
        removal_href=f"{href}{row.id}/removal/",
    )
