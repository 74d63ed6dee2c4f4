"""The page of an amendment: the contract, what may change, and what the chosen change asks."""

from dataclasses import dataclass

from dashboards.core.amendment_kinds import KINDS, AmendmentKind
from dashboards.core.parts import Chip, Link
from dashboards.queries.asker import Asker
from dashboards.queries.contract.page import Contract
from renewals.core.errors import UnknownReference
from renewals.models import Account
from renewals.queries.people import visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendingPage:
    """What may change, and the change that is chosen; `kind` is empty until one is."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    kind: str
    choices: tuple[tuple[Chip, str], ...]


def amending_page(asker: Asker, row: Contract, kind: AmendmentKind | None) -> AmendingPage:
    """Return the page for a contract and the change that is chosen."""
    name, href = row.name or row.external_id, f"/contracts/{row.id}/amendments/"
    return AmendingPage(
        title="What changes?" if kind is None else kind.name,
        unit=f"{name} · {row.account.name}",
        href=href,
        crumbs=(
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text=name, href=f"/contracts/{row.id}/"),
            Link(text="Amend"),
        ),
        kind=kind.key if kind else "",
        choices=tuple(
            (Chip(text=each.name, href=f"{href}?change={each.key}", is_on=each == kind), each.help) for each in KINDS
        ),
    )


def account_named(asker: Asker, words: str) -> Account:
    """Return the account of this id or name that the person may see; raises UnknownReference for none or several."""
    found = visible_to(Account.objects.all(), asker.member, "accounts.view")
    said = words.strip()
    rows = list(found.filter(external_id=said)[:1]) or list(found.filter(name__iexact=said).order_by("id")[:2])
    if len(rows) != 1:
        many = "Several accounts are" if rows else "No account is"
        raise UnknownReference(f"{many} called '{said}'.", remedy="Give the id of the account.")
    return rows[0]
