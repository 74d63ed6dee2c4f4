"""The fitted scorecard: what each column adds to the log-odds of loss, for any row, exactly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from signals.core.learning.encoding.design import Encoding, learn_encoding
from signals.core.learning.encoding.expert import ExpertTerm, expert_values, learn_expert
from signals.core.learning.encoding.state import State, learn_state
from signals.core.learning.frame import Array, Frame
from signals.core.learning.prior import Prior
from signals.core.learning.protocols import tuning_folds
from signals.core.learning.scorecard.recent import recent_shift
from signals.core.learning.scorecard.shading import Evidence, decided_by_data, fit_shaded
from signals.core.learning.scorecard.strongest import relevance, strongest
from signals.core.learning.scorecard.terms import BASE, EXPERT, SEGMENT, Layout, Shading
from signals.core.learning.scorecard.tuning import Sample, tune
from signals.core.learning.scorecard.whole_word import centre_with_common, folded, spread_with_common, with_common
from signals.core.learning.settings import Part, Settings

SUMMED_UP = "health"
"""The family of figures that sum up the other measures."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scorecard:
    """Weights over a layout. `learned_share` is the part that outcomes decided, 0 for the prior alone.

    `recent` is by how much the latest outcomes moved the base, in log-odds; it is part of the weights.
    """

    layout: Layout
    prior: Prior
    weights: Array
    shading: Shading
    learned_share: float
    rows: int
    recent: float = 0.0
    apart: tuple[tuple[Part, "Scorecard"], ...] = ()
    """Parts that turned, and rows near to the renewal, each with the scorecard that speaks for them; the last one does.
    They share `recent`."""

    def log_odds(self, frame: Frame) -> Array:
        """Return the log-odds of loss of each row."""
        return self._spoken(frame, np.asarray(self.layout.matrix(frame, self.prior) @ self.weights), Scorecard.log_odds)

    def _spoken(self, frame: Frame, values: Array, of: Callable[["Scorecard", Frame], Array]) -> Array:
        """The values with those of each part in their places, moved by what is recent."""
        for part, card in self.apart:
            rows = part.rows(frame)
            values[rows] = of(card, frame.take(rows)) + self.recent
        return values

    def probabilities(self, frame: Frame) -> Array:
        """Return the probability of loss of each row."""
        return np.asarray(expit(self.log_odds(frame)))

    def base(self, frame: Frame) -> Array:
        """Return the log-odds of each row before any column speaks: the base of its segment."""
        layout = self.layout
        marks = [self.weights[place] * (frame.segments == s) for place, s in enumerate(layout.segments, start=1)]
        own = np.asarray(self.weights[0] + np.sum([np.zeros(len(frame)), *marks], axis=0))
        return self._spoken(frame, own, Scorecard.base)

    def contributions(self, frame: Frame) -> Mapping[str, Array]:
        """Return what each column adds to the base, in log-odds; base and contributions sum to the log-odds."""
        parts = dict(self._contributions(frame))
        for part, card in self.apart:
            rows = part.rows(frame)
            theirs = card.contributions(frame.take(rows))
            for name in (*parts, *(name for name in theirs if name not in parts)):
                values = np.array(parts.get(name, np.zeros(len(frame))))
                values[rows] = theirs.get(name, 0.0)
                parts[name] = values
        return parts

    def _contributions(self, frame: Frame) -> Mapping[str, Array]:
        layout = self.layout
        encoded, opinions = layout.encoding.matrix(frame), layout.opinions(frame, self.prior)
        scale, weights = self._weights_by_row(frame)
        at = {family: place for place, family in enumerate(layout.families)}
        parts: dict[str, Array] = {}
        for place, (name, family) in enumerate(layout.voices):
            parts[name] = parts.get(name, 0.0) + scale[:, at[family]] * opinions[:, place]
        for span in layout.encoding.spans:
            own = (encoded[:, span.start : span.stop] * weights[:, span.start : span.stop]).sum(axis=1)
            parts[span.name] = parts.get(span.name, 0.0) + own
        return parts

    def _weights_by_row(self, frame: Frame) -> tuple[Array, Array]:
        """The weights of the expert by family and of each encoded term, for the segment of each row."""
        layout = self.layout
        expert, terms, own = layout.offsets
        inner = layout.inner
        scale = np.tile(self.weights[expert:terms], (len(frame), 1))
        weights = np.tile(self.weights[terms:own], (len(frame), 1))
        for place, segment in enumerate(layout.own):
            start = own + place * (1 + len(inner))
            rows = np.flatnonzero(frame.segments == segment)
            scale[rows] += self.weights[start]
            weights[np.ix_(rows, inner)] += self.weights[start + 1 : start + 1 + len(inner)]
        return scale, weights


def prior_scorecard(frame: Frame, prior: Prior) -> Scorecard:
    """Return the expert's opinion as a scorecard: no outcome was looked at, only the middle of the rows."""
    segments = tuple(sorted({str(segment) for segment in frame.segments} | (set(prior.base) - {"default"})))
    layout = Layout(encoding=Encoding({}), expert=learn_expert(frame.columns, prior), segments=segments, own=())
    return Scorecard(
        layout=layout, prior=prior, weights=layout.centre(prior), shading=Shading(tau=0.0), learned_share=0.0, rows=0
    )


def learn_scorecard(
    frame: Frame, prior: Prior, *, settings: Settings, seed: int, shading: Shading | None = None
) -> Scorecard:
    """Return the scorecard fitted to decided rows (every outcome known), shaded as the held-out accounts advise.

    A `shading` that was found before is taken as it is.
    """
    whole, frame = frame, strongest(frame, prior, settings.most_columns)
    layout = _layout(frame, prior, settings)
    x = with_common(layout.matrix(frame, prior), layout)
    seen = Evidence(x=x, outcome=frame.outcome, counts=frame.counts)
    centre = centre_with_common(layout.centre(prior))
    if shading is None:
        shading = _tuned(frame, layout, (seen, centre), settings=settings, seed=seed)
    spread = spread_with_common(layout, shading)
    fitted = fit_shaded(seen, centre, spread)
    recent = recent_shift(frame, seen.x @ fitted, settings)
    weights = folded(fitted, layout)
    weights[0] += recent
    return Scorecard(
        apart=_apart(whole, prior, settings=settings, seed=seed),
        layout=layout,
        prior=prior,
        weights=weights,
        shading=shading,
        learned_share=_learned_share(layout, decided_by_data(seen, fitted, spread)),
        rows=len(frame),
        recent=recent,
    )


def _apart(frame: Frame, prior: Prior, *, settings: Settings, seed: int) -> tuple[tuple[Part, Scorecard], ...]:
    """Return a scorecard of its own for each part that turned, once enough was decided since."""
    found: list[tuple[Part, Scorecard]] = []
    alone = replace(settings, turned=(), recent_spread=0.0)
    for part in settings.turned:
        since = frame.take(part.rows_since(frame))
        lost, decided = float((since.counts * since.outcome).sum()), float(since.counts.sum())
        if decided >= settings.smallest_training_rows and min(lost, decided - lost) >= settings.smallest_training_class:
            found.append((part, learn_scorecard(since, prior, settings=alone, seed=seed)))
    return tuple(found)


def _tuned(frame: Frame, layout: Layout, terms: tuple[Evidence, Array], *, settings: Settings, seed: int) -> Shading:
    seen, centre = terms
    most = max(settings.fewest_tuning_rows, settings.tuning_cells // seen.x.shape[1])
    rows = np.sort(np.random.default_rng(seed).permutation(len(frame))[: min(settings.tuning_rows, most)])
    sample = frame.take(rows)
    folds = tuning_folds(sample, settings.tuning_folds, seed)
    by_fold = {
        fold: replace(layout, relevance=relevance(sample.take(folds != fold))) for fold in np.unique(folds).tolist()
    }
    tried = Sample(
        layout=layout,
        seen=seen.take(rows),
        folds=folds,
        decision=sample.decisions,
        centre=centre,
        by_fold=by_fold,
        is_timed=frame.days_to_renewal is not None,
    )
    return tune(tried, settings)


def _layout(frame: Frame, prior: Prior, settings: Settings) -> Layout:
    names, counts = np.unique(frame.segments.astype(str), return_counts=True)
    many = len(names) > 1
    own = tuple(str(n) for n, count in zip(names, counts, strict=True) if many and count >= settings.segment_rows)
    expert, state = _expert(frame, prior)
    return Layout(
        encoding=learn_encoding(frame, settings),
        expert=expert,
        state=state,
        segments=tuple(str(name) for name in names) if many else (),
        own=own if len(own) > 1 else (),
        relevance=relevance(frame),
    )


def _expert(frame: Frame, prior: Prior) -> tuple[tuple[ExpertTerm, ...], State | None]:
    """What the expert says, and the state behind it; beside a state no sum of the same measures has an opinion."""
    expert = learn_expert(frame.columns, prior)
    parts = tuple(term for term in expert if term.family != SUMMED_UP)
    state = learn_state(parts, expert_values(parts, frame, prior), prior)
    return (expert, None) if state is None else (parts, state)


def _learned_share(layout: Layout, decided: Array) -> float:
    """The mean over the weights of columns; the base and the segments are always learned and say nothing."""
    kinds = np.append(layout.kinds, EXPERT)  # the last is what his families share
    counted = ~np.isin(kinds.astype(str), [BASE, SEGMENT]) & (decided > 0)
    if not layout.expert:
        counted &= kinds != EXPERT
    return float(decided[counted].mean()) if counted.any() else 0.0
