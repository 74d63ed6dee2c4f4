"""The words of the product: one definition of each metric, score and status that a page shows.

The definitions are data in library/glossary.toml; this module only reads them and refuses a word defined twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from renewals.core.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class TermValue:
    """One word of a closed list, such as a stage or a state."""

    key: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GlossaryTerm:
    """One term. Texts that are not given are empty; `pages` are the addresses where the term is shown."""

    key: str
    term: str
    definition: str
    group: str
    spelled_out: str = ""
    formula: str = ""
    denominator: str = ""
    source: str = ""
    values: tuple[TermValue, ...] = ()
    pages: tuple[str, ...] = ()

    def says(self, words: str) -> bool:
        """Answer whether every one of the words occurs in the name, definition or values, whatever its case."""
        text = " ".join((self.term, self.spelled_out, self.definition, *(value.key for value in self.values)))
        return all(word in text.lower() for word in words.lower().split())


def read_glossary(document: Mapping[str, Any]) -> tuple[GlossaryTerm, ...]:
    """Return the terms in the order of the file, which keeps the terms of a group together.

    Raises InvalidInput for a key that stands twice or a term without name or definition.
    """
    terms = tuple(_term(row) for row in document["terms"])
    keys = [term.key for term in terms]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InvalidInput(f"The glossary defines {', '.join(twice)} twice.")
    return terms


def _term(row: Mapping[str, Any]) -> GlossaryTerm:
    texts = {name: str(value) for name, value in row.items() if name not in ("values", "pages")}
    if not texts.get("term") or not texts.get("definition"):
        raise InvalidInput(f"The glossary term '{row.get('key', '')}' needs a name and a definition.")
    values = tuple(TermValue(key=key, meaning=meaning) for key, meaning in row.get("values", {}).items())
    return GlossaryTerm(**texts, values=values, pages=tuple(row.get("pages", ())))
