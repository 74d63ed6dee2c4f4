"""Tell chats and programs how the queue of each team stands: once a working day, once a week, whoever sweeps."""

from datetime import datetime

from django.db import transaction

from playbooks.actions.channels.posts import tell
from playbooks.core.digests import digest_key, digest_text, due_digests
from playbooks.models import WebhookPost, WebhookTarget
from playbooks.queries.digests import home_zone, team_queues
from renewals.core.actors import Actor
from renewals.core.dates import local_date


@transaction.atomic
def tell_digests(*, by: Actor, now: datetime) -> int:
    """Queue the digests that are due and not told yet; returns how many posts. The second call queues none."""
    wanted = {topic for topics in _topics() for topic in topics}
    zone = home_zone(by.workspace_id)
    told = 0
    for due in due_digests(now=now, zone=zone):
        if due.period.value not in wanted or _is_told(due.key, due.period.value):
            continue
        for queue in team_queues(today=local_date(now, zone)):
            facts = {"team": queue.team_id, "lines": queue.lines, "overdue": queue.overdue, "due_today": queue.today}
            key, text = digest_key(due, queue), digest_text(queue, due)
            told += tell(topic=due.period.value, post_key=key, text=text, facts=facts, by=by, now=now)
    return told


def _topics() -> list[list[str]]:
    return list(WebhookTarget.objects.filter(is_active=True).values_list("topics", flat=True))


def _is_told(key: str, topic: str) -> bool:
    """Every target of the topic has had this period's; one that was added since is told the rest of the day, too."""
    targets = WebhookTarget.objects.filter(is_active=True, topics__contains=[topic]).values_list("id", flat=True)
    posts = WebhookPost.objects.filter(target_id__in=list(targets), post_key__startswith=f"{key}:")
    return set(posts.values_list("target_id", flat=True)) == set(targets)
