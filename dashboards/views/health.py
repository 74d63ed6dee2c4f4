"""Is the process alive, and is everything it needs there?"""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from dashboards.screen import public


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "alive" without asking anything else."""
    return HttpResponse("alive\n", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and broker are there, 503 with what is missing otherwise."""
    checks = {"database": _database(), "migrations": _migrations(), "broker": _broker()}
    return JsonResponse(checks, status=200 if all(state == "ok" for state in checks.values()) else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "pending" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except DatabaseError:
        return "unknown"


def _broker() -> str:
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1).ping()
    except (redis.RedisError, OSError):
        return "unreachable"
    return "ok"
