"""The choices of forms about tasks: who could do it, until when it may rest, how a chosen person is called."""

from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.core.dates import day_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.queries.people import members

SNOOZE_DAYS = (1, 3, 7, 14)


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


def people_who_may(asker: Asker, permission: str) -> tuple[Choice, ...]:
    """Return the active members whose role has a right, as choices by name; none for a person who has it not."""
    if not can(asker.member, permission):
        return ()
    people = members().values_list("user_id", "user__name", "user__email", "role")
    return tuple(
        Choice(value=str(pk), text=f"{name or email}, {title(role)}")
        for pk, name, email, role in people
        if can(role, permission)
    )


def snooze_choices(*, today: date) -> tuple[Choice, ...]:
    """Return the days until which a task may be put off."""
    return tuple(_snooze(days, today) for days in SNOOZE_DAYS)


def _snooze(days: int, today: date) -> Choice:
    until = today + timedelta(days=days)
    return Choice(value=until.isoformat(), text=f"{days} days, until {day_words(until)}" if days > 1 else "Tomorrow")
