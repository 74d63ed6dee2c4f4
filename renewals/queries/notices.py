"""Notices: what decides about those of a renewal, which renewals to look at, the list of duties, one with proofs."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from renewals.core.dates import local_date, resolve_zone
from renewals.core.notices.plan import CONTRACT, NoticeFacts
from renewals.core.notices.regions import region_code
from renewals.core.notices.rules import JurisdictionPack, NoticeChannel, NoticeKind, NoticeRule, read_rule
from renewals.core.notices.states import NoticeState, Service, Standing
from renewals.core.notices.windows import NoticeWindow
from renewals.core.terms import known_terms
from renewals.models import Notice, NoticeClause, NoticePack, NoticeProof, Renewal, Workspace
from renewals.queries.calendars import calendar_for
from renewals.queries.closed_days import own_holidays
from renewals.queries.contracts import terms_of
from renewals.queries.library import jurisdiction_packs, known_regions

OPEN = (NoticeState.PLANNED, NoticeState.DUE, NoticeState.SENT, NoticeState.MISSED)

# Cheap on every round: what is due by its days, and what no longer says what its renewal, account or pack says.
TO_LOOK_AT = """
SELECT id FROM (
SELECT n.renewal_id AS id FROM renewals_notice n JOIN renewals_renewal r ON r.id = n.renewal_id AND r.closed_on IS NULL
WHERE (n.side = 'ours' AND (n.state IN ('due', 'sent', 'missed') OR (n.state = 'planned' AND n.opens_on <= %(day)s)))
   OR (n.side = 'theirs' AND n.state = 'planned' AND n.opens_on <= %(day)s)
   OR (n.side = 'theirs' AND n.state = 'due' AND n.closes_on < %(day)s)
UNION SELECT r.id FROM renewals_renewal r JOIN renewals_contract c ON c.id = r.contract_id
JOIN renewals_account a ON a.id = r.account_id JOIN renewals_user u ON u.id = r.owner_id
JOIN renewals_workspace w ON w.id = r.workspace_id JOIN renewals_notice n ON n.renewal_id = r.id
WHERE r.closed_on IS NULL AND n.state IN ('planned', 'due', 'sent', 'missed') AND (
    n.owner_id <> r.owner_id OR n.country <> coalesce(nullif(a.country, ''), w.country) OR n.region <> a.region
    OR n.zone <> coalesce(nullif(c.timezone, ''), nullif(a.timezone, ''), nullif(u.timezone, ''), w.timezone)
    OR (%(versions)s::jsonb ->> n.rule_key)::int > n.rule_version)
UNION SELECT r.id FROM renewals_renewal r
JOIN renewals_termversion t ON t.contract_id = r.contract_id AND t.number = r.term_number AND t.superseded_at IS NULL
WHERE r.closed_on IS NULL AND r.due_on >= %(day)s AND t.ends_on IS NOT NULL
  AND NOT EXISTS (SELECT FROM renewals_notice n WHERE n.renewal_id = r.id)
) AS found WHERE id > %(after)s ORDER BY id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCase:
    """One renewal as the planning of notices sees it; `today` is the day in the zone that counts."""

    workspace_id: int
    renewal_id: int
    account_id: int
    owner_id: int
    zone: str
    zone_source: str
    region: str
    today: date
    facts: NoticeFacts


def notice_cases(renewal_ids: Iterable[int], *, now: datetime, ending: Iterable[int] = ()) -> tuple[NoticeCase, ...]:
    """Return open renewals with what decides about their notices, in the order of their ids.

    `ending` names those whose contract we are about to end; the others keep the wish they have on record.
    """
    rows = list(
        Renewal.objects.select_related("contract", "account", "owner", "workspace")
        .filter(id__in=list(renewal_ids), closed_on__isnull=True)
        .order_by("id")
    )
    contracts = [row.contract_id for row in rows]
    terms, clauses, packs, extra = terms_of(contracts), clauses_of(contracts), packs_in_use(), own_holidays()
    ended = set(ending) | _ending([row.id for row in rows])
    known = known_regions()
    found = []
    for row in rows:
        live = next((term for term in known_terms(terms[row.contract_id]) if term.number == row.term_number), None)
        if live is None:
            continue
        country = row.account.country or row.workspace.country
        facts = NoticeFacts(
            term=live,
            country=country,
            region_code=region_code(known, country=country, written=row.account.region),
            calendar=extra.on(calendar_for(country, around=now.date()), country),
            clauses=clauses[row.contract_id],
            packs=packs,
            wants_non_renewal=row.id in ended,
        )
        found.append(_case(row, facts, now))
    return tuple(found)


def _case(row: Renewal, facts: NoticeFacts, now: datetime) -> NoticeCase:
    zone, source = zone_of(row)
    return NoticeCase(
        workspace_id=row.workspace_id,
        renewal_id=row.id,
        account_id=row.account_id,
        owner_id=row.owner_id,
        zone=zone,
        zone_source=source,
        region=row.account.region,
        today=local_date(now, zone),
        facts=facts,
    )


def zone_of(row: Renewal) -> tuple[str, str]:
    """Return the zone deadlines of a renewal end in, and whose it is: contract, account, owner, workspace."""
    if row.contract.timezone:
        return row.contract.timezone, "contract"
    resolved = resolve_zone(account=row.account.timezone, owner=row.owner.timezone, workspace=row.workspace.timezone)
    return resolved.name, resolved.taken_from


def _ending(renewal_ids: list[int]) -> set[int]:
    ours = Notice.objects.filter(renewal_id__in=renewal_ids, kind=NoticeKind.NON_RENEWAL)
    return set(ours.exclude(state=NoticeState.NOT_NEEDED).values_list("renewal_id", flat=True))


def clauses_of(contract_ids: Iterable[int]) -> Mapping[int, tuple[NoticeRule, ...]]:
    """Return the recorded notice clauses of contracts as rules."""
    found: dict[int, tuple[NoticeRule, ...]] = defaultdict(tuple)
    live = NoticeClause.objects.filter(contract_id__in=list(contract_ids), removed_at__isnull=True).order_by("id")
    for row in live:
        found[row.contract_id] = (*found[row.contract_id], clause_rule(row))
    return found


def clause_rule(row: NoticeClause) -> NoticeRule:
    """Return a clause as the rule it is."""
    return read_rule(row.rule, key=CONTRACT, version=row.version, source=row.reference)


def accounts_without_region() -> Mapping[str, int]:
    """Return how many accounts with an open renewal have no region that is known, by country."""
    rows = Renewal.objects.filter(closed_on__isnull=True).values_list(
        Coalesce(NullIf("account__country", Value("")), "workspace__country"), "account__region"
    )
    found: dict[str, int] = defaultdict(int)
    for country, region, accounts in rows.annotate(n=Count("account", distinct=True)).order_by():
        if not region_code(known_regions(), country=country, written=region):
            found[country] += accounts
    return found


def packs_in_use() -> tuple[JurisdictionPack, ...]:
    """Return the jurisdiction packs an admin of this workspace has switched on."""
    wanted = set(NoticePack.objects.filter(is_on=True).values_list("key", flat=True))
    return tuple(pack for key, pack in jurisdiction_packs().items() if key in wanted)


def renewals_to_look_at(*, now: datetime, most: int, after: int = 0) -> tuple[int, ...]:
    """Return renewals whose notices may have to change: new ones, due ones, and those whose facts have moved.

    In the order of their ids, `most` of those after `after`.
    """
    versions = {key: pack.version for key, pack in jurisdiction_packs().items()}
    facts = {
        "day": now.date() + timedelta(days=1),
        "versions": json.dumps(versions),
        "most": most,
        "after": after,
    }
    with connection.cursor() as cursor:
        cursor.execute(TO_LOOK_AT, facts)
        return tuple(row[0] for row in cursor.fetchall())


def notices() -> QuerySet[Notice]:
    """Return the notices of open renewals, with account, owner and contract, the earliest last safe day first."""
    related = ("account", "owner", "renewal__contract")
    return (
        Notice.objects.select_related(*related).filter(renewal__closed_on__isnull=True).order_by("safe_latest_on", "id")
    )


def notices_of(renewal_id: int) -> QuerySet[Notice]:
    """Return the notices of one renewal, open or closed, with their proofs, by their last day."""
    mine = Notice.objects.select_related("owner").filter(renewal_id=renewal_id)
    return mine.prefetch_related("proofs").order_by("closes_on", "id")


def proofs_of(notice_ids: Iterable[int]) -> Mapping[int, tuple[Service, ...]]:
    """Return the proofs of notices as services, oldest first."""
    found: dict[int, tuple[Service, ...]] = defaultdict(tuple)
    rows = NoticeProof.objects.filter(notice_id__in=list(notice_ids)).order_by("id")
    for notice_id, served_on, channel in rows.values_list("notice_id", "served_on", "channel"):
        found[notice_id] = (*found[notice_id], Service(served_on=served_on, channel=NoticeChannel(channel)))
    return found


def window_of_row(row: Notice) -> NoticeWindow:
    """Return the window as it is kept."""
    return NoticeWindow(
        anchor_on=row.anchor_on,
        opens_on=row.opens_on,
        planned_on=row.planned_on,
        safe_latest_on=row.safe_latest_on,
        closes_on=row.closes_on,
        is_tight=row.safe_latest_on == row.opens_on and row.closes_on > row.opens_on,
    )


def standing_of_row(row: Notice, proofs: tuple[Service, ...]) -> Standing:
    """Return what is known of a notice's fate."""
    sent = None
    if row.sent_on is not None:
        sent = Service(served_on=row.sent_on, channel=NoticeChannel(row.sent_channel))
    return Standing(state=NoticeState(row.state), state_reason=row.state_reason, sent=sent, proofs=proofs)


def home_country() -> str:
    """Return the country of the workspace; '' when none is set."""
    return Workspace.objects.values_list("country", flat=True).first() or ""
