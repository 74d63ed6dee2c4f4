"""What the pipeline asks of a kind: its fields, how its staged rows are checked, how they are written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from renewals.actions.imports.upsert import Writing
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.specs import KindSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWriter:
    """A kind of file. `check` leaves each staged row with a verdict; `write` carries them out and counts by table."""

    spec: KindSpec
    check: Callable[[ImportMapping], None]
    write: Callable[[Writing], Mapping[str, int]]
