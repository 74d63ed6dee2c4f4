"""What an offer does to the chance of renewing, with its evidence: an expert's guess, moved by randomised outcomes.

Levels: the guess, all outcomes of the offer, those of the segment. Each is the prior of the next (normal-normal on the
log-odds), so a segment with few outcomes stays near the mean of all. Source: empirical Bayes, cold start of the design.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log, sqrt

from offers.core.choice.rules import ChoiceRules, Guess

LOWER_80 = 0.8416212335729143
"""Quantile of the standard normal at 0.8: with four chances of five the effect is at least this far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Randomised outcomes of an offer in a segment: how many it was made to and how many were held back, who stayed."""

    offer: str
    segment: str
    treated: int
    treated_kept: int
    held: int
    held_kept: int

    @property
    def count(self) -> int:
        """Return how many outcomes it has."""
        return self.treated + self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A change of the log-odds of renewing; `count` randomised outcomes stand behind it, 0: an expert's guess."""

    mean: float
    sd: float
    count: int
    is_enough: bool

    @property
    def counted(self) -> float:
        """Return what counts: the mean with enough outcomes, the lower end of the 80 % interval before."""
        return self.mean if self.is_enough else self.mean - LOWER_80 * self.sd


def prior_effect(capabilities: Iterable[str], relief: float, rules: ChoiceRules) -> Effect:
    """Return the expert's guess for an offer: its strongest capability, and what the lower price does.

    `relief` is the share of the policy price that is given; negative for a price above it.
    """
    known = [rules.capabilities[word] for word in capabilities if word in rules.capabilities]
    best = max(known, key=lambda guess: guess.effect, default=Guess(effect=0.0, sd=0.1))
    price = rules.price_relief
    return Effect(
        mean=best.effect + price.effect * relief,
        sd=sqrt(best.sd**2 + (price.sd * relief) ** 2),
        count=0,
        is_enough=False,
    )


def effect_of(prior: Effect, trials: Iterable[Trial], *, offer: str, segment: str, rules: ChoiceRules) -> Effect:
    """Return the effect of an offer in a segment after the randomised outcomes there are."""
    own = [trial for trial in trials if trial.offer == offer and trial.count]
    overall = prior
    for trial in own:
        if trial.segment != segment:
            overall = _moved(overall, trial, extra=rules.segment_sd**2)
    here = [trial for trial in own if trial.segment == segment]
    found = overall if not own else _spread(overall, rules.segment_sd)
    for trial in here:
        found = _moved(found, trial, extra=0.0)
    count = sum(trial.count for trial in here)
    return Effect(
        mean=found.mean,
        sd=found.sd,
        count=sum(trial.count for trial in own),
        is_enough=count >= rules.enough_outcomes,
    )


def chance_after(before: float, log_odds: float) -> float:
    """Return a chance after a change of its log-odds; certain chances stay as they are."""
    if not 0.0 < before < 1.0:
        return before
    return 1.0 / (1.0 + exp(-(log(before / (1.0 - before)) + log_odds)))


def _spread(effect: Effect, sd: float) -> Effect:
    return Effect(mean=effect.mean, sd=sqrt(effect.sd**2 + sd**2), count=0, is_enough=False)


def _moved(prior: Effect, trial: Trial, *, extra: float) -> Effect:
    """Half a case is added to each cell, so that nobody lost is no infinite effect (Haldane, Anscombe)."""
    cells = (
        trial.treated_kept + 0.5,
        trial.treated - trial.treated_kept + 0.5,
        trial.held_kept + 0.5,
        trial.held - trial.held_kept + 0.5,
    )
    measured = log(cells[0] / cells[1]) - log(cells[2] / cells[3])
    precision = 1.0 / (sum(1.0 / cell for cell in cells) + extra)
    held = 1.0 / prior.sd**2
    return Effect(
        mean=(prior.mean * held + measured * precision) / (held + precision),
        sd=sqrt(1.0 / (held + precision)),
        count=0,
        is_enough=False,
    )
