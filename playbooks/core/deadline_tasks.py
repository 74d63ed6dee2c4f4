"""Tasks about the other side's deadline: they may end a contract that renews by itself, and nobody there has answered.

The days and roles are data (renewals/library/notices.toml). Nothing is sent, and what they decide stays theirs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from playbooks.core.facts import reason
from playbooks.core.notice_tasks import NoticeTask, NoticeWork


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceRung:
    """So many days before the deadline, a person of `role` ("owner": the notice's) gets a task."""

    role: str
    days_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceLadder:
    """The rungs before a deadline in order, who settles one that passed in silence, and for how many days."""

    rungs: tuple[SilenceRung, ...]
    passed_role: str
    passed_days: int

    @property
    def listens_days(self) -> int:
        """Return from how many days before the deadline an answer counts: the first rung."""
        return max(rung.days_before for rung in self.rungs)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirDeadline:
    """Their deadline of one renewal. `heard_on` is the last day they wrote to, met or spoke with us; None when never.

    `is_over`: the renewal has closed, the notice is settled by a person, or their word is on record.
    """

    notice_id: int
    closes_on: date
    heard_on: date | None
    is_over: bool
    keys: tuple[str, ...] = ()
    open_keys: tuple[str, ...] = ()


def read_silence(document: Mapping[str, Any]) -> SilenceLadder:
    """Return the ladder of a document's part `theirs`."""
    part = document["theirs"]
    rungs = tuple(SilenceRung(**row) for row in part["rungs"])
    return SilenceLadder(rungs=rungs, passed_role=part["passed_role"], passed_days=part["passed_days"])


def deadline_work(facts: TheirDeadline, ladder: SilenceLadder, *, today: date) -> NoticeWork:
    """Return what the tasks about a deadline should become; the same facts ask for the same tasks.

    An answer, an end or a moved date takes them away. One that a person completed does not come back.
    """
    first = facts.closes_on - timedelta(days=ladder.listens_days)
    if facts.is_over:
        return NoticeWork(end=facts.open_keys, reason="deadline_settled")
    if facts.heard_on is not None and facts.heard_on >= first:
        return NoticeWork(end=facts.open_keys, reason="heard_from_them")
    wanted = tuple(_wanted(facts, ladder, today))
    keys = {task.origin_key for task in wanted}
    return NoticeWork(
        make=tuple(task for task in wanted if task.origin_key not in facts.keys),
        end=tuple(key for key in facts.open_keys if key not in keys),
        reason="deadline_moved_on",
    )


def _wanted(facts: TheirDeadline, ladder: SilenceLadder, today: date) -> Iterator[NoticeTask]:
    key = f"deadline:{facts.notice_id}:{facts.closes_on.isoformat()}"
    heard = {} if facts.heard_on is None else {"heard_on": facts.heard_on}
    if today > facts.closes_on:
        if today <= facts.closes_on + timedelta(days=ladder.passed_days):
            yield NoticeTask(
                origin_key=f"{key}:passed",
                role=ladder.passed_role,
                title="Their deadline passed in silence: note that it renews",
                instructions="They did not end the contract in time and nobody there answered. Confirm it with them, "
                "then record stage and forecast. This is no legal advice.",
                due_on=today,
                why=(reason("their_deadline_passed", closes_on=facts.closes_on, **heard),),
            )
        return
    for number, rung in enumerate(ladder.rungs, start=1):
        if today >= facts.closes_on - timedelta(days=rung.days_before):
            yield NoticeTask(
                origin_key=f"{key}:{number}",
                role=rung.role,
                title="Their deadline nears in silence: ask what they decide",
                instructions=f"They may end the contract until {facts.closes_on.isoformat()}, and nobody there has "
                "answered. Speak with somebody who decides, and note what they say.",
                due_on=facts.closes_on,
                why=(reason("their_deadline_near", closes_on=facts.closes_on, **heard),),
            )
