"""Write the ledger of touchpoints: rows are only added, and the same origin key is the same touchpoint."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import transaction
from django.db.models import Model, Value

from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.records import TouchpointRow, check_touchpoint
from renewals.models import Account, Contact, Renewal, Touchpoint
from renewals.queries.any_of import any_of

BATCH = 1000
LINKS: tuple[tuple[type[Model], str], ...] = (
    (Account, "account_id"),
    (Contact, "contact_id"),
    (Renewal, "renewal_id"),
)


@transaction.atomic
def record_touchpoints(*, rows: Sequence[TouchpointRow], by: Actor, now: datetime) -> tuple[Touchpoint, ...]:
    """Add touchpoints and return those in the ledger, in the order of `rows`; a known origin key returns its first.

    Raises UnknownReference for an account, contact or renewal, and the named errors of `check_touchpoint`.
    """
    checked = [check_touchpoint(row) for row in rows]
    _check_links(checked)
    fresh = [
        Touchpoint(
            workspace_id=by.workspace_id,
            recorded_at=now,
            **asdict(row) | {"by_label": row.by_label or by.label, "by_user_id": row.by_user_id or _person(by)},
        )
        for row in checked
    ]
    Touchpoint.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    kept = {row.origin_key: row for row in Touchpoint.objects.filter(origin_key__in=[r.origin_key for r in checked])}
    return tuple(kept[row.origin_key] for row in checked)


def record_touchpoint(*, row: TouchpointRow, by: Actor, now: datetime) -> Touchpoint:
    """Add one touchpoint and return it, or the first one with its origin key; errors as in `record_touchpoints`."""
    return record_touchpoints(rows=[row], by=by, now=now)[0]


def _person(by: Actor) -> int | None:
    return by.id if by.kind == "person" else None


def _check_links(rows: list[TouchpointRow]) -> None:
    """Raise for the first account, contact or renewal this workspace does not have; one statement for all."""
    named = [(model, {getattr(row, name) for row in rows} - {None}) for model, name in LINKS]
    found = [
        model.objects.filter(any_of("id", ids)).annotate(of=Value(model._meta.label)).values_list("of", "id")
        for model, ids in named
        if ids
    ]
    known = set(found[0].union(*found[1:], all=True)) if found else set()
    for model, ids in named:
        for missing in sorted(number for number in ids if (model._meta.label, number) not in known):
            raise UnknownReference(f"There is no {model._meta.model_name} {missing} in this workspace.")
