"""What a draft would do, without doing it: a dated list for one account, and counts by week for the whole book.

Only reads. Conditions and branches are answered with today's facts, and the page says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from dashboards.core.dates import DateCell, date_cell, day_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Reason, Table
from dashboards.core.playbooks.words import automation_words, role_words
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.missing.asked import asked_account
from dashboards.queries.playbooks.audience import CHUNK, entering, entry_words, found_of
from dashboards.queries.playbooks.crowding import crowding_words, message_waits, messages_beside
from dashboards.queries.playbooks.flow import kind_words
from dashboards.queries.playbooks.walked import Walked, walked, walked_step
from playbooks.core.cadence import plan
from playbooks.core.definition import Playbook, Step
from playbooks.core.definition_parse import parse_definition
from playbooks.core.editing.content import items_of
from playbooks.core.guards import choose_contact
from playbooks.core.planned import Planned, PlannedStep
from playbooks.core.vocabulary import Automation, StepFamily, family_of, is_message
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_entering
from playbooks.queries.definitions import PublishedVersion
from renewals.core.conditions import Answer, evaluate
from renewals.core.dates import local_date, start_of_day
from renewals.queries.people import visible_to
from renewals.queries.renewals import open_renewals

WEEKS = 13
KEPT = "Those in it keep their version and are not counted."
FATES = {
    Planned.RUN: ("Happens", ""),
    Planned.RUN_LATE: ("Happens late", "watch"),
    Planned.MAKE_TASK: ("Becomes a task", "watch"),
    Planned.SKIP: ("Is skipped", "none"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedLine:
    """One step on its day: what would become of it as things stand, and why."""

    date: DateCell
    at: str
    name: str
    kind: str
    who: str
    fate: str
    fate_tag: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRehearsal:
    """The dated list of one account; `note` says from when, or why there is none, `reply` the day of a supposed one."""

    account: str
    note: str
    choices: tuple[tuple[Link, str], ...]
    lines: tuple[RehearsedLine, ...]
    reply: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRehearsal:
    """The work of the whole book by week: per step, and people's part per owner."""

    title: str
    note: str
    steps: Table
    owners: Table


def account_rehearsal(
    asker: Asker, content: Mapping[str, Any], path: str, choice: Mapping[str, str]
) -> AccountRehearsal:
    """Return what would happen to the account that `choice` names, if it entered under this content."""
    asked = asked_account(asker, path, choice)
    if asked.account is None:
        note = f"No account “{asked.words}” is found." if asked.is_asked and not asked.choices else ""
        return AccountRehearsal(account="", note=note, choices=asked.choices, lines=())
    seen = visible_to(open_renewals().filter(account_id=asked.account.id), asker.member, "enrolments.view")
    case = next(iter(_cases(seen.values_list("id", flat=True)[:1], content, asker.now)), None)
    if case is None:
        note = f"{asked.account.name} has no open renewal that you may see."
        return AccountRehearsal(account=asked.account.name, note=note, choices=(), lines=())
    case, starts_at = _started(case, asker.now)
    steps = {str(step.get("key")): step for step in items_of(content, "steps")}
    walk = walked(
        asker,
        content,
        case.renewal_id,
        starts_at=starts_at,
        zone=case.plan.zone.name,
        reply=choice.get("reply", ""),
    )
    planned = plan(case.definition, case.plan, now=starts_at).steps
    starts_on = local_date(starts_at, case.plan.zone.name)
    return AccountRehearsal(
        account=asked.account.name,
        note=(
            f"{entry_words(case.renewal_id, asker, content)} If it entered on {day_words(starts_on)}, "
            f"due {day_words(case.plan.renewal_on)}. {walk.note}"
        ).strip(),
        choices=(),
        lines=tuple(_line(asker, case, each, steps.get(each.step_key, {}), walk) for each in planned),
        reply=walk.reply_on.isoformat() if walk.reply_on else "",
    )


def book_rehearsal(asker: Asker, content: Mapping[str, Any]) -> BookRehearsal:
    """Return how many steps the content would make in each of the next weeks, of all that would enter."""
    found, is_cut = found_of(asker, content)
    ids = [each.case.facts.renewal_id for each in entering(found)]
    monday = asker.today - timedelta(days=asker.today.weekday())
    by_step: Counter[tuple[str, int]] = Counter()
    by_owner: Counter[tuple[str, int]] = Counter()
    waits: list[int] = []
    beside = messages_beside(ids, since=asker.today)
    for case, acting in _work(ids, content, asker.now):
        for step, at in acting:
            week = (local_date(at, case.plan.zone.name) - monday).days // 7
            by_step[step.key, week] += 1
            by_owner[str(case.words["owner_name"]), week] += _needs_person(step)
        waits += message_waits(case, acting, beside)
    definition = parse_definition(content.get("playbook", {})).playbook
    total = sum(number for (_, week), number in by_step.items() if 0 <= week < WEEKS)
    people = sum(number for (_, week), number in by_owner.items() if 0 <= week < WEEKS)
    cut = " Only the nearest due are counted." if is_cut else ""
    return BookRehearsal(
        title=f"{count_words(total, 'step')} in {WEEKS} weeks, {people} of them people's work",
        note=(
            f"{count_words(len(ids), 'renewal')} would enter now or when their window opens. {KEPT} "
            f"{crowding_words(waits)}{cut}"
        ),
        steps=_weekly("Steps by week", "Step", [(step.key, step.name) for step in definition.steps], by_step, monday),
        owners=_weekly(
            "People's work by week",
            "Owner",
            [(name, name) for name in sorted({key for key, _ in by_owner})],
            by_owner,
            monday,
        ),
    )


def _work(
    ids: Sequence[int], content: Mapping[str, Any], now: datetime
) -> Iterator[tuple[StepCase, list[tuple[Step, datetime]]]]:
    """Yield each renewal with every step that would act, and when."""
    for start in range(0, len(ids), CHUNK):
        for case in _cases(ids[start : start + CHUNK], content, now):
            yield case, list(_acting(case, now))


def taken(definition: Playbook, step: Step, facts: Mapping[str, Any]) -> bool:
    """Answer whether a step's path would be taken with these facts; a step without one always is."""
    if not step.path:
        return True
    branch = next((each for each in definition.steps if each.key == step.branch_key), None)
    if branch is None:
        return False
    chosen = next(
        (way for way in branch.paths if evaluate(way.condition, facts).answer is Answer.YES), branch.otherwise
    )
    is_chosen = chosen is not None and chosen.key == step.path_key
    return is_chosen and taken(definition, branch, facts)


def _cases(ids: Iterable[int], content: Mapping[str, Any], now: datetime) -> tuple[StepCase, ...]:
    definition = parse_definition(content.get("playbook", {})).playbook
    phases = {phase.key for phase in definition.phases}
    placed = tuple(step for step in definition.steps if step.phase in phases)
    version = PublishedVersion(rule_version="draft", definition=replace(definition, steps=placed), templates={})
    found = load_entering(list(ids), now=now)
    return tuple(each.enrolled(version, now=now).seen_at(now=now) for each in found)


def _started(case: StepCase, now: datetime) -> tuple[StepCase, datetime]:
    """Begin when the window opens, or now if it is open already."""
    opens_on = case.plan.renewal_on - timedelta(days=case.definition.window_days)
    starts_at = max(now, start_of_day(opens_on, case.plan.zone.name))
    return replace(case, plan=replace(case.plan, started_at=starts_at)), starts_at


def _acting(case: StepCase, now: datetime) -> Iterable[tuple[Step, datetime]]:
    """Yield the steps that would act as things stand, with the moment they act at."""
    case, starts_at = _started(case, now)
    for each in plan(case.definition, case.plan, now=starts_at).steps:
        step = case.definition.step(each.step_key)
        if each.planned is Planned.SKIP or not taken(case.definition, step, case.facts.facts):
            continue
        if evaluate(step.condition, case.facts.facts).answer is not Answer.NO:
            yield step, each.expected_at


def _needs_person(step: Step) -> bool:
    if family_of(step.kind) is StepFamily.HUMAN:
        return True
    return is_message(step.kind) and step.automation in (Automation.HUMAN_ONLY, Automation.MANUAL_APPROVAL)


def _line(asker: Asker, case: StepCase, each: PlannedStep, table: Mapping[str, Any], walk: Walked) -> RehearsedLine:
    step = case.definition.step(each.step_key)
    fate, tag, more = _fate(case, step, each)
    reasons = tuple(reason_sentence({"code": why.code, **why.values}) for why in (*each.moves, *each.reasons))
    date, at = date_cell(each.due_on, today=asker.today), f"{each.due_time:%H:%M} {each.zone.name.replace('_', ' ')}"
    touch = walk.touches.get(each.step_key)
    if touch is not None:
        came = walked_step(touch, planned_on=each.due_on, asker=asker)
        date, at, fate, tag, more = came.date, came.at, came.fate, came.fate_tag, (*more, *came.reasons)
    return RehearsedLine(
        date=date,
        at=at,
        name=step.name,
        kind=kind_words(step.kind.value),
        who=f"{role_words(step.operator.value)} · {automation_words(table)}",
        fate=fate,
        fate_tag=tag,
        reasons=tuple(dict.fromkeys((*more, *reasons))),
    )


def _fate(case: StepCase, step: Step, each: PlannedStep) -> tuple[str, str, tuple[Reason, ...]]:
    facts = case.facts.facts
    words, tag = FATES[each.planned]
    if each.planned is Planned.SKIP:
        return words, tag, ()
    if not taken(case.definition, step, facts):
        return "Not on its path", "none", (Reason(text="As things stand the branch goes another way."),)
    finding = evaluate(step.condition, facts)
    evidence = tuple(_asked(item) for item in finding.evidence if item.answer is not Answer.YES)
    if finding.answer is Answer.NO:
        return "Is skipped", "none", evidence
    if finding.answer is Answer.UNKNOWN:
        return "Waits until it is known", "watch", evidence
    return (words, tag, _reach(case, step)) if is_message(step.kind) else (words, tag, ())


def _asked(item: Any) -> Reason:
    code = "condition_no" if item.answer is Answer.NO else "condition_unknown"
    values = {"field": item.field, "op": item.op.value, "expected": str(item.expected), "found": str(item.found)}
    return reason_sentence({"code": code, **values})


def _reach(case: StepCase, step: Step) -> tuple[Reason, ...]:
    contact = choose_contact(step, case.facts.contacts)
    if contact is None:
        roles = ", ".join(title(role.value).lower() for role in step.contact_roles)
        return (Reason(text=f"Nobody can be reached in these roles: {roles or 'none named'}.", state="bad"),)
    return (Reason(text=f"To {case.addressees[contact.contact_id].name}, {title(contact.role.value).lower()}."),)


def _weekly(
    caption: str, head: str, rows: list[tuple[str, str]], counts: Counter[tuple[str, int]], monday: date
) -> Table:
    weeks = range(WEEKS)
    heads = [
        Column(title=day_words(monday + timedelta(days=7 * week)).rpartition(" ")[0], is_amount=True) for week in weeks
    ]
    totals = [sum(counts[key, week] for key, _ in rows) for week in weeks]
    return Table(
        caption=caption,
        columns=(Column(title=head), *heads, Column(title="Sum", is_amount=True)),
        rows=tuple((Cell(text=name), *_numbers([counts[key, week] for week in weeks])) for key, name in rows),
        totals=(Cell(text="Together"), *_numbers(totals)),
    )


def _numbers(values: list[int]) -> tuple[Cell, ...]:
    return tuple(Cell(text=str(value) if value else "·", is_amount=True) for value in (*values, sum(values)))
