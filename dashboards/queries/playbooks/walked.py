"""The dry run of one account as the engine itself would go through it: when each step really comes, and why not before.

Only reads. A draft with a mistake in it cannot be walked; its page says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.core.dates import DateCell, date_cell, day_words
from dashboards.core.parts import Reason
from dashboards.core.reason_words import reason_sentence
from dashboards.queries.asker import Asker
from playbooks.actions.foresight.rehearse import rehearse
from playbooks.core.foresight import Effect, Touch
from playbooks.queries.replay.configuration import drafted_version
from renewals.core.dates import start_of_day
from renewals.core.errors import InvalidInput

FATES: Mapping[Effect, tuple[str, str]] = {
    Effect.MESSAGE: ("Message leaves", "good"),
    Effect.APPROVAL: ("Draft waits for a person", "watch"),
    Effect.TASK: ("Becomes a task", ""),
    Effect.ACT: ("Happens", ""),
    Effect.SKIP: ("Is skipped", "none"),
    Effect.STUCK: ("Waits for a person", "watch"),
    Effect.EXIT: ("Playbook ends here", "watch"),
}
FORESEEN = (
    "Caps, gaps, hours, pauses and the messages of other playbooks are met on the way, by what is known today. "
    "Replies and what people will do cannot be foreseen."
)
NOT_WALKED = (
    "Something is missing in the draft, so these are the planned days; caps and gaps are foreseen once it is whole."
)
LONGEST_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What came of each step by its key; `note` says what was foreseen, `reply_on` when a reply was supposed."""

    note: str
    reply_on: date | None = None
    touches: Mapping[str, Touch] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkedStep:
    """When a step comes and what comes of it, in finished words."""

    date: DateCell
    at: str
    fate: str
    fate_tag: str
    reasons: tuple[Reason, ...]


def walked(
    asker: Asker, content: Mapping[str, Any], renewal_id: int, *, starts_at: datetime, zone: str, reply: str
) -> Walked:
    """Return the walk of a renewal that enters at `starts_at`; without touches when the draft cannot be walked."""
    try:
        version = drafted_version(content)
    except InvalidInput:
        return Walked(note=NOT_WALKED)
    reply_on = _day(reply, asker.today)
    reply_at = start_of_day(reply_on, zone) + timedelta(hours=12) if reply_on else None
    found = rehearse(renewal_id=renewal_id, version=version, starts_at=starts_at, now=asker.now, reply_at=reply_at)
    supposed = f" It is supposed that they reply on {day_words(reply_on)}." if reply_on else ""
    return Walked(note=f"{FORESEEN}{supposed}", reply_on=reply_on, touches={each.step_key: each for each in found})


def walked_step(touch: Touch, *, planned_on: date, asker: Asker) -> WalkedStep:
    """Return one step as it comes; one that comes on another day than planned says what it waited for."""
    fate, tag = FATES[touch.effect]
    is_later = touch.local_on != planned_on
    waited = (Reason(text=f"Planned for {day_words(planned_on)}; it waits:"),) if is_later and touch.held else ()
    acted = tuple(item for item in touch.reasons if item.code != "due")
    why = (*touch.held, *acted) if touch.held else acted
    return WalkedStep(
        date=date_cell(touch.local_on, today=asker.today),
        at=f"{touch.local_at:%H:%M} {touch.zone.replace('_', ' ')}",
        fate=fate,
        fate_tag=tag,
        reasons=(*waited, *dict.fromkeys(reason_sentence({"code": item.code, **item.values}) for item in why)),
    )


def _day(text: str, today: date) -> date | None:
    """Return a day ahead, None for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + LONGEST_AHEAD else None
