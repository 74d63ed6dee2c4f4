"""A file looked at before it is read whole: its header checked, its mapping fitted, what it leaves open asked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from renewals.core.imports.endings import MOST_WORDS, candidates
from renewals.core.imports.header import fit_problems, header_problems
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.problems import BrokenFile, Problem
from renewals.core.imports.questions import Evidence, Question, answered, asked_columns, sheet_question
from renewals.core.imports.specs import FieldType, KindSpec
from renewals.core.imports.suggest import Suggestion, suggest
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.reader import FileChunk, FileHead, FileReader, FileSample, read_head

NOT_UTF_8, WESTERN = "E-ENC-01", "windows-1252"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedFile:
    """A file whose header fits the mapping; the mapping has the answers the file itself gave."""

    head: FileHead
    mapping: ImportMapping
    notes: tuple[Problem, ...]
    questions: tuple[Question, ...]
    chunks: tuple[FileChunk, ...] | None = None

    @contextmanager
    def rows(self, stream: BinaryIO, *, name: str, limits: Limits) -> Iterator[Iterable[FileChunk]]:
        """Give every row: those that were read already where the file is small, else the file read from its start."""
        if self.chunks is not None:
            yield self.chunks
            return
        with FileReader(stream, name=name, limits=limits, reading=self.mapping.reading) as reader:
            reader.head()
            yield reader


def check_head(sample: FileSample) -> None:
    """Raise BrokenFile when the header is none, or names a column twice."""
    for problem in header_problems(sample.head.header):
        raise BrokenFile(problem)


def open_file(stream: BinaryIO, *, name: str, limits: Limits, mapping: ImportMapping, spec: KindSpec) -> OpenedFile:
    """Return the file ready to be planned; raises BrokenFile when it cannot be imported with this mapping."""
    sample = read_head(stream, name=name, limits=limits, reading=mapping.reading)
    if sample.head.sheets:
        question = sheet_question(sample.head.sheets)
        return OpenedFile(head=sample.head, mapping=mapping, notes=(), questions=(question,))
    check_head(sample)
    problems = fit_problems(sample.head.header, mapping, spec)
    for problem in problems:
        if problem.is_refusal:
            raise BrokenFile(problem)
    columns = asked_columns(mapping, spec, sample.head.header)
    evidence = Evidence.empty()
    _see(evidence, columns, sample.rows)
    reading, questions = answered(mapping.reading, evidence)
    if questions:
        with FileReader(stream, name=name, limits=limits, reading=mapping.reading) as reader:
            reader.head()
            for chunk in reader:
                _see(evidence, columns, chunk.rows)
        reading, questions = answered(mapping.reading, evidence)
    return OpenedFile(
        head=sample.head,
        mapping=replace(mapping, reading=reading),
        notes=(*sample.head.notes, *problems),
        questions=questions,
        chunks=sample.chunks if sample.is_whole else None,
    )


def suggested(
    stream: BinaryIO, *, name: str, limits: Limits, spec: KindSpec, ends_are_told: bool = False
) -> Suggestion:
    """Return the likeliest mapping of a file; raises BrokenFile when it has no usable header.

    How the file can be read at all is proposed with it, as `first_rows` found it.
    """
    reading, sample = first_rows(stream, name=name, limits=limits)
    check_head(sample)
    rows = list(sample.rows)
    silent = _one_worded(sample, spec, is_told=ends_are_told)
    if silent:
        with FileReader(stream, name=name, limits=limits, reading=reading) as reader:
            reader.head()
            rows += _first_of_each(reader, silent)
    found = suggest(spec, sample.head.header, rows, ends_are_told=ends_are_told)
    return replace(found, mapping=replace(found.mapping, reading=reading))


def first_rows(stream: BinaryIO, *, name: str, limits: Limits) -> tuple[Reading, FileSample]:
    """Return the first rows with how they could be read: Windows-1252 where not UTF-8, the first sheet of several."""
    reading = Reading()
    try:
        sample = read_head(stream, name=name, limits=limits, reading=reading)
    except BrokenFile as error:
        if error.problem.code != NOT_UTF_8:
            raise
        reading = Reading(encoding=WESTERN)
        sample = read_head(stream, name=name, limits=limits, reading=reading)
    if sample.head.sheets:
        reading = replace(reading, sheet=sample.head.sheets[0])
        sample = read_head(stream, name=name, limits=limits, reading=reading)
    return reading, sample


def _one_worded(sample: FileSample, spec: KindSpec, *, is_told: bool) -> list[int]:
    """Return the columns that may tell the end, but say one thing in all the rows seen: a file may be sorted by it."""
    if sample.is_whole or not spec.takes_outcome:
        return []
    places = [place for _, place, _ in candidates(sample.head.header, is_told=is_told)]
    return [place for place in places if len({row[place].strip() for row in sample.rows} - {""}) < 2]


def _first_of_each(chunks: Iterable[FileChunk], places: Sequence[int]) -> list[list[str]]:
    """Return a row for each word of these columns, of the first few words."""
    found: dict[tuple[int, str], list[str]] = {}
    for row in (row for chunk in chunks for row in chunk.rows):
        if len(found) <= MOST_WORDS * len(places):
            found |= {key: row for place in places if (key := (place, row[place].strip())) not in found}
    return list(found.values())


def _see(evidence: Evidence, columns: Sequence[tuple[int, FieldType]], rows: Sequence[Sequence[str]]) -> None:
    for position, kind in columns:
        evidence.see(kind, dict.fromkeys(row[position] for row in rows))
