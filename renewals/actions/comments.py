"""Write down what a colleague says about an account, a renewal or a task; named people find it among their news."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import NotPermitted, RequiredValueMissing, UnknownReference
from renewals.core.mentions import mentioned_ids
from renewals.core.text import check_line, check_text
from renewals.models import Account, Comment, Renewal
from renewals.queries.people import members

LONGEST = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A comment as it is said; `about` is the title of the task it is about, if it is about one."""

    account_id: int
    body: str
    renewal_id: int | None = None
    about: str = ""


@transaction.atomic
def add_comment(*, row: CommentRow, by: Actor, now: datetime) -> Comment:
    """Keep a comment and return it. Raises RequiredValueMissing, TextNotAllowed, UnknownReference, NotPermitted."""
    body = check_text(row.body, label="Comment", longest=LONGEST)
    if not body:
        raise RequiredValueMissing("An empty comment says nothing.", where="comment", remedy="Write a few words.")
    if by.kind != "person" or by.id is None:
        raise NotPermitted("Only a person comments.")
    if not Account.objects.filter(id=row.account_id).exists():
        raise UnknownReference(f"There is no account {row.account_id} in this workspace.")
    if row.renewal_id and not Renewal.objects.filter(id=row.renewal_id, account_id=row.account_id).exists():
        raise UnknownReference(f"This account has no renewal {row.renewal_id}.")
    names = {each.user_id: str(each.user) for each in members() if each.user_id != by.id} if "@" in body else {}
    return Comment.objects.create(
        workspace_id=by.workspace_id,
        account_id=row.account_id,
        renewal_id=row.renewal_id,
        about=check_line(row.about, label="About"),
        body=body,
        author_id=by.id,
        mentioned=list(mentioned_ids(body, names)),
        created_at=now,
    )
