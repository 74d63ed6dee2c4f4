"""Set how the events of a source are read."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from signals.actions.sources.deliveries import read_again
from signals.core.sources.errors import MappingInvalid
from signals.core.sources.shapes import MOST_TYPES, check_paths
from signals.models import Source, SourceMapping, UnknownEvent
from signals.queries.library import catalogue, shapes

LONGEST_TYPE = 120


@transaction.atomic
def set_mapping(
    *, source_id: int, shape: str, paths: Mapping[str, str], kinds: Mapping[str, str], by: Actor, now: datetime
) -> SourceMapping:
    """Keep shape, paths and kinds of a source, and have read again what gave no signal before.

    Raises MappingInvalid and PathInvalid. The same again changes nothing but the moment.
    """
    if not Source.objects.filter(id=source_id).exists():
        raise UnknownReference(f"There is no source {source_id} in this workspace.")
    if shape not in shapes():
        raise MappingInvalid(f"There is no shape '{shape[:40]}'.", where="shape")
    row, _ = SourceMapping.objects.update_or_create(
        workspace_id=by.workspace_id,
        source_id=source_id,
        defaults={"shape": shape, "paths": check_paths(paths), "kinds": _checked_kinds(kinds), "changed_at": now},
    )
    UnknownEvent.objects.filter(source_id=source_id).delete()
    read_again(source_id=source_id, by=by, now=now)
    return row


def _checked_kinds(kinds: Mapping[str, str]) -> dict[str, str]:
    found = {each.strip(): kind.strip() for each, kind in kinds.items() if each.strip()}
    if len(found) > MOST_TYPES:
        raise MappingInvalid(f"{MOST_TYPES} types of events at most ({len(found)} given).", where="kinds")
    for event_type, kind in found.items():
        if len(event_type) > LONGEST_TYPE:
            raise MappingInvalid(f"A type has {LONGEST_TYPE} characters at most.", where="kinds")
        if kind and catalogue().spec(kind) is None:
            families = ", ".join(catalogue().families)
            raise MappingInvalid(f"'{kind[:64]}' is no kind. Write family.name; families: {families}.", where="kinds")
    return found
