"""The mapping files that come with Perennial."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from renewals.queries.imports.words import LIBRARY


@lru_cache(maxsize=1)
def shipped_mappings() -> Mapping[str, str]:
    """Return the text of each ready mapping by its name."""
    folder = LIBRARY / "mappings"
    return MappingProxyType({path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))})
