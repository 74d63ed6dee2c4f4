"""What contracts ask people to do: ends nobody decided, losses to review, accounts to ask back; and what is settled."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from playbooks.core.states import OPEN_TASK_STATES
from playbooks.models import Task
from playbooks.queries.assignees import active_people
from renewals.models import EndActionRun, LossReview, Renewal, TermVersion
from renewals.queries.library import review_rule
from renewals.queries.running_on import next_review_on, running_on

KINDS = ("end:", "loss:", "win-back:", "evergreen:", "unowned:")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDue:
    """A contract that runs on and comes up for review; `owner_id` None: nobody who is still here owns its account."""

    key: str
    term: TermVersion
    review_on: date
    owner_id: int | None


def ends_to_decide() -> QuerySet[EndActionRun]:
    """Return ends that were left to an owner and are still open, without a task."""
    rows = EndActionRun.objects.filter(result="asked", renewal__closed_on__isnull=True).select_related("renewal")
    return rows.exclude(_has_task("end:", "renewal_id")).order_by("id")


def losses_to_review() -> QuerySet[LossReview]:
    """Return reviews that are not held yet, without a task."""
    rows = LossReview.objects.filter(held_on__isnull=True).select_related("renewal")
    return rows.exclude(_has_task("loss:", "id")).order_by("id")


def win_backs_due(*, until: date) -> QuerySet[LossReview]:
    """Return losses whose day to ask back lies on or before a day, not asked yet, and without a task for that day."""
    rows = LossReview.objects.filter(win_back_on__lte=until, win_back_result="").select_related("renewal")
    return rows.exclude(_has_task("win-back:", "id", "win_back_on")).order_by("id")


def evergreens_to_review(*, today: date) -> list[ReviewDue]:
    """Return what runs on without an end and comes up for review, without a task for that day.

    Where a renewal is open, the end is looked at there. Until somebody owns the account the task is another one.
    """
    until = today + timedelta(days=review_rule().lead_days)
    coming_up = Renewal.objects.filter(contract_id=OuterRef("contract_id"), closed_on__isnull=True)
    members = active_people()
    rows = ((term, next_review_on(term, today=today)) for term in running_on().filter(~Exists(coming_up)))
    found = [_review_due(term, day, members) for term, day in rows if day <= until]
    keys = [each.key for each in found]
    known = set(Task.objects.filter(origin_key__in=keys).values_list("origin_key", flat=True))
    return [each for each in found if each.key not in known]


def _review_due(term: TermVersion, day: date, members: frozenset[int]) -> ReviewDue:
    owner_id = term.contract.account.owner_id
    is_owned = owner_id in members
    key = f"{'evergreen' if is_owned else 'unowned'}:{term.contract_id}:{day}"
    return ReviewDue(key=key, term=term, review_on=day, owner_id=owner_id if is_owned else None)


def settled_keys() -> list[str]:
    """Return the keys of open tasks whose cause is settled: closed, held, asked, or put off to another day."""
    keys = {
        key
        for kind in KINDS
        for key in Task.objects.filter(origin_key__startswith=kind, state__in=OPEN_TASK_STATES).values_list(
            "origin_key", flat=True
        )
    }
    return sorted(keys - _wanted(keys)) if keys else []


def _wanted(keys: set[str]) -> set[str]:
    """Return those of the keys that are still asked for."""
    ends = EndActionRun.objects.filter(renewal__closed_on__isnull=True, renewal_id__in=_ids(keys, "end:"))
    reviews = LossReview.objects.filter(id__in=_ids(keys, "loss:"), held_on__isnull=True)
    backs = LossReview.objects.filter(id__in=_ids(keys, "win-back:"), win_back_result="", win_back_on__isnull=False)
    runs = _ids(keys, "evergreen:") + _ids(keys, "unowned:")
    owners = dict(running_on().filter(contract_id__in=runs).values_list("contract_id", "contract__account__owner_id"))
    unowned = {contract for contract, owner in owners.items() if owner not in active_people()}
    return {
        *(key for key in keys if key.startswith("evergreen:") and int(key.split(":")[1]) in owners),
        *(key for key in keys if key.startswith("unowned:") and int(key.split(":")[1]) in unowned),
        *(f"end:{key}" for key in ends.values_list("renewal_id", flat=True)),
        *(f"loss:{key}" for key in reviews.values_list("id", flat=True)),
        *(f"win-back:{key}:{day}" for key, day in backs.values_list("id", "win_back_on")),
    }


def _has_task(kind: str, *names: str) -> Exists:
    """Whether there is a task of this kind and these columns, in any state; each is one look into an index."""
    first, *others = names
    key: list[Any] = [Value(kind), Cast(OuterRef(first), TextField())]
    for name in others:
        key += [Value(":"), Cast(OuterRef(name), TextField())]
    return Exists(Task.objects.filter(origin_key=Concat(*key, output_field=TextField())))


def _ids(keys: set[str], kind: str) -> list[int]:
    return [int(key.split(":")[1]) for key in keys if key.startswith(kind)]
