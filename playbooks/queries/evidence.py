"""What the engine counted about itself: takeovers, fenced commits, and when it last looked for due steps."""

from datetime import datetime

from django.db.models import Max

from playbooks.models import EngineCounter, EnginePulse


def engine_counters() -> dict[str, int]:
    """Return the counters by name, of the whole installation."""
    return dict(EngineCounter.objects.order_by("name").values_list("name", "count"))


def last_pulse() -> datetime | None:
    """Return when any process last looked for due steps; None when none ever has."""
    return EnginePulse.objects.aggregate(last=Max("finished_at"))["last"]
