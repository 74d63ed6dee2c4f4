"""Who sees and changes which review, which of its items, and whether its sums give an amount away."""

from django.db.models import Q, QuerySet
from django.http import Http404

from dashboards.queries.asker import Asker, Reach
from playbooks.models import Review, ReviewAttendance, ReviewDecision, ReviewItem, ReviewSeries
from renewals.core.roles import Scope, can, granted_scope
from renewals.models import Account, Renewal
from renewals.queries.people import visible_to

VIEW, CHANGE = "reviews.view", "reviews.change"


def visible_reviews(asker: Reach) -> QuerySet[Review]:
    """Return the reviews a person may see: their own and those they are invited to, their team's, or all."""
    rows = Review.objects.select_related("series__team", "owner").defer("pack")
    return rows.filter(_reach(asker))


def visible_review(asker: Asker, review_id: int) -> Review:
    """Return a review with its pack; Http404 where there is none for this person."""
    row = Review.objects.select_related("series__team", "owner").filter(_reach(asker), id=review_id).first()
    if row is None:
        raise Http404
    return row


def visible_series(asker: Asker) -> QuerySet[ReviewSeries]:
    """Return the series whose reviews a person may see."""
    rows = ReviewSeries.objects.select_related("team", "owner")
    scope, me = granted_scope(asker.member, VIEW), asker.membership.user_id
    if scope is Scope.ALL:
        return rows
    near = Q(owner_id=me) | Q(invited__contains=[me])
    team = Q(team_id=asker.member.team_id, team__isnull=False)
    return rows.filter(near | team if scope is Scope.TEAM else near)


def visible_items(asker: Asker, review: Review) -> QuerySet[ReviewItem]:
    """Return the items of a review that are of nobody's account, or of a renewal the person may see."""
    rows = ReviewItem.objects.filter(review=review).order_by("place", "id")
    if granted_scope(asker.member, "renewals.view") is Scope.ALL:
        return rows
    seen = visible_to(Renewal.objects.all(), asker.member, "renewals.view")
    accounts = visible_to(Account.objects.all(), asker.member, "renewals.view")
    free = Q(renewal__isnull=True, account__isnull=True)
    return rows.filter(free | Q(renewal__in=seen) | Q(renewal__isnull=True, account__in=accounts))


def visible_decisions(asker: Reach) -> QuerySet[ReviewDecision]:
    """Return the decisions of reviews a person may see, and those that are theirs to carry out."""
    mine = Q(owner_id=asker.member.user_id)
    rows = ReviewDecision.objects.select_related("review__series", "item", "owner")
    return rows.filter(mine | Q(review__in=visible_reviews(asker).values("id")))


def may_change(asker: Asker, review: Review) -> bool:
    """Answer whether the person takes part in running a review: its owner and guests, else by reach."""
    me = asker.membership.user_id
    is_mine = review.owner_id == me or ReviewAttendance.objects.filter(review=review, person_id=me).exists()
    return can(asker.member, CHANGE, record=_nearness(asker, review.series, is_mine=is_mine))


def may_change_series(asker: Asker, series: ReviewSeries) -> bool:
    """Answer whether the person sets when a series meets: its owner, else by reach."""
    is_mine = series.owner_id == asker.membership.user_id
    return can(asker.member, CHANGE, record=_nearness(asker, series, is_mine=is_mine))


def may_start_series(asker: Asker) -> bool:
    """Answer whether the person starts series: who reaches further than what is their own."""
    return granted_scope(asker.member, CHANGE) >= Scope.TEAM


def sees_sums(asker: Asker, series: ReviewSeries) -> bool:
    """Answer whether sums over the part of the book give no amount away that is hidden from the person."""
    scope = granted_scope(asker.member, "prices.view")
    return scope is Scope.ALL or (scope is Scope.TEAM and _is_team(asker, series))


def _nearness(asker: Asker, series: ReviewSeries, *, is_mine: bool) -> Scope:
    if is_mine:
        return Scope.OWN
    return Scope.TEAM if _is_team(asker, series) else Scope.ALL


def _is_team(asker: Asker, series: ReviewSeries) -> bool:
    return series.team_id is not None and series.team_id == asker.member.team_id


def _reach(asker: Reach) -> Q:
    scope, me = granted_scope(asker.member, VIEW), asker.member.user_id
    if scope is Scope.ALL:
        return Q()
    invited = ReviewAttendance.objects.filter(person_id=me).values("review_id")
    near = Q(owner_id=me) | Q(id__in=invited)
    team = Q(series__team_id=asker.member.team_id, series__team__isnull=False)
    return near | team if scope is Scope.TEAM else near
