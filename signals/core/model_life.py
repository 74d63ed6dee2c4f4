"""The life of a learned risk model: which steps there are, and what must hold before one is put in force.

A verdict of "learned" is a condition; whatever else speaks against a promotion is a warning that a person weighs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from signals.core.errors import ModelNotUsable, ModelStepNotAllowed

PROPOSED, IN_FORCE, RETIRED, REJECTED = "proposed", "in_force", "retired", "rejected"
LEARNED = "learned"
"""The one verdict with which a model may be put in force; `signals.core.learning` has them all."""

STEPS: Mapping[str, tuple[str, ...]] = {
    PROPOSED: (IN_FORCE, REJECTED),
    IN_FORCE: (RETIRED,),
    RETIRED: (IN_FORCE,),
    REJECTED: (),
}
"""From a state to the states that may follow. A retired version may come back: that is a roll-back."""

ENOUGH_OUTCOMES = 200
STABLE_RANKS = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """A challenger against the model in force, on the same later outcomes.

    `loss_difference` is log-loss of the challenger less that of the champion (below 0: the challenger is better) with
    the limits of its 95 % interval over accounts; `rank_correlation` is Spearman's between the accounts' risks.
    Each is None when there are too few outcomes.
    """

    outcomes_count: int
    loss_difference: float | None
    low: float | None
    high: float | None
    rank_correlation: float | None
    worse_segments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """Something that speaks against a promotion: a code and its words."""

    code: str
    words: str


def check_step(before: str, after: str) -> None:
    """Raise ModelStepNotAllowed when a version in state `before` cannot become `after`."""
    if after not in STEPS[before]:
        raise ModelStepNotAllowed(f"A {before.replace('_', ' ')} model cannot become {after.replace('_', ' ')}.")


def check_usable(verdict: str, words: str) -> None:
    """Raise ModelNotUsable unless the backtest found the model better than expert judgement; nobody can overrule it."""
    if verdict != LEARNED:
        raise ModelNotUsable(f"This model cannot be put in force. {words}")


def warnings_of(duel: Duel | None) -> tuple[Warned, ...]:
    """Return what a person should weigh before a promotion; nothing without a model in force to compare with."""
    return tuple(_warnings(duel)) if duel is not None else ()


def _warnings(duel: Duel) -> Iterator[Warned]:
    if duel.outcomes_count < ENOUGH_OUTCOMES:
        words = f"Only {duel.outcomes_count} later outcomes to compare the two on; {ENOUGH_OUTCOMES} are wanted."
        yield Warned(code="few_outcomes", words=words)
    if duel.high is None or duel.high >= 0.0:
        yield Warned(code="not_better", words="It is not reliably better than the model in force on later outcomes.")
    if duel.worse_segments:
        named = ", ".join(duel.worse_segments)
        yield Warned(code="calibration", words=f"It is calibrated worse than the model in force in: {named}.")
    if duel.rank_correlation is not None and duel.rank_correlation < STABLE_RANKS:
        words = f"It orders accounts differently (rank correlation {duel.rank_correlation:.2f}, 0.90 is usual)."
        yield Warned(code="ranks", words=words)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFacts:
    """What decides whether to train again. `trained_at` is the last finished training, None before the first.

    `outcomes_count` is how many outcomes are recorded, `new_outcomes_count` how many since then; `alarmed_at` is the
    newest alarm of the watch.
    """

    has_open_order: bool
    trained_at: datetime | None
    alarmed_at: datetime | None
    outcomes_count: int
    new_outcomes_count: int


EVERY = timedelta(days=30)
ALARM_PAUSE = timedelta(days=7)


def order_due(facts: TrainingFacts, *, now: datetime) -> str:
    """Return why to train now, "schedule" or "alarm"; "" when there is no need, or nothing new to learn from."""
    if facts.has_open_order or not facts.outcomes_count:
        return ""
    if facts.trained_at is None:
        return "schedule"
    if not facts.new_outcomes_count:
        return ""
    if now - facts.trained_at >= EVERY:
        return "schedule"
    is_alarmed = facts.alarmed_at is not None and facts.alarmed_at > facts.trained_at
    return "alarm" if is_alarmed and now - facts.trained_at >= ALARM_PAUSE else ""
