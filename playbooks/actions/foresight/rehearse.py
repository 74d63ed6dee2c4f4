"""Let one renewal run through a playbook it is not in, beside what its account is in: the engine's own decisions.

Caps, gaps, send windows, pauses, absences and the messages of other playbooks are met on the way. What people will do
cannot be known; a reply may be supposed on a day. Reads and decides in memory, writes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from playbooks.actions.foresight.walk import entered, tracks_of, walk
from playbooks.core.foresight import Touch
from playbooks.models import Enrolment
from playbooks.queries.assignees import assignees
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import LoadedCase, load_entering, load_open_cases
from playbooks.queries.definitions import PublishedVersion

AFTER_DUE = timedelta(days=120)
RUNNING = ("active", "paused", "parked")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepliedCase(LoadedCase):
    """A case whose account is supposed to write at `reply_at`; before that nobody has."""

    reply_at: datetime

    def seen_at(self, *, now: datetime) -> StepCase:
        """Return the case as the engine would see it at `now`, with the reply once it has come."""
        people = self.people
        if now >= self.reply_at:
            people = replace(people, replies={**people.replies, self.row["account_id"]: self.reply_at})
        plain = LoadedCase(row=self.row, version=self.version, behind=self.behind, people=people)
        return plain.seen_at(now=now)

    def change_after(self, moment: datetime) -> datetime | None:
        """Return when the reply comes, None once it has."""
        return self.reply_at if self.reply_at > moment else None


def rehearse(
    *, renewal_id: int, version: PublishedVersion, starts_at: datetime, now: datetime, reply_at: datetime | None = None
) -> tuple[Touch, ...]:
    """Return what would happen to a renewal that entered `version` at `starts_at`, in the order of time.

    Other renewals' enrolments of the account run along because their messages count; only this one's touches are
    returned. Empty when there is no such renewal, or every step would be skipped at once.
    """
    found = load_entering([renewal_id], now=now)
    track = entered(found[0].enrolled(version, now=starts_at), now=starts_at) if found else None
    if track is None:
        return ()
    running = Enrolment.objects.filter(account_id=track.loaded.row["account_id"], state__in=RUNNING)
    beside = running.exclude(renewal_id=renewal_id).order_by("id").values_list("id", flat=True)
    tracks = [track, *tracks_of(load_open_cases(beside, now=now), now=now)]
    if reply_at is not None:
        tracks = [replace(each, loaded=_replied(each.loaded, reply_at)) for each in tracks]
    until = max(now, starts_at) + timedelta(days=version.definition.window_days) + AFTER_DUE
    return tuple(touch for touch in walk(tracks, assignees(), until=until) if touch.renewal_id == renewal_id)


def _replied(loaded: LoadedCase, reply_at: datetime) -> RepliedCase:
    return RepliedCase(
        row=loaded.row, version=loaded.version, behind=loaded.behind, people=loaded.people, reply_at=reply_at
    )
