"""Find accounts and contacts by what people remember: the start of a word, a slip of the keys, an address, an id."""

from dataclasses import dataclass
from typing import Literal

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Upper

from renewals.core.roles import Member
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

    Fewer than two characters find nothing.
    """
    words = " ".join(text.split())[:LONGEST]
    if len(words) < SHORTEST:
        return ()
    found_accounts = _best(visible_to(Account.objects.all(), member, "accounts.view"), words, Q())[:limit]
    by_address = Q(email__istartswith=words)
    people = visible_to(Contact.objects.select_related("account"), member, "contacts.view")
    found_contacts = _best(people, words, by_address)[:limit]
    return (
        *(Hit(kind="account", id=a.id, account_id=a.id, title=a.name, note=a.external_id) for a in found_accounts),
        *(
            Hit(kind="contact", id=c.id, account_id=c.account_id, title=c.name, note=c.account.name)
            for c in found_contacts
        ),
    )


def _best(records: QuerySet[Model], words: str, more: Q) -> QuerySet[Model]:
    """Both conditions use the trigram index on upper(name)."""
    upper = words.upper()
    near = Q(upper_name__contains=upper) | Q(upper_name__trigram_word_similar=upper)
    found = records.annotate(upper_name=Upper("name")).filter(near | more | Q(external_id=words))
    closeness = TrigramWordSimilarity(Value(upper), Upper("name"))
    return found.annotate(closeness=closeness).order_by("-closeness", "name", "id")
