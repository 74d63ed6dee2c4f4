"""The rules of who fits, read from their plain table; a table with problems is refused with all of them."""

from collections.abc import Mapping

from renewals.core.condition_parse import NEVER, Catalogue, FactField, FactKind, read_condition
from renewals.core.errors import InvalidInput
from renewals.core.fit import FitRules, SkillNeed
from renewals.core.problems import Problem
from renewals.core.reading import Reader

POINTS = ("segment", "product", "language", "skill", "team", "room")
MOST_POINTS = 100
FIT_FACTS: Catalogue = {
    "account.segment": FactField(kind=FactKind.TEXT, meaning="segment of the account"),
    "account.tier": FactField(kind=FactKind.TEXT, meaning="tier of the account"),
    "account.industry": FactField(kind=FactKind.TEXT, meaning="industry of the account"),
    "account.region": FactField(kind=FactKind.TEXT, meaning="region of the account"),
    "account.country": FactField(kind=FactKind.TEXT, meaning="country of the account, two letters"),
    "account.product_complexity": FactField(kind=FactKind.TEXT, meaning="how complex its products are"),
}


def read_fit_rules(table: Mapping[str, object]) -> FitRules:
    """Return the rules; raises InvalidInput naming every problem."""
    problems: list[Problem] = []
    reader = Reader(table, "fit", problems)
    roles = reader.texts("roles")
    points = reader.child("points")
    counted = {name: points.whole(name, least=0, most=MOST_POINTS) for name in POINTS}
    points.finish()
    needs = tuple(_need(each) for each in reader.children("needs", "need"))
    reader.finish()
    if problems:
        raise InvalidInput("; ".join(f"{each.where}: {each.what}" for each in problems), where="fit.toml")
    return FitRules(roles=roles, points=counted, needs=needs)


def _need(reader: Reader) -> SkillNeed:
    found = SkillNeed(
        skill=reader.text("skill", longest=60), when=read_condition(reader, "when", facts=FIT_FACTS) or NEVER
    )
    reader.finish()
    return found
