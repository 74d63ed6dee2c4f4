"""Facts over time: what decisions were told, and what was recorded between them. The past, never the future."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from renewals.core.conditions import Facts

CLOCK_FACTS = ("renewal.days_to_due", "renewal.days_to_notice", "account.days_to_budget", "touch.days_since_reply")
RECORDED_ONLY = (
    "health.score", "health.band", "health.coverage", "risk.score", "risk.band", "risk.renew_probability",
    "risk.loss_probability", "renewal.outcome", "renewal.stage", "contact.sponsor_stability", "usage.velocity",
    "usage.depth", "usage.adoption", "support.sentiment", "support.backlog_resolution", "billing.payment_timeliness",
    "escalation.open_count", "account.days_to_budget",
)  # fmt: skip
"""Facts that today's rows cannot tell about a day in the past: unknown, unless something was recorded then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one decision was told, and when."""

    at: datetime
    inputs: Mapping[str, Any]

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts of conditions; a decision about enrolment keeps nothing else."""
        found: Mapping[str, Any] = self.inputs.get("facts", self.inputs)
        return found


@dataclass(frozen=True, slots=True)
class Series:
    """Facts that hold from an instant to the next, by time."""

    instants: tuple[datetime, ...] = ()
    facts: tuple[Facts, ...] = ()

    def at(self, moment: datetime, *, since: datetime | None = None) -> Facts:
        """Return what holds at a moment; nothing before the first instant, or if it has held since `since`."""
        place = bisect_right(self.instants, moment) - 1
        if place < 0 or (since is not None and self.instants[place] <= since):
            return {}
        return self.facts[place]

    def after(self, moment: datetime) -> datetime | None:
        """Return when it next changes, None when it does not."""
        place = bisect_right(self.instants, moment)
        return self.instants[place] if place < len(self.instants) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """The facts of one renewal over time.

    `told` are decisions about it, `series` what was recorded besides them (records of the account, scores). `forced`
    series lie over everything: scores under other rules than those of the time.
    """

    told: tuple[Told, ...] = ()
    series: tuple[Series, ...] = ()
    forced: tuple[Series, ...] = ()
    _told_at: tuple[datetime, ...] = field(default=(), init=False, repr=False)

    def __post_init__(self) -> None:
        """Keep the instants apart, to be searched."""
        object.__setattr__(self, "_told_at", tuple(item.at for item in self.told))

    def known_at(self, moment: datetime) -> Told | None:
        """Return the last decision at or before a moment; before the first one, the first; None without any."""
        return self.told[max(0, bisect_right(self._told_at, moment) - 1)] if self.told else None

    def facts_at(self, moment: datetime, *, today: Facts) -> dict[str, Any]:
        """Return the facts at a moment; `today` are those that today's rows give for that moment."""
        known = self.known_at(moment)
        if known is None:
            facts = dict(today) | dict.fromkeys(RECORDED_ONLY)
            since = None
        else:
            facts = dict(known.facts) | _clock_facts(known.facts, known.at, moment)
            since = known.at if known.at <= moment else None
        for item in self.series:
            facts |= item.at(moment, since=since)
        for item in self.forced:
            facts |= item.at(moment)
        return facts

    def dates_at(self, moment: datetime) -> tuple[date, date | None] | None:
        """Return renewal date and notice deadline as a decision was told them; None when none was."""
        known = self.known_at(moment)
        if known is None or known.facts.get("renewal.days_to_due") is None:
            return None
        on, notice = known.at.astimezone(UTC).date(), known.facts.get("renewal.days_to_notice")
        due_on = on + timedelta(days=known.facts["renewal.days_to_due"])
        return due_on, None if notice is None else on + timedelta(days=notice)

    def change_after(self, moment: datetime) -> datetime | None:
        """Return the next instant at which something recorded changes; None when nothing does."""
        place = bisect_right(self._told_at, moment)
        found = [self._told_at[place]] if place < len(self._told_at) else []
        found += [at for item in (*self.series, *self.forced) if (at := item.after(moment)) is not None]
        return min(found, default=None)

    def instants(self) -> frozenset[datetime]:
        """Return every instant at which something recorded changes."""
        return frozenset(self._told_at).union(*(item.instants for item in (*self.series, *self.forced)))


def _clock_facts(facts: Mapping[str, Any], told_at: datetime, moment: datetime) -> dict[str, Any]:
    """Days that are counted from a day go on counting between two decisions."""
    passed = (moment.astimezone(UTC).date() - told_at.astimezone(UTC).date()).days
    return {
        name: facts[name] + (passed if name == "touch.days_since_reply" else -passed)
        for name in CLOCK_FACTS
        if facts.get(name) is not None
    }
