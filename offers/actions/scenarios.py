"""The options of a renewal: added, copied, changed, removed, and one of them adopted as the proposal's next version.

An option decides nothing: what it costs and whether it may be shown is found by the same checks as any version.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.actions.proposals import ProposalWish, keep_proposal
from offers.core.errors import OptionChanged
from offers.core.negotiation.scenarios import LONGEST_NAME, free_letter, name_of_copy
from offers.core.plain import plain_wish, read_wish
from offers.core.pricing import Wish
from offers.models import ProposalVersion, Scenario
from offers.queries.library import newest_offer_version
from offers.queries.renewals import is_bargained, locked_renewal
from offers.queries.scenarios import scenarios_of
from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed, UnknownReference
from renewals.core.text import check_line


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionContent:
    """What an option says: its name, the wish, and the offer it is made from (None: the policy's own price)."""

    name: str
    wish: Wish
    offer_id: int | None = None


@transaction.atomic
def add_option(*, renewal_id: int, given: OptionContent, by: Actor, now: datetime) -> Scenario:
    """Add an option under the first free letter and return it.

    Raises TooManyOptions for a sixth, StateNotAllowed for a closed renewal, RequiredValueMissing, UnknownReference.
    """
    _open_renewal(renewal_id)
    letter = free_letter(scenarios_of(renewal_id).values_list("letter", flat=True))
    return Scenario.objects.create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        letter=letter,
        created_at=now,
        created_by=by.label,
        edited_at=now,
        edited_by=by.label,
        **_columns(given),
    )


@transaction.atomic
def copy_option(*, scenario_id: int, by: Actor, now: datetime) -> Scenario:
    """Add an option that says the same under another name; raises as `add_option`."""
    found = _locked(scenario_id)
    name = name_of_copy(found.name, scenarios_of(found.renewal_id).values_list("name", flat=True))
    given = OptionContent(name=name, wish=read_wish(found.wish), offer_id=found.offer_id)
    return add_option(renewal_id=found.renewal_id, given=given, by=by, now=now)


@transaction.atomic
def change_option(*, scenario_id: int, revision: int, given: OptionContent, by: Actor, now: datetime) -> Scenario:
    """Keep what an option says now and return it; the same again changes nothing.

    Raises OptionChanged when somebody edited it since `revision`, StateNotAllowed, RequiredValueMissing,
    UnknownReference.
    """
    found = _locked(scenario_id)
    _open_renewal(found.renewal_id)
    columns = _columns(given)
    if all(getattr(found, name) == value for name, value in columns.items()):
        return found
    _check_revision(found, revision)
    for name, value in columns.items():
        setattr(found, name, value)
    found.revision, found.edited_at, found.edited_by = found.revision + 1, now, by.label
    found.save(update_fields=[*columns, "revision", "edited_at", "edited_by"])
    return found


@transaction.atomic
def remove_option(*, scenario_id: int, revision: int, by: Actor, now: datetime) -> Scenario:
    """Take an option from the table; it stays in the history. A second call changes nothing. Raises OptionChanged."""
    found = Scenario.objects.select_for_update().filter(id=scenario_id).first()
    if found is None:
        raise UnknownReference("There is no such option.", where="option")
    if found.removed_at is not None:
        return found
    _check_revision(found, revision)
    found.removed_at, found.removed_by = now, by.label
    found.save(update_fields=["removed_at", "removed_by"])
    return found


@transaction.atomic
def adopt_option(
    *, scenario_id: int, revision: int, seen_number: int, today: date, by: Actor, now: datetime
) -> ProposalVersion:
    """Keep an option as the next version of the proposal and return that version; the policy judges it as any other.

    `seen_number` is the version of the proposal that the person saw, 0 for none. Adopting what is the newest version
    already returns it. Raises OptionChanged, and whatever `keep_proposal` raises: ProposalChanged when somebody
    adopted another one meanwhile.
    """
    found = _locked(scenario_id)
    _check_revision(found, revision)
    given = ProposalWish(
        wish=read_wish(found.wish),
        offer_id=found.offer_id,
        note=f"Option {found.letter}: {found.name}",
        seen_number=_seen(found, seen_number),
    )
    version = keep_proposal(renewal_id=found.renewal_id, given=given, today=today, by=by, now=now)
    if found.adopted_version_id != version.id:
        found.adopted_version, found.adopted_at, found.adopted_by = version, now, by.label
        found.save(update_fields=["adopted_version", "adopted_at", "adopted_by"])
    return version


def _seen(found: Scenario, seen_number: int) -> int:
    """A button pressed twice: the version that this very option became is what the person means."""
    adopted = found.adopted_version
    return adopted.number if adopted is not None and adopted.number == seen_number + 1 else seen_number


def _columns(given: OptionContent) -> dict[str, object]:
    name = check_line(given.name, label="The name of the option", longest=LONGEST_NAME, is_required=True)
    if given.offer_id is not None and newest_offer_version(given.offer_id) is None:
        raise UnknownReference("There is no such offer.", where="offer")
    return {"name": name, "wish": plain_wish(given.wish), "offer_id": given.offer_id}


def _open_renewal(renewal_id: int) -> None:
    """Two options added at once: the second waits here and sees the letter of the first."""
    if not is_bargained(locked_renewal(renewal_id)):
        raise StateNotAllowed("This renewal is closed.", why="Options are weighed for an open one.")


def _locked(scenario_id: int) -> Scenario:
    rows = Scenario.objects.select_for_update(of=("self",)).select_related("adopted_version")
    found = rows.filter(id=scenario_id).first()
    if found is None:
        raise UnknownReference("There is no such option.", where="option")
    if found.removed_at is not None:
        raise OptionChanged(f"{found.removed_by} has removed this option.")
    return found


def _check_revision(found: Scenario, revision: int) -> None:
    if found.revision != revision:
        raise OptionChanged(
            f"{found.edited_by} has edited option {found.letter} since you opened it.",
            why=f"You saw edit {revision}, it is now at edit {found.revision}.",
        )
