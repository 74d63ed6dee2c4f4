"""What a search finds, in groups: pages, accounts, contracts, people."""

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Upper

from dashboards.core.navigation import NAVIGATION
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import Contract
from renewals.queries.people import visible_to
from renewals.queries.search import SHORTEST, search

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGroup:
    """Hits of one kind; each link carries a note."""

    title: str
    hits: tuple[tuple[Link, str], ...]


def found(asker: Asker, text: str) -> tuple[FoundGroup, ...]:
    """Return what the words find that the person may see; nothing for fewer than two letters."""
    words = " ".join(text.split())
    if len(words) < SHORTEST:
        return ()
    hits = search(words, member=asker.member, limit=MOST)
    accounts = tuple((_link(hit.title, hit.account_id), hit.note) for hit in hits if hit.kind == "account")
    people = tuple((_link(hit.title, hit.account_id), hit.note) for hit in hits if hit.kind == "contact")
    groups = (
        FoundGroup(title="Accounts", hits=accounts),
        FoundGroup(title="Contracts", hits=_contracts(asker, words)),
        FoundGroup(title="People", hits=people),
        FoundGroup(title="Pages", hits=_pages(asker, words)),
    )
    return tuple(group for group in groups if group.hits)


def _link(text: str, account_id: int) -> Link:
    return Link(text=text, href=f"/accounts/{account_id}/")


def _contracts(asker: Asker, words: str) -> tuple[tuple[Link, str], ...]:
    seen = visible_to(Contract.objects.select_related("account"), asker.member, "contracts.view")
    named = Q(upper_name__contains=words.upper()) | Q(external_id__iexact=words)
    rows = seen.annotate(upper_name=Upper("name")).filter(named).order_by("name", "id")[:MOST]
    return tuple((_link(row.name or row.external_id, row.account_id), row.account.name) for row in rows)


def _pages(asker: Asker, words: str) -> tuple[tuple[Link, str], ...]:
    pages = (page for group in NAVIGATION for page in group)
    return tuple(
        (Link(text=page.title, href=page.address), "page")
        for page in pages
        if words.lower() in page.title.lower() and can(asker.member, page.permission)
    )
