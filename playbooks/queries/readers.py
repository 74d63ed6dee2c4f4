"""Which conditions of the playbooks in force read a fact such as `health.score`: the trigger side of the scores."""

from collections.abc import Iterator
from dataclasses import dataclass

from playbooks.core.definition import Playbook
from playbooks.models import PlaybookVersion
from playbooks.queries.definitions import definitions_of
from renewals.core.conditions import AllOf, AnyOf, Condition, NotOf, Predicate


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One predicate of a playbook on a fact: where it stands and what it asks for.

    `part` is "entry", "step" or "exit"; `name` the step's or the exit's. `is_negated` inside a not.
    """

    playbook: str
    playbook_id: int
    number: int
    part: str
    name: str
    predicate: Predicate
    is_negated: bool


def readers_of(families: tuple[str, ...]) -> list[Reader]:
    """Return every predicate on a fact of these families ("health", "risk") in the newest live versions."""
    rows = PlaybookVersion.objects.filter(playbook__is_active=True, published_at__isnull=False)
    newest = rows.order_by("playbook_id", "-number").distinct("playbook_id")
    places = {
        pk: (playbook_id, number) for pk, playbook_id, number in newest.values_list("id", "playbook_id", "number")
    }
    found = definitions_of(list(places)).items()
    every = (reader for pk, version in found for reader in _readers(version.definition, *places[pk]))
    return [reader for reader in every if reader.predicate.field.partition(".")[0] in families]


def _readers(book: Playbook, playbook_id: int, number: int) -> Iterator[Reader]:
    places = [("entry", "", book.entry)]
    places += [("step", step.name, step.condition) for step in book.steps]
    places += [("exit", rule.key, rule.condition) for rule in book.exits]
    for part, name, condition in places:
        for predicate, is_negated in _predicates(condition):
            yield Reader(
                playbook=book.name,
                playbook_id=playbook_id,
                number=number,
                part=part,
                name=name,
                predicate=predicate,
                is_negated=is_negated,
            )


def _predicates(condition: Condition | None, *, is_negated: bool = False) -> Iterator[tuple[Predicate, bool]]:
    if isinstance(condition, Predicate):
        yield condition, is_negated
    elif isinstance(condition, NotOf):
        yield from _predicates(condition.part, is_negated=not is_negated)
    elif isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _predicates(part, is_negated=is_negated)
