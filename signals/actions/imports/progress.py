"""Tell the pages how far an import is. Nothing depends on it: a cache that is away is logged and forgotten."""

import logging
import time
from collections.abc import Callable
from dataclasses import asdict

import redis
from django.core.cache import cache

from renewals.actions.imports.load import Told
from renewals.core.imports.report import Progress
from signals.queries.imports import ImportProgress, progress_key

log = logging.getLogger(__name__)
KEPT_SECONDS = 120


def progress_teller(workspace_id: int, run_id: int, *, ticks: Callable[[], float] = time.monotonic) -> Told:
    """Return what an import calls with its progress; `ticks` counts seconds."""
    began = ticks()
    key = progress_key(workspace_id, run_id)

    def tell(progress: Progress) -> None:
        said = ImportProgress(
            phase=progress.phase, rows=progress.rows, fraction=progress.fraction, seconds=ticks() - began
        )
        try:
            cache.set(key, asdict(said), KEPT_SECONDS)
        except (redis.RedisError, OSError) as error:
            log.warning("The progress of import %s is not shown: %s", run_id, error)

    return tell
