"""The headlines of a simulation as pairs before and after; each leads to the rows it was counted from."""

from dataclasses import dataclass
from decimal import Decimal

from dashboards.core.filters import address
from dashboards.core.money import count_words, short_money
from dashboards.core.offers.simulated import ASKED, AUTO, REFUSED, Sides, Sums, hours_words
from renewals.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure before and after, with what it counts and where its rows stand."""

    words: str
    before: str
    after: str
    href: str = ""
    note: str = ""


def figures_of(path: str, sums: Sums, *, currency: str) -> tuple[Figure, ...]:
    """Return the headlines of the decided proposals."""
    return (
        _count("Approved at once", sums.at_once, path, AUTO),
        _count("Somebody is asked", sums.asked, path, ASKED),
        _count("Refused", sums.refused, path, REFUSED),
        Figure(
            words="Waiting for approvers",
            before=hours_words(float(sums.hours.before)),
            after=hours_words(float(sums.hours.after)),
            href=address(path, {"part": "approvers"}),
            note=f"{count_words(sums.timeless, 'decision')} without a clock" if sums.timeless else "by median answers",
        ),
        Figure(
            words="Below the policy price",
            before=_money(sums.given.before, currency),
            after=_money(sums.given.after, currency),
            href=address(path, {"part": "decisions"}),
            note=f"unseen {_money(sums.unseen_given.before, currency)} → {_money(sums.unseen_given.after, currency)}",
        ),
        Figure(
            words="ARR decided otherwise",
            before="",
            after=_money(sums.other_arr, currency),
            href=address(path, {"part": ""}),
            note=count_words(sums.other, "decision"),
        ),
        Figure(
            words="Something not known then",
            before="",
            after=f"{sums.unknown:,}",
            href=address(path, {"part": "decisions", "unknown": "1"}) if sums.unknown else "",
            note="counted as if the limit held" if sums.unknown else "",
        ),
    )


def _count(words: str, sides: Sides, path: str, group: str) -> Figure:
    return Figure(
        words=words,
        before=f"{sides.before:,}",
        after=f"{sides.after:,}",
        href=address(path, {"part": "decisions", "would_be": group}),
    )


def _money(amount: Decimal | float, currency: str) -> str:
    return short_money(Money(Decimal(amount), currency))
