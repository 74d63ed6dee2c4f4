"""Is the process alive, is everything there that it needs, and what do the counters say (Prometheus)?"""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from dashboards.queries.operations import database_facts, has_broker, migrations_pending
from dashboards.screen import public
from playbooks.queries.evidence import engine_counters, last_pulse
from renewals.queries.clock import database_now

PULSE_SECONDS = 60


@public
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "alive" without asking anything else."""
    return HttpResponse("alive\n", content_type="text/plain")


@public
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and broker are there, 503 with what is missing; the cadence is told too."""
    found = {
        "database": "ok" if database_facts()[0] else "unreachable",
        "broker": "ok" if has_broker() else "unreachable",
    }
    try:
        found["migrations"] = "pending" if migrations_pending() else "ok"
        pulse = last_pulse()
        is_running = pulse is not None and (database_now() - pulse).total_seconds() < PULSE_SECONDS
        cadence = "running" if is_running else "silent"
    except DatabaseError:
        found["migrations"] = cadence = "unknown"
    is_ready = all(state == "ok" for state in found.values())
    return JsonResponse({**found, "cadence": cadence}, status=200 if is_ready else 503)


@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Return the engine's counters in the format of Prometheus; no name and no amount of any workspace."""
    registry = CollectorRegistry()
    counted = Gauge("perennial_engine_events", "Evidence of the engine", ["name"], registry=registry)
    for name, count in engine_counters().items():
        counted.labels(name=name).set(count)
    pulse = last_pulse()
    age = Gauge("perennial_cadence_pulse_age_seconds", "Since somebody last looked for due steps", registry=registry)
    age.set(-1 if pulse is None else (database_now() - pulse).total_seconds())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
