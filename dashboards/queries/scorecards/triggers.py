"""What a score sets in motion: conditions of playbooks, the queue's order, the other score."""

from dataclasses import dataclass

from dashboards.core.rule_words import number_words, predicate_words
from playbooks.queries.readers import Reader, readers_of
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force

PARTS = {"entry": "who may enter", "step": "step", "exit": "leaves it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One thing that reads the score: where, and what it asks for."""

    where: str
    what: str
    asks: str
    href: str = ""


def health_triggers() -> tuple[Trigger, ...]:
    """Return what reads the health of an account."""
    return (*_risk_inputs(), *_playbooks(("health",)), *_limits())


def risk_triggers() -> tuple[Trigger, ...]:
    """Return what reads the risk of a renewal."""
    queue = Trigger(
        where="Queue",
        what="the order of the renewals",
        asks="amount × chance of loss × urgency",
        href="/queue/",
    )
    return (queue, *_playbooks(("risk",)))


def expansion_triggers() -> tuple[Trigger, ...]:
    """Return what reads the expansion potential of an account."""
    tiers = Trigger(
        where="Tiers",
        what="with the churn risk",
        asks="each level of both together gives a tier",
        href="/scores/tiers/",
    )
    return (tiers, *_playbooks(("expansion",)))


def _risk_inputs() -> tuple[Trigger, ...]:
    version = version_in_force("risk")
    rows = (version.definition if version else shipped("risk"))["inputs"]
    return tuple(
        Trigger(
            where="Renewal risk",
            what="one of its inputs",
            asks=f"{number_words(row['coefficient'])} log-odds of loss per {number_words(row['scale'])} points "
            f"above {number_words(row['centre'])}",
            href="/scores/risk/",
        )
        for row in rows
        if row["key"] == "health"
    )


def _limits() -> tuple[Trigger, ...]:
    return (
        Trigger(
            where="Accounts",
            what="filter, order and the count of accounts at risk",
            asks="the bands on this page",
            href="/accounts/?health=red",
        ),
    )


def _playbooks(families: tuple[str, ...]) -> tuple[Trigger, ...]:
    return tuple(_trigger(reader) for reader in readers_of(families))


def _trigger(reader: Reader) -> Trigger:
    part = PARTS[reader.part]
    return Trigger(
        where=f"Playbook “{reader.playbook}”, version {reader.number}",
        what=f"{part} “{reader.name}”" if reader.name else part,
        asks=predicate_words(reader.predicate, is_negated=reader.is_negated),
        href=f"/playbooks/{reader.playbook_id}/",
    )
