"""The engine's own limits: leases, chunks and time-outs. An installation may set them; playbooks may not."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """`lease_seconds` must be longer than a chunk takes and than any channel's time-out."""

    lease_seconds: float = 30.0
    steps_per_claim: int = 500
    messages_per_claim: int = 100
    sends_per_round: int = 10
    statement_timeout_ms: int = 20_000
    lock_timeout_ms: int = 4_000
    idle_timeout_ms: int = 10_000
    retry_first_seconds: float = 10.0


def engine_limits() -> EngineLimits:
    """The limits in force: the settings' ENGINE_LIMITS over the defaults. Raises TypeError for an unknown name."""
    return EngineLimits(**getattr(settings, "ENGINE_LIMITS", {}))
