"""What a person may see of replays: every run of the workspace, and of its rows those of accounts within reach."""

from django.db.models import QuerySet
from django.http import Http404

from dashboards.queries.asker import Asker
from playbooks.models import ReplayedAct, ReplayedRenewal, ReplayRun
from renewals.core.roles import Scope, granted_scope
from renewals.models import Account
from renewals.queries.people import visible_to

PATH = "/playbooks/replay/"
PERMISSION = "replays.view"


def replay_run(run_id: int) -> ReplayRun:
    """Return a run; Http404 when this workspace has none with this id."""
    run = ReplayRun.objects.select_related("ordered_by").filter(id=run_id).first()
    if run is None:
        raise Http404
    return run


def acts_of(asker: Asker, run: ReplayRun) -> QuerySet[ReplayedAct]:
    """Return the decisions of a run that a person may see."""
    found = ReplayedAct.objects.filter(run=run)
    return found if _sees_all(asker) else found.filter(account__in=_accounts(asker))


def renewals_of(asker: Asker, run: ReplayRun) -> QuerySet[ReplayedRenewal]:
    """Return the renewals of a run that a person may see."""
    found = ReplayedRenewal.objects.filter(run=run)
    return found if _sees_all(asker) else found.filter(account__in=_accounts(asker))


def _sees_all(asker: Asker) -> bool:
    return granted_scope(asker.member, PERMISSION) is Scope.ALL


def _accounts(asker: Asker) -> QuerySet[Account]:
    return visible_to(Account.objects.all(), asker.member, PERMISSION)
