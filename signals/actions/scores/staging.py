"""The staging table of scores: columns in, rows of the binary COPY format out. It decides nothing."""

import io
import struct
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from signals.core.features.columns import bytes_of_rows

RAW = "signals_scores_copied"
WHOLE = (
    "score_id",
    "account_id",
    "renewal_id",
    "known_count",
    "measures_count",
    "stale_count",
    "oldest",
    "is_fresh",
    "moves",
)
FLOATS = ("raw_value", "raw_previous", "raw_probability", "coverage")
TEXTS = ("band", "details", "reasons")

TABLE = f"""
CREATE TEMP TABLE IF NOT EXISTS {RAW} (
    {", ".join(f"{name} bigint NOT NULL" for name in WHOLE)},
    {", ".join(f"{name} float8 NOT NULL" for name in FLOATS)},
    inputs float8[] NOT NULL, input_hash uuid NOT NULL, {", ".join(f"{name} text NOT NULL" for name in TEXTS)}
) ON COMMIT DELETE ROWS
"""  # rows above 2 kB are packed on the way: it takes a twentieth of the time, and history stays a third smaller
# The rows as they are stored: no number is NaN on the way, no input an age of -1.
STAGED = f"""(
SELECT score_id, account_id, renewal_id, known_count, measures_count, stale_count,
       nullif(oldest, -1) AS oldest_input_days, is_fresh = 1 AS is_fresh, moves = 1 AS moves,
       nullif(raw_value, 'NaN') AS value, nullif(raw_previous, 'NaN') AS previous_value,
       nullif(raw_probability, 'NaN') AS renew_probability, coverage, inputs, input_hash, band, details, reasons,
       CASE WHEN raw_value = 'NaN' THEN 'not_scored' ELSE 'scored' END AS state
FROM {RAW}) AS staged"""
SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
FLOAT8 = 701


def copy_rows(cursor: Any, columns: Mapping[str, Any]) -> None:
    """Put these rows, and no others, into the staging table of this session."""
    cursor.execute(f"{TABLE}; DELETE FROM {RAW}")
    names = ", ".join((*WHOLE, *FLOATS, "inputs", "input_hash", *TEXTS))
    cursor.copy_expert(f"COPY {RAW} ({names}) FROM STDIN (FORMAT binary)", io.BytesIO(packed(columns)))


def packed(columns: Mapping[str, Any]) -> bytes:
    """Return the rows in the binary COPY format; everything but the texts is laid out by one array."""
    rows = zip(bytes_of_rows(_fixed(columns)), *(_lengthened(columns[name]) for name in TEXTS), strict=True)
    return b"".join((SIGNATURE, *chain.from_iterable(rows), b"\xff\xff"))


def _fixed(columns: Mapping[str, Any]) -> np.ndarray:
    count = len(columns["score_id"])
    inputs = columns["inputs"]
    shape = inputs.shape[1:]
    item = np.dtype([("length", ">i4"), ("number", ">f8")])
    numbers = [(name, ">i8") for name in WHOLE] + [(name, ">f8") for name in FLOATS]
    fields: list[Any] = [("fields", ">i2")]
    for name, kind in numbers:
        fields += [(f"{name}_length", ">i4"), (name, kind)]
    fields += [("inputs_length", ">i4"), ("inputs_head", ">i4", (7,)), ("inputs", item, shape)]
    fields += [("hash_length", ">i4"), ("hash", "V16")]
    rows = np.zeros(count, dtype=fields)
    rows["fields"] = len(numbers) + 2 + len(TEXTS)
    for name, _ in numbers:
        rows[f"{name}_length"], rows[name] = 8, columns[name]
    rows["inputs_length"] = 28 + 12 * shape[0] * shape[1]
    rows["inputs_head"] = (2, 0, FLOAT8, shape[0], 1, shape[1], 1)
    rows["inputs"]["length"], rows["inputs"]["number"] = 8, inputs
    rows["hash_length"] = 16
    rows["hash"] = np.frombuffer(bytes.fromhex("".join(columns["input_hash"])), dtype="V16")
    return rows


def _lengthened(texts: Sequence[str]) -> list[bytes]:
    length = struct.Struct(">i").pack
    return [length(len(each)) + each for each in map(str.encode, texts)]
