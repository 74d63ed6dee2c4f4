"""What a measure function returns for a chunk: a column of values, and which tallies each of them was read from."""

from dataclasses import dataclass

import numpy as np

from signals.core.features.chunk import Chunk
from signals.core.features.columns import FAR, Flags, Floats, Ints, least


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A measure of every account. `value` NaN means not known; `sample` says how much stands behind it.

    `used` are the places of the tallies it was read from, ascending; those of an account without a value do not count.
    """

    value: Floats
    sample: Floats
    age: Ints
    used: Ints


def reading(value: Floats, *, where: Flags, sample: Floats | Ints, age: Ints, used: Ints) -> Readings:
    """Return the readings that hold `where` something was found, and nothing elsewhere."""
    return Readings(
        value=np.where(where, value, np.nan),
        sample=np.asarray(sample, dtype=np.float64),
        age=np.where(where, age, 0),
        used=used,
    )


def newest(chunk: Chunk, places: Ints) -> Ints:
    """Return the age of the newest of these tallies per account; FAR where there is none."""
    tallies = chunk.tallies
    return least(tallies.row[places], tallies.age[places], chunk.size, without=FAR)


def silence(chunk: Chunk, places: Ints) -> Ints:
    """Return how long the liveliest feed behind these tallies has been silent; 0 where nothing is known of it."""
    tallies = chunk.tallies
    return least(tallies.row[places], tallies.silent[places], chunk.size, without=0)


def latest(chunk: Chunk, places: Ints) -> Ints:
    """Return of each account the one tally whose signals are the newest, the first of those that are equally new."""
    tallies = chunk.tallies
    ordered = places[np.lexsort((tallies.age[places], tallies.row[places]))]
    rows = tallies.row[ordered]
    is_first = np.ones(rows.size, dtype=np.bool_)
    is_first[1:] = rows[1:] != rows[:-1]
    return ordered[is_first]
