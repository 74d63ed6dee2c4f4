"""Puts the terms of all columns side by side: the rows of numbers that the scorecard weighs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from signals.core.learning.encoding.categories import CategoryTerms, learn_category
from signals.core.learning.encoding.numbers import NumberTerms, learn_number
from signals.core.learning.frame import NUMBER, Array, Column, Frame
from signals.core.learning.settings import Settings

Terms = NumberTerms | CategoryTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The terms start..stop of the design belong to this column."""

    name: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Encoding:
    """The terms of each column by name, in the order of the columns."""

    terms: Mapping[str, Terms]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the terms of each column stand."""
        spans, start = [], 0
        for name, terms in self.terms.items():
            spans.append(Span(name=name, start=start, stop=start + len(terms.kinds)))
            start = spans[-1].stop
        return tuple(spans)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of every term: line, bend, missing or level."""
        return tuple(kind for terms in self.terms.values() for kind in terms.kinds)

    def matrix(self, frame: Frame) -> Array:
        """Return the terms of every row."""
        parts = [terms.matrix(frame.column(name).values) for name, terms in self.terms.items()]
        return np.hstack(parts) if parts else np.zeros((len(frame), 0))

    def unseen(self, frame: Frame) -> Mapping[str, int]:
        """Return how many rows have a level that training never saw, for each column that has some."""
        counts = {
            name: int(terms.unseen(frame.column(name).values).sum())
            for name, terms in self.terms.items()
            if isinstance(terms, CategoryTerms)
        }
        return {name: count for name, count in counts.items() if count}


def learn_encoding(frame: Frame, settings: Settings) -> Encoding:
    """Return the terms of every column that varies, from these training rows; outcomes are not looked at."""
    learnt = {column.name: _learn(column, settings) for column in frame.columns}
    return Encoding({name: terms for name, terms in learnt.items() if terms is not None})


def _learn(column: Column, settings: Settings) -> Terms | None:
    if column.kind == NUMBER:
        is_large = int(column.is_known.sum()) >= settings.many_rows
        knots = settings.many_knots if is_large else settings.knots
        return learn_number(column.values, knots=knots, smallest=settings.smallest_level)
    return learn_category(column.values, smallest=settings.smallest_level, most=settings.most_levels)
