"""Who would enter under a draft, who not, and why: every open renewal the asker reaches, through the gates."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.dates import date_cell
from dashboards.core.filters import address
from dashboards.core.missing import gate_check
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Chip, Column, Table
from dashboards.core.wording import sentence
from dashboards.queries.asker import Asker
from playbooks.core.audience import Gate, first_shut, playbook_gates
from playbooks.core.definition import Playbook
from playbooks.core.definition_parse import parse_definition
from playbooks.core.pilots import PilotRule, read_pilot
from playbooks.models import Playbook as PlaybookRow
from playbooks.queries.audience import AudienceCase, audience_cases, audiences
from renewals.core.conditions import Answer, evaluate
from renewals.core.roles import Scope, granted_scope
from renewals.models import Renewal
from renewals.queries.people import visible_to

MOST, SHOWN, CHUNK = 2_000, 100, 500
PRICES = ("renewal.amount", "account.arr_amount")
RIGHTS = {"contact": "contacts.view", "touch": "touchpoints.view", "health": "scores.view", "risk": "scores.view"}
GROUPS = {
    "now": "Enter now",
    "later": "Enter when their window opens",
    "enrolled": "Are or were in a playbook",
    "other": "Go to another playbook",
    "entry": "Are kept out by the entry condition",
    "unknown": "Something about them is not known",
    "pilot": "Stay outside the pilot",
    "past": "Are past their due date",
}
ENTERS = {"now": "It would enter now.", "later": "It would enter when its window opens."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One renewal, the group it belongs to, and the gate that is shut for it (None: all are open)."""

    case: AudienceCase
    group: str
    gate: Gate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudiencePart:
    """The counts by group, and the renewals of the group that is looked at."""

    title: str
    note: str
    chips: tuple[Chip, ...]
    table: Table
    leads_here: bool


def audience_part(asker: Asker, content: Mapping[str, Any], path: str, wanted: str) -> AudiencePart:
    """Return who would enter under this content if it were published now."""
    found, is_cut = found_of(asker, content)
    counts = Counter(each.group for each in found)
    group = wanted if wanted in GROUPS else next((each for each in GROUPS if counts[each]), "now")
    names = dict(PlaybookRow.objects.values_list("key", "name"))
    mine = [each for each in found if each.group == group][:SHOWN]
    rules, key = audiences().rules, content.get("playbook", {}).get("key")
    return AudiencePart(
        title=f"{count_words(counts['now'], 'renewal')} would enter now, {counts['later']} later",
        note=_note(len(found), is_cut),
        chips=tuple(
            Chip(text=words, href=address(path, {"group": each}), count=str(counts[each]), is_on=each == group)
            for each, words in GROUPS.items()
            if counts[each]
        ),
        table=_table(asker, mine, names),
        leads_here=key == rules.default_playbook or any(case.playbook == key for case in rules.cases),
    )


def found_of(asker: Asker, content: Mapping[str, Any]) -> tuple[tuple[Found, ...], bool]:
    """Return every open renewal the asker reaches with its group, the nearest due first, and whether some are left."""
    reached = visible_to(Renewal.objects.filter(closed_on__isnull=True), asker.member, "enrolments.view")
    ids = list(reached.order_by("due_on", "id").values_list("id", flat=True)[: MOST + 1])
    lots = (ids[start : min(start + CHUNK, MOST)] for start in range(0, min(len(ids), MOST), CHUNK))
    return tuple(each for lot in lots for each in found_among(lot, asker, content)), len(ids) > MOST


def found_among(renewal_ids: list[int], asker: Asker, content: Mapping[str, Any]) -> Iterator[Found]:
    """Yield these renewals with the group each belongs to."""
    definition = parse_definition(content.get("playbook", {})).playbook
    pilot, _ = read_pilot(content.get("pilot"))
    rules = audiences().rules
    for case in audience_cases(renewal_ids, now=asker.now):
        gates = playbook_gates(rules, definition.key, definition, case.facts, today=case.today)
        yield _found(case, gates, definition, pilot)


def entry_words(renewal_id: int, asker: Asker, content: Mapping[str, Any]) -> str:
    """Return whether a renewal would enter by itself, and what keeps it out, in words; "" if that is not told."""
    found = next(found_among([renewal_id], asker, content), None)
    if found is None:
        return ""
    if found.group in ENTERS:
        return ENTERS[found.group]
    names = dict(PlaybookRow.objects.values_list("key", "name"))
    return f"It would not enter by itself. {_why(asker, found, names)}"


def _found(case: AudienceCase, gates: tuple[Gate, ...], definition: Playbook, pilot: PilotRule | None) -> Found:
    shut = first_shut(gates)
    if pilot is not None and evaluate(pilot.condition, case.facts.facts).answer is not Answer.YES:
        return Found(case=case, group="pilot", gate=None)
    return Found(case=case, group=_group(case, gates, shut), gate=shut)


def _group(case: AudienceCase, gates: tuple[Gate, ...], shut: Gate | None) -> str:
    if shut is None:
        return "now"
    others = [gate for gate in gates if gate.answer is not Answer.YES and gate.code != "window"]
    if shut.code == "window":
        if case.facts.renewal_on < case.today:
            return "past"
        return "later" if not others else "unknown" if others[0].answer is Answer.UNKNOWN else others[0].code
    if shut.answer is Answer.UNKNOWN:
        return "unknown"
    return {"not_enrolled": "enrolled", "other_case": "other", "own_case": "other"}.get(shut.code, shut.code)


def _note(looked_at: int, is_cut: bool) -> str:
    words = f"Of the {count_words(looked_at, 'open renewal')} that you may see"
    return f"{words}, the nearest due first; more are not looked at here." if is_cut else f"{words}."


def _table(asker: Asker, found: list[Found], names: Mapping[str, str]) -> Table:
    accounts = dict(
        Renewal.objects.filter(id__in=[each.case.facts.renewal_id for each in found]).values_list("id", "account__name")
    )
    return Table(
        caption="Renewals of this group",
        columns=tuple(Column(title=each) for each in ("Account", "Due", "Why")),
        rows=tuple(
            (
                Cell(
                    text=accounts.get(each.case.facts.renewal_id, ""), href=f"/renewals/{each.case.facts.renewal_id}/"
                ),
                Cell(date=date_cell(each.case.facts.renewal_on, today=asker.today)),
                Cell(text=_why(asker, each, names)),
            )
            for each in found
        ),
    )


def _why(asker: Asker, found: Found, names: Mapping[str, str]) -> str:
    if found.group == "pilot":
        return "The pilot's condition is not yes for it."
    if found.gate is None:
        return "Every condition is fulfilled."
    is_hidden = any(not _may_be_told(asker, item.evidence.field) for item in found.gate.deciding)
    return f"{sentence(gate_check(found.gate, names, is_hidden=is_hidden).because)}."


def _may_be_told(asker: Asker, field: str) -> bool:
    """A figure is told here only to who may see it of every account; the page of one account tells more."""
    right = "prices.view" if field in PRICES else RIGHTS.get(field.partition(".")[0])
    return right is None or granted_scope(asker.member, right) is Scope.ALL


def entering(found: tuple[Found, ...]) -> Iterator[Found]:
    """Yield those that would enter, now or when their window opens."""
    return (each for each in found if each.group in ENTERS)
