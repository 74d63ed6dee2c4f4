"""Load what scores are computed from, a chunk of accounts at a time: tallies of signals, and the facts that are none.

One statement per kind of fact and chunk of accounts, whatever the number of accounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce, Least

from renewals.models import Account, ContactRole, ContractLine, Milestone, Renewal
from renewals.queries.any_of import any_of
from signals.core.features import AccountFacts, Chunk, chunk_of
from signals.core.scoring import OpenRenewal
from signals.models import KindHeard, SourceFeed
from signals.queries.library import catalogue
from signals.queries.tallies import Moment, read_tallies

SEAT_UNITS = ("user", "users", "seat", "seats", "licence", "licences", "license", "licenses")


def load_chunk(workspace_id: int, account_ids: Sequence[int], moment: Moment) -> Chunk:
    """Return the chunk of these accounts, by id; ids that this workspace does not have are left out."""
    accounts = account_facts(account_ids, moment)
    ids = [each.account_id for each in accounts]
    silence = accounts[0].silence_days if accounts else {}
    return chunk_of(accounts, read_tallies(workspace_id, ids, moment, silence))


def account_facts(account_ids: Sequence[int], moment: Moment) -> list[AccountFacts]:
    """Return what is known of these accounts beside their signals, by id."""
    silence, fed = silence_days(moment), fed_kinds(moment)
    milestones, sponsors = _milestones(account_ids, moment.day), _sponsors(account_ids, moment.day)
    seats, day = _seats(account_ids, moment.day), moment.day
    accounts = Account.objects.filter(any_of("id", account_ids)).order_by("id")
    return [
        AccountFacts(
            account_id=account_id,
            as_of_on=day,
            segment=segment,
            complexity=complexity,
            started_on=started_on,
            seats=seats.get(account_id),
            employees=employees,
            milestones_on=milestones.get(account_id, ()),
            sponsor_left_on=sponsors.get(account_id, (None, None))[0],
            sponsor_confirmed_on=sponsors.get(account_id, (None, None))[1],
            silence_days=silence,
            fed_kinds=fed,
        )
        for account_id, segment, complexity, started_on, employees in accounts.values_list(
            "id", "segment", "product_complexity", "started_on", "employees"
        )
    ]


def open_renewals(account_ids: Iterable[int]) -> Mapping[int, Mapping[int, date]]:
    """Return the due date of each open renewal, by account and renewal."""
    found: dict[int, dict[int, date]] = defaultdict(dict)
    rows = Renewal.objects.filter(any_of("account_id", account_ids), closed_on__isnull=True).order_by("id")
    for account_id, renewal_id, due_on in rows.values_list("account_id", "id", "due_on"):
        found[account_id][renewal_id] = due_on
    return found


def renewals_of(chunk: Chunk) -> list[OpenRenewal]:
    """Return the open renewals of the chunk's accounts, by account and id."""
    row = {each.account_id: at for at, each in enumerate(chunk.accounts)}
    return [
        OpenRenewal(id=renewal_id, row=row[account_id], due_on=due_on)
        for account_id, dates in open_renewals(row).items()
        for renewal_id, due_on in dates.items()
    ]


def silence_days(moment: Moment) -> dict[str, int]:
    """Return for how many days each feed "source:family" had said nothing about any account."""
    rows = SourceFeed.objects.values_list("source_id", "family", "last_occurred_at")
    return {
        f"{source_id}:{family}": max((moment.day - last.astimezone(UTC).date()).days, 0)
        for source_id, family, last in rows
    }


def fed_kinds(moment: Moment) -> frozenset[str]:
    """Return the kinds that were ever heard for any account of the workspace; unlisted ones as "family.*".

    Milestones and sponsors that stand in the book count as the kinds of signals that say the same. Where the moment
    names sources, only what these ever sent counts.
    """
    kinds = _heard(moment) if moment.sources is None else _sent_by(moment.sources)
    return frozenset(spec.key for spec in map(catalogue().spec, kinds) if spec is not None)


def _heard(moment: Moment) -> Iterable[str]:
    heard = KindHeard.objects.filter(first_occurred_at__lte=moment.as_of, first_received_at__lte=moment.known_at)
    reached = Milestone.objects.filter(achieved_on__lte=moment.day)
    sponsors = ContactRole.objects.filter(role=ContactRole.Role.EXECUTIVE_SPONSOR, from_on__lte=moment.day)
    told = (_one_as(reached, "usage.milestone"), _one_as(sponsors, "relationship.sponsor_confirmed"))
    return heard.order_by().values_list("kind", flat=True).union(*told)


def _sent_by(source_ids: Iterable[int]) -> Iterable[str]:
    feeds = SourceFeed.objects.filter(any_of("source_id", source_ids), signals_count__gt=0)
    return {kind for kinds in feeds.values_list("kinds", flat=True) for kind in kinds}


def _one_as(rows: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Return `kind` if there is any row, in one row."""
    return rows.order_by().annotate(fed=Value(kind, output_field=TextField())).values_list("fed", flat=True)[:1]


def _milestones(account_ids: Sequence[int], day: date) -> dict[int, tuple[date, ...]]:
    rows = Milestone.objects.filter(any_of("account_id", account_ids), achieved_on__lte=day).order_by("achieved_on")
    found: dict[int, tuple[date, ...]] = {}
    for account_id, achieved_on in rows.values_list("account_id", "achieved_on"):
        found[account_id] = (*found.get(account_id, ()), achieved_on)
    return found


def _sponsors(account_ids: Sequence[int], day: date) -> dict[int, tuple[date | None, date | None]]:
    """Return when a sponsor last left (the role ended or the person went) and when one was last confirmed."""
    left_on = Least(Coalesce("until_on", "contact__left_on"), Coalesce("contact__left_on", "until_on"))
    rows = (
        ContactRole.objects.filter(
            any_of("account_id", account_ids), role=ContactRole.Role.EXECUTIVE_SPONSOR, from_on__lte=day
        )
        .values("account_id")
        .annotate(
            left_on=Max(left_on, filter=Q(until_on__lte=day) | Q(contact__left_on__lte=day)),
            confirmed_on=Max("from_on"),
        )
    )
    return {row["account_id"]: (row["left_on"], row["confirmed_on"]) for row in rows}


def _seats(account_ids: Sequence[int], day: date) -> dict[int, float]:
    """Return the seats under contract on the day, from lines counted in users or seats."""
    rows = (
        ContractLine.objects.filter(any_of("contract__account_id", account_ids), term__superseded_at__isnull=True)
        .filter(starts_on__lte=day, unit__in=SEAT_UNITS)
        .exclude(ends_on__lt=day)
        .values_list("contract__account_id")
        .annotate(seats=Sum("quantity"))
    )
    return {account_id: float(seats) for account_id, seats in rows}
