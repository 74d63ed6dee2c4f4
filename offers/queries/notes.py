"""What is known of negotiations, how long their cycles took, and whose credit they are."""

from collections.abc import Iterable, Mapping

from django.db.models import OuterRef, Q, QuerySet, Subquery

from offers.core.negotiation.credit import Share
from offers.models import CreditSplit, NegotiationNote
from renewals.models import Membership, Renewal, Team, Touchpoint


def notes_of(renewal_id: int) -> QuerySet[NegotiationNote]:
    """Return what is known of a negotiation and was not taken back, the newest first."""
    rows = NegotiationNote.objects.filter(renewal_id=renewal_id, taken_back_at__isnull=True)
    return rows.order_by("-heard_on", "-id")


def note_rows(renewals: QuerySet[Renewal], kinds: Iterable[str]) -> QuerySet[NegotiationNote]:
    """Return the notes of these kinds on these renewals, the newest first."""
    rows = NegotiationNote.objects.filter(renewal__in=renewals, kind__in=list(kinds), taken_back_at__isnull=True)
    return rows.select_related("renewal__account", "renewal__owner").order_by("-heard_on", "-id")


def credit_of(renewal_id: int) -> CreditSplit | None:
    """Return the split in force, None while nobody set one: then the owner has all of it."""
    return CreditSplit.objects.filter(renewal_id=renewal_id).order_by("-number").first()


def splits_in_force(renewals: QuerySet[Renewal]) -> list[CreditSplit]:
    """Return the newest split of each of these renewals."""
    rows = CreditSplit.objects.filter(renewal__in=renewals).select_related("renewal__account")
    return list(rows.order_by("renewal_id", "-number").distinct("renewal_id"))


def shares_of(row: CreditSplit) -> tuple[Share, ...]:
    """Return the shares of a split, as they were set."""
    return tuple(Share(holder=holder, percent=each) for holder, each in zip(row.holders, row.percents, strict=True))


def holder_names() -> Mapping[str, str]:
    """Return every person and team of the workspace that may hold a share, by holder; people who left, too."""
    people = Membership.objects.select_related("user").order_by("user__name", "id")
    return {
        **{f"user:{row.user_id}": str(row.user) for row in people},
        **{f"team:{row.id}": f"Team {row.name}" for row in Team.objects.order_by("name")},
    }


def holders_now() -> frozenset[str]:
    """Return who may be given a share today: active people and the teams."""
    people = Membership.objects.filter(is_active=True, user__is_active=True).values_list("user_id", flat=True)
    return frozenset(
        [*(f"user:{each}" for each in people), *(f"team:{each}" for each in Team.objects.values_list("id", flat=True))]
    )


def with_first_touch(renewals: QuerySet[Renewal]) -> QuerySet[Renewal]:
    """Return the renewals with `first_touch_at`: on the renewal, or on its account since the cycle was opened.

    None without a touch.
    """
    own = Q(renewal_id=OuterRef("id")) | Q(renewal__isnull=True, occurred_at__date__gte=OuterRef("opened_on"))
    touches = Touchpoint.objects.filter(own, account_id=OuterRef("account_id")).order_by("occurred_at")
    return renewals.annotate(first_touch_at=Subquery(touches.values("occurred_at")[:1]))
