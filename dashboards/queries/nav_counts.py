"""The numbers beside the pages of the navigation: what calls for this person's action, counted no further than 99."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from dashboards.queries.asker import Asker
from dashboards.queries.counts import numbers_up_to
from playbooks.models import Message, Task
from renewals.core.roles import can
from renewals.models import Account, ImportRun
from renewals.queries.people import visible_to

MOST = 99
Waiting = Callable[[Asker], QuerySet[Any]]


def nav_counts(asker: Asker) -> dict[str, str]:
    """Return the count by slug of the page, "99+" for more; pages with nothing to do are left out. One query."""
    parts = {slug: rows(asker) for slug, permission, rows in COUNTED if can(asker.member, permission)}
    return numbers_up_to(parts, MOST)


def _due_tasks(asker: Asker) -> QuerySet[Task]:
    """My own open tasks that are due."""
    return Task.objects.filter(assignee_id=asker.membership.user_id, state="open", due_on__lte=asker.today)


def _waiting_messages(asker: Asker) -> QuerySet[Message]:
    """Messages of my accounts that wait for a person: drafts to approve, and those in doubt."""
    mine = visible_to(Account.objects.all(), asker.member, "messages.change")
    return Message.objects.filter(state__in=("draft", "in_doubt"), account__in=mine)


def _unfinished_imports(asker: Asker) -> QuerySet[ImportRun]:
    """My uploads that have not been imported yet."""
    return ImportRun.objects.filter(Q(state="uploaded") | Q(state="previewed"), created_by_id=asker.membership.user_id)


COUNTED: tuple[tuple[str, str, Waiting], ...] = (
    ("queue", "tasks.change", _due_tasks),
    ("messages", "messages.change", _waiting_messages),
    ("imports", "imports.change", _unfinished_imports),
)
