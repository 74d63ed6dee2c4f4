"""One replay as a page: how far it is, what it found, and the rows behind each figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import Option, address, filters_of
from dashboards.core.money import count_words
from dashboards.core.parts import FilterBar, Link, Pager, Progress, Tab, Table
from dashboards.core.replay_words import CHANGES, EFFECTS, STATES, UNEQUAL_SHORT, UNEQUAL_WORDS, finding, progress
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import person_name, small_id
from dashboards.queries.replay.figures import (
    Figure,
    Week,
    bothered,
    caught,
    change_counts,
    check_counts,
    figures_of,
    loads_of,
    lost,
    weekly,
    weeks_of,
)
from dashboards.queries.replay.labels import changed_labels, days_label, whose_label
from dashboards.queries.replay.listing import history_words
from dashboards.queries.replay.reach import PATH, acts_of, renewals_of
from dashboards.queries.replay.tables import (
    chosen_acts,
    kept_table,
    losses_table,
    touches_table,
    unequal_table,
    work_table,
)
from playbooks.core.replay.asked import asked_from
from playbooks.models import ReplayedAct, ReplayedRenewal, ReplayRun
from renewals.core.roles import can

PARTS = {"": "What differs", "touches": "Touches", "work": "Work", "losses": "Losses", "kept": "Kept", "check": "Check"}
FILTERS = ("change", "effect", "playbook", "person", "renewal")
ROWS_A_PAGE = 60
FIRST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Whether recorded history came again when nothing was changed."""

    words: str
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """A replay under one of its parts; what does not belong to the part is None or empty."""

    run_id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    state: str
    state_tag: str
    state_key: str
    changed: tuple[Link, ...]
    days: str
    whose: str
    who: str
    at: DateCell
    error: str
    ended_by: str
    too_little: str
    progress: Progress
    is_empty: bool
    check: Check
    figures: tuple[Figure, ...]
    tabs: tuple[Tab, ...]
    part: str
    bar: FilterBar | None
    table: Table | None
    weeks: tuple[Week, ...]
    pager: Pager | None
    export_href: str
    reasons: tuple[tuple[str, str], ...]
    may_cancel: bool


def result_page(asker: Asker, run: ReplayRun, choice: Mapping[str, str]) -> ResultPage:
    """Return one part of a replay."""
    path, asked = f"{PATH}{run.id}/", asked_from(run.asked)
    acts, renewals = acts_of(asker, run), renewals_of(asker, run)
    part = choice.get("part", "") if choice.get("part", "") in PARTS else ""
    counts = change_counts(acts)
    decisions, equal = check_counts(renewals)
    words, tag = STATES[run.state]
    shown = _shown(part, path, asker, choice, acts, renewals)
    return ResultPage(
        run_id=run.id,
        href=path,
        title=finding(run.state, counts, is_unchanged=asked.is_unchanged, caught=caught(renewals).count()),
        unit=f"{days_label(asked)} · {whose_label(asked)} · {count_words(run.done, 'account')}",
        crumbs=(Link(text="Playbooks", href="/playbooks/"), Link(text="Replays", href=PATH), Link(text=f"{run.id}")),
        state=words,
        state_tag=tag,
        state_key=run.state,
        changed=changed_labels(run),
        days=days_label(asked),
        whose=whose_label(asked),
        who=run.ordered_by.name,
        at=instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
        error=run.error,
        ended_by=run.ended_by,
        too_little=history_words(run.recorded_from, today=run.ordered_at.date()),
        progress=progress(
            done=run.done, total=run.total, has_begun=run.beat_at is not None, is_over=run.state != "running"
        ),
        is_empty=run.state == "done" and not counts,
        check=_check(path, decisions, equal),
        figures=figures_of(path, counts, renewals, is_unchanged=asked.is_unchanged) if run.state != "running" else (),
        tabs=_tabs(path, part, counts, renewals),
        part=part,
        reasons=tuple((UNEQUAL_SHORT[key], words) for key, words in UNEQUAL_WORDS.items()) if part == "check" else (),
        may_cancel=run.state == "running" and can(asker.member, "replays.change"),
        **shown,
    )


def export_rows(asker: Asker, run: ReplayRun, choice: Mapping[str, str]) -> QuerySet[ReplayedAct]:
    """Return the touches under the filters, with their accounts, in the order of time."""
    return _with_all(acts_of(asker, run), choice).select_related("account").order_by("at", "id")


def _shown(
    part: str,
    path: str,
    asker: Asker,
    choice: Mapping[str, str],
    acts: QuerySet[ReplayedAct],
    renewals: QuerySet[ReplayedRenewal],
) -> dict[str, object]:
    nothing: dict[str, object] = {"bar": None, "table": None, "weeks": (), "pager": None, "export_href": ""}
    match part:
        case "touches" | "check":
            return nothing | _rows(part, path, asker, choice, acts)
        case "work":
            before, after = weekly(acts)
            return nothing | {"table": work_table(loads_of(before, after), path), "weeks": weeks_of(before, after)}
        case "losses":
            rows = lost(renewals).select_related("account").order_by("-lead_after_days", "account__name")
            return nothing | _pages(rows, path, choice, lambda shown: losses_table(shown, asker, path))
        case "kept":
            rows = bothered(renewals).select_related("account").order_by("-touches_after", "account__name")
            return nothing | _pages(rows, path, choice, lambda shown: kept_table(shown, path))
    return nothing | {"weeks": weeks_of(*weekly(acts))}


def _rows(
    part: str, path: str, asker: Asker, choice: Mapping[str, str], acts: QuerySet[ReplayedAct]
) -> dict[str, object]:
    if part == "check":
        rows = acts.filter(change="unequal").select_related("account").order_by("at", "id")
        return _pages(rows, path, choice, lambda shown: unequal_table(shown, asker))
    chosen = {name: choice[name] for name in FILTERS if choice.get(name)}
    rows = _with_all(acts, chosen).select_related("account").order_by("at", "id")
    found = _pages(rows, path, choice, lambda shown: touches_table(shown, asker))
    number = rows.count()
    bar = FilterBar(
        filters=filters_of(path, _options(acts), {"part": "touches", **chosen}),
        count=count_words(number, "touch", "touches"),
        clear_href=address(path, {"part": "touches"}) if chosen else "",
    )
    export = address(f"{path}touches.csv", chosen) if can(asker.member, "exports.view") else ""
    return found | {"bar": bar, "export_href": export}


def _with_all(acts: QuerySet[ReplayedAct], chosen: Mapping[str, str]) -> QuerySet[ReplayedAct]:
    """`change=all` shows touches that are as they were, too."""
    if chosen.get("change") == "all":
        rest = {name: value for name, value in chosen.items() if name != "change"}
        same = chosen_acts(acts, rest | {"change": "same"})
        return same | chosen_acts(acts, rest)
    return chosen_acts(acts, chosen)


def _pages(rows: QuerySet, path: str, choice: Mapping[str, str], table: object) -> dict[str, object]:
    skip = small_id(choice.get("skip", ""))
    found = list(rows[skip : skip + ROWS_A_PAGE + 1])
    kept = {name: value for name, value in choice.items() if name != "skip"}
    pager = Pager(
        shown=count_words(len(found[:ROWS_A_PAGE]), "row"),
        first_href=address(path, kept) if skip else "",
        next_href=address(path, kept, skip=str(skip + ROWS_A_PAGE)) if len(found) > ROWS_A_PAGE else "",
    )
    return {"table": table(found[:ROWS_A_PAGE]), "pager": pager}  # type: ignore[operator]  # called with rows


def _options(acts: QuerySet[ReplayedAct]) -> dict[str, list[Option]]:
    changes = dict(acts.order_by().values_list("change").annotate(n=Count("id")))
    differing = acts.filter(change__in=("added", "gone", "moved", "other")).order_by()
    playbooks = differing.exclude(playbook_key="").values_list("playbook_key").annotate(n=Count("id"))
    effects = differing.values_list("after_effect").annotate(n=Count("id"))
    people = differing.filter(after_owner_id__isnull=False).values_list("after_owner_id").annotate(n=Count("id"))
    return {
        "change": [Option(key=key, text=words, count=changes[key]) for key, (words, _) in CHANGES.items()
                   if key in changes],
        "effect": [Option(key=key, text=EFFECTS.get(key, title(key)), count=n) for key, n in effects if key],
        "playbook": [Option(key=key, text=title(key), count=n) for key, n in playbooks],
        "person": [Option(key=str(key), text=person_name(str(key)), count=n) for key, n in people],
    }  # fmt: skip


def _check(path: str, decisions: int, equal: int) -> Check:
    words = f"Unchanged replay: {equal:,} of {count_words(decisions, 'decision')} equal"
    if not decisions:
        return Check(words="Nothing was decided in these days, so there is nothing to check", state="", href="")
    return Check(words=words, state="good" if equal == decisions else "watch", href=address(path, {"part": "check"}))


def _tabs(path: str, part: str, counts: Mapping[str, int], renewals: QuerySet[ReplayedRenewal]) -> tuple[Tab, ...]:
    differing = sum(counts.get(key, 0) for key in ("added", "gone", "moved", "other"))
    numbers = {
        "touches": differing,
        "losses": lost(renewals).count(),
        "kept": bothered(renewals).count(),
        "check": counts.get("unequal", 0),
    }
    return tuple(
        Tab(
            text=words,
            href=address(path, {"part": key}),
            count=f"{numbers[key]:,}" if key in numbers else "",
            is_current=key == part,
        )
        for key, words in PARTS.items()
    )
