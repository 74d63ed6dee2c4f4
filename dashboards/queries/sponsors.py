"""Our executive sponsor of an account as its page shows it: who, since when, who before, and who may be named."""

from dataclasses import dataclass

from dashboards.core.dates import day_words
from dashboards.queries.asker import Asker
from dashboards.queries.people import Choice, people_who_may
from playbooks.queries.said import our_sponsor_name
from renewals.core.roles import can
from renewals.models import Account, AccountSponsor
from renewals.queries.people import record_nearness
from renewals.queries.sponsors import sponsor_history


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsorPart:
    """The sponsor in words. `fallback` stands in for steps while nobody is named; `people` is empty for lookers-on."""

    who: str
    person: str
    fallback: str
    earlier: tuple[str, ...]
    people: tuple[Choice, ...]
    today: str
    href: str


def sponsor_part(asker: Asker, row: Account) -> SponsorPart:
    """Return the sponsor of an account with its history."""
    history = list(sponsor_history(row.id))
    present = next((each for each in history if each.until_on is None), None)
    return SponsorPart(
        who=_line(present) if present else "",
        person=str(present.person_id) if present else "",
        fallback="" if present else our_sponsor_name(),
        earlier=tuple(_line(each) for each in history if each.until_on is not None),
        people=people_who_may(asker, "accounts.view") if may_name(asker, row) else (),
        today=asker.today.isoformat(),
        href=f"/accounts/{row.id}/sponsor/",
    )


def may_name(asker: Asker, row: Account) -> bool:
    """Answer whether the person may name the sponsor: who may change the account."""
    return can(asker.member, "accounts.change", record=record_nearness(asker.member, row))


def _line(row: AccountSponsor) -> str:
    until = f" until {day_words(row.until_on)}" if row.until_on else ""
    note = f" · {row.note}" if row.note else ""
    return f"{row.person}, since {day_words(row.since_on)}{until}, named by {row.named_by}{note}"
