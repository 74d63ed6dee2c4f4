"""Which account a question is about: by its id in an address, or by name or external id as somebody typed it.

What a person may not see is found no more than what does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.core.filters import address
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker
from renewals.models import Account
from renewals.queries.accounts import accounts
from renewals.queries.people import visible_to
from renewals.queries.search import LONGEST, search

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The account meant, or the choices where the words fit several; both empty with words that find nothing."""

    account: Account | None
    words: str
    choices: tuple[tuple[Link, str], ...] = ()
    is_asked: bool = True


def asked_account(asker: Asker, path: str, choice: Mapping[str, str]) -> Asked:
    """Return the account that `id` or the words in `account` mean; `path` is where a choice among several leads."""
    words = " ".join(choice.get("account", "").split())[:LONGEST]
    seen = visible_to(accounts(), asker.member, "accounts.view")
    if choice.get("id", "").isdecimal():
        found = seen.filter(id=int(choice["id"][:18])).first()
        return Asked(account=found, words=found.name if found else "")
    if not words:
        return Asked(account=None, words="", is_asked=False)
    by_id = seen.filter(external_id=words.replace("\x00", "")).first()
    if by_id is not None:
        return Asked(account=by_id, words=words)
    hits = [hit for hit in search(words, member=asker.member, limit=MOST) if hit.kind == "account"]
    same = [hit for hit in hits if hit.title.casefold() == words.casefold()]
    meant = same if len(same) == 1 else hits
    if len(meant) == 1:
        return Asked(account=seen.filter(id=meant[0].id).first(), words=words)
    links = ((Link(text=hit.title, href=_choice(path, choice, hit.id)), hit.note) for hit in hits)
    return Asked(account=None, words=words, choices=tuple(links))


def _choice(path: str, choice: Mapping[str, str], account_id: int) -> str:
    return address(path, {"view": choice.get("view", "")}, id=str(account_id))
