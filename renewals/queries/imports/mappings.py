"""Ready mappings: those shipped with Perennial and those this workspace used before, best fit first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.imports.problems import MappingRefused
from renewals.core.imports.specs import KindSpec
from renewals.models import ImportRun
from renewals.queries.imports.words import LIBRARY

RECENT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyMapping:
    """A mapping somebody wrote before. `fit` is the part of the file's columns it knows (0 to 1)."""

    name: str
    text: str
    mapping: ImportMapping
    fit: float
    is_own: bool


def ready_mappings(kind: str, header: Sequence[str], *, kinds: Mapping[str, KindSpec]) -> tuple[ReadyMapping, ...]:
    """Return the mappings of this kind whose columns are all in the file, best fit first; own ones before shipped."""
    found = [
        ReadyMapping(name=name, text=text, mapping=mapping, fit=_fit(mapping, header), is_own=is_own)
        for name, text, is_own in (*_own(kind), *((name, text, False) for name, text in shipped_mappings().items()))
        for mapping in _read(text, kinds)
        if mapping.kind == kind and _needed(mapping) <= set(header)
    ]
    return tuple(sorted(found, key=lambda ready: (-ready.fit, not ready.is_own, ready.name)))


@lru_cache(maxsize=1)
def shipped_mappings() -> Mapping[str, str]:
    """Return the mapping files that come with Perennial, their text by name."""
    folder = LIBRARY / "mappings"
    return MappingProxyType({path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))})


def _needed(mapping: ImportMapping) -> set[str]:
    return {*mapping.used_columns(), *mapping.attributes.include}


def _fit(mapping: ImportMapping, header: Sequence[str]) -> float:
    return round(len(_needed(mapping) | set(mapping.attributes.exclude)) / max(1, len(header)), 2)


def _read(text: str, kinds: Mapping[str, KindSpec]) -> tuple[ImportMapping, ...]:
    try:
        return (read_mapping(text, kinds=kinds),)
    except MappingRefused:
        return ()


def _own(kind: str) -> list[tuple[str, str, bool]]:
    """Return the mappings of the latest finished imports, each text once."""
    runs = ImportRun.objects.filter(kind=kind, state=ImportRun.State.DONE).order_by("-created_at")[:RECENT]
    texts: dict[str, str] = {}
    for run in runs:
        texts.setdefault(run.mapping, f"as in {run.file_name}")
    return [(name, text, True) for text, name in texts.items()]
