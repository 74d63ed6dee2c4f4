"""Offers as they are weighed for a renewal, and the renewals that a plan is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from offers.core.choice import Choice, ChoiceRules, Situation, choices_of, read_choice_rules
from offers.models import ChoiceVersion, Proposal
from offers.queries.approvals import role_of
from offers.queries.cases import RenewalCase, basis_of
from offers.queries.library import PublishedOffer, PublishedPolicy, shipped_choice
from offers.queries.measured import with_measured
from renewals.models import Renewal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A renewal that comes up; `week`, from 0, is the last in which an offer still comes in time."""

    renewal_id: int
    account_id: int
    owner_id: int
    week: int
    is_proposed: bool


def choice_versions() -> list[ChoiceVersion]:
    """Return every published version of the rules, the newest first."""
    return list(ChoiceVersion.objects.order_by("-number"))


def choice_number() -> int:
    """Return the number of the rules in force, 0 for the shipped ones."""
    return ChoiceVersion.objects.order_by("-number").values_list("number", flat=True).first() or 0


def choice_definition(number: int | None = None) -> dict[str, Any]:
    """Return the plain table of the rules by which offers are weighed: of a version (0: as shipped), else in force."""
    rows = ChoiceVersion.objects.order_by("-number")
    row = (rows if number is None else rows.filter(number=number)).first()
    return shipped_choice() if row is None else row.definition


def choice_rules(number: int | None = None) -> ChoiceRules:
    """Return the rules by which offers are weighed, as `choice_definition` says."""
    return read_choice_rules(choice_definition(number))[0]


def weighed(
    case: RenewalCase,
    *,
    owner_id: int | None,
    policy: PublishedPolicy,
    offers: tuple[PublishedOffer, ...],
    rules: ChoiceRules,
) -> tuple[tuple[PublishedOffer, Choice], ...]:
    """Return every offer for a renewal, the most valuable first; what may be given goes by the role of its owner.

    Randomised outcomes of offers are none yet: every effect is the shipped guess until experiments make them.
    """
    basis = basis_of(case, role=role_of(owner_id))
    kinds = {each.offer.units_from for each in offers} - {""}
    counted = {
        kind: with_measured(case.lines, kind, account_id=case.account_id, today=case.today) for kind in sorted(kinds)
    }
    situation = Situation(basis=basis, policy=policy.policy, rules=rules, counted=counted)
    by_key = {each.offer.key: each for each in offers}
    found = choices_of(situation, (each.offer for each in offers))
    return tuple((by_key[choice.offer.key], choice) for choice in found)


def count_ahead(*, today: date, days: int) -> int:
    """Return how many open renewals come up within so many days."""
    return _ahead(today, days).count()


def owners_ahead(*, today: date, days: int) -> list[int]:
    """Return the owners of the open renewals that come up within so many days."""
    return list(_ahead(today, days).order_by("owner_id").values_list("owner_id", flat=True).distinct())


def accounts_ahead(*, today: date, days: int) -> list[int]:
    """Return the accounts of the open renewals that come up within so many days."""
    return list(_ahead(today, days).order_by("account_id").values_list("account_id", flat=True).distinct())


def next_ahead(*, today: date, days: int, weeks: int, after: int, limit: int) -> list[Ahead]:
    """Return the open renewals that come up within so many days, by id, from beyond one on."""
    rows = list(_ahead(today, days).filter(id__gt=after).order_by("id")[:limit])
    proposed = Proposal.objects.filter(renewal_id__in=[row.id for row in rows]).exclude(state="withdrawn")
    taken = frozenset(proposed.values_list("renewal_id", flat=True))
    return [
        Ahead(
            renewal_id=row.id,
            account_id=row.account_id,
            owner_id=row.owner_id,
            week=_latest_week(row, today=today, weeks=weeks),
            is_proposed=row.id in taken,
        )
        for row in rows
    ]


def _ahead(today: date, days: int) -> QuerySet[Renewal]:
    return Renewal.objects.filter(closed_on__isnull=True, due_on__gte=today, due_on__lte=today + timedelta(days=days))


def _latest_week(row: Renewal, *, today: date, weeks: int) -> int:
    """The last week, from 0, in which an offer still comes before notice or due date, the horizon at most."""
    ends = min(day for day in (row.notice_on, row.due_on) if day is not None and day >= today)
    return min(weeks - 1, (ends - today).days // 7)
