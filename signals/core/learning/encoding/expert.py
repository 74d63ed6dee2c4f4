"""The expert's opinion of each row in log-odds, from the columns that have a standard meaning."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from signals.core.learning.frame import Array, Column, Frame
from signals.core.learning.meanings import HAPPENINGS, read_as
from signals.core.learning.prior import LOGARITHM, PLAIN, RELATIVE, Prior

FACTS, FACTS_OF = "contract", ("contract", "account", "attribute")
"""What a renewal is, wherever it is written, is one family of opinions beside those about what happened."""
CHANGE = "change"
"""What contract and account say of things that happened (a higher price, the first value) is a family of its own."""
TENURE = "tenure_months"
"""The meaning that says how old an account is."""
ROBUST = 1.349
"""The distance of the quartiles of a normal distribution in standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertTerm:
    """One column in its meaning: coefficient x (value - centre) / scale, kept in low..high, as frozen at training.

    Outcomes judge the opinion family by family; models stored before that have "" everywhere, one family.
    """

    name: str
    meaning: str
    form: str
    centre: float
    scale: float
    low: float
    high: float
    coefficient: float
    family: str = ""
    settles_months: float = 0.0

    def log_odds(self, column: Column, prior: Prior) -> Array:
        """Return the opinion of each row; 0 where the value is unknown."""
        return np.nan_to_num(self.coefficient * self.x(column, prior))

    def x(self, column: Column, prior: Prior) -> Array:
        """Return the value of each row as the coefficient counts it; nan where it is unknown."""
        value = _formed(read_as(column, prior.meanings[self.meaning], prior), self.form)
        return np.asarray(np.clip((value - self.centre) / self.scale, self.low, self.high))


def learn_expert(columns: tuple[Column, ...], prior: Prior) -> tuple[ExpertTerm, ...]:
    """Return a term for each column with a meaning; columns of one meaning share its coefficient."""
    meant = [column for column in columns if column.meaning in prior.meanings]
    sharing = Counter(column.meaning for column in meant)
    return tuple(_term(column, prior, sharing[column.meaning]) for column in meant)


def _term(column: Column, prior: Prior, sharing: int) -> ExpertTerm:
    meaning = prior.meanings[column.meaning]
    centre, scale = meaning.centre, meaning.scale
    if meaning.form == RELATIVE:
        centre, scale = _middle(_formed(read_as(column, meaning, prior), RELATIVE))
    return ExpertTerm(
        name=column.name,
        meaning=meaning.key,
        form=meaning.form,
        centre=centre,
        scale=scale,
        low=meaning.low,
        high=meaning.high,
        coefficient=meaning.coefficient / (1 if meaning.is_repeatable else sharing),
        family=_family(column),
        settles_months=meaning.settles_months,
    )


def expert_values(expert: tuple[ExpertTerm, ...], frame: Frame, prior: Prior) -> Array:
    """Return the values of the expert's terms, one column each; nan where a value is unknown or not settled yet."""
    if not expert:
        return np.zeros((len(frame), 0))
    x = np.column_stack([term.x(frame.column(term.name), prior) for term in expert])
    months = _months_with_us(expert, frame, prior)
    x[months[:, None] < np.array([term.settles_months for term in expert])] = np.nan
    return x


def _months_with_us(expert: tuple[ExpertTerm, ...], frame: Frame, prior: Prior) -> Array:
    """The age of each account by the first column that says it; nan where none does."""
    name = next((term.name for term in expert if term.meaning == TENURE), None)
    if name is None:
        return np.full(len(frame), np.nan)
    return read_as(frame.column(name), prior.meanings[TENURE], prior)


def _family(column: Column) -> str:
    if column.family not in FACTS_OF:
        return column.family
    return CHANGE if column.meaning in HAPPENINGS else FACTS


def _formed(values: Array, form: str) -> Array:
    if form == PLAIN:
        return values
    kept = np.maximum(values, 0.0) if form == LOGARITHM else values
    return np.asarray(np.sign(kept) * np.log1p(np.abs(kept)))


def _middle(values: Array) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, middle, high = (float(q) for q in np.quantile(known, [0.25, 0.5, 0.75]))
    scale = (high - low) / ROBUST or float(known.std())
    return middle, scale or 1.0
