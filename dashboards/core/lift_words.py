"""A measured lift in words: rates with their numbers, points with their interval, and why a number is not shown yet."""

from collections.abc import Sequence

from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell
from playbooks.core.lift import FEWEST, ArmCount, Lift, Verdict

CAUSES = (
    "Accounts of one arm were merged, erased or imported anew more often than those of the other.",
    "Renewals of one arm were enrolled or ended by hand, or by another rule.",
    "The share was changed by a version that reached one kind of account before the others.",
    "A step before it acts otherwise on one arm, so that other accounts come to this one.",
)
"""What makes arms uneven, the most frequent first. Source: Fabijan et al., KDD 2019."""
SELDOM = 1e-12


def lift_title(lifts: Sequence[Lift]) -> str:
    """Return the finding of the page."""
    if not lifts:
        return "Nobody is held out, so no lift is measured"
    read = [each for each in lifts if each.verdict is Verdict.READ]
    clear = [each for each in read if is_clear(each)]
    if not read:
        return f"{count_words(len(lifts), 'holdout')}: too few renewals are decided yet to tell what it does"
    if len(read) == 1:
        return f"The lift read is {'clearly' if clear else 'not clearly'} different from zero"
    verb = "are" if len(clear) > 1 else "is"
    return f"{len(clear) or 'None'} of {len(read)} lifts read {verb} clearly different from zero"


def is_clear(lift: Lift) -> bool:
    """Answer whether the whole interval lies on one side of nothing."""
    return lift.interval is not None and not lift.interval.holds(0.0)


def arm_cell(arm: ArmCount, *, href: str) -> Cell:
    """Return the share renewed with its numbers; it leads to the accounts of the arm."""
    waiting = f", {arm.undecided:,} open" if arm.undecided else ""
    note = f"{arm.kept:,} of {arm.decided:,}{waiting}"
    text = "none decided" if arm.rate is None else percent_words(arm.rate, digits=1)
    return Cell(text=text, note=note, href=href if arm.drawn else "", is_amount=True)


def lift_cell(lift: Lift) -> Cell:
    """Return the points with their interval, or why they are not told."""
    if lift.verdict is Verdict.UNEVEN:
        return Cell(text="Not read: the arms are uneven", state="bad", is_amount=True, is_long=True)
    if lift.points is None or lift.interval is None:
        fewest = min(lift.treated.decided, lift.held_out.decided)
        return Cell(
            text="Too few yet", note=f"{fewest} decided of the {FEWEST} each arm needs", is_amount=True, is_long=True
        )
    limits = f"95%: {signed(lift.interval.low)} to {signed(lift.interval.high)}"
    state = "" if not is_clear(lift) else "good" if lift.points > 0 else "bad"
    return Cell(text=f"{signed(lift.points)} points", note=limits, state=state, is_amount=True)


def lift_note(lift: Lift) -> str:
    """Return what has to be known beside a lift: uneven arms with causes, its reach, who was released; else ""."""
    found = []
    if lift.verdict is Verdict.UNEVEN:
        drawn = f"{lift.held_out.drawn:,} of {lift.held_out.drawn + lift.treated.drawn:,} are held out"
        once = f"which chance gives once in {1 / max(lift.chance, SELDOM):,.0f} times"
        found.append(f"{drawn}, {once}. Look first at: {' '.join(CAUSES)}")
    if lift.least_found is not None:
        points = f"{100 * lift.least_found:.0f} points"
        found.append(f"So many renewals find a true lift of {points} or more four times in five; a smaller one seldom.")
    if lift.released:
        found.append(f"{count_words(lift.released, 'account')} released by people; they count in the arm they drew.")
    return " ".join(found)


def signed(points: float) -> str:
    """Return percentage points with their sign, one digit."""
    return f"{100 * points:+.1f}".replace("-", "−")
