"""The words known for the fields of a kind: those shipped, and those the workspace uses already."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from renewals.core.imports.mapping import ImportMapping
from renewals.models import Account, Product

LIBRARY = Path(__file__).resolve().parents[2] / "library"
MOST_WORDS = 2_000


def known_words(mapping: ImportMapping) -> Mapping[str, frozenset[str]]:
    """Return by column the words known for the field it fills; only columns with such words are named."""
    known = {}
    for field, column in mapping.columns.items():
        words = _words_of(field)
        if words:
            known[column] = frozenset(words)
    return known


def _words_of(field: str) -> set[str]:
    shipped = set(_shipped_words().get(field, ()))
    if field == "industry":
        used = Account.objects.exclude(industry="").values_list("industry", flat=True).distinct()[:MOST_WORDS]
        return shipped | set(used)
    if field == "product":
        return shipped | set(Product.objects.values_list("name", flat=True)[:MOST_WORDS])
    return shipped


@lru_cache(maxsize=1)
def _shipped_words() -> Mapping[str, tuple[str, ...]]:
    data = tomllib.loads((LIBRARY / "words.toml").read_text(encoding="utf-8"))
    return {field: tuple(words) for field, words in data.items()}
