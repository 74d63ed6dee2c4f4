"""Which contracts of a world are amended, when and how: extra seats for a project, given back before the renewal.

The last day of a term is worth what the sealed truth says; only the days between are dearer.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from playbooks.core.world.decisions import WorldTerm
from playbooks.core.world.draw import Life, World
from playbooks.core.world.rows import Span
from renewals.core.contracts.amendments import AmendmentDates, AmendmentOrder, ItemChange, Phase

ONE_IN = 15
SHORTEST_DAYS = 300
SIGNED_AFTER, FROM_DAY, AGAIN_BEFORE = 80, 110, 75
"""Days after the start of a term until it is signed and until it counts; days before its end when the seats go back."""
MORE = Decimal("0.15")
ACTIVATED_AFTER = 3
"""The service runs so many days after the contract says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldAmendment:
    """An amendment signed in a span, of the contract with this external id."""

    contract: str
    order: AmendmentOrder


def amendments_signed(world: World, span: Span) -> tuple[WorldAmendment, ...]:
    """Return the amendments that become known in a span; every fifteenth account has one in each long term."""
    return tuple(
        WorldAmendment(contract=f"C-{life.account.external_id}", order=_extra_seats(term))
        for place, life in enumerate(world.lives)
        if place % ONE_IN == 0
        for term in _long_terms(life)
        if span.holds(term.starts_on + timedelta(days=SIGNED_AFTER))
    )


def _long_terms(life: Life) -> tuple[WorldTerm, ...]:
    return tuple(term for term in life.terms if (term.ends_on - term.starts_on).days >= SHORTEST_DAYS)


def _extra_seats(term: WorldTerm) -> AmendmentOrder:
    first = term.starts_on + timedelta(days=FROM_DAY)
    again = term.ends_on - timedelta(days=AGAIN_BEFORE)
    extra = max(1, round(term.seats * MORE))
    dearer = (Decimal(term.arr) * (term.seats + extra) / term.seats).quantize(Decimal(1))
    signed = term.starts_on + timedelta(days=SIGNED_AFTER)
    return AmendmentOrder(
        dates=AmendmentDates(effective_on=first, activated_on=None, accepted_on=_weekday_before(signed)),
        reason=f"{extra} more seat{'' if extra == 1 else 's'} for a project, given back before the renewal",
        items=(
            ItemChange(
                item="platform",
                phases=(
                    Phase(
                        starts_on=first,
                        ends_on=again - timedelta(days=1),
                        arr_amount=dearer,
                        quantity=Decimal(term.seats + extra),
                    ),
                    Phase(starts_on=again, arr_amount=Decimal(term.arr), quantity=Decimal(term.seats)),
                ),
            ),
        ),
    )


def _weekday_before(day: date) -> date:
    """Return the day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
