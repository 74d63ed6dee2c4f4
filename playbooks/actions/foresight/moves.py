"""Count how often a projected touch was moved, and remember for a while what was called off: feeds must tell both."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from playbooks.actions.step_rows import Row
from playbooks.models import ProjectedTouch

CANCELLED = "cancelled"
REMEMBERED = timedelta(days=30)
COPIED = ("workspace_id", "renewal_id", "account_id", "owner_id", "playbook_key", "step_key", "name", "kind")
Key = tuple[int, str, str, str, str]


def with_moves(before: Sequence[ProjectedTouch], after: Sequence[Row], *, now: datetime) -> list[Row]:
    """Return the new rows with how often each was moved, and a row for each touch ahead that is not ahead any more.

    What has come to pass is not called off: it just is over.
    """
    old = {_key(row.renewal_id, row.playbook_key, row.step_key, row.kind, row.name): row for row in before}
    new = {_row_key(row): row for row in after}
    numbered = [row | {"moves": _moves(old.get(key), row)} for key, row in new.items()]
    return [*numbered, *_called_off(old[key] for key in old.keys() - new.keys() if _is_told(old[key], now))]


def _is_told(row: ProjectedTouch, now: datetime) -> bool:
    return row.at > (now - REMEMBERED if row.effect == CANCELLED else now)


def _called_off(rows: Iterable[ProjectedTouch]) -> Iterable[Row]:
    for row in sorted(rows, key=lambda item: item.id):
        is_new = row.effect != CANCELLED
        yield {name: getattr(row, name) for name in COPIED} | {
            "effect": CANCELLED,
            "at": row.at,
            "local_on": row.local_on,
            "local_at": row.local_at,
            "zone": row.zone,
            "is_firm": True,
            "moves": row.moves + is_new,
        }


def _moves(old: ProjectedTouch | None, row: Row) -> int:
    if old is None:
        return 0
    return old.moves + (old.effect == CANCELLED or old.at != row["at"])


def _row_key(row: Row) -> Key:
    return _key(row["renewal_id"], row["playbook_key"], row.get("step_key", ""), row["kind"], row["name"])


def _key(renewal_id: int, playbook_key: str, step_key: str, kind: str, name: str) -> Key:
    """A step keeps its identity when its kind or name is changed; a phase goes by its name."""
    return (renewal_id, playbook_key, step_key, "", "") if step_key else (renewal_id, "", "", kind, name)
