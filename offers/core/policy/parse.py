"""A pricing policy from plain tables (TOML, JSON), with every problem at once; a policy with problems is not used."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import pairwise

from offers.core.errors import PriceNotPossible
from offers.core.fields import POLICY_FIELDS
from offers.core.policy.definition import (
    LINE_MEASURES,
    PRICE_MEASURES,
    Kind,
    Level,
    Limit,
    Measure,
    Policy,
    Scope,
    Step,
    Threshold,
)
from offers.core.pricing.facts import HUNDRED, MOST_PERCENT, Method, PricingDefaults
from renewals.core.condition_parse import read_condition
from renewals.core.problems import Problem, did_you_mean
from renewals.core.reading import Reader
from renewals.core.roles import Role

BAD = "E-OFF-11"
DEFAULT_METHODS = (Method.SAME, Method.LIST, Method.UPLIFT, Method.CPI)
LONGEST_HOURS = 24 * 30


class Needs(StrEnum):
    """How many of the roles of a step have to answer."""

    ONE = "one"
    ALL = "all"


def read_policy(table: Mapping[str, object], *, number: int = 0) -> tuple[Policy, tuple[Problem, ...]]:
    """Return the policy and its problems; with an error among them it must not be used."""
    problems: list[Problem] = []
    reader = Reader(table, "policy", problems)
    defaults = _defaults(reader.child("defaults"))
    levels = tuple(_level(item) for item in reader.children("levels", "level"))
    if not levels:
        reader.tell(BAD, "There is no level of approval.", "Name at least one, the lowest first.")
    ranks = {level.key: place for place, level in enumerate(levels)}
    limits = tuple(_limit(item, ranks) for item in reader.children("limits", "limit"))
    if not limits:
        reader.tell(BAD, "There is no limit.", "A policy without limits allows everything: name at least one.")
    _once(reader, "level", [level.key for level in levels])
    _once(reader, "limit", [limit.key for limit in limits])
    reader.finish()
    return Policy(number=number, defaults=defaults, levels=levels, limits=limits), tuple(problems)


def _once(reader: Reader, noun: str, keys: list[str]) -> None:
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        reader.tell(BAD, f"The {noun} '{key}' is there twice.", f"Give each {noun} its own key.")


def _defaults(reader: Reader) -> PricingDefaults:
    method = reader.choice("method", Method)
    if method is not None and method not in DEFAULT_METHODS:
        reader.tell(BAD, "Usage and outcome need units of each account.", "Use them in an offer.", name="method")
    uplift = reader.number("uplift_percent") if reader.has("uplift_percent") else None
    cpi = reader.number("cpi_percent") if reader.has("cpi_percent") else None
    reader.finish()
    for name, value in (("uplift_percent", uplift), ("cpi_percent", cpi)):
        if value is not None and not -HUNDRED <= value <= MOST_PERCENT:
            reader.tell(BAD, f"{value} % cannot be.", "From -100 to 1000.", name=name)
    if (method is Method.UPLIFT and uplift is None) or (method is Method.CPI and cpi is None):
        reader.tell(BAD, "The method needs its percentage.", "Give uplift_percent or cpi_percent.", name="method")
    return PricingDefaults(method=method or Method.SAME, uplift_percent=uplift, cpi_percent=cpi)


def _level(reader: Reader) -> Level:
    key, name = reader.text("key"), reader.text("name")
    own = _roles(reader, "own_roles")
    steps = tuple(_step(item) for item in reader.children("steps", f"{reader.where}, step"))
    if not steps:
        reader.tell(BAD, "Nobody is asked.", "Name at least one step with the roles that may answer.")
    _once(reader, "step", [step.key for step in steps])
    reader.finish()
    return Level(key=key, name=name, own_roles=own, steps=steps)


def _step(reader: Reader) -> Step:
    roles = _roles(reader, "roles")
    if not roles:
        reader.tell(BAD, "No role is named.", "Say who may answer.", name="roles")
    needs = reader.choice("needs", Needs, default=Needs.ONE) or Needs.ONE
    step = Step(
        key=reader.text("key"),
        stage=reader.whole("stage", default=1, least=1, most=9),
        roles=roles,
        needs=needs.value,
        hours=reader.whole("hours", default=48, least=1, most=LONGEST_HOURS),
        escalate_to=_roles(reader, "escalate_to"),
    )
    reader.finish()
    return step


def _roles(reader: Reader, name: str) -> tuple[str, ...]:
    known = {role.value for role in Role}
    found = reader.texts(name)
    for role in found:
        if role not in known:
            reader.tell(BAD, f"'{role}' is no role.", did_you_mean(role, known), name=name)
    return found


def _limit(reader: Reader, ranks: Mapping[str, int]) -> Limit:
    measure = reader.choice("measure", Measure)
    kind = reader.choice("kind", Kind, default=Kind.CEILING)
    scope = reader.choice("scope", Scope, default=Scope.WHOLE)
    limit = Limit(
        key=reader.text("key"),
        measure=measure or Measure.BELOW_POLICY_PERCENT,
        kind=kind or Kind.CEILING,
        scope=scope or Scope.WHOLE,
        when=read_condition(reader, "when", facts=POLICY_FIELDS),
        free=reader.number("free"),
        thresholds=tuple(_threshold(item, ranks) for item in reader.children("thresholds", "threshold")),
        why=reader.text("why", required=False, longest=300),
    )
    reader.finish()
    _check_kind(reader, limit)
    _check_order(reader, limit, ranks)
    return limit


def _threshold(reader: Reader, ranks: Mapping[str, int]) -> Threshold:
    up_to = reader.number("up_to") if reader.has("up_to") else None
    level = reader.text("level")
    if level and level not in ranks:
        reader.tell(BAD, f"There is no level '{level}'.", did_you_mean(level, ranks), name="level")
    reader.finish()
    return Threshold(up_to=up_to, level=level)


def _check_kind(reader: Reader, limit: Limit) -> None:
    if limit.scope is Scope.LINE and limit.measure not in LINE_MEASURES:
        reader.tell(BAD, f"'{limit.measure.value}' is one of the whole.", "Take scope = 'whole'.", name="scope")
    if limit.kind is Kind.FLOOR and limit.measure in PRICE_MEASURES:
        reader.tell(BAD, f"'{limit.measure.value}' has a ceiling, no floor.", "Take kind = 'ceiling'.", name="kind")


def _check_order(reader: Reader, limit: Limit, ranks: Mapping[str, int]) -> None:
    """The further out, the higher the level: only so does more discount never need less approval."""
    sign = 1 if limit.kind is Kind.CEILING else -1
    ends = [limit.free, *(each.up_to for each in limit.thresholds if each.up_to is not None)]
    if any(later * sign <= earlier * sign for earlier, later in pairwise(ends)):
        reader.tell(BAD, "The thresholds do not lie further out each time.", "Put them in order, each once.")
    if any(each.up_to is None for each in limit.thresholds[:-1]):
        reader.tell(BAD, "A threshold without an end is not the last.", "Only the last one may leave out 'up_to'.")
    levels = [ranks.get(each.level, -1) for each in limit.thresholds]
    if levels != sorted(levels):
        reader.tell(BAD, "A threshold further out has a lower level.", "Levels rise with the distance.")


def checked_policy(table: Mapping[str, object], *, number: int) -> Policy:
    """Return the policy of a table that was published; raises PriceNotPossible when it cannot be read any more."""
    policy, problems = read_policy(table, number=number)
    if problems:
        raise PriceNotPossible(f"Policy {number} cannot be read: {problems[0].what}", where=problems[0].where)
    return policy
