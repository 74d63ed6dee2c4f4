"""One touch or milestone as the calendar writes it."""

from dataclasses import dataclass
from datetime import date

from dashboards.core.parts import Reason
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import title
from dashboards.queries.calendar.rows import EFFECTS
from playbooks.models import ProjectedTouch

MILESTONES = {"due": "Renewal due", "notice": "Last day to give notice", "phase": "Phase opens: {name}"}
ICONS = {"message": "envelope", "approval": "check-badge", "task": "check-circle", "milestone": "flag"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a day. `loose` says what its date still hangs on; empty means firm. `time` is empty for a whole day."""

    on: date
    time: str
    zone: str
    name: str
    effect: str
    is_milestone: bool
    icon: str
    account: str
    href: str
    owner: str
    outcome: str
    loose: tuple[Reason, ...]
    reasons: tuple[Reason, ...]


def item_of(row: ProjectedTouch) -> Item:
    """Return a row as a line; its account and owner are loaded with it."""
    is_milestone = row.effect == "milestone"
    return Item(
        on=row.local_on,
        time=f"{row.local_at:%H:%M}" if row.local_at else "",
        zone=row.zone.replace("_", " "),
        name=MILESTONES.get(row.kind, title(row.kind)).format(name=row.name) if is_milestone else row.name,
        effect=EFFECTS.get(row.effect, title(row.effect)),
        is_milestone=is_milestone,
        icon=ICONS.get(row.effect, "clock"),
        account=row.account.name,
        href=f"/renewals/{row.renewal_id}/",
        owner=str(row.owner),
        outcome=row.intended_outcome,
        loose=tuple(reason_sentence(item) for item in row.loose),
        reasons=tuple(reason_sentence(item, zone=row.zone or "UTC") for item in row.reasons),
    )
