"""The page of one playbook: what it states, its flow, its versions with who published what and why, who is in it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from dashboards.core.dates import DateCell, date_cell, day_words, instant_cell
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Column, Difference, Link, Tab, Table
from dashboards.core.playbooks.changes import content_changes
from dashboards.core.playbooks.conditions import condition_words
from dashboards.core.playbooks.words import role_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.playbooks.flow import Flow, flow_of
from dashboards.queries.playbooks.listing import LIVE, OPEN, PATH, DraftLine, draft_line
from playbooks.core.editing.content import items_of
from playbooks.models import Enrolment, Playbook, PlaybookDraft, PlaybookVersion, StepRun
from playbooks.queries.inflight import deviation_rate
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.people import visible_to

PARTS = {"": "What it does", "versions": "Versions", "accounts": "Accounts in it"}
MOST_ACCOUNTS = 200
ENDED = ("completed", "exited")
ENROLMENT_STATES = {"active": ("Runs", "good"), "paused": ("Paused", "watch"), "parked": ("Parked", "bad")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a definition states besides its steps, in words."""

    purpose: str
    facts: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    rules: tuple[str, ...]
    rights: Table
    escalation: Table
    success: Table
    exits: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One published version: who, when, why, and how it differs from the one before."""

    number: int
    href: str
    is_in_force: bool
    is_pilot: bool
    who: str
    author: str
    at: DateCell
    why: str
    pilot: str
    enrolled: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookPage:
    """The page, one part of it at a time; the other parts are empty."""

    id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    part: str
    number: int
    is_active: bool
    stated: Stated | None
    flow: Flow | None
    versions: tuple[VersionLine, ...]
    accounts: Table | None
    accounts_note: str
    draft: DraftLine | None
    pilot: str
    priority: int
    may_change: bool


def playbook_page(asker: Asker, playbook_id: int, part: str, number: str = "") -> PlaybookPage:
    """Return a part of the page; `number` shows an earlier version. Http404 for a playbook or version not there."""
    playbook = get_object_or_404(Playbook, id=playbook_id)
    versions = list(playbook.versions.filter(published_at__isnull=False).order_by("-number"))
    full = next((each for each in versions if not each.is_pilot), versions[0] if versions else None)
    shown = get_object_or_404(PlaybookVersion, playbook=playbook, number=int(number)) if number.isdecimal() else full
    enrolled = _reached(asker, playbook)
    draft = PlaybookDraft.objects.filter(playbook=playbook, state__in=OPEN).first()
    content = shown.definition if shown else {}
    table = content.get("playbook", {})
    pilots = [each for each in versions if each.is_pilot and full is not None and each.number > full.number]
    return PlaybookPage(
        id=playbook.id,
        href=f"{PATH}{playbook.id}/",
        title=playbook.name,
        unit=_unit(shown, full, table),
        crumbs=(Link(text="Playbooks", href=PATH),),
        tabs=_tabs(playbook, part, enrolled.count(), len(versions)),
        part=part,
        number=shown.number if shown else 0,
        is_active=playbook.is_active,
        stated=stated_of(table) if part == "" else None,
        flow=flow_of(content) if part == "" else None,
        versions=_versions(asker, versions, full) if part == "versions" else (),
        accounts=_accounts(asker, enrolled, content) if part == "accounts" else None,
        accounts_note=_accounts_note(playbook_id, enrolled.count()) if part == "accounts" else "",
        draft=draft_line(asker, draft) if draft else None,
        pilot="; ".join(f"version {each.number}: {pilot_words(each.definition)}" for each in pilots),
        priority=playbook.priority,
        may_change=can(asker.member, "playbooks.change"),
    )


def _accounts_note(playbook_id: int, enrolled: int) -> str:
    rate = deviation_rate(playbook_id)
    first = f"The first {MOST_ACCOUNTS} by due date. " if enrolled > MOST_ACCOUNTS else ""
    if rate.rate is None:
        return first
    share = percent_words(rate.rate)
    return f"{first}People did {rate.deviated} of {count_words(rate.steps, 'step')} otherwise ({share})."


def version_content(playbook_id: int, number: int) -> Mapping[str, Any]:
    """Return the content of a published version; Http404 for one that is not there."""
    return dict(get_object_or_404(PlaybookVersion, playbook_id=playbook_id, number=number).definition)


def playbook_id_of(key: object) -> int | None:
    """Return the playbook of this key; None when the workspace has none."""
    return Playbook.objects.filter(key=str(key), versions__isnull=False).values_list("id", flat=True).first()


def pilot_words(content: Mapping[str, Any]) -> str:
    """Return for whom a version is on trial, what it is to show and what it is compared with; "" for none."""
    pilot = content.get("pilot")
    if not isinstance(pilot, Mapping):
        return ""
    words = f"{condition_words(pilot.get('when'))} · {pilot.get('question', '')}"
    baseline = pilot.get("baseline")
    if not isinstance(baseline, Mapping):
        return words
    year = f"in the {baseline['days']} days before {day_words(date.fromisoformat(baseline['on']))}"
    return f"{words} · to compare with: {baseline['kept']} of {baseline['decided']} renewals kept {year}"


def stated_of(table: Mapping[str, Any]) -> Stated:
    """Return what a definition states besides its steps; what is missing is left out, not guessed."""
    content, rails = {"playbook": table}, table.get("guardrails") or {}
    rights = [
        (each.get("decision"), role_words(each.get("role")), each.get("limit"))
        for each in items_of(content, "decision_rights")
    ]
    exits = [
        (title(str(each.get("reason", ""))), condition_words(each.get("when"))) for each in items_of(content, "exits")
    ]
    return Stated(
        purpose=str(table.get("purpose", "")),
        facts=tuple(_facts(table)),
        limits=tuple(_limits(rails)),
        rules=tuple(str(each) for each in rails.get("rules", ())),
        rights=_table("Decision rights", ("Decision", "Who decides", "Within"), rights),
        escalation=_escalation(content),
        success=_success(content),
        exits=_table("What ends it early", ("Reason", "When"), exits),
    )


def _escalation(content: Mapping[str, Any]) -> Table:
    rows = [
        (
            each.get("trigger"),
            count_words(int(each.get("after_business_days") or 0), "business day"),
            role_words(each.get("role")),
            each.get("response"),
        )
        for each in items_of(content, "escalation")
    ]
    return _table("Escalation path", ("When", "Held for", "Who is told", "What they do"), rows)


def _success(content: Mapping[str, Any]) -> Table:
    rows = [
        (title(str(each.get("metric", ""))), f"{each.get('target')} {each.get('unit', '')}", each.get("measured"))
        for each in items_of(content, "success")
    ]
    return _table("Success measures", ("Measure", "Target", "Measured"), rows)


def _facts(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    again = table.get("re_enrolment")
    mode = again.get("mode", "") if isinstance(again, Mapping) else again
    found = [
        ("Segments", ", ".join(title(str(each)) for each in table.get("segments", ()))),
        ("Tier", title(str(table.get("tier", "")))),
        ("Owner while it runs", role_words(table.get("owner_role"))),
        ("Opens", f"{table.get('window_days')} days before the renewal date"),
        ("Enters when", condition_words(table["entry"]) if table.get("entry") else "the selection order says so"),
        ("Enters again", title(str(mode or ""))),
    ]
    goal = table.get("goal")
    if isinstance(goal, Mapping):
        within = f" within {goal['within_days']} days" if goal.get("within_days") else ""
        found.append(("Goal", f"{condition_words(goal.get('when'))}{within}"))
    if table.get("holdout_percent"):
        found.append(("Held out", f"{table['holdout_percent']} % of the accounts get none of its automatic messages"))
    return found


def _limits(rails: Mapping[str, Any]) -> list[str]:
    if not rails:
        return []
    reply = "A reply stops the automatic messages." if rails.get("stop_on_reply", True) else "A reply stops nothing."
    return [
        f"At most {rails.get('max_touches')} messages to one person in {rails.get('per_days')} days.",
        f"At least {rails.get('min_gap_days')} days between two messages.",
        f"Sends from {_clock(rails, 'send_from')} to {_clock(rails, 'send_until')}, on business days.",
        reply,
    ]


def _clock(rails: Mapping[str, Any], name: str) -> str:
    return str(rails.get(name, ""))[:5]


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> Table:
    return Table(
        caption=caption,
        columns=tuple(Column(title=each) for each in heads),
        rows=tuple(tuple(Cell(text="" if value is None else str(value)) for value in row) for row in rows),
    )


def _unit(shown: PlaybookVersion | None, full: PlaybookVersion | None, table: Mapping[str, Any]) -> str:
    if shown is None:
        return "No version published yet"
    state = "in force" if full is not None and shown.id == full.id else "not in force for everybody"
    return f"Version {shown.number}, {state} · {title(str(table.get('tier', '')))}"


def _tabs(playbook: Playbook, part: str, enrolled: int, versions: int) -> tuple[Tab, ...]:
    counts = {"": "", "versions": str(versions), "accounts": str(enrolled)}
    return tuple(
        Tab(
            text=text,
            href=f"{PATH}{playbook.id}/{slug}/" if slug else f"{PATH}{playbook.id}/",
            count=counts[slug],
            is_current=slug == part,
        )
        for slug, text in PARTS.items()
    )


def _reached(asker: Asker, playbook: Playbook) -> "QuerySet[Enrolment]":
    seen = visible_to(Renewal.objects.all(), asker.member, "enrolments.view").values("id")
    return Enrolment.objects.filter(playbook=playbook, state__in=LIVE, renewal_id__in=seen)


def _versions(
    asker: Asker, versions: Sequence[PlaybookVersion], full: PlaybookVersion | None
) -> tuple[VersionLine, ...]:
    drafts = {draft.version_id: draft for draft in PlaybookDraft.objects.filter(version__in=versions)}
    counts: dict[int, int] = {}
    for version in Enrolment.objects.filter(version__in=versions, state__in=LIVE).values_list("version_id", flat=True):
        counts[version] = counts.get(version, 0) + 1
    before = {later.id: earlier for later, earlier in itertools.pairwise(versions)}
    return tuple(
        VersionLine(
            number=each.number,
            href=f"{PATH}{each.playbook_id}/?version={each.number}",
            is_in_force=full is not None and each.id == full.id,
            is_pilot=each.is_pilot,
            who=each.published_by,
            author=drafts[each.id].author if each.id in drafts else "",
            at=instant_cell(each.published_at, now=asker.now, zone=asker.workspace.timezone),
            why=drafts[each.id].reason if each.id in drafts else "As it is shipped",
            pilot=pilot_words(each.definition),
            enrolled=counts.get(each.id, 0),
            differences=content_changes(before[each.id].definition, each.definition) if each.id in before else (),
        )
        for each in versions
    )


def _accounts(asker: Asker, enrolled: "QuerySet[Enrolment]", content: Mapping[str, Any]) -> Table:
    """One line per renewal with the step that is open for it; names of steps come from the version shown."""
    names = {str(step.get("key")): str(step.get("name")) for step in items_of(content, "steps")}
    ahead = StepRun.objects.filter(enrolment=OuterRef("id"), state__in=["scheduled", "claimed", "waiting"]).order_by(
        "due_at", "id"
    )
    rows = (
        enrolled.select_related("account", "renewal__owner", "version")
        .annotate(next_key=Subquery(ahead.values("step_key")[:1]), next_on=Subquery(ahead.values("due_local_on")[:1]))
        .order_by("renewal__due_on", "id")[:MOST_ACCOUNTS]
    )
    heads = ("Account", "State", "Next step", "On", "Renewal due", "Owner", "Version")
    return Table(
        caption="Accounts in it",
        columns=tuple(Column(title=each) for each in heads),
        rows=tuple(_account_row(asker, each, names) for each in rows),
    )


def _account_row(asker: Asker, row: Any, names: Mapping[str, str]) -> tuple[Cell, ...]:
    words, state = ENROLMENT_STATES[row.state]
    key = row.next_key or ""
    return (
        Cell(text=row.account.name, href=f"/renewals/{row.renewal_id}/"),
        Cell(text=words, state=state),
        Cell(text=names.get(key, title(key)) if key else "none ahead"),
        Cell(date=date_cell(row.next_on, today=asker.today) if row.next_on else None),
        Cell(date=date_cell(row.renewal.due_on, today=asker.today)),
        Cell(text=str(row.renewal.owner or "nobody")),
        Cell(text=str(row.version.number), is_amount=True),
    )
