"""All terms of the scorecard in one matrix: base, segments, the expert's opinion, columns, columns by segment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from signals.core.learning.encoding.design import Encoding
from signals.core.learning.encoding.expert import FACTS, ExpertTerm, expert_values
from signals.core.learning.encoding.state import STATE, State
from signals.core.learning.frame import Array, Frame
from signals.core.learning.prior import Prior

BASE, SEGMENT, EXPERT, BEND, BY_SEGMENT = "base", "segment", "expert", "bend", "by segment"
BASE_SPREAD = 3.0
SEGMENT_SPREAD = 0.4
"""How far outcomes may move a segment's base from the shipped difference: few losses of a small one say little."""
FAMILY_SPREAD = 0.5
"""How far outcomes may move the weight of one family of the expert's opinions from that of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shading:
    """How far weights may move from their centre, in log-odds: of a column, its bend (times tau), one segment's own.

    With `focus` 1 a column has room by its relevance, with 0 all have the same.
    """

    tau: float
    bend_ratio: float = 0.5
    segment_tau: float = 0.0
    focus: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """What the columns of the matrix are. `own` are the segments that have weights of their own.

    `relevance` is the share of the common room that the terms of a column have, 1 for one that is not named.
    """

    encoding: Encoding
    expert: tuple[ExpertTerm, ...]
    segments: tuple[str, ...]
    own: tuple[str, ...]
    relevance: Mapping[str, float] = field(default_factory=dict)
    state: State | None = None

    @property
    def inner(self) -> Array:
        """The places of the encoded terms that a segment may weigh differently: all but bends."""
        return np.flatnonzero(np.array([kind != BEND for kind in self.encoding.kinds], dtype=bool))

    @property
    def families(self) -> tuple[str, ...]:
        """The families that the expert speaks of, in the order of his terms: one column of the matrix each."""
        return tuple(dict.fromkeys(family for _, family in self.voices)) or ("",)

    @property
    def voices(self) -> tuple[tuple[str, str], ...]:
        """The column and the family of each opinion: the expert's terms, then what each says of the common state."""
        shown = () if self.state is None else self.state.places
        return (*((term.name, term.family) for term in self.expert), *((self.expert[at].name, STATE) for at in shown))

    @property
    def kinds(self) -> Array:
        """The kind of each column of the matrix."""
        own = [BY_SEGMENT] * (len(self.own) * (1 + len(self.inner)))
        expert = [EXPERT] * len(self.families)
        return np.array([BASE, *[SEGMENT] * len(self.segments), *expert, *self.encoding.kinds, *own], dtype=object)

    @property
    def offsets(self) -> tuple[int, int, int]:
        """Where the expert's columns, the encoded terms and the terms by segment begin."""
        expert = 1 + len(self.segments)
        terms = expert + len(self.families)
        return expert, terms, terms + len(self.encoding.kinds)

    def matrix(self, frame: Frame, prior: Prior) -> Array:
        """Return the terms of each row; a segment never seen has the base alone."""
        encoded = self.encoding.matrix(frame)
        opinions = self.by_family(self.opinions(frame, prior))
        marks = [(frame.segments == segment).astype(np.float64) for segment in self.segments]
        shared = np.column_stack([opinions.sum(axis=1), encoded[:, self.inner]])
        own = [shared * (frame.segments == segment)[:, None] for segment in self.own]
        return np.hstack([np.ones((len(frame), 1)), *[m[:, None] for m in marks], opinions, encoded, *own])

    def opinions(self, frame: Frame, prior: Prior) -> Array:
        """Return the expert's log-odds of each row, one column per voice."""
        x = expert_values(self.expert, frame, prior)
        coefficients = np.array([term.coefficient for term in self.expert])
        if self.state is None:
            return np.asarray(np.nan_to_num(x * coefficients))
        facts = np.array([term.family == FACTS for term in self.expert], dtype=bool)
        own = np.nan_to_num(self.state.beside(x) * coefficients) * self.state.left_to_say(x, facts)
        return np.hstack([own, self.state.shares(x) * self.state.opinion])

    def by_family(self, opinions: Array) -> Array:
        """Return the opinions of each family summed, one column per family."""
        spoken = [[family == each for _, family in self.voices] for each in self.families]
        return np.column_stack([opinions[:, np.array(of, dtype=bool)].sum(axis=1) for of in spoken])

    def centre(self, prior: Prior) -> Array:
        """Return what is believed of each weight: the shipped bases, the expert taken at his word, 0 for the rest."""
        centre = np.zeros(len(self.kinds))
        centre[0] = prior.base["default"]
        for place, segment in enumerate(self.segments, start=1):
            centre[place] = prior.base_log_odds(segment) - prior.base["default"]
        centre[self.offsets[0] : self.offsets[1]] = 1.0
        return centre

    def spread(self, shading: Shading) -> Array:
        """Return the prior's standard deviation of each weight."""
        by_kind: Mapping[str, float] = {
            BASE: BASE_SPREAD,
            SEGMENT: SEGMENT_SPREAD,
            EXPERT: FAMILY_SPREAD if self.expert else 0.0,
            BEND: shading.tau * shading.bend_ratio,
            BY_SEGMENT: shading.segment_tau,
        }
        spread = np.array([by_kind.get(kind, shading.tau) for kind in self.kinds])
        return np.asarray(self._shares(shading.focus) * spread)

    def _shares(self, focus: float) -> Array:
        """The share of the common room of each column of the matrix: of the encoded terms, for all and by segment."""
        _, terms, own = self.offsets
        encoded = np.ones(own - terms)
        for span in self.encoding.spans:
            encoded[span.start : span.stop] = self.relevance.get(span.name, 1.0) ** focus
        of_segment = np.concatenate([np.ones(1), encoded[self.inner]])
        return np.concatenate([np.ones(terms), encoded, np.tile(of_segment, len(self.own))])
