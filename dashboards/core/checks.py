"""Is the installation well? Each check says what was found, whether that is good, and what to do when it is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dashboards.core.dates import age_words
from dashboards.core.money import count_words

State = Literal["good", "watch", "bad"]
PULSE_LATE = timedelta(minutes=1)
STEP_LATE = timedelta(minutes=5)
SEAL_LATE = timedelta(hours=1)
VERIFIED_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check; `remedy` is empty when nothing is to be done."""

    name: str
    state: State
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """How far the seals over history are; `finding` is what the last verification found broken, '' for nothing."""

    seals: int
    rows: int
    sealed_at: datetime | None
    verified_at: datetime | None
    finding: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """What is measured of a workspace, by its slug: None means it could not be read."""

    workspace: str
    database: str | None
    is_bound_by_policies: bool | None
    has_broker: bool
    migrations_pending: int
    last_pulse_at: datetime | None
    oldest_due_at: datetime | None
    parked_steps: int
    messages_in_doubt: int
    is_sending_paused: bool
    pause_reason: str
    accounts_waiting: int
    accounts_parked: int
    silent_feeds: tuple[str, ...]
    odd_sources: tuple[str, ...] = ()
    model_alarms: tuple[str, ...] = ()
    channel_faults: tuple[str, ...] = ()
    sealing: Sealing | None = None


def judge(vitals: Vitals, *, now: datetime) -> tuple[Check, ...]:
    """Return every check in the order of urgency of its subject."""
    return (
        database_check(vitals.database),
        _policies(vitals),
        _migrations(vitals),
        _broker(vitals),
        _pulse(vitals, now),
        _lateness(vitals, now),
        _sending(vitals),
        _channels(vitals),
        _counted("Steps set aside", vitals.parked_steps, "step", "Open the renewal and read why; then mend or skip."),
        _counted(
            "Messages in doubt", vitals.messages_in_doubt, "message", "Open /messages/ and say whether it arrived."
        ),
        _scoring(vitals),
        _model(vitals),
        _feeds(vitals),
        _sources(vitals),
        _history(vitals.sealing, now),
    )


def is_well(checks: tuple[Check, ...]) -> bool:
    """Answer whether nothing is bad."""
    return all(check.state != "bad" for check in checks)


def headline(checks: tuple[Check, ...]) -> str:
    """Return what the checks come to: which are bad, else which want a look, else that everything runs."""
    bad, watched = (", ".join(each.name for each in checks if each.state == state) for state in ("bad", "watch"))
    if bad:
        return f"Needs you: {bad}"
    return f"Everything runs; worth a look: {watched}" if watched else "Everything runs"


def database_check(version: str | None) -> Check:
    """Return the check of the database alone; None: it does not answer."""
    if version is None:
        return Check(name="Database", state="bad", found="does not answer", remedy="Start PostgreSQL.")
    return Check(name="Database", state="good", found=version)


def _policies(vitals: Vitals) -> Check:
    if vitals.is_bound_by_policies:
        return Check(name="Workspaces kept apart", state="good", found="the database role is bound by its policies")
    remedy = "Connect as perennial_app; see docs/operations.md."
    return Check(name="Workspaces kept apart", state="bad", found="the role can read every workspace", remedy=remedy)


def _migrations(vitals: Vitals) -> Check:
    if vitals.migrations_pending == 0:
        return Check(name="Migrations", state="good", found="all applied")
    found = f"{count_words(vitals.migrations_pending, 'migration')} waiting"
    return Check(name="Migrations", state="bad", found=found, remedy="Run `manage.py migrate`.")


def _broker(vitals: Vitals) -> Check:
    if vitals.has_broker:
        return Check(name="Broker", state="good", found="answers")
    remedy = "Start Valkey or Redis. Nothing is lost meanwhile: the orchestrator works without it."
    return Check(name="Broker", state="watch", found="does not answer", remedy=remedy)


def _pulse(vitals: Vitals, now: datetime) -> Check:
    remedy = "Start the worker and the orchestrator."
    if vitals.last_pulse_at is None:
        return Check(name="Cadence", state="bad", found="has never run", remedy=remedy)
    is_late = now - vitals.last_pulse_at > PULSE_LATE
    found = f"last looked for due steps {age_words(vitals.last_pulse_at, now=now)}"
    return Check(name="Cadence", state="bad" if is_late else "good", found=found, remedy=remedy if is_late else "")


def _lateness(vitals: Vitals, now: datetime) -> Check:
    if vitals.oldest_due_at is None or vitals.oldest_due_at > now:
        return Check(name="Due steps", state="good", found="none is waiting")
    is_late = now - vitals.oldest_due_at > STEP_LATE
    found = f"the oldest has been due since {age_words(vitals.oldest_due_at, now=now)}"
    remedy = "More workers, or a step that fails again and again." if is_late else ""
    return Check(name="Due steps", state="bad" if is_late else "good", found=found, remedy=remedy)


def _sending(vitals: Vitals) -> Check:
    if not vitals.is_sending_paused:
        return Check(name="Sending", state="good", found="on")
    remedy = "Compare with the provider's log, then resume sending."
    return Check(name="Sending", state="bad", found=f"paused: {vitals.pause_reason}", remedy=remedy)


def _channels(vitals: Vitals) -> Check:
    if not vitals.channel_faults:
        return Check(name="Channels", state="good", found="each answers")
    found = "; ".join(vitals.channel_faults)
    remedy = "What waits is kept and goes out when it answers. Open /settings/channels/ to try again at once."
    return Check(name="Channels", state="watch", found=found, remedy=remedy)


def _counted(name: str, number: int, noun: str, remedy: str) -> Check:
    if number == 0:
        return Check(name=name, state="good", found="none")
    return Check(name=name, state="watch", found=count_words(number, noun), remedy=remedy)


def _scoring(vitals: Vitals) -> Check:
    waiting = f"{count_words(vitals.accounts_waiting, 'account')} waiting"
    if vitals.accounts_parked == 0:
        return Check(name="Scores", state="good", found=waiting)
    found = f"{waiting}, {vitals.accounts_parked:,} failed"
    return Check(name="Scores", state="watch", found=found, remedy="Read the worker's log for those accounts.")


def _model(vitals: Vitals) -> Check:
    if not vitals.model_alarms:
        return Check(name="Risk model", state="good", found="no alarm of the watch")
    found = "; ".join(vitals.model_alarms)
    return Check(name="Risk model", state="watch", found=found, remedy="Open /scores/models/: a training is ordered.")


def _feeds(vitals: Vitals) -> Check:
    if not vitals.silent_feeds:
        return Check(name="Signals", state="good", found="every feed is heard")
    found = f"silent: {', '.join(vitals.silent_feeds)}"
    return Check(name="Signals", state="watch", found=found, remedy="Ask whoever runs the source.")


def _sources(vitals: Vitals) -> Check:
    if not vitals.odd_sources:
        return Check(name="Sources", state="good", found="each is as busy as usual")
    found = "; ".join(vitals.odd_sources)
    return Check(name="Sources", state="watch", found=found, remedy="Open /signals/ and look at the source.")


def _history(sealing: Sealing | None, now: datetime) -> Check:
    """Only verifying finds a row that the owner of the database wrote; what is not verified is not known to be well."""
    if sealing and sealing.finding:
        found = f"does not agree with its seals: {sealing.finding[:300]}"
        remedy = "Run `manage.py verify_history`, and compare with a backup."
        return Check(name="History", state="bad", found=found, remedy=remedy)
    if sealing is None or sealing.sealed_at is None or sealing.verified_at is None:
        remedy = "Start the worker and beat, or run `manage.py seal_history` and `manage.py verify_history`."
        return Check(name="History", state="watch", found="not sealed and verified yet", remedy=remedy)
    rows, seals = count_words(sealing.rows, "row"), count_words(sealing.seals, "seal")
    sealed, verified = age_words(sealing.sealed_at, now=now), age_words(sealing.verified_at, now=now)
    found = f"{rows} in {seals}, sealed {sealed}, verified {verified}"
    if now - sealing.sealed_at > SEAL_LATE or now - sealing.verified_at > VERIFIED_LATE:
        remedy = "Look for a transaction that never ends, or a worker that does not run."
        return Check(name="History", state="watch", found=found, remedy=remedy)
    return Check(name="History", state="good", found=found)
