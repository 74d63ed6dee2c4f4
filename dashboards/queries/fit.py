"""Who fits the open renewals that nobody chose an owner for, and what people can do, for the pages of ownership."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.fit_words import fit_words, list_words, points_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.people import Choice
from dashboards.queries.workload import may_speak_for
from playbooks.queries.workload import standing_in
from renewals.actions.skills import OwnerWish
from renewals.core.fit import Fit, best_of, proposals
from renewals.models import Membership, PersonSkills, Product, Renewal
from renewals.queries.fit import awaiting_choice, fit_rules, needs_of, people_to_fit
from renewals.queries.library import segment_book
from renewals.queries.people import members, visible_to

PATH = "/ownership/fit/"
SKILLS_PATH = "/ownership/skills/"
ROWS = 50
FITTING = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRow:
    """One renewal with who is proposed; `people` are the choices, the best first."""

    id: int
    account: str
    href: str
    due: DateCell
    segment: str
    owner: str
    owner_id: int
    proposed: str
    why: str
    people: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FitPage:
    """The renewals that wait for an owner, the soonest first."""

    title: str
    tabs: tuple[Tab, ...]
    rows: tuple[FitRow, ...]
    more: str
    may_choose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsPage:
    """What people can do; `people` are those the asker may speak for."""

    tabs: tuple[Tab, ...]
    table: Table
    people: tuple[tuple[str, str], ...]
    segments: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]


def ownership_tabs(current: str) -> tuple[Tab, ...]:
    """Return the pages of ownership as tabs."""
    pages = (("/ownership/", "Gaps and hand-overs"), (PATH, "Who fits"), (SKILLS_PATH, "What people can do"))
    return tuple(Tab(text=text, href=href, is_current=href == current) for href, text in pages)


def fit_page(asker: Asker) -> FitPage:
    """Return the page; amounts stand nowhere on it."""
    held = _renewals(asker)
    found, shown = _proposed(asker, held[:ROWS]), held[:ROWS]
    names = {row.user_id: str(row.user) for row in members()}
    return FitPage(
        title=_title(len(held)),
        tabs=ownership_tabs(PATH),
        rows=tuple(_row(asker, row, found[row.id], names) for row in shown),
        more=f"The {ROWS} that are due first." if len(held) > ROWS else "",
        may_choose=bool(shown),
    )


def owner_wishes(asker: Asker, given: Mapping[str, str], ids: Iterable[int]) -> tuple[OwnerWish, ...]:
    """Return what the form asks for the renewals that are still on the page, with what spoke for each person.

    A renewal that waits no more, or lies out of reach, is left out: another person was quicker.
    """
    wanted = set(ids)
    rows = _renewals(asker)[:ROWS]
    found = _proposed(asker, rows)
    held = (row for row in rows if row.id in wanted and given.get(f"owner_{row.id}", "").isdecimal())
    return tuple(_wish(row, found[row.id], given) for row in held)


def skills_page(asker: Asker) -> SkillsPage:
    """Return what everybody can do, and the choices of the form."""
    everybody = list(members())
    held = {row.user_id: row for row in PersonSkills.objects.all()}
    load = {person.user_id: person.open_renewals for person in people_to_fit()}
    return SkillsPage(
        tabs=ownership_tabs(SKILLS_PATH),
        table=_table(asker, everybody, held, load),
        people=tuple((str(row.user_id), str(row.user)) for row in everybody if may_speak_for(asker, row)),
        segments=tuple(segment_book().names.items()),
        products=tuple(Product.objects.order_by("name").values_list("external_id", "name")),
    )


def skills_of(user_id: str) -> PersonSkills | None:
    """Return what is noted about a member, None for nothing."""
    return PersonSkills.objects.filter(user_id=int(user_id)).first() if user_id.isdecimal() else None


def _renewals(asker: Asker) -> list[Renewal]:
    rows = visible_to(awaiting_choice(), asker.member, "renewals.change")
    return list(rows.select_related("account", "owner", "contract"))


def _proposed(asker: Asker, rows: list[Renewal]) -> Mapping[int, tuple[Fit, ...]]:
    people = people_to_fit(frozenset(standing_in(today=asker.today)))
    return proposals(needs_of(rows), people, fit_rules())


def _title(number: int) -> str:
    if not number:
        return "Every open renewal has an owner somebody chose"
    return f"{count_words(number, 'open renewal')} {'waits' if number == 1 else 'wait'} for an owner"


def _row(asker: Asker, row: Renewal, ranked: tuple[Fit, ...], names: Mapping[int, str]) -> FitRow:
    best = best_of(ranked)
    return FitRow(
        id=row.id,
        account=row.account.name,
        href=f"/renewals/{row.id}/",
        due=date_cell(row.due_on, today=asker.today, is_deadline=True),
        segment=title(row.account.segment) if row.account.segment else "Segment not known",
        owner=f"{row.owner}, {'by default' if row.is_present else 'who has left'}",
        owner_id=row.owner_id,
        proposed=names.get(best.user_id, "") if best else "",
        why=fit_words(best) if best else "Everybody is away or has no room.",
        people=tuple(
            Choice(value=str(fit.user_id), text=f"{names[fit.user_id]}, {_points(fit)}")
            for fit in ranked[:FITTING]
            if fit.user_id in names
        ),
    )


def _points(fit: Fit) -> str:
    return fit_words(fit).rstrip(".").lower() if fit.is_left_out else points_words(fit.points)


def _wish(row: Renewal, ranked: tuple[Fit, ...], given: Mapping[str, str]) -> OwnerWish:
    owner_id, seen = int(given[f"owner_{row.id}"]), given.get(f"seen_{row.id}", "")
    best, chosen = best_of(ranked), next((fit for fit in ranked if fit.user_id == owner_id), None)
    return OwnerWish(
        renewal_id=row.id,
        owner_id=owner_id,
        seen_owner_id=int(seen) if seen.isdecimal() else 0,
        was_proposed=best is not None and best.user_id == owner_id,
        reasons=tuple(
            {"code": reason.code.value, "about": list(reason.about), "points": reason.points}
            for reason in (chosen.reasons if chosen else ())
        ),
    )


def _table(
    asker: Asker, everybody: list[Membership], held: Mapping[int, PersonSkills], load: Mapping[int, int]
) -> Table:
    names = ("Person", "Role", "Segments", "Products", "Languages", "Skills")
    return Table(
        caption="What people can do",
        columns=(*(Column(title=name) for name in names), Column(title="Open renewals", is_amount=True)),
        rows=tuple(
            _person(row, held.get(row.user_id), load.get(row.user_id, 0), is_mine=may_speak_for(asker, row))
            for row in everybody
        ),
    )


def _person(row: Membership, held: PersonSkills | None, load: int, *, is_mine: bool) -> tuple[Cell, ...]:
    room = f"{load} of {held.most_open}" if held is not None and held.most_open else str(load)
    return (
        Cell(text=str(row.user), href=f"{SKILLS_PATH}?person={row.user_id}" if is_mine else ""),
        Cell(text=title(row.role)),
        Cell(text=list_words(title(each) for each in held.segments) if held else "–"),
        Cell(text=list_words(held.products) if held else "–"),
        Cell(text=list_words(each.upper() for each in held.languages) if held else "–"),
        Cell(text=list_words(held.skills) if held else "–"),
        Cell(text=room, is_amount=True),
    )
