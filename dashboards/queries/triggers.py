"""Trigger rules for the pages: what sets each off, what it makes, what it did, what it would have done."""

from dataclasses import dataclass
from typing import Any

from dashboards.core.dates import instant_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.rule_words import predicate_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.core.triggers import Trigger, TriggerDo, parse_trigger
from playbooks.models import Playbook, TriggerRule
from playbooks.queries.triggers import Noise, noise_report, rules_in_force, would_have_fired
from renewals.core.roles import can
from renewals.queries.library import segment_book
from signals.queries.library import catalogue

PATH = "/playbooks/triggers/"


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggersPage:
    """The rules in force with their noise, and those that are retired."""

    rules: Table
    retired: Table
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPage:
    """One rule: its versions, what it did, and whether it is in force."""

    title: str
    crumbs: tuple[Link, ...]
    href: str
    facts: tuple[tuple[str, str], ...]
    versions: Table
    rehearsal: int
    definition: dict[str, Any]
    is_in_force: bool
    may_change: bool


def triggers_page(asker: Asker) -> TriggersPage:
    """Return every rule in force with what it did in the last 90 days."""
    noise = noise_report(now=asker.now)
    rows = tuple(
        _rule_row(rule.rule_id, rule.trigger, noise.get(rule.trigger.key, Noise())) for rule in rules_in_force()
    )
    names = ("Rule", "Set off by", "Fired", "Seen", "Done", "Not relevant", "Left lying")
    return TriggersPage(
        rules=Table(caption="Rules with what they did", columns=tuple(Column(title=name) for name in names), rows=rows),
        retired=_retired(asker),
        may_change=can(asker.member, "playbooks.change"),
    )


def trigger_page(asker: Asker, rule: TriggerRule) -> TriggerPage:
    """Return one rule with its versions and what it would have done in the last 90 days."""
    trigger = parse_trigger(rule.definition).trigger
    noise = noise_report(now=asker.now).get(rule.key, Noise())
    facts = [("Set off by", set_off_by(trigger)), ("Makes", _makes(trigger))] if trigger else []
    facts.append(("In 90 days", f"fired {noise.fired}, done {noise.done}, not relevant {noise.dismissed}"))
    return TriggerPage(
        title=rule.name,
        crumbs=(Link(text="Playbooks", href="/playbooks/"), Link(text="Triggers", href=PATH)),
        href=f"{PATH}{rule.id}/",
        facts=tuple(facts),
        versions=_versions(asker, rule.key),
        rehearsal=would_have_fired(trigger, now=asker.now) if trigger else 0,
        definition=rule.definition,
        is_in_force=rule.retired_at is None,
        may_change=can(asker.member, "playbooks.change"),
    )


def trigger_named(rule_id: int) -> TriggerRule | None:
    """Return a version of a rule, None for one outside this workspace."""
    return TriggerRule.objects.filter(id=rule_id).first()


def trigger_choices() -> dict[str, list[tuple[str, str]]]:
    """Return the kinds of signal, playbooks and segments that a rule may name."""
    kinds = [(kind.key, f"{title(kind.key.partition('.')[2])} ({kind.family})") for kind in catalogue().kinds.values()]
    books = Playbook.objects.filter(is_active=True).order_by("name").values_list("key", "name")
    segments = sorted({case.segment for case in segment_book().cases} | {segment_book().default_segment})
    return {
        "signal": sorted(kinds),
        "playbook": list(books),
        "segment": [(segment, title(segment)) for segment in segments],
    }


def set_off_by(trigger: Trigger) -> str:
    """Return what sets a rule off, in words."""
    if trigger.crossing is None:
        return f"signal {title(trigger.signal.partition('.')[2]).lower()}"
    return f"{predicate_words(trigger.crossing)} (and did not the day before)"


def _makes(trigger: Trigger) -> str:
    if trigger.do is TriggerDo.ENROL:
        return f"an enrolment in {trigger.playbook}"
    return f"the task “{trigger.task.title}”" if trigger.task else "nothing"


def _rule_row(rule_id: int, trigger: Trigger, noise: Noise) -> tuple[Cell, ...]:
    is_noisy = noise.fired >= 5 and noise.dismissed * 2 > noise.fired
    return (
        Cell(text=trigger.name, href=f"{PATH}{rule_id}/", note=_makes(trigger)),
        Cell(text=set_off_by(trigger)),
        Cell(text=str(noise.fired)),
        Cell(text=str(noise.seen)),
        Cell(text=str(noise.done)),
        Cell(text=str(noise.dismissed), state="bad" if is_noisy else "", note="noisy" if is_noisy else ""),
        Cell(text=str(noise.ignored), state="watch" if noise.ignored else ""),
    )


def _retired(asker: Asker) -> Table:
    rows = TriggerRule.objects.filter(retired_at__isnull=False).exclude(retired_reason="replaced")
    return Table(
        caption="Rules that fire no more",
        columns=(Column(title="Rule"), Column(title="When"), Column(title="Why")),
        rows=tuple(
            (
                Cell(text=str(row.name), href=f"{PATH}{row.id}/"),
                Cell(date=instant_cell(row.retired_at, now=asker.now, zone=asker.workspace.timezone)),
                Cell(text=row.retired_reason, note=row.retired_by),
            )
            for row in rows.order_by("-retired_at")[:50]
        ),
    )


def _versions(asker: Asker, key: str) -> Table:
    rows = TriggerRule.objects.filter(key=key).order_by("-number")[:50]
    return Table(
        caption="Every version of this rule",
        columns=(Column(title="Version"), Column(title="Since"), Column(title="By"), Column(title="Until")),
        rows=tuple(
            (
                Cell(text=str(row.number)),
                Cell(date=instant_cell(row.published_at, now=asker.now, zone=asker.workspace.timezone)),
                Cell(text=row.published_by),
                Cell(text="in force" if row.retired_at is None else row.retired_reason),
            )
            for row in rows
        ),
    )
