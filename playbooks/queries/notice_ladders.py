"""When silence of the other side about their own deadline goes up, and to whom: shipped data."""

from functools import lru_cache

from playbooks.core.deadline_tasks import SilenceLadder, read_silence
from renewals.queries.library import notice_document


@lru_cache(maxsize=1)
def silence_ladder() -> SilenceLadder:
    """Return the ladder of their deadlines."""
    return read_silence(notice_document())
