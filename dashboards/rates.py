"""How often something may be asked for in a while, counted in the cache; for pages that need no log-in."""

import logging

import redis
from django.core.cache import cache

log = logging.getLogger(__name__)


def is_too_often(key: str, *, most: int, seconds: int) -> bool:
    """Count one more and answer whether that is beyond `most` in this window; a cache that is away counts nothing."""
    try:
        if cache.add(f"rate:{key}", 1, timeout=seconds):
            return most < 1
        return int(cache.incr(f"rate:{key}")) > most
    except ValueError:  # it ran out between the two
        return False
    except (redis.RedisError, OSError) as error:
        log.warning("The cache does not answer, nothing is counted: %s", error)
        return False
