"""The glossary as it is shipped with the code; the page /glossary/ and docs/glossary.md show the same."""

import tomllib
from functools import lru_cache
from pathlib import Path

from renewals.core.glossary import GlossaryTerm, read_glossary

FILE = Path(__file__).resolve().parent.parent / "library" / "glossary.toml"


@lru_cache(maxsize=1)
def glossary_terms() -> tuple[GlossaryTerm, ...]:
    """Return every term in the order of the shipped file; terms of one group follow each other."""
    return read_glossary(tomllib.loads(FILE.read_text(encoding="utf-8")))
