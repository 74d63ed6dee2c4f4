"""What playbooks said over time, and the same with something changed: versions, selection order, budget."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Min

from playbooks.core.account_facts import TouchLimits
from playbooks.core.condition_parse import NEVER
from playbooks.core.messages import parse_template
from playbooks.core.pilots import Pilot
from playbooks.core.replay.firing import WatchedRule, with_lines
from playbooks.core.selection import SelectionRules, parse_selection
from playbooks.core.triggers import TriggerDo, parse_trigger
from playbooks.core.validation import read_definition
from playbooks.models import Decision, PlaybookDraft, PlaybookVersion, SelectionVersion, TouchBudget, TriggerRule
from playbooks.queries.definitions import PublishedVersion, definitions_of, parse_published
from playbooks.queries.enrolling import ActiveVersion, VersionsInForce
from playbooks.queries.library import selection_rules
from renewals.core.errors import InvalidInput, UnknownReference

EVER = datetime(1970, 1, 1, tzinfo=UTC)
CHANGED = 0
"""Stands for the id of a version that is not published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What enrolment went by at one time."""

    versions: VersionsInForce
    selection: SelectionRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Rules by the instant from which they held, with the definitions they name by version id.

    `replaced` is the playbook whose every version is another one here; `limits` the workspace's budget of touches if it
    is another one, with what accounts have of their own in `own_limits`.
    """

    instants: tuple[datetime, ...]
    rules: tuple[Rules, ...]
    published: Mapping[int, PublishedVersion]
    replaced: str = ""
    watched: tuple[WatchedRule, ...] = ()
    limits: TouchLimits | None = None
    own_limits: Mapping[int, TouchLimits] = field(default_factory=dict)

    def rules_at(self, moment: datetime) -> Rules | None:
        """Return what held at a moment; None before anything was published."""
        place = bisect_right(self.instants, moment) - 1
        return self.rules[place] if place >= 0 else None

    def longest_window(self) -> int:
        """Return how many days before a renewal date anything opens at the earliest."""
        return max((days for rules in self.rules for days in rules.versions.longest_windows().values()), default=0)

    def windows(self) -> frozenset[int]:
        """Return on which days before a renewal date anything opens."""
        versions = (each for rules in self.rules for each in _all_versions(rules.versions))
        return frozenset(version.definition.window_days for version in versions)


def configuration_of_the_time() -> Configuration:
    """Return what was published, by the time at which it was, from the engine's first decision on.

    This is the unchanged configuration: before the first decision nobody looked, whatever was published.
    """
    rows = _versions()
    since = Decision.objects.aggregate(at=Min("decided_at"))["at"]
    published = dict(definitions_of(version for _, _, version, _, _ in rows))
    orders = list(SelectionVersion.objects.order_by("published_at", "number"))
    told = {*(row[4] for row in rows), *(order.published_at for order in orders)}
    instants = sorted({at if since is None else max(at, since) for at in told})
    found = tuple(_rules_at(at, rows, orders, published) for at in instants)
    return Configuration(instants=tuple(instants), rules=found, published=published, watched=watched_rules())


def with_playbook(configuration: Configuration, key: str, version: PublishedVersion) -> Configuration:
    """Return it with one playbook as if it always had been `version`, without pilots of it, and the engine with it."""
    known = (each for rules in configuration.rules for each in _all_versions(rules.versions))
    playbook_id = next((each.playbook_id for each in known if each.definition.key == key), CHANGED)
    active = ActiveVersion(
        playbook_id=playbook_id,
        version_id=CHANGED,
        rule_version=version.rule_version,
        definition=version.definition,
    )
    changed = tuple(
        replace(
            rules,
            versions=VersionsInForce(
                full={**rules.versions.full, key: active},
                pilots={name: each for name, each in rules.versions.pilots.items() if name != key},
            ),
        )
        for rules in configuration.rules
    )
    selection = changed[0].selection if changed else selection_rules()
    alone = Rules(versions=VersionsInForce(full={key: active}, pilots={}), selection=selection)
    return replace(
        configuration,
        instants=(EVER, *configuration.instants),
        rules=(alone, *changed),
        published={**configuration.published, CHANGED: version},
        replaced=key,
    )


def with_selection(configuration: Configuration, selection: SelectionRules) -> Configuration:
    """Return it with another order in which playbooks are chosen, as if it always had been."""
    rules = tuple(replace(each, selection=selection) for each in configuration.rules)
    return replace(configuration, rules=rules)


def drafted_selection(content: Mapping[str, Any]) -> SelectionRules:
    """Return what a draft of the selection order would publish; raises InvalidInput naming every problem of it."""
    rules, problems = parse_selection({**content, "version": 1})
    errors = [f"{problem.where}: {problem.what} {problem.remedy}" for problem in problems if problem.is_error]
    if errors:
        raise InvalidInput(" ".join(errors), where="order")
    return rules


def with_budget(configuration: Configuration, limits: TouchLimits) -> Configuration:
    """Return it with another budget of touches for the workspace; what accounts have of their own stays tighter."""
    own = {
        row.account_id: TouchLimits(max_touches=row.max_touches, per_days=row.per_days, min_gap_days=row.min_gap_days)
        for row in TouchBudget.objects.filter(account__isnull=False)
        if row.account_id is not None
    }
    return replace(configuration, limits=limits, own_limits=own)


def with_trigger_lines(configuration: Configuration, lines: Mapping[str, float]) -> Configuration:
    """Return it with other limits of rules that watch a score; raises UnknownReference for a rule there is not."""
    missing = lines.keys() - {rule.trigger.key for rule in configuration.watched}
    if missing:
        raise UnknownReference(f"No rule '{min(missing)}' watches a score here.", where="trigger")
    return replace(configuration, watched=with_lines(configuration.watched, lines))


def watched_rules() -> tuple[WatchedRule, ...]:
    """Return every version of the rules that make a task when a score crosses a line, as they came into force."""
    rows = TriggerRule.objects.order_by("published_at", "id")
    found = ((row, parse_trigger(row.definition).trigger) for row in rows)
    return tuple(
        WatchedRule(trigger=trigger, since=row.published_at, until=row.retired_at)
        for row, trigger in found
        if trigger is not None and trigger.crossing is not None and trigger.do is TriggerDo.TASK
    )


def published_version(playbook_key: str, number: int) -> PublishedVersion:
    """Return a published version by its number; raises UnknownReference when there is none."""
    found = PlaybookVersion.objects.filter(playbook__key=playbook_key, number=number, published_at__isnull=False)
    version = found.values_list("id", flat=True).first()
    if version is None:
        raise UnknownReference(f"Playbook '{playbook_key}' has no version {number}.", where="version")
    return definitions_of([version])[version]


def drafted_version(content: Mapping[str, Any]) -> PublishedVersion:
    """Return what a draft would publish; raises InvalidInput naming every problem of it."""
    known = (parse_template(table)[0] for table in content.get("templates", ()))
    templates = {item.key: item.message_class for item in known if item is not None}
    reading = read_definition(content.get("playbook", {}), templates=templates)
    errors = [f"{problem.where}: {problem.what} {problem.remedy}" for problem in reading.problems if problem.is_error]
    if errors or reading.playbook is None:
        raise InvalidInput(" ".join(errors), where="draft")
    version = parse_published({"playbook": content["playbook"], "templates": content.get("templates", [])}, 0)
    return replace(version, rule_version=f"{version.definition.key} (draft)")


def changed_version(playbook_key: str, table: Mapping[str, Any]) -> PublishedVersion:
    """Return a changed definition with the templates in force; raises InvalidInput naming every problem of it."""
    newest = PlaybookVersion.objects.filter(playbook__key=playbook_key, published_at__isnull=False).order_by("-number")
    version = newest.first()
    if version is None:
        raise UnknownReference(f"There is no playbook '{playbook_key}' here.", where="playbook")
    templates = definitions_of([version.id])[version.id].templates
    reading = read_definition(table, templates={key: item.message_class for key, item in templates.items()})
    errors = [f"{problem.where}: {problem.what} {problem.remedy}" for problem in reading.problems if problem.is_error]
    if errors or reading.playbook is None:
        raise InvalidInput(" ".join(errors), where=f"playbook '{playbook_key}'")
    rule_version = f"{reading.playbook.key}, changed"
    return PublishedVersion(rule_version=rule_version, definition=reading.playbook, templates=templates)


def draft_content(draft_id: int) -> tuple[str, Mapping[str, Any]]:
    """Return the playbook key and the content of a draft of a playbook; raises UnknownReference when there is none."""
    draft = PlaybookDraft.objects.filter(id=draft_id, kind=PlaybookDraft.Kind.PLAYBOOK).first()
    if draft is None:
        raise UnknownReference(f"There is no draft {draft_id} of a playbook here.", where="draft")
    return str(draft.content.get("playbook", {}).get("key", "")), draft.content


def selection_draft(draft_id: int) -> Mapping[str, Any]:
    """Return the content of a draft of the selection order; raises UnknownReference when there is none."""
    draft = PlaybookDraft.objects.filter(id=draft_id, kind=PlaybookDraft.Kind.SELECTION).first()
    if draft is None:
        raise UnknownReference(f"There is no draft {draft_id} of the selection order here.", where="order")
    return dict(draft.content)


VersionRow = tuple[str, int, int, bool, datetime]


def _versions() -> list[VersionRow]:
    """(playbook key, playbook, version, is it a pilot, published at) of everything ever published, in that order."""
    rows = PlaybookVersion.objects.filter(playbook__is_active=True, published_at__isnull=False)
    return list(
        rows.order_by("published_at", "number").values_list(
            "playbook__key", "playbook_id", "id", "is_pilot", "published_at"
        )
    )


def _rules_at(
    at: datetime, rows: list[VersionRow], orders: list[SelectionVersion], published: Mapping[int, PublishedVersion]
) -> Rules:
    full: dict[str, ActiveVersion] = {}
    pilots: dict[str, tuple[Pilot[ActiveVersion], ...]] = {}
    for key, playbook, version, is_pilot, published_at in rows:
        if published_at > at:
            break
        found = published[version]
        active = ActiveVersion(
            playbook_id=playbook, version_id=version, rule_version=found.rule_version, definition=found.definition
        )
        if is_pilot:
            condition = found.pilot.condition if found.pilot else NEVER
            pilots[key] = (Pilot(condition=condition, version=active), *pilots.get(key, ()))
        else:
            full[key], pilots[key] = active, ()
    order = next((each for each in reversed(orders) if each.published_at <= at), None)
    rules = parse_selection(order.definition | {"version": order.number})[0] if order else selection_rules()
    in_force = VersionsInForce(full=full, pilots={key: each for key, each in pilots.items() if each})
    return Rules(versions=in_force, selection=rules)


def _all_versions(versions: VersionsInForce) -> list[ActiveVersion]:
    return [*versions.full.values(), *(each.version for trial in versions.pilots.values() for each in trial)]
