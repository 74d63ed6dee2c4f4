"""A file looked at before it is read whole: its header checked, its mapping fitted, what it leaves open asked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

from renewals.core.imports.header import fit_problems, header_problems
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.problems import BrokenFile, Problem
from renewals.core.imports.questions import Evidence, Question, answered, asked_columns, sheet_question
from renewals.core.imports.specs import FieldType, KindSpec
from renewals.core.imports.suggest import Suggestion, suggest
from renewals.queries.imports.limits import Limits
from renewals.queries.imports.reader import FileChunk, FileHead, FileReader, FileSample, read_head


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


def suggested(stream: BinaryIO, *, name: str, limits: Limits, spec: KindSpec) -> Suggestion:
    """Return the likeliest mapping of a file; raises BrokenFile when it has no usable header."""
    sample = read_head(stream, name=name, limits=limits, reading=Reading())
    if not sample.head.sheets:
        check_head(sample)
    return suggest(spec, sample.head.header, sample.rows)


def _see(evidence: Evidence, columns: Sequence[tuple[int, FieldType]], rows: Sequence[Sequence[str]]) -> None:
    for position, kind in columns:
        evidence.see(kind, dict.fromkeys(row[position] for row in rows))
