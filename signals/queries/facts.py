"""Load what scores are computed from: signals summed up per account, and the facts that are no signals.

One statement per kind of fact and chunk of accounts, whatever the number of accounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce, Least

from renewals.models import Account, ContactRole, ContractLine, Milestone, Renewal
from signals.core.features import AccountFacts, Tally
from signals.models import KindHeard, Signal, SourceFeed
from signals.queries.library import catalogue

LOOKBACK = timedelta(days=1095)
FLOW_DAYS = 190
CLOCK_SKEW = timedelta(minutes=10)
SEAT_UNITS = ("user", "users", "seat", "seats", "licence", "licences", "license", "licenses")

# Sums are numeric: exact, so that the order in which rows are read cannot change the last digit of a score.
TALLIES = """
SELECT account_id, kind, source_id, CASE WHEN kind = ANY(%(subjects)s) THEN subject ELSE '' END,
       count(*), count(value), coalesce(sum(value::numeric), 0)::float8, max(age), min(age),
       CASE WHEN kind = ANY(%(subjects)s) THEN 0 WHEN kind = ANY(%(days)s) OR kind LIKE 'health.%%' THEN age
            ELSE age / 7 END AS part
FROM (
  SELECT account_id, kind, source_id, subject, value,
         greatest(date_part('day', %(end)s - occurred_at)::int, 0) AS age
  FROM signals_signal
  WHERE workspace_id = %(workspace)s AND account_id = ANY(%(accounts)s)
    AND occurred_at > %(since)s AND occurred_at <= %(until)s AND received_at <= %(known_at)s
    AND (expires_at IS NULL OR expires_at > %(as_of)s)
    AND (kind = ANY(%(scored)s) OR kind LIKE 'usage.%%' OR kind LIKE 'marketing.%%' OR kind LIKE 'health.%%')
) s
WHERE age < %(flow_days)s OR kind = ANY(%(kept_long)s) OR kind LIKE 'health.%%'
GROUP BY 1, 2, 3, 4, part ORDER BY 1, 2, 3, 4, part
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """As of when (in the world), and what was known when (to us)."""

    as_of: datetime
    known_at: datetime

    @property
    def day(self) -> date:
        """Return the UTC day that ages are counted from."""
        return self.as_of.astimezone(UTC).date()


def account_facts(workspace_id: int, account_ids: list[int], moment: Moment) -> list[AccountFacts]:
    """Return the facts of these accounts, by id; ids that this workspace does not have are left out."""
    tallies = account_tallies(workspace_id, account_ids, moment)
    silence, fed = silence_days(moment), fed_kinds(moment)
    milestones, sponsors = _milestones(account_ids, moment.day), _sponsors(account_ids, moment.day)
    seats = _seats(account_ids, moment.day)
    accounts = Account.objects.filter(id__in=account_ids).order_by("id")
    return [
        AccountFacts(
            account_id=account_id,
            as_of_on=moment.day,
            segment=segment,
            complexity=complexity,
            started_on=started_on,
            seats=seats.get(account_id),
            milestones_on=milestones.get(account_id, ()),
            sponsor_left_on=sponsors.get(account_id, (None, None))[0],
            sponsor_confirmed_on=sponsors.get(account_id, (None, None))[1],
            silence_days=silence,
            fed_kinds=fed,
            tallies=tallies.get(account_id, ()),
        )
        for account_id, segment, complexity, started_on in accounts.values_list(
            "id", "segment", "product_complexity", "started_on"
        )
    ]


def account_tallies(workspace_id: int, account_ids: list[int], moment: Moment) -> dict[int, tuple[Tally, ...]]:
    """Return the signals of each account, summed up; the order is always the same."""
    end = datetime.combine(moment.day + timedelta(days=1), time(), UTC) - timedelta(microseconds=1)
    parameters = {
        "workspace": workspace_id,
        "accounts": account_ids,
        "as_of": moment.as_of,
        "known_at": moment.known_at,
        "since": moment.as_of - LOOKBACK,
        "until": moment.as_of + CLOCK_SKEW,
        "end": end,
        "flow_days": FLOW_DAYS,
        **_kinds(),
    }
    with connection.cursor() as cursor:
        cursor.execute(TALLIES, parameters)
        rows = cursor.fetchall()
    by_account = groupby(rows, lambda row: row[0])
    return {account_id: tuple(Tally._make(row[1:9]) for row in group) for account_id, group in by_account}


def signals_in(tallies: tuple[Tally, ...], *, account_id: int, moment: Moment) -> list[Signal]:
    """Return the signals that were summed up into these tallies, the newest first, with their sources."""
    if not tallies:
        return []
    keys = {(b.kind, b.source_id, _part(b.kind, b.subject, b.age)) for b in tallies}
    oldest = datetime.combine(moment.day - timedelta(days=max(b.first_age for b in tallies)), time(), UTC)
    found = Signal.objects.filter(account_id=account_id, kind__in={b.kind for b in tallies}, occurred_at__gte=oldest)
    found = found.filter(occurred_at__lte=moment.as_of + CLOCK_SKEW, received_at__lte=moment.known_at)
    found = found.exclude(expires_at__lte=moment.as_of).select_related("source").order_by("-occurred_at", "-id")
    ages = ((each, max((moment.day - each.occurred_at.astimezone(UTC).date()).days, 0)) for each in found)
    return [each for each, age in ages if (each.kind, each.source_id, _part(each.kind, each.subject, age)) in keys]


def _part(kind: str, subject: str, age: int) -> str | int:
    """Return what tells the tallies of a kind apart, as TALLIES groups them."""
    spec = catalogue().spec(kind)
    grain = spec.grain if spec else "week"
    return subject if grain == "subject" else age if grain == "day" else age // 7


def open_renewals(account_ids: Iterable[int]) -> Mapping[int, Mapping[int, date]]:
    """Return the due date of each open renewal, by account and renewal."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    rows = Renewal.objects.filter(account_id__in=list(account_ids), closed_on__isnull=True).order_by("id")
    for account_id, renewal_id, due_on in rows.values_list("account_id", "id", "due_on"):
        found[account_id][renewal_id] = due_on
    return found


def silence_days(moment: Moment) -> dict[str, int]:
    """Return for how many days each feed "source:family" had said nothing about any account."""
    rows = SourceFeed.objects.values_list("source_id", "family", "last_occurred_at")
    return {
        f"{source_id}:{family}": max((moment.day - last.astimezone(UTC).date()).days, 0)
        for source_id, family, last in rows
    }


def fed_kinds(moment: Moment) -> frozenset[str]:
    """Return the kinds that were ever heard for any account of the workspace; unlisted ones as "family.*".

    Milestones and sponsors that stand in the book count as the kinds of signals that say the same.
    """
    heard = KindHeard.objects.filter(first_occurred_at__lte=moment.as_of, first_received_at__lte=moment.known_at)
    reached = Milestone.objects.filter(achieved_on__lte=moment.day)
    sponsors = ContactRole.objects.filter(role=ContactRole.Role.EXECUTIVE_SPONSOR, from_on__lte=moment.day)
    told = (_one_as(reached, "usage.milestone"), _one_as(sponsors, "relationship.sponsor_confirmed"))
    specs = (catalogue().spec(kind) for kind in heard.order_by().values_list("kind", flat=True).union(*told))
    return frozenset(spec.key for spec in specs if spec is not None)


def _one_as(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Return `kind` if there is any row, in one row."""
    return rows.order_by().annotate(fed=Value(kind, output_field=TextField())).values_list("fed", flat=True)[:1]


@cache
def _kinds() -> dict[str, list[str]]:
    known = catalogue()
    subjects, days = known.keys_of_grain("subject"), known.keys_of_grain("day")
    scored = sorted(key for key, spec in known.kinds.items() if spec.measures)
    surveys = ["relationship.nps", "relationship.politics", "relationship.competing_priority", "relationship.budget"]
    return {
        "subjects": list(subjects),
        "days": list(days),
        "scored": scored,
        "kept_long": [*subjects, *days, *surveys],
    }


def _milestones(account_ids: list[int], day: date) -> dict[int, tuple[date, ...]]:
    rows = Milestone.objects.filter(account_id__in=account_ids, achieved_on__lte=day).order_by("achieved_on")
    found: dict[int, tuple[date, ...]] = {}
    for account_id, achieved_on in rows.values_list("account_id", "achieved_on"):
        found[account_id] = (*found.get(account_id, ()), achieved_on)
    return found


def _sponsors(account_ids: list[int], day: date) -> dict[int, tuple[date | None, date | None]]:
    """Return when a sponsor last left (the role ended or the person went) and when one was last confirmed."""
    left_on = Least(Coalesce("until_on", "contact__left_on"), Coalesce("contact__left_on", "until_on"))
    rows = (
        ContactRole.objects.filter(
            account_id__in=account_ids, role=ContactRole.Role.EXECUTIVE_SPONSOR, from_on__lte=day
        )
        .values("account_id")
        .annotate(
            left_on=Max(left_on, filter=Q(until_on__lte=day) | Q(contact__left_on__lte=day)),
            confirmed_on=Max("from_on"),
        )
    )
    return {row["account_id"]: (row["left_on"], row["confirmed_on"]) for row in rows}


def _seats(account_ids: list[int], day: date) -> dict[int, float]:
    """Return the seats under contract on the day, from lines counted in users or seats."""
    rows = (
        ContractLine.objects.filter(contract__account_id__in=account_ids, term__superseded_at__isnull=True)
        .filter(starts_on__lte=day, unit__in=SEAT_UNITS)
        .exclude(ends_on__lt=day)
        .values_list("contract__account_id")
        .annotate(seats=Sum("quantity"))
    )
    return {account_id: float(seats) for account_id, seats in rows}
