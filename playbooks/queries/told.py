"""Facts that only messages tell: people active, a feature not in use, a comparison with similar accounts, a meeting.

They are read for the messages that ask for them and for nothing else. What rests on too few accounts is not told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from offers.queries.sending import OpenLink, open_links
from playbooks.core.messages import MessageTemplate, names_in
from playbooks.models import Meeting

PROPOSAL = "proposal.url"
ACTIVE, UNUSED, COMPARED, MEETING = "usage.active_users", "usage.unused_feature", "benchmark.summary", "meeting.date"
NAMES = frozenset({ACTIVE, UNUSED, COMPARED, MEETING, PROPOSAL})
FEWEST_PEERS = 8
MOST_PEERS = 200
ACTIVE_FOR, USED_FOR = timedelta(days=30), timedelta(days=90)

ACTIVE_PEOPLE = """
SELECT account_id, round(avg(most)) FROM (
    SELECT account_id, occurred_at::date AS day, max(value) AS most FROM signals_signal
    WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = ANY(%(accounts)s)
        AND kind = 'usage.active_users' AND value IS NOT NULL
        AND occurred_at > %(since)s AND occurred_at <= %(now)s AND received_at <= %(now)s
    GROUP BY account_id, occurred_at::date
) AS days GROUP BY account_id
"""

# At most so many accounts of each segment, the same ones for everybody: a median does not need them all.
PEERS = """
SELECT a.id, s.segment FROM unnest(%(segments)s::text[]) AS s(segment)
CROSS JOIN LATERAL (SELECT id FROM renewals_account WHERE segment = s.segment ORDER BY id LIMIT %(most)s) AS a
WHERE s.segment <> ''
"""

FEATURES = """
SELECT DISTINCT account_id, subject FROM signals_signal
WHERE workspace_id = current_setting('perennial.workspace')::bigint AND account_id = ANY(%(accounts)s)
    AND kind = 'usage.feature_used' AND subject <> '' AND coalesce(value, 1) > 0
    AND occurred_at > %(since)s AND occurred_at <= %(now)s AND received_at <= %(now)s
"""

DEPTHS = """
SELECT a.segment, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY s.inputs[k.n][1]), max(c.as_of)
FROM renewals_account AS a
JOIN signals_currentscore AS c ON c.workspace_id = a.workspace_id AND c.account_id = a.id
JOIN signals_score AS s ON s.workspace_id = c.workspace_id AND s.id = c.score_id
CROSS JOIN LATERAL jsonb_array_elements_text(s.details -> 'keys') WITH ORDINALITY AS k(key, n)
WHERE a.id = ANY(%(peers)s) AND k.key = 'usage_depth' AND s.inputs[k.n][1] <> 'NaN'::float8
GROUP BY a.segment
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualUse:
    """The median share of seats in use among similar accounts: of how many, and as of which day."""

    median: float
    accounts: int
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was read, by account, segment or renewal; what nobody asked for is not in it (`proposals`: None)."""

    active_people: Mapping[int, int] = field(default_factory=dict)
    unused: Mapping[int, str] = field(default_factory=dict)
    usual: Mapping[str, UsualUse] = field(default_factory=dict)
    meetings: Mapping[int, date] = field(default_factory=dict)
    proposals: Mapping[int, OpenLink] | None = None


NOTHING = Told()


@lru_cache(maxsize=512)
def names_asked(template: MessageTemplate) -> frozenset[str]:
    """Return which of these facts a message mentions."""
    return NAMES & names_in(template.subject, template.body)


def told_facts(names: frozenset[str], *, accounts: Mapping[int, str], renewals: Iterable[int], now: datetime) -> Told:
    """Return the facts of these names for accounts (with their segments) and renewals; none asked, none read."""
    if not names:
        return NOTHING
    ids, segments = sorted(accounts), sorted(set(accounts.values()))
    peers = _peers(segments) if names & {UNUSED, COMPARED} else {}
    return Told(
        active_people=_active(ids, now=now) if ACTIVE in names else {},
        unused=_unused(accounts, peers, now=now) if UNUSED in names else {},
        usual=_usual(sorted(peers)) if COMPARED in names else {},
        meetings=_meetings(sorted(set(renewals)), now=now) if MEETING in names else {},
        proposals=open_links(sorted(set(renewals)), now=now) if PROPOSAL in names else None,
    )


def compared(own: float | None, usual: UsualUse | None, *, day: str) -> str | None:
    """Say how the share of seats in use compares, only where it is a reason to stay and rests on enough accounts."""
    if own is None or usual is None or usual.accounts < FEWEST_PEERS or own < usual.median:
        return None
    return (
        f"{own:.0%} of your seats are in use; the median of {usual.accounts} similar accounts is {usual.median:.0%} "
        f"({day})"
    )


def _active(ids: list[int], *, now: datetime) -> dict[int, int]:
    rows = _rows(ACTIVE_PEOPLE, {"accounts": ids, "since": now - ACTIVE_FOR, "now": now})
    return {account: int(people) for account, people in rows if people >= 1}


def _peers(segments: list[str]) -> dict[int, str]:
    return dict(_rows(PEERS, {"segments": segments, "most": MOST_PEERS}))


def _unused(accounts: Mapping[int, str], peers: Mapping[int, str], *, now: datetime) -> dict[int, str]:
    """Return the feature that most similar accounts use and this one does not; one that sends no use is not known."""
    used: dict[int, set[str]] = {}
    everybody = sorted({*accounts, *peers})
    for account, feature in _rows(FEATURES, {"accounts": everybody, "since": now - USED_FOR, "now": now}):
        used.setdefault(account, set()).add(feature)
    users: dict[str, list[int]] = {}
    for peer, where in peers.items():
        if peer in used:
            users.setdefault(where, []).append(peer)
    found = {}
    for account, segment in accounts.items():
        others = [used[peer] for peer in users.get(segment, ()) if peer != account]
        new = set().union(*others) - used.get(account, set())
        counted = {name: sum(name in each for each in others) for name in new}
        usual = [(-count, name) for name, count in counted.items() if 2 * count >= len(others)]
        if account in used and len(others) >= FEWEST_PEERS and usual:
            found[account] = min(usual)[1]
    return found


def _usual(peers: list[int]) -> dict[str, UsualUse]:
    rows = _rows(DEPTHS, {"peers": peers})
    return {
        segment: UsualUse(median=float(median), accounts=count, as_of=as_of.date())
        for segment, count, median, as_of in rows
    }


def _meetings(renewals: list[int], *, now: datetime) -> dict[int, date]:
    """Return the local day of the next meeting that is arranged for each renewal."""
    ahead = Meeting.objects.filter(renewal_id__in=renewals, state="planned", starts_at__gt=now).order_by("-starts_at")
    rows = ahead.values_list("renewal_id", "starts_at", "zone")
    return {renewal: starts_at.astimezone(ZoneInfo(zone)).date() for renewal, starts_at, zone in rows}


def _rows(sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
