"""One kind of score of a whole chunk, ready to be kept: a row per account or renewal, with contributions and reasons.

Every kind of score is `Judged` and comes out as a `Sheet` (health and risk in `sheets`, a further kind beside them):
whoever writes scores knows no kinds. A person's word over a score belongs into `Judged`, before texts are made.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from signals.core.features import AccountFacts
from signals.core.features.columns import Flags, Floats, Ints, bytes_of_rows
from signals.core.records import AGES, facts_texts
from signals.core.scorecard import Band
from signals.core.scoring.health import bands_of

REASONS = 3
BOOLEAN = ("false", "true")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Scores of one kind, a row per account or, with `renewal_ids`, per renewal; tables have a row per input.

    `tables` hold the numbers `names` of each input. `is_counted` says which inputs count, `is_missing` which were not
    known, `is_unfed` which nothing feeds; `effects` is how far each moved the score. `percent` is 0 to 100 in any case,
    `is_scored` says whether it is shown. `facts_more` and `more` are further parts of the JSON text of each row.
    """

    kind: str
    version_id: int
    accounts: Sequence[AccountFacts]
    unfed: Sequence[tuple[str, ...]]
    renewal_ids: Ints | None
    keys: tuple[str, ...]
    names: tuple[str, ...]
    tables: Sequence[Floats | Ints | Flags]
    is_counted: Flags
    is_missing: Flags
    is_unfed: Flags
    effects: Floats
    percent: Floats
    is_scored: Flags
    renew_probability: Floats
    coverage: Floats
    bands: tuple[Band, ...]
    facts_more: Sequence[str]
    more: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Scores of one kind by one version of its rules; `renewal_ids` None for scores of accounts.

    NaN stands for no value; `inputs` has for each row a table of keys by numbers, NaN where one does not count.
    `details`, `reasons` are JSON texts, `hashes` say when a score is another one. `oldest` is -1 without any input.
    """

    kind: str
    version_id: int
    account_ids: Ints
    renewal_ids: Ints | None
    is_scored: Flags
    value: Floats
    renew_probability: Floats
    coverage: Floats
    bands: list[str]
    inputs: Floats
    details: list[str]
    reasons: list[str]
    hashes: list[str]
    known_count: Ints
    measures_count: Ints
    stale_count: Ints
    oldest: Ints


def sheet_of(judged: Judged) -> Sheet:
    """Return the sheet of these scores: texts, hashes and counts made for every row."""
    names = judged.names
    inputs = _inputs(judged.tables, judged.is_counted)
    is_shown = judged.is_counted & ~np.isnan(inputs[:, :, 0].T)
    bands = [
        band if is_scored else ""
        for is_scored, band in zip(judged.is_scored.tolist(), bands_of(judged.percent, judged.bands), strict=True)
    ]
    known = np.count_nonzero(is_shown, axis=0)
    is_stale = inputs[:, :, names.index("is_stale")].T > 0.0
    ages = np.where(is_shown, judged.tables[names.index("age_days")], -1)
    return Sheet(
        kind=judged.kind,
        version_id=judged.version_id,
        account_ids=np.array([each.account_id for each in judged.accounts], dtype=np.int64),
        renewal_ids=judged.renewal_ids,
        is_scored=judged.is_scored,
        value=np.where(judged.is_scored, judged.percent, np.nan),
        renew_probability=np.where(judged.is_scored, judged.renew_probability, np.nan),
        coverage=judged.coverage,
        bands=bands,
        inputs=inputs,
        details=_details(judged, bands),
        reasons=_reasons(judged.keys, judged.effects, inputs, is_shown, stale=names.index("is_stale")),
        hashes=_hashes(judged, inputs),
        known_count=known,
        measures_count=known + np.count_nonzero(judged.is_missing, axis=0),
        stale_count=np.count_nonzero(is_stale & is_shown, axis=0),
        oldest=ages.max(axis=0, initial=-1).astype(np.int64),
    )


def _details(judged: Judged, bands: Sequence[str]) -> list[str]:
    facts = facts_texts(judged.accounts, judged.unfed)
    gaps = _gaps(judged.keys, judged.is_missing, judged.is_unfed)
    parts = zip(facts, judged.facts_more, gaps, bands, judged.more, strict=True)
    return [f'{{"facts": {told}{also}}}, {gap}, "band": "{band}"{more}}}' for told, also, gap, band, more in parts]


def _inputs(tables: Sequence[Floats | Ints | Flags], where: Flags) -> Floats:
    """Return the numbers of every input as (row, key, number), NaN where the input does not count."""
    stacked = np.stack([table.astype(np.float64) for table in tables], axis=-1)
    # A zero without its sign: two equal scores must have equal bytes.
    inputs: Floats = np.where(where[:, :, None], stacked, np.nan).transpose(1, 0, 2) + 0.0
    return np.ascontiguousarray(inputs)


def _gaps(keys: Sequence[str], missing: Flags, unfed: Flags) -> Iterator[str]:
    """Yield the keys, and which are missing and unfed, as a part of the JSON text; most rows share a few."""
    made: dict[bytes, str] = {}
    table = np.concatenate([missing, unfed]).T
    for row, pattern in enumerate(bytes_of_rows(table)):
        if pattern not in made:
            lists = [[key for key, is_in in zip(keys, part, strict=True) if is_in] for part in np.split(table[row], 2)]
            made[pattern] = (
                f'"keys": {json.dumps(list(keys))}, "missing": {json.dumps(lists[0])}, "unfed": {json.dumps(lists[1])}'
            )
        yield made[pattern]


def _reasons(keys: Sequence[str], effects: Floats, inputs: Floats, where: Flags, *, stale: int) -> list[str]:
    """Return the inputs that moved each score most, as JSON; of equal ones the first by name."""
    by_name = np.argsort(np.array(keys))
    ranked = np.where(where, -np.abs(effects), np.inf)[by_name]
    order = by_name[np.argsort(ranked, axis=0, kind="stable")[:REASONS]].T
    count = np.minimum(np.count_nonzero(where, axis=0), REASONS)
    at = np.arange(len(order))[:, None]
    columns = (order, effects.T[at, order], inputs[at, order, 0], inputs[at, order, stale])
    told = [
        f'{{"key": "{keys[place]}", "effect": {effect!r}, "value": {value!r}, "is_stale": {BOOLEAN[is_old > 0.0]}}}'
        for place, effect, value, is_old in zip(*(column.ravel().tolist() for column in columns), strict=True)
    ]
    width = order.shape[1]
    return [f"[{', '.join(told[row * width : row * width + n])}]" for row, n in enumerate(count.tolist())]


def _hashes(judged: Judged, inputs: Floats) -> list[str]:
    """Return what tells one score from the next: version, state, inputs without their ages, and what nobody feeds."""
    kept = [at for at, name in enumerate(judged.names) if name not in AGES]
    numbers = inputs[:, :, kept].reshape(len(inputs), inputs.shape[1] * len(kept))
    state = np.stack([np.full(len(inputs), float(judged.version_id)), judged.is_scored], axis=1)
    table = np.concatenate([state, judged.is_unfed.T, numbers], axis=1, dtype=np.float64)
    return [hashlib.md5(row, usedforsecurity=False).hexdigest() for row in bytes_of_rows(table)]
