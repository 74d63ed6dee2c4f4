"""What can be imported, and how far a running import is.

The figures live in the cache: losing them costs the bar, never the import.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache as remembered
from types import MappingProxyType

import redis
from django.core.cache import cache

from renewals.core.imports.kinds.registry import RENEWAL_KINDS
from renewals.core.imports.specs import KindSpec
from signals.core.imports.kinds import import_kinds
from signals.queries.library import catalogue, lexicon

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """The phase in a word, rows so far, the part of the file read (0 to 1, None unknown), seconds since it began."""

    phase: str
    rows: int
    fraction: float | None
    seconds: float


@remembered
def import_specs() -> Mapping[str, KindSpec]:
    """Return every kind of file by name."""
    ours = {spec.name: spec for spec in import_kinds(catalogue(), lexicon())}
    return MappingProxyType({**RENEWAL_KINDS, **ours})


def progress_key(workspace_id: int, run_id: int) -> str:
    """Return where the progress of a run is kept."""
    return f"import-progress:{workspace_id}:{run_id}"


def import_progress(workspace_id: int, run_id: int) -> ImportProgress | None:
    """Return how far the run is; None when no worker has said anything lately, or the cache is away."""
    try:
        found = cache.get(progress_key(workspace_id, run_id))
    except (redis.RedisError, OSError) as error:
        log.warning("The cache does not answer: %s", error)
        return None
    return ImportProgress(**found) if found else None
