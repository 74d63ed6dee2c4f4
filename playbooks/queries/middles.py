"""The middle of each health measure by segment: as kept with the present month, or of some accounts, now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from playbooks.core.indicators import Middle, middle_of
from playbooks.models import MeasureMiddle
from renewals.queries.written import Written
from signals.queries.distributions import measure_spread

MIDDLES = Written(lambda: MeasureMiddle.objects.values_list("measure", "segment", "middle", "yes", "known", "accounts"))
NOBODY = Middle(middle=None, yes=None, known=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Middles:
    """The middles by measure and segment, "" for all segments; `accounts` were looked at."""

    accounts: int
    by_place: Mapping[tuple[str, str], Middle]

    def of(self, measure: str, segment: str = "") -> Middle:
        """Return the middle of a measure; of one segment when it is named."""
        return self.by_place.get((measure, segment), NOBODY)


def kept_middles() -> Middles | None:
    """Return the middles of the workspace that were kept last; None before the first time."""
    rows = MIDDLES.read()
    if not rows:
        return None
    found = {
        (measure, segment): Middle(middle=middle, yes=yes, known=known)
        for measure, segment, middle, yes, known, _ in rows
    }
    return Middles(accounts=rows[0][-1], by_place=found)


def live_middles(accounts: Sequence[int] | None = None) -> Middles:
    """Return the middles of these accounts now, evenly drawn where there are many; None: of the workspace."""
    spread = measure_spread(accounts=accounts)
    found: dict[tuple[str, str], Middle] = {}
    for measure, by_segment in spread.values.items():
        found[measure, ""] = middle_of(spread.of(measure))
        found |= {(measure, segment): middle_of(values) for segment, values in by_segment.items() if segment}
    return Middles(accounts=spread.accounts, by_place=found)
