"""Run a definition against recorded history and tell the difference. It has no channel and cannot write.

The whole of it happens in a transaction that PostgreSQL refuses every write in.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection, transaction

from playbooks.actions.foresight.walk import entered, walk
from playbooks.core.foresight.replay import Caught, Difference, Happening, caught_earlier, differences, work_by_week
from playbooks.queries.assignees import Assignees, assignees
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.replay import (
    RecordedCase,
    enrolments_between,
    happened,
    lost_among,
    recorded_cases,
    stopped_at,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a replay found: enrolments gone through, steps then and now, and how they differ."""

    enrolments: int
    recorded: tuple[Happening, ...]
    replayed: tuple[Happening, ...]
    differences: tuple[Difference, ...]
    work_recorded: Mapping[tuple[int, date], int]
    work_replayed: Mapping[tuple[int, date], int]
    caught: tuple[Caught, ...]


def replay_enrolments(
    playbook_key: str, version: PublishedVersion | None, *, first: datetime, last: datetime, now: datetime
) -> Replay:
    """Replay what began from `first` to `last` under `version`; None means each under the version it really had.

    Runs inside the workspace, in a read-only transaction of its own.
    """
    with read_only():
        began = enrolments_between(playbook_key, first, last)
        ids = [enrolment for enrolment, _ in began]
        recorded = happened(ids, until=last)
        cases, people = recorded_cases(ids, now=now), assignees()
        replayed = _replayed(cases, version, people, stopped_at(ids), last=last)
        lost = lost_among(renewal for _, renewal in began)
        return Replay(
            enrolments=len(ids),
            recorded=recorded,
            replayed=replayed,
            differences=differences(recorded, replayed),
            work_recorded=work_by_week(recorded),
            work_replayed=work_by_week(replayed),
            caught=caught_earlier(lost, recorded, replayed),
        )


@contextmanager
def read_only() -> Iterator[None]:
    """Open a transaction in which PostgreSQL refuses every write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _replayed(
    cases: Sequence[RecordedCase],
    version: PublishedVersion | None,
    people: Assignees,
    stopped: Mapping[int, datetime],
    *,
    last: datetime,
) -> tuple[Happening, ...]:
    """Walk each enrolment from the instant it began to where it was stopped, or to the end of the span."""
    found: list[Happening] = []
    for case in cases:
        began, enrolment = case.row["started_at"], case.row["enrolment_id"]
        track = entered(replace(case, version=version or case.version), now=began)
        until = min(last, stopped.get(enrolment, last))
        found += (
            []
            if track is None
            else [
                Happening(
                    enrolment_id=enrolment,
                    renewal_id=touch.renewal_id,
                    account=case.row["account_key"],
                    step_key=touch.step_key,
                    effect=touch.effect.value,
                    at=touch.at,
                    owner_id=touch.owner_id if touch.effect.value in ("task", "approval", "stuck") else None,
                )
                for touch in walk([track], people, until=until)
            ]
        )
    return tuple(sorted(found, key=lambda item: (item.at, item.enrolment_id)))
