"""The engine's own limits: leases, chunks and time-outs. An installation may set them; playbooks may not."""

from dataclasses import dataclass

from django.conf import settings

LONGEST_LEASE_SECONDS = 600
IS_FREE = f"""({{row}}.lease_until IS NULL OR {{row}}.lease_until NOT BETWEEN clock_timestamp()
    AND clock_timestamp() + interval '{LONGEST_LEASE_SECONDS} seconds')"""
"""Nobody holds the row. A lease that ends later than any can was taken before the machine's clock was put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineLimits:
    """`lease_seconds` must be longer than a chunk takes and than any channel's time-out, and at most ten minutes."""

    lease_seconds: float = 30.0
    steps_per_claim: int = 500
    messages_per_claim: int = 100
    sends_per_round: int = 10
    statement_timeout_ms: int = 20_000
    lock_timeout_ms: int = 4_000
    idle_timeout_ms: int = 10_000
    retry_first_seconds: float = 10.0

    def __post_init__(self) -> None:
        """Raise ValueError for a lease that would be taken for one of a clock that was put back."""
        if self.lease_seconds > LONGEST_LEASE_SECONDS:
            raise ValueError(f"a lease of {self.lease_seconds} seconds is longer than {LONGEST_LEASE_SECONDS}")


def engine_limits() -> EngineLimits:
    """The limits in force: the settings' ENGINE_LIMITS over the defaults. Raises TypeError for an unknown name."""
    return EngineLimits(**getattr(settings, "ENGINE_LIMITS", {}))
