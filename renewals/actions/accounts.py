"""Record accounts, one or many; move them in the hierarchy and through lifecycle stages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from renewals.actions.rows import update_rows
from renewals.actions.segments import assign_segments
from renewals.actions.upsert import Recorded, upsert
from renewals.core.actors import Actor
from renewals.core.errors import ParentCycle, UnknownReference
from renewals.core.records import AccountRow, check_account, check_unique
from renewals.models import Account, LifecycleStage, Membership, StageEntry, Team, Workspace

BATCH = 1000
COLUMNS = tuple(
    field.name
    for field in fields(AccountRow)
    if field.name not in {"external_id", "parent_external_id", "stage_key", "stage_on", "attributes"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageChange:
    """An account enters a stage on a day."""

    account_id: int
    stage_key: str
    entered_on: date


@transaction.atomic
def record_accounts(*, rows: Sequence[AccountRow], by: Actor, now: datetime) -> Recorded:
    """Create or change accounts by external id and return what became of them; the same rows again change nothing.

    Custom attributes are merged. Parents may be in the same call. Raises the named errors of `check_account`,
    DuplicateRecord, UnknownReference (owner, team, parent, stage) and ParentCycle; then nothing is written.
    """
    checked = [check_account(row) for row in rows]
    check_unique((row.external_id for row in checked), noun="account")
    _check_people(checked)
    home = Workspace.objects.get(id=by.workspace_id).currency
    columns = {row.external_id: _columns(row) for row in _with_attributes(checked)}
    recorded = upsert(
        Account.objects.all(),
        columns,
        workspace_id=by.workspace_id,
        now=now,
        defaults={"currency": home, "attributes": {}},
    )
    _set_parents(checked, recorded.ids, by.workspace_id)
    changes = [
        StageChange(
            account_id=recorded.ids[row.external_id],
            stage_key=row.stage_key,
            entered_on=row.stage_on or now.date(),
        )
        for row in checked
        if row.stage_key
    ]
    set_stages(changes=changes, by=by, now=now)
    assign_segments(account_ids=recorded.changed_ids, by=by, now=now)
    return recorded


def record_account(*, row: AccountRow, by: Actor, now: datetime) -> Account:
    """Create or change one account and return it; errors as in `record_accounts`."""
    recorded = record_accounts(rows=[row], by=by, now=now)
    return Account.objects.get(id=next(iter(recorded.ids.values())))


def update_account(*, account_id: int, changes: AccountRow, by: Actor, now: datetime) -> Account:
    """Change a known account; its external id stays. Raises UnknownReference and as `record_accounts`."""
    known = Account.objects.filter(id=account_id).values_list("external_id", flat=True).first()
    if known is None:
        raise UnknownReference(f"There is no account {account_id} in this workspace.")
    return record_account(row=replace(changes, external_id=known), by=by, now=now)


@transaction.atomic
def set_parent(*, account_id: int, parent_id: int | None, by: Actor, now: datetime) -> Account:
    """Hang an account below another, or free it (None). Raises UnknownReference, ParentCycle naming the circle."""
    _hold_hierarchy(by.workspace_id)
    row = Account.objects.filter(id=account_id).first()
    if row is None or (parent_id is not None and not Account.objects.filter(id=parent_id).exists()):
        raise UnknownReference(f"There is no account {parent_id if row else account_id} in this workspace.")
    if row.parent_id != parent_id:
        _check_no_circle({account_id: parent_id})
        row.parent_id, row.updated_at = parent_id, now
        row.save(update_fields=["parent", "updated_at"])
    return row


@transaction.atomic
def set_stages(*, changes: Iterable[StageChange], by: Actor, now: datetime) -> int:
    """Move accounts into stages and return how many moved; one that is in its stage already stays.

    The stay before ends on the day of entry. Raises UnknownReference for a stage or account the workspace lacks.
    """
    wanted = {change.account_id: change for change in changes}
    if not wanted:
        return 0
    stages = {stage.key: stage for stage in LifecycleStage.objects.all()}
    rows = {row.id: row for row in Account.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    for change in wanted.values():
        if change.stage_key not in stages:
            known = ", ".join(stages) or "none"
            raise UnknownReference(f"There is no stage '{change.stage_key}'.", remedy=f"Known: {known}.")
        if change.account_id not in rows:
            raise UnknownReference(f"There is no account {change.account_id} in this workspace.")
    moving = [c for c in wanted.values() if rows[c.account_id].stage_id != stages[c.stage_key].id]
    _write_stages(moving, rows, stages, now)
    return len(moving)


def set_stage(*, account_id: int, stage_key: str, on: date, by: Actor, now: datetime) -> Account:
    """Move one account into a stage and return it; errors as in `set_stages`."""
    change = StageChange(account_id=account_id, stage_key=stage_key, entered_on=on)
    set_stages(changes=[change], by=by, now=now)
    return Account.objects.select_related("stage").get(id=account_id)


def _write_stages(
    moving: list[StageChange], rows: Mapping[int, Account], stages: Mapping[str, LifecycleStage], now: datetime
) -> None:
    days = {change.account_id: change.entered_on for change in moving}
    open_stays = list(StageEntry.objects.filter(account_id__in=days, left_on__isnull=True))
    for stay in open_stays:
        stay.left_on = max(days[stay.account_id], stay.entered_on)
    update_rows(open_stays, ["left_on"])
    fresh, moved = [], []
    for change in moving:
        row, stage = rows[change.account_id], stages[change.stage_key]
        row.stage, row.stage_entered_on, row.updated_at = stage, change.entered_on, now
        moved.append(row)
        fresh.append(StageEntry(workspace_id=row.workspace_id, account=row, stage=stage, entered_on=change.entered_on))
    StageEntry.objects.bulk_create(fresh, batch_size=BATCH)
    update_rows(moved, ["stage", "stage_entered_on", "updated_at"])


def _columns(row: AccountRow) -> dict[str, Any]:
    columns = {name: getattr(row, name) for name in COLUMNS}
    return columns | {"attributes": None if row.attributes is None else dict(row.attributes)}


def _with_attributes(rows: list[AccountRow]) -> list[AccountRow]:
    """Merge said attributes into those kept, so that two sources do not wipe each other's; names fall back to ids."""
    known = dict(
        Account.objects.filter(external_id__in=[row.external_id for row in rows]).values_list(
            "external_id", "attributes"
        )
    )
    return [_completed(row, known) for row in rows]


def _completed(row: AccountRow, known: Mapping[str, dict[str, Any]]) -> AccountRow:
    name = row.name if row.name or row.external_id in known else row.external_id
    if row.attributes is None:
        return replace(row, name=name)
    return replace(row, name=name, attributes=known.get(row.external_id, {}) | dict(row.attributes))


def _check_people(rows: list[AccountRow]) -> None:
    owners = {row.owner_id for row in rows} - {None}
    members = set(Membership.objects.filter(user_id__in=owners, is_active=True).values_list("user_id", flat=True))
    teams = {row.team_id for row in rows} - {None}
    known_teams = set(Team.objects.filter(id__in=teams).values_list("id", flat=True))
    for row in rows:
        where = f"Account {row.external_id}"
        if row.owner_id is not None and row.owner_id not in members:
            raise UnknownReference("The owner is not a member of this workspace.", where=where)
        if row.team_id is not None and row.team_id not in known_teams:
            raise UnknownReference("There is no such team in this workspace.", where=where)


def _set_parents(rows: list[AccountRow], ids: Mapping[str, int], workspace_id: int) -> None:
    said = {row.external_id: row.parent_external_id for row in rows if row.parent_external_id}
    if not said:
        return
    _hold_hierarchy(workspace_id)
    outside = set(said.values()) - set(ids)
    known = dict(Account.objects.filter(external_id__in=outside).values_list("external_id", "id")) | dict(ids)
    for child, parent in said.items():
        if parent not in known:
            raise UnknownReference(f"There is no parent account '{parent}'.", where=f"Account {child}")
    parents = {ids[child]: known[parent] for child, parent in said.items()}
    changed = [row for row in Account.objects.filter(id__in=parents) if row.parent_id != parents[row.id]]
    _check_no_circle({row.id: parents[row.id] for row in changed})
    for row in changed:
        row.parent_id = parents[row.id]
    update_rows(changed, ["parent"])


def _check_no_circle(new_parents: Mapping[int, int | None]) -> None:
    related = Account.objects.filter(Q(parent__isnull=False) | Q(id__in=new_parents))
    parents: dict[int, int | None] = dict(related.values_list("id", "parent_id")) | dict(new_parents)
    for start in new_parents:
        path = [start]
        while (above := parents.get(path[-1])) is not None:
            path.append(above)
            if above == start or len(path) > len(parents) + 1:
                names = dict(Account.objects.filter(id__in=path).values_list("id", "name"))
                circle = " → ".join(names[step] for step in path)
                raise ParentCycle(f"{circle}.", remedy="An account cannot stand below itself: choose another parent.")


def _hold_hierarchy(workspace_id: int) -> None:
    """Two moves at once could close a circle that neither sees: one at a time in a workspace."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hierarchy:{workspace_id}"])
