"""Find accounts and contacts by what people remember: a part of a name, a slip of the keys, an address, an id."""

from dataclasses import dataclass
from typing import Any, Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Upper

from renewals.core.roles import Member, Scope, granted_scope
from renewals.models import Account, Contact
from renewals.queries.people import visible_to

SHORTEST = 2
LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found; `note` is the account of a contact, or the external id of an account."""

    kind: Literal["account", "contact"]
    id: int
    account_id: int
    title: str
    note: str


def search(text: str, *, member: Member, limit: int = 10) -> tuple[Hit, ...]:
    """Return up to `limit` accounts and as many contacts that the person may see, the best first.

    Fewer than two characters find nothing; a text with an @ is looked up among addresses alone.
    """
    words = " ".join(text.split())[:LONGEST].replace("\x00", "")
    if len(words) < SHORTEST:
        return ()
    accounts = visible_to(Account.objects.all(), member, "accounts.view")
    people = visible_to(Contact.objects.select_related("account"), member, "contacts.view")
    if "@" in words:
        return _contacts(people.filter(id__in=_door("perennial_search_addresses", words, limit)), limit)
    if granted_scope(member, "accounts.view") is Scope.ALL:
        accounts = accounts.filter(id__in=_door("perennial_search_accounts", words, limit))
    if granted_scope(member, "contacts.view") is Scope.ALL:
        people = people.filter(id__in=_door("perennial_search_contacts", words, limit))
    by_id = Account.objects.filter(external_id=words) & visible_to(Account.objects.all(), member, "accounts.view")
    found = (*by_id, *(row for row in _best(accounts, words)[:limit] if row.external_id != words))
    hits = (Hit(kind="account", id=a.id, account_id=a.id, title=a.name, note=a.external_id) for a in found[:limit])
    return (*hits, *_contacts(_best(people, words), limit))


def _contacts(found: QuerySet[Contact], limit: int) -> tuple[Hit, ...]:
    return tuple(
        Hit(kind="contact", id=c.id, account_id=c.account_id, title=c.name, note=c.account.name) for c in found[:limit]
    )


def _door(name: str, words: str, limit: int) -> list[int]:
    """Return ids of this workspace, found by an index (see the migration of the same name)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, %s)", [words, limit])
        return [row[0] for row in cursor.fetchall()]


def _best(records: QuerySet[Any], words: str) -> QuerySet[Any]:
    """A person who sees only some records has few: they are looked through without an index."""
    upper = words.upper()
    near = Q(upper_name__contains=upper) | Q(upper_name__trigram_word_similar=upper)
    found = records.annotate(upper_name=Upper("name")).filter(near)
    closeness = TrigramWordSimilarity(Value(upper), Upper("name"))
    return found.annotate(closeness=closeness).order_by("-closeness", "name", "id")
