"""Who changed what, when and why: the history triggers' rows of one thing, read as differences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Field, Model, OuterRef, Q, Subquery

HIDDEN_FIELDS = frozenset({"id", "workspace", "updated_at", "created_at"})
KINDS = {"insert": "created", "update": "changed", "delete": "deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field's value before and after; None where there was none."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change of one row: `kind` is created, changed or deleted; `who` and `why` are '' when not told."""

    at: datetime
    who: str
    who_kind: str
    why: str
    kind: str
    model: str
    row_id: int
    fields: tuple[FieldChange, ...]


def history_model(model: type[Model]) -> type[Model] | None:
    """Return the table of a model's history; None for a ledger, which is its own history."""
    events = getattr(model, "pgh_event_models", {})
    return next(iter(events.values()), None)


def changes_of(row: Model, *, limit: int = 200) -> tuple[Change, ...]:
    """Return the changes of one row, newest first, each with the fields that differ from the state before."""
    events = history_model(type(row))
    if events is None:
        return ()
    found = list(events.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id")[: limit + 1])
    earlier = [*found[1:], None]
    return tuple(_change(event, before) for event, before in zip(found, earlier, strict=True))[:limit]


def changes_below(owner: Model, models: tuple[type[Model], ...], *, link: str, limit: int = 200) -> tuple[Change, ...]:
    """Return the changes of all rows of `models` whose column `link` points to `owner`, newest first.

    For example everything about an account: `changes_below(account, (Contact, Renewal), link="account")`.
    """
    found = [change for model in models for change in _changes_of_model(model, Q(**{f"{link}_id": owner.pk}), limit)]
    return tuple(sorted(found, key=lambda change: change.at, reverse=True)[:limit])


def recent_changes(model: type[Model], *, by_user_id: int | None = None, limit: int = 100) -> tuple[Change, ...]:
    """Return the newest changes of any row of a noun, newest first; `by_user_id` keeps those of one person."""
    events = history_model(model)
    if events is None:
        return ()
    own = {} if by_user_id is None else {"pgh_context__kind": "person", "pgh_context__id": by_user_id}
    earlier = events.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    newest = events.objects.filter(**own).annotate(before_id=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1]))
    found = list(newest.order_by("-pgh_id")[:limit])
    before = events.objects.in_bulk([event.before_id for event in found if event.before_id])
    return tuple(_change(event, before.get(event.before_id)) for event in found)


def _changes_of_model(model: type[Model], condition: Q, limit: int) -> list[Change]:
    events = history_model(model)
    if events is None:
        return []
    newest_first = list(events.objects.filter(condition).order_by("-pgh_id")[: 4 * limit])
    before: dict[int, Model] = {}
    changes: list[Change] = []
    for event in reversed(newest_first):
        changes.append(_change(event, before.get(event.pgh_obj_id)))
        before[event.pgh_obj_id] = event
    return changes


def _change(event: Any, before: Any) -> Change:
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        who=str(context.get("label", "")),
        who_kind=str(context.get("kind", "")),
        why=str(context.get("why", "")),
        kind=KINDS.get(event.pgh_label, event.pgh_label),
        model=event._meta.model.pgh_tracked_model._meta.model_name,
        row_id=event.pgh_obj_id,
        fields=() if event.pgh_label == "delete" else _differences(event, before),
    )


def _differences(event: Any, before: Any) -> tuple[FieldChange, ...]:
    pairs = ((field.name, _value(before, field), _value(event, field)) for field in _shown_fields(event))
    return tuple(FieldChange(field=name, before=old, after=new) for name, old, new in pairs if old != new)


def _shown_fields(event: Any) -> list[Field]:
    tracked = {field.name for field in event._meta.model.pgh_tracked_model._meta.concrete_fields}
    return [field for field in event._meta.concrete_fields if field.name in tracked - HIDDEN_FIELDS]


def _value(event: Any, field: Field) -> Any:
    value = None if event is None else getattr(event, field.attname)
    return None if value in ("", {}, []) else value
