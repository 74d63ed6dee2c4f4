"""Rules that turn a signal, or a score that crosses a line, into work: read from data, decided on facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from playbooks.core.condition_parse import read_condition
from playbooks.core.vocabulary import OperatorRole
from renewals.core.conditions import Answer, Condition, Predicate, evaluate
from renewals.core.problems import Problem
from renewals.core.reading import MISSING, WRONG, Reader

CROSSING_FIELDS = ("risk.score", "health.score")


class TriggerType(StrEnum):
    """Why there is work; with the reason it makes one open piece of work per account."""

    RISK = "risk"
    ADOPTION = "adoption"
    SUPPORT = "support"
    BILLING = "billing"
    RELATIONSHIP = "relationship"
    EXPANSION = "expansion"


class TriggerDo(StrEnum):
    """What a trigger makes of an account: a task for a person, or an enrolment in a playbook."""

    TASK = "task"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerTask:
    """The task of a trigger; `by_industry` holds (industry, instructions) that replace the general ones."""

    title: str
    instructions: str
    role: OperatorRole
    due_days: int
    by_industry: tuple[tuple[str, str], ...] = ()

    def instructions_for(self, industry: str) -> str:
        """Return what to do at an account of this industry."""
        wanted = industry.strip().lower()
        return next((text for name, text in self.by_industry if name.lower() == wanted), self.instructions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One rule: a kind of `signal` or a `crossing` sets it off, `when` must be yes as well.

    It fires again for the same account once its work is over and `rearm_days` have passed.
    """

    key: str
    name: str
    type: TriggerType
    reason: str
    signal: str
    crossing: Predicate | None
    when: Condition | None
    do: TriggerDo
    task: TriggerTask | None
    playbook: str
    rearm_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedTrigger:
    """What could be read, None when something is missing, with every problem at once."""

    trigger: Trigger | None
    problems: tuple[Problem, ...]


def parse_trigger(table: Mapping[str, object]) -> ParsedTrigger:
    """Return the rule in a mapping as TOML or JSON gives it. Never raises for bad content: it is told instead."""
    problems: list[Problem] = []
    reader = Reader(table, "trigger", problems)
    trigger_type, do = reader.choice("type", TriggerType), reader.choice("do", TriggerDo)
    texts = {name: reader.text(name, longest=60) for name in ("key", "reason")}
    name, playbook = reader.text("name", longest=200), reader.text("playbook", longest=60, required=False)
    signal, crossing = reader.text("signal", longest=80, required=False), _crossing(reader)
    when, rearm_days = read_condition(reader, "when"), reader.whole("rearm_days", default=30, least=1, most=365)
    task = _task(reader.child("task")) if reader.has("task") else None
    reader.finish()
    _check_parts(reader, signal=signal, crossing=crossing, do=do, task=task, playbook=playbook)
    if any(problem.is_error for problem in problems) or trigger_type is None or do is None:
        return ParsedTrigger(trigger=None, problems=tuple(problems))
    trigger = Trigger(
        name=name,
        type=trigger_type,
        signal=signal,
        crossing=crossing,
        when=when,
        do=do,
        task=task,
        playbook=playbook,
        rearm_days=rearm_days,
        **texts,
    )
    return ParsedTrigger(trigger=trigger, problems=tuple(problems))


def has_crossed(line: Predicate, *, before: float | None, after: float | None) -> bool:
    """Answer whether a value went over the line: it holds now and did not before. An unknown before is no crossing."""
    if before is None or after is None:
        return False
    was = evaluate(line, {line.field: before}).answer
    return was is Answer.NO and evaluate(line, {line.field: after}).answer is Answer.YES


def firings_of(moments: Mapping[int, tuple[datetime, ...]], *, rearm_days: int) -> int:
    """Return how often a rule would have fired, given when it was set off at each account, in order of time."""
    fired = 0
    for at_account in moments.values():
        armed_at: datetime | None = None
        for at in at_account:
            if armed_at is None or at >= armed_at:
                fired, armed_at = fired + 1, at + timedelta(days=rearm_days)
    return fired


def _crossing(reader: Reader) -> Predicate | None:
    if not reader.has("crossing"):
        reader.raw("crossing")
        return None
    line = read_condition(reader, "crossing")
    if isinstance(line, Predicate) and line.field in CROSSING_FIELDS:
        return line
    reader.tell(WRONG, "A crossing is one comparison of a score.", f"Compare {' or '.join(CROSSING_FIELDS)}.")
    return None


def _task(reader: Reader) -> TriggerTask | None:
    role = reader.choice("role", OperatorRole, default=OperatorRole.CSM)
    industries = reader.raw("by_industry") or {}
    if not isinstance(industries, Mapping):
        reader.tell(WRONG, "'by_industry' must be a table of texts.", 'Write it as { Software = "…" }.')
        industries = {}
    task = TriggerTask(
        title=reader.text("title", longest=200),
        instructions=reader.text("instructions"),
        role=role or OperatorRole.CSM,
        due_days=reader.whole("due_days", default=2, least=0, most=60),
        by_industry=tuple((str(name), str(text)) for name, text in sorted(industries.items())),
    )
    reader.finish()
    return task


def _check_parts(
    reader: Reader,
    *,
    signal: str,
    crossing: Predicate | None,
    do: TriggerDo | None,
    task: TriggerTask | None,
    playbook: str,
) -> None:
    if bool(signal) == (crossing is not None):
        reader.tell(
            MISSING, "A trigger has one of 'signal' and 'crossing'.", "Name a kind of signal, or a score's line."
        )
    if do is TriggerDo.TASK and task is None:
        reader.tell(MISSING, "A trigger that makes a task has none.", "Add [task] with title and instructions.")
    if do is TriggerDo.ENROL and not playbook:
        reader.tell(MISSING, "A trigger that enrols names no playbook.", 'Add playbook = "…".')
