"""A draft: its changes in words, the grid of weights with inheritance, limits, and what may be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Difference, Filter, Link, Tab
from dashboards.core.rule_edits import weight_name
from dashboards.core.rule_words import COMPLEXITIES, number_words, place_words
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.rules import complexity_filter, segments
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scorecards.words import KINDS, STATES, differences_between, version_words
from renewals.core.roles import can
from signals.core.editing.inheritance import EVERYWHERE, Place, measure_keys, setting_of
from signals.models import ScorecardVersion
from signals.queries.scorecards import version_in_force

PATH = "/scores/drafts/"
OPEN = ("draft", "waiting")
POINTS = ("health", "expansion")
"""Kinds of rules that are measures with curves and weights."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightCell:
    """A weight in the grid: own values are typed in, inherited ones stand behind the empty field."""

    name: str
    label: str
    value: str
    inherited: str
    note: str
    is_own: bool
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightRow:
    """One measure of the grid; `href` leads to its curve and spans."""

    label: str
    href: str
    cells: tuple[WeightCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitField:
    """A number of a form that is not inherited: the limit between two bands, a floor, a coefficient."""

    name: str
    label: str
    value: str
    problem: str
    inherited: str = ""
    note: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightGrid:
    """The weights of all segments side by side, for one complexity; `sums` has the total of each column."""

    complexity: str
    filters: tuple[Filter, ...]
    columns: tuple[str, ...]
    rows: tuple[WeightRow, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """A version on its way, in finished words; the forms are empty for who may only look."""

    id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    term: str
    kind: str
    state: str
    state_tag: str
    revision: int
    author: str
    edited: DateCell | None
    edited_by: str
    against: str
    differences: tuple[Difference, ...]
    is_outdated: bool
    may_edit: bool
    replay_href: str
    may_approve: bool
    why_not_approve: str
    may_take_back: bool
    waits: bool
    ended: str
    grid: WeightGrid | None
    limits: tuple[LimitField, ...]
    bands: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """What was typed and why it was not kept; empty when a form is shown for the first time."""

    typed: Mapping[str, str]
    problems: Mapping[str, str]


NOTHING = Refused({}, {})


def draft_version(version_id: int) -> ScorecardVersion:
    """Return a version; Http404 when the workspace has none with this id."""
    return get_object_or_404(ScorecardVersion.objects.select_related("based_on"), id=version_id)


def draft_page(
    asker: Asker, version: ScorecardVersion, complexity: str | None, refused: Refused = NOTHING
) -> DraftPage:
    """Return the page of a version that is not in force yet (or was)."""
    in_force = version_in_force(version.kind)
    base = version.based_on or in_force
    state, tag = STATES[version.state]
    differences = differences_between(version.kind, base.definition, version.definition)
    may_approve, why_not = _approval(asker, version)
    return DraftPage(
        id=version.id,
        href=f"{PATH}{version.id}/",
        title=f"{version_words(version)}: {version.reason}",
        unit=f"{count_words(len(differences), 'change')} against {version_words(base).lower()}",
        crumbs=(Link(text="Versions", href="/scores/versions/"),),
        tabs=score_tabs("versions"),
        term="scorecard_draft",
        kind=version.kind,
        state=state,
        state_tag=tag,
        revision=version.revision,
        author=version.author,
        edited=instant_cell(version.edited_at, now=asker.now, zone=asker.workspace.timezone),
        edited_by=version.edited_by,
        against=version_words(base),
        differences=differences,
        is_outdated=version.state in OPEN and version.based_on_id != in_force.id,
        may_edit=version.state == "draft" and can(asker.member, "scores.change"),
        replay_href=_replay_href(asker, version),
        may_approve=may_approve,
        why_not_approve=why_not,
        may_take_back=version.state == "waiting" and can(asker.member, "scores.change"),
        waits=version.state == "waiting",
        ended=f"{version.ended_by}: {version.ended_reason}" if version.ended_reason else "",
        grid=_grid(version, complexity, refused) if version.kind in POINTS else None,
        limits=_limits(version, refused),
        bands=tuple(band_words(version.kind, band["key"]) for band in version.definition.get("bands", ())),
    )


def _replay_href(asker: Asker, version: ScorecardVersion) -> str:
    """Return where these rules are replayed against history; "" for who may not, or rules no playbook reads."""
    is_read = version.kind in ("health", "risk") and version.state in OPEN
    return f"/playbooks/replay/?{version.kind}={version.id}" if is_read and can(asker.member, "replays.change") else ""


def _approval(asker: Asker, version: ScorecardVersion) -> tuple[bool, str]:
    """Return whether the person may approve it now, and why not when the role would allow it."""
    if version.state != "waiting" or not can(asker.member, "score_approvals.change"):
        return False, ""
    if asker.member.user_id in version.editor_ids:
        return False, "You had a hand in it, so a second person has to approve it."
    return True, ""


def _grid(version: ScorecardVersion, complexity: str | None, refused: Refused) -> WeightGrid:
    chosen = complexity if complexity in COMPLEXITIES else None
    return WeightGrid(
        complexity=chosen or "",
        filters=(complexity_filter(f"{PATH}{version.id}/", chosen),),
        columns=tuple(title(each) if each else "All accounts" for each in (None, *segments())),
        rows=_rows(version, chosen, refused),
        sums=_sums(version.definition, chosen),
    )


def _rows(version: ScorecardVersion, complexity: str | None, refused: Refused) -> tuple[WeightRow, ...]:
    labels = {row["key"]: row["label"] for row in version.definition["measures"]}
    places = [Place(segment, complexity) for segment in (None, *segments())]
    query = f"?complexity={complexity}" if complexity else ""
    return tuple(
        WeightRow(
            label=labels[key],
            href=f"{PATH}{version.id}/measures/{key}/{query}",
            cells=tuple(_cell(version.definition, key, labels[key], place, refused) for place in places),
        )
        for key in measure_keys(version.definition)
    )


def _cell(definition: Mapping[str, Any], key: str, label: str, place: Place, refused: Refused) -> WeightCell:
    found = setting_of(definition, key, "weight", place)
    name = weight_name(key, place)
    return WeightCell(
        name=name,
        label=f"Weight of {label.lower()}, {place_words(place).lower()}",
        value=refused.typed.get(name, number_words(found.value) if found.is_own else ""),
        inherited="" if place == EVERYWHERE else number_words(found.inherited),
        note="" if place == EVERYWHERE or found.is_own else place_words(found.origin),
        is_own=found.is_own and place != EVERYWHERE,
        problem=refused.problems.get(name, ""),
    )


def _sums(definition: Mapping[str, Any], complexity: str | None) -> tuple[str, ...]:
    places = [Place(segment, complexity) for segment in (None, *segments())]
    keys = measure_keys(definition)
    return tuple(
        number_words(sum(setting_of(definition, key, "weight", place).value for key in keys)) for place in places
    )


def _limits(version: ScorecardVersion, refused: Refused) -> tuple[LimitField, ...]:
    bands = version.definition.get("bands", ())
    if not bands:
        return ()
    words = [band_words(version.kind, band["key"])[0] for band in bands]
    found = [
        _limit(
            f"limit:{band['key']}",
            f"{words[place]} ends, {words[place + 1].lower()} begins",
            number_words(band["high"]),
            refused,
        )
        for place, band in enumerate(bands[:-1])
    ]
    floor = percent_words(version.definition.get("coverage_floor", 0.0))
    label = f"Share of the inputs that must be known for a {KINDS[version.kind].lower()}"
    return (*found, _limit("coverage_floor", label, floor, refused))


def _limit(name: str, label: str, value: str, refused: Refused) -> LimitField:
    return LimitField(
        name=name, label=label, value=refused.typed.get(name, value), problem=refused.problems.get(name, "")
    )
