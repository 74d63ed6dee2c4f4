"""The pack of a review: figures, items, decisions and people as they were, as plain data that closing keeps."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

PACK_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PackDecision:
    """One decision; `due_on` is a day in ISO form."""

    id: int
    words: str
    owner: str
    due_on: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackItem:
    """One item; `account_id` and `renewal_id` say whose it is, for the rules of who may see it. Amounts are texts."""

    id: int
    about: str
    title: str
    account_id: int | None
    renewal_id: int | None
    amount: str | None
    at_risk_amount: str | None
    due_on: str | None
    notice_on: str | None
    risk_band: str
    why: tuple[Mapping[str, Any], ...]
    age: int
    first_on: str
    state: str
    note: str
    decisions: tuple[PackDecision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Everything one needs to know of a review, without another table."""

    series: str
    kind: str
    held_on: str
    as_of: str
    zone: str
    scope: str
    rules: str
    currency: str
    owner: str
    present: tuple[str, ...]
    absent: tuple[str, ...]
    unsaid: tuple[str, ...]
    figures: Mapping[str, str]
    before: Mapping[str, str]
    before_on: str
    kept: Mapping[str, int]
    items: tuple[PackItem, ...]
    left_out: int
    minutes: str
    targets: tuple[Mapping[str, Any], ...] = ()
    target_changes: tuple[Mapping[str, Any], ...] = ()
    learnings: tuple[Mapping[str, Any], ...] = ()


def as_table(pack: Pack) -> dict[str, Any]:
    """Return the pack as JSON takes it."""
    return {"version": PACK_VERSION, **asdict(pack)}


def read_pack(table: Mapping[str, Any]) -> Pack:
    """Return a pack that was kept."""
    values = {name: value for name, value in table.items() if name != "version"}
    for name in ("present", "absent", "unsaid", "targets", "target_changes", "learnings"):
        values[name] = tuple(values.get(name, ()))
    return Pack(**values | {"items": tuple(_item(item) for item in table["items"])})


def _item(table: Mapping[str, Any]) -> PackItem:
    decisions = tuple(PackDecision(**each) for each in table["decisions"])
    return PackItem(**{**table, "why": tuple(table["why"]), "decisions": decisions})


def day_text(day: date | None) -> str | None:
    """Return a day in ISO form, None for none."""
    return None if day is None else day.isoformat()
