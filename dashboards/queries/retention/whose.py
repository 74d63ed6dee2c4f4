"""Whose targets a person may hold against what was reached: everybody's, the team's and its people's, or their own."""

from django.db.models import Q

from dashboards.queries.asker import Asker
from dashboards.queries.retention.asked import RIGHT, Asked
from renewals.core.metrics import TargetOf
from renewals.core.roles import Scope, granted_scope
from renewals.models import Membership


def may_compare(asked: Asked, of: TargetOf) -> bool:
    """Answer whether the person sees every row that a target of this counts."""
    member, scope = asked.asker.member, granted_scope(asked.asker.member, RIGHT)
    if scope is Scope.ALL:
        return True
    if of.owner_id:
        return of.owner_id == member.user_id or (scope is Scope.TEAM and of.owner_id in _colleagues(asked.asker))
    return scope is Scope.TEAM and bool(of.team_id) and of.team_id == member.team_id


def own_targets(asker: Asker) -> Q:
    """Return the condition of the targets whose rows the person sees; an empty one where that is all of them."""
    scope = granted_scope(asker.member, RIGHT)
    if scope is Scope.ALL:
        return Q()
    mine = Q(owner_id=asker.member.user_id)
    if scope is Scope.TEAM and asker.member.team_id is not None:
        return mine | Q(owner_id__in=_colleagues(asker)) | Q(team_id=asker.member.team_id)
    return mine if scope is not Scope.NONE else Q(pk__in=[])


def _colleagues(asker: Asker) -> frozenset[int]:
    if asker.member.team_id is None:
        return frozenset()
    return frozenset(Membership.objects.filter(team_id=asker.member.team_id).values_list("user_id", flat=True))
