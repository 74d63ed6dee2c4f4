"""The projected touches a person may see under the filters of an address."""

from collections.abc import Mapping

from django.db.models import Count, Q, QuerySet

from dashboards.core.filters import Option
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.models import ProjectedTouch
from renewals.core.roles import Scope, granted_scope
from renewals.models import Renewal, Team
from renewals.queries.people import visible_to

PERMISSION = "tasks.view"
FILTERS = ("owner", "team", "account", "effect", "firm")
FIELDS = ("view", "on", *FILTERS)
HUMAN = ("task", "approval", "stuck")
"""What a person has to do: these count against a capacity, a message that goes by itself does not."""

SHOWN = ("message", "approval", "task", "act", "stuck", "milestone")
CANCELLED = "cancelled"
EFFECTS = {
    "message": "Message",
    "approval": "Draft to approve",
    "task": "Task",
    "act": "By the system",
    "stuck": "Stuck",
    "milestone": "Milestone",
    "skip": "Will be skipped",
    "exit": "Playbook ends",
}
MOST_FOUND = 12
FIRMNESS = {"yes": "Firm", "no": "Not firm"}


def visible_touches(asker: Asker) -> QuerySet[ProjectedTouch]:
    """Return what is ahead of the renewals a person may see, and what was called off there."""
    found = ProjectedTouch.objects.filter(Q(renewal__closed_on__isnull=True) | Q(effect=CANCELLED))
    if granted_scope(asker.member, PERMISSION) is not Scope.ALL:
        found = found.filter(renewal__in=visible_to(Renewal.objects.all(), asker.member, PERMISSION))
    return found


def chosen_touches(touches: QuerySet[ProjectedTouch], chosen: Mapping[str, str]) -> QuerySet[ProjectedTouch]:
    """Return those that pass the filters; what will be skipped is shown only to whom asks for it."""
    condition = Q(effect=chosen["effect"]) if chosen.get("effect") in EFFECTS else Q(effect__in=SHOWN)
    for name, field in (("owner", "owner_id"), ("team", "account__team_id"), ("account", "account_id")):
        value = chosen.get(name, "")
        if value.isascii() and value.isdecimal():
            condition &= Q(**{field: int(value)})
    if chosen.get("firm") in FIRMNESS:
        condition &= Q(is_firm=chosen["firm"] == "yes")
    return touches.filter(condition)


def accounts_like(touches: QuerySet[ProjectedTouch], words: str, chosen: str) -> list[Option]:
    """Return the first accounts by name that have the words in it, with how many touches each would show."""
    condition = Q(account__name__icontains=words)
    if chosen.isascii() and chosen.isdecimal():
        condition |= Q(account_id=int(chosen))
    rows = touches.filter(condition).values_list("account_id", "account__name").annotate(n=Count("id"))
    return [Option(key=str(key), text=name, count=n) for key, name, n in rows.order_by("account__name")[:MOST_FOUND]]


def options_of(touches: QuerySet[ProjectedTouch], name: str) -> list[Option]:
    """Return the choices of one filter with how many touches each would show."""
    if name == "owner":
        rows = touches.values_list("owner_id", "owner__name").annotate(n=Count("id")).order_by("owner__name")
        return [Option(key=str(key), text=words, count=n) for key, words, n in rows]
    if name == "team":
        counted = dict(touches.values_list("account__team_id").annotate(n=Count("id")))
        return [
            Option(key=str(team.id), text=team.name, count=counted[team.id])
            for team in Team.objects.order_by("name")
            if team.id in counted
        ]
    if name == "firm":
        counts = dict(touches.values_list("is_firm").annotate(n=Count("id")))
        return [Option(key=key, text=words, count=counts.get(key == "yes", 0)) for key, words in FIRMNESS.items()]
    rows = touches.values_list("effect").annotate(n=Count("id")).order_by("effect")
    return [Option(key=key, text=EFFECTS.get(key, title(key)), count=n) for key, n in rows]
