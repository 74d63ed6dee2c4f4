"""What people can do and what renewals need, as the core takes it, and which renewals wait for a person's choice."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from renewals.core.fit import FitRules, PersonFacts, RenewalNeed, skills_needed
from renewals.core.fit_rules import read_fit_rules
from renewals.models import Contact, ContractLine, Membership, OwnerChoice, PersonSkills, Renewal
from renewals.queries.history import history_model
from renewals.queries.library import shipped_fit
from renewals.queries.people import members

LETTERS = 2


@lru_cache(maxsize=1)
def fit_rules() -> FitRules:
    """Return the shipped rules of who fits."""
    return read_fit_rules(shipped_fit())


def awaiting_choice() -> QuerySet[Renewal]:
    """Return open renewals whose owner nobody chose: left by their owner, or given to the first there was.

    An owner that was ever changed, and one taken over from the account, is a person's choice and stays.
    """
    present = Membership.objects.filter(user_id=OuterRef("owner_id"), is_active=True, user__is_active=True)
    chosen = OwnerChoice.objects.filter(renewal_id=OuterRef("id"), owner_id=OuterRef("owner_id"))
    rows = Renewal.objects.filter(closed_on__isnull=True).annotate(is_present=Exists(present))
    by_default = Q(account__owner__isnull=True) & ~Exists(chosen) & ~_changed()
    return rows.filter(Q(is_present=False) | by_default).order_by("due_on", "id")


def _changed() -> Exists:
    """Whether another owner stood there before."""
    events = history_model(Renewal)
    earlier = events.objects.filter(pgh_obj_id=OuterRef("id")).exclude(owner_id=OuterRef("owner_id"))
    return Exists(earlier)


def people_to_fit(away: Collection[int] = ()) -> tuple[PersonFacts, ...]:
    """Return the active members with what they can do and how many open renewals they own; three queries."""
    held = {row.user_id: row for row in PersonSkills.objects.all()}
    counted = Renewal.objects.filter(closed_on__isnull=True).values("owner_id").annotate(number=Count("id"))
    load = Counter({row["owner_id"]: row["number"] for row in counted.order_by()})
    return tuple(
        PersonFacts(
            user_id=row.user_id,
            role=row.role,
            team_id=row.team_id,
            abilities=abilities_of(held.get(row.user_id)),
            open_renewals=load[row.user_id],
            most_open=held[row.user_id].most_open if row.user_id in held else None,
            is_away=row.user_id in away,
        )
        for row in members()
    )


def abilities_of(row: PersonSkills | None) -> dict[str, tuple[str, ...]]:
    """Return what a person can do by the names of the core; nothing for nobody."""
    if row is None:
        return {}
    return {
        "segment": tuple(row.segments),
        "product": tuple(row.products),
        "language": tuple(row.languages),
        "skill": tuple(row.skills),
    }


def needs_of(renewals: Sequence[Renewal]) -> tuple[RenewalNeed, ...]:
    """Return what renewals, loaded with their accounts, ask for, in their order; two queries."""
    languages = _languages({row.account_id for row in renewals})
    products = _products({row.contract_id for row in renewals})
    rules = fit_rules()
    return tuple(
        RenewalNeed(
            renewal_id=row.id,
            team_id=row.account.team_id,
            wanted={
                "segment": (row.account.segment,) if row.account.segment else (),
                "product": products[row.contract_id],
                "language": languages[row.account_id],
                "skill": skills_needed(_facts(row), rules),
            },
        )
        for row in renewals
    )


def _facts(row: Renewal) -> dict[str, str | None]:
    names = ("segment", "tier", "industry", "region", "country", "product_complexity")
    return {f"account.{name}": getattr(row.account, name) or None for name in names}


def _languages(account_ids: Iterable[int]) -> defaultdict[int, tuple[str, ...]]:
    """What the contacts who are still there speak."""
    rows = Contact.objects.filter(account_id__in=account_ids, left_on__isnull=True).exclude(language="")
    return _gathered((key, word[:LETTERS].lower()) for key, word in rows.values_list("account_id", "language"))


def _products(contract_ids: Iterable[int]) -> defaultdict[int, tuple[str, ...]]:
    rows = ContractLine.objects.filter(
        term__contract_id__in=contract_ids, term__superseded_at__isnull=True, product__isnull=False
    )
    return _gathered(rows.values_list("term__contract_id", "product__external_id").distinct())


def _gathered(pairs: Iterable[tuple[int, str]]) -> defaultdict[int, tuple[str, ...]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for key, word in pairs:
        found[key].add(word)
    return defaultdict(tuple, {key: tuple(sorted(held)) for key, held in found.items()})
