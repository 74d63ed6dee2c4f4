"""Who fits a renewal that no person was chosen for: by segment, product, language, skill, team and room. Pure.

It proposes with reasons; choosing is a person's step. A person who says nothing about a thing neither wins nor loses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from renewals.core.conditions import Answer, Condition, Facts, evaluate

PARTS = ("segment", "product", "language", "skill")


class FitCode(StrEnum):
    """Why somebody gets or loses points, or is left out."""

    SEGMENT = "segment"
    PRODUCT = "product"
    LANGUAGE = "language"
    SKILL = "skill"
    TEAM = "team"
    ROOM = "room"
    OTHER_SEGMENT = "other_segment"
    OTHER_PRODUCT = "other_product"
    OTHER_LANGUAGE = "other_language"
    OTHER_SKILL = "other_skill"
    AWAY = "away"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillNeed:
    """A skill and the condition on an account under which it is needed."""

    skill: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRules:
    """Which roles may be proposed, how much each match counts, and which skills an account needs."""

    roles: tuple[str, ...]
    points: Mapping[str, int]
    needs: tuple[SkillNeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What a person can do and how much they have. `most_open` None: nobody set a limit; empty lists say nothing."""

    user_id: int
    role: str
    team_id: int | None = None
    abilities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_renewals: int = 0
    most_open: int | None = None
    is_away: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalNeed:
    """What a renewal asks for, by the same names as abilities; empty: not known, asks for nothing."""

    renewal_id: int
    team_id: int | None = None
    wanted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitReason:
    """One reason with what it is about and what it adds or takes away."""

    code: FitCode
    about: tuple[str, ...] = ()
    points: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """A person and how well they fit; `is_left_out` for who is away or has no room."""

    user_id: int
    points: int
    reasons: tuple[FitReason, ...]
    is_left_out: bool = False


def skills_needed(facts: Facts, rules: FitRules) -> tuple[str, ...]:
    """Return the skills that an account needs, sorted; a condition that is not known needs nothing."""
    return tuple(sorted({need.skill for need in rules.needs if evaluate(need.when, facts).answer is Answer.YES}))


def fits(need: RenewalNeed, people: Iterable[PersonFacts], rules: FitRules) -> tuple[Fit, ...]:
    """Return the people of the roles, the best first, those left out last.

    Equal points: who has fewer open renewals, then who was there first.
    """
    known = [person for person in people if person.role in rules.roles]
    load = {person.user_id: person.open_renewals for person in known}
    found = (_fit(need, person, rules) for person in known)
    return tuple(sorted(found, key=lambda fit: (fit.is_left_out, -fit.points, load[fit.user_id], fit.user_id)))


def proposals(
    needs: Iterable[RenewalNeed], people: Iterable[PersonFacts], rules: FitRules
) -> Mapping[int, tuple[Fit, ...]]:
    """Return who fits each renewal, in the order given, each taking the first: their room is less for the next one."""
    held = {person.user_id: person for person in people}
    found: dict[int, tuple[Fit, ...]] = {}
    for need in needs:
        ranked = fits(need, held.values(), rules)
        found[need.renewal_id] = ranked
        if ranked and not ranked[0].is_left_out:
            best = held[ranked[0].user_id]
            held[best.user_id] = replace(best, open_renewals=best.open_renewals + 1)
    return found


def best_of(ranked: tuple[Fit, ...]) -> Fit | None:
    """Return who is proposed, None when everybody is away or has no room."""
    return next((fit for fit in ranked if not fit.is_left_out), None)


def _fit(need: RenewalNeed, person: PersonFacts, rules: FitRules) -> Fit:
    if person.is_away:
        return _left_out(person, FitCode.AWAY)
    if person.most_open is not None and person.open_renewals >= person.most_open:
        return _left_out(person, FitCode.FULL)
    reasons = [reason for name in PARTS for reason in _of_part(name, need, person, rules)]
    if need.team_id is not None and need.team_id == person.team_id:
        reasons.append(FitReason(code=FitCode.TEAM, points=rules.points["team"]))
    if person.most_open is not None:
        reasons.append(_room(person, rules.points["room"]))
    return Fit(user_id=person.user_id, points=sum(reason.points for reason in reasons), reasons=tuple(reasons))


def _left_out(person: PersonFacts, code: FitCode) -> Fit:
    return Fit(user_id=person.user_id, points=0, reasons=(FitReason(code=code),), is_left_out=True)


def _of_part(name: str, need: RenewalNeed, person: PersonFacts, rules: FitRules) -> list[FitReason]:
    """A skill counts each; of several segments, products or languages one match is enough."""
    wanted, able = need.wanted.get(name, ()), person.abilities.get(name, ())
    if not wanted or not able:
        return []
    folded = {each.casefold() for each in able}
    met = tuple(each for each in wanted if each.casefold() in folded)
    points = rules.points[name]
    if met:
        return [FitReason(code=FitCode(name), about=met, points=points * (len(met) if name == "skill" else 1))]
    return [FitReason(code=FitCode(f"other_{name}"), about=wanted, points=-points)]


def _room(person: PersonFacts, most: int) -> FitReason:
    """The more of their room is free, the more it counts, rounded down to whole points."""
    limit = person.most_open or 1
    free = limit - person.open_renewals
    return FitReason(code=FitCode.ROOM, about=(str(person.open_renewals), str(limit)), points=most * free // limit)
