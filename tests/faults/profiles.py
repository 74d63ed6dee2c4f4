"""How large a run is and which faults it suffers; the figures are those of docs/reliability.md."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One run: enrolments of four steps each, how long faults are dealt out, and how many of each kind."""

    name: str
    enrolments: int
    seconds: float
    kills: int = 0
    wipes: int = 0
    broker_crashes: int = 0
    database_crashes: int = 0
    database_restarts: int = 0
    freezes: int = 0
    provider_crashes: int = 0
    unsubscribes: int = 0
    lease_seconds: float = 8.0
    warm_up: float = 8.0
    provider_mode: str = "idempotent"
    failpoints: str = ""
    wakes_after: float = 2.5
    workers: int = 2
    orchestrators: int = 2
    has_broker: bool = True

    @property
    def steps(self) -> int:
        """How many steps have to be done."""
        return self.enrolments * 4


SELF_HARM = (
    "step_claimed=kill:0.012,step_claimed=stop:0.012,step_effect_written=kill:0.012,step_effect_written=stop:0.012,"
    "send_marked=kill:0.008,send_marked=stop:0.008,send_accepted=kill:0.008,send_accepted=stop:0.008,"
    "send_before_commit=kill:0.008,send_before_commit=stop:0.008"
)

# Small and wild: what takes a protection out is to be found soon, with many frozen workers that wake too late.
WILD = (
    "step_claimed=kill:0.03,step_claimed=stop:0.1,step_effect_written=kill:0.03,step_effect_written=stop:0.02,"
    "send_marked=kill:0.02,send_marked=stop:0.02,send_accepted=kill:0.03,send_accepted=stop:0.02,"
    "send_before_commit=kill:0.03,send_before_commit=stop:0.02"
)

# A quick engine is seldom in the middle of a step when a kill comes from outside; these make sure of a hit.
SURE_BITE = "step_claimed=kill:0.1,send_marked=kill:0.05"

SOAK_MINUTES = int(os.environ.get("SOAK_MINUTES", "120"))

PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="smoke",
            enrolments=30,
            seconds=12,
            lease_seconds=4.0,
            warm_up=3.0,
            kills=6,
            wipes=2,
            broker_crashes=1,
            database_crashes=1,
            freezes=1,
            provider_crashes=1,
            unsubscribes=4,
            workers=1,
            failpoints=SURE_BITE,
        ),
        Profile(
            name="gate",
            enrolments=500,
            seconds=90,
            kills=60,
            wipes=4,
            broker_crashes=2,
            database_crashes=2,
            database_restarts=1,
            freezes=5,
            provider_crashes=2,
            unsubscribes=20,
        ),
        Profile(
            name="full",
            enrolments=2500,
            seconds=240,
            kills=200,
            wipes=20,
            broker_crashes=5,
            database_crashes=4,
            database_restarts=2,
            freezes=10,
            provider_crashes=5,
            unsubscribes=100,
        ),
        Profile(
            name="soak",
            enrolments=200 * SOAK_MINUTES,
            seconds=60.0 * SOAK_MINUTES,
            kills=4 * SOAK_MINUTES,
            wipes=SOAK_MINUTES,
            broker_crashes=SOAK_MINUTES // 5,
            database_crashes=SOAK_MINUTES // 10,
            database_restarts=SOAK_MINUTES // 10,
            freezes=SOAK_MINUTES,
            provider_crashes=SOAK_MINUTES // 5,
            unsubscribes=5 * SOAK_MINUTES,
        ),
        Profile(
            name="plain",
            enrolments=150,
            seconds=40,
            kills=12,
            freezes=2,
            provider_crashes=2,
            unsubscribes=5,
            provider_mode="plain",
            workers=1,
        ),
        Profile(
            name="no_broker",
            enrolments=500,
            seconds=90,
            unsubscribes=20,
            workers=1,
            has_broker=False,
        ),
        Profile(
            name="teeth",
            enrolments=100,
            seconds=20,
            unsubscribes=4,
            lease_seconds=2.0,
            warm_up=3.0,
            wakes_after=6.0,
            failpoints=WILD,
            workers=0,
            orchestrators=4,
        ),
        Profile(
            name="failpoints",
            enrolments=300,
            seconds=60,
            unsubscribes=20,
            lease_seconds=3.0,
            failpoints=SELF_HARM,
            workers=0,
            orchestrators=4,
        ),
        *(
            Profile(
                name=f"drill_{name}",
                enrolments=enrolments,
                seconds=seconds,
                lease_seconds=4.0,
                provider_mode="plain",
                workers=1,
            )
            for name, enrolments, seconds in (
                ("restore", 60, 12),
                ("archive", 60, 12),
                ("failover_sync", 60, 12),
                ("failover_async", 60, 12),
                ("full_disk", 120, 30),
                ("clock", 60, 16),
                ("import", 2, 1),
            )
        ),
    )
}

DRILLS = tuple(name for name in PROFILES if name.startswith("drill_"))


def chosen(words: str) -> list[str]:
    """The profiles that are asked for, with commas between; `drills` stands for all drills."""
    return [each for word in words.split(",") for each in (DRILLS if word == "drills" else (word,))]
