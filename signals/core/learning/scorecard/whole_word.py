"""What the families of the expert share: outcomes judge his word as a whole first, then family by family.

One more column stands beside the others while weights are fitted: the sum of his opinions, centred at 0. Its weight is
added to that of every family afterwards, so that nothing of it is stored. In words: the weights of the families are
normal around 1, with a common part of spread 0.7 and a part of their own of spread 0.5.
"""

import numpy as np

from signals.core.learning.frame import Array
from signals.core.learning.scorecard.terms import Layout, Shading

COMMON_SPREAD = 0.7
"""How far outcomes may move the expert's word as a whole: a standard deviation around 1."""


def with_common(x: Array, layout: Layout) -> Array:
    """Return the matrix of the layout with the sum of the expert's columns as the last one."""
    expert, terms, _ = layout.offsets
    return np.column_stack([x, x[:, expert:terms].sum(axis=1)])


def centre_with_common(centre: Array) -> Array:
    """Return what is believed of each weight and, last, of the common part."""
    return np.append(centre, 0.0)


def spread_with_common(layout: Layout, shading: Shading) -> Array:
    """Return the prior's standard deviation of each weight and, last, of the common part."""
    return np.append(layout.spread(shading), COMMON_SPREAD if layout.expert else 0.0)


def folded(weights: Array, layout: Layout) -> Array:
    """Return the weights of the layout: the common part added to each family's."""
    expert, terms, _ = layout.offsets
    whole = weights[:-1].copy()
    whole[expert:terms] += weights[-1]
    return whole
