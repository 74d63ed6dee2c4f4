"""People as choices: who could do a task, until when it may rest, and whose rows an address asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from dashboards.core.dates import day_words
from dashboards.core.filters import Option
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import Membership
from renewals.queries.people import members, teams
from renewals.queries.written import Written

SNOOZE_DAYS = (1, 3, 7, 14)
LONGEST_ID = 18
PEOPLE = Written(lambda: members().values_list("user_id", "user__name", "user__email", "role"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An option of a form."""

    value: str
    text: str


def person_name(user_id: str) -> str:
    """Return the name of a member by id as it stands in an address; "" for anything else."""
    if not user_id.isdecimal():
        return ""
    found = members().filter(user_id=int(user_id)).first()
    return str(found.user) if found else ""


def team_name(team_id: str) -> str:
    """Return the name of a team by id as it stands in an address; "" for anything else."""
    key = small_id(team_id)
    return teams().filter(id=key).values_list("name", flat=True).first() or "" if key else ""


def whose(chosen: Mapping[str, str]) -> Q:
    """Return the condition that rows are owned by the person, or by one of the team, that an address asks for.

    Words that are no id are passed over.
    """
    owner, team = (small_id(chosen.get(name, "")) for name in ("owner", "team"))
    found = Q(owner_id=owner) if owner else Q()
    if team:
        found &= Q(owner_id__in=Membership.objects.filter(team_id=team).values("user_id"))
    return found


def small_id(word: str) -> int:
    """Return the id that a word of an address is; 0, which is nobody's, for anything else."""
    return int(word[:LONGEST_ID]) if word.isascii() and word.isdecimal() else 0


def team_options(rows: QuerySet[Any]) -> list[Option]:
    """Return the teams whose people own one of the rows, with how many."""
    counts = dict(rows.order_by().values_list("owner_id").annotate(n=Count("id")))
    found: dict[tuple[str, int], int] = {}
    for owner, name, key in Membership.objects.exclude(team=None).values_list("user_id", "team__name", "team_id"):
        found[name, key] = found.get((name, key), 0) + counts.get(owner, 0)
    return [Option(key=str(key), text=name, count=n) for (name, key), n in sorted(found.items()) if n]


def people_who_may(asker: Asker, permission: str) -> tuple[Choice, ...]:
    """Return the active members whose role has a right, as choices by name; none for a person who has it not."""
    if not can(asker.member, permission):
        return ()
    return tuple(
        Choice(value=str(pk), text=f"{name or email}, {title(role)}")
        for pk, name, email, role in PEOPLE.read()
        if can(role, permission)
    )


def snooze_choices(*, today: date) -> tuple[Choice, ...]:
    """Return the days until which a task may be put off."""
    return tuple(_snooze(days, today) for days in SNOOZE_DAYS)


def _snooze(days: int, today: date) -> Choice:
    until = today + timedelta(days=days)
    return Choice(value=until.isoformat(), text=f"{days} days, until {day_words(until)}" if days > 1 else "Tomorrow")
